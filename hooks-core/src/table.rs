//! The implementations of one hook, in call order.
//!
//! A table keeps a roster, in the order of registration and behind a lock, and a snapshot of it,
//! in call order, for calls to run. A change makes the snapshot stale; the first call after that
//! makes a new one. So registering is as cheap for the ten-thousandth implementation as for the
//! first, a call takes no lock unless something changed, and a running call goes on with the
//! snapshot with which it began.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use crate::background::Post;
use crate::description::HookDescription;
use crate::dispatch;
use crate::entry::AnyEntry;
use crate::fence;
use crate::gear::Around;
use crate::history::{History, Keeps, Past, Recalled, Remembered, Taker};
use crate::hook::{Hook, Output, Policy};
use crate::in_turn::sequential;
use crate::kind::Historic;
use crate::mode::{AsyncHook, Concurrent, Sequential, SyncHook};
use crate::order::{self, Cycle, Wish};
use crate::plugin::Implementation;
use crate::recorder::{Recorder, Unrecorded};
use crate::report::{Failure, Report};
use crate::roster::Roster;
use crate::snapshot::Snapshot;
use crate::spans;
use crate::surrounded::surrounded;
use crate::sync::{AtomicBool, Lock, Shelf};
use crate::together::concurrent;
use crate::underway::Held;

/// What every handle on a table shares.
pub(crate) struct Core<H: Hook> {
    /// Whether a call has anything to do: spares one that has not the look at the snapshot.
    busy: AtomicBool,
    /// `None` if something has changed since the last one was made.
    snapshot: Shelf<Snapshot<H>>,
    roster: Lock<Roster<H>>,
    /// Shared with the tables that branched off.
    history: Arc<Lock<History<H>>>,
    pub(crate) surroundings: Surroundings,
}

impl<H: Hook> Core<H> {
    fn new(roster: Roster<H>, history: Arc<Lock<History<H>>>, surroundings: Surroundings) -> Self {
        let core = Self {
            busy: AtomicBool::new(false),
            snapshot: Shelf::empty(),
            roster: Lock::new(roster),
            history,
            surroundings,
        };
        core.change(|_| ());
        core
    }

    /// Changes the roster and makes the snapshot stale. What the change returns is to be dropped
    /// without a lock, because that may take plugins with it, and these may call back in.
    ///
    /// The stale snapshot is dropped under the lock, and takes nothing with it: its entries are in
    /// the roster, or in what the change returns; its monitors are kept by whoever removes them
    /// until they have been at this lock too. After the lock, somebody else may have let go of
    /// them in between, and callers may hold other locks.
    fn change<T>(&self, change: impl FnOnce(&mut Roster<H>) -> T) -> T {
        let mut roster = self.roster.hold();
        let changed = change(&mut roster);
        let busy = roster.has_joined() || !self.surroundings.around.monitors.now().is_empty();
        self.busy.store(busy, Ordering::Release);
        self.snapshot.put(None);
        changed
    }

    /// The implementations as they are now.
    fn snapshot(&self) -> Arc<Snapshot<H>> {
        self.snapshot.load_full().unwrap_or_else(|| self.renew())
    }

    /// Makes the snapshot of the roster as it is now.
    #[cold]
    fn renew(&self) -> Arc<Snapshot<H>> {
        let roster = self.roster.hold();
        let snapshot = self.snapshot_of(roster.call_order());
        let snapshot = Arc::new(snapshot.lasting());
        self.snapshot.put(Some(Arc::clone(&snapshot)));
        snapshot
    }

    fn snapshot_of(&self, entries: impl IntoIterator<Item = AnyEntry<H>>) -> Snapshot<H> {
        let around = &self.surroundings.around;
        Snapshot::new(entries, around.monitors.now(), around.gear())
    }

    /// Gives an entry a place in the order, but lets no call run it yet.
    pub(crate) fn announce(&self, entry: &AnyEntry<H>) -> Result<(), Cycle> {
        self.change(|roster| roster.announce(entry))
    }

    /// Lets an entry join that has no wishes, whatever the table remembers.
    pub(crate) fn join_unannounced(&self, entry: &AnyEntry<H>) {
        self.change(|roster| {
            roster.announce(entry).expect("an entry without wishes closes no cycle");
            roster.join(entry);
        });
    }

    /// Takes all entries of one registration out; a running call completes with them.
    pub(crate) fn withdraw(&self, registration: u64) {
        let gone = self.change(|roster| roster.withdraw(registration));
        gone.into_iter().for_each(AnyEntry::let_go);
    }

    /// Runs what the table remembers through an announced entry, oldest first, and lets it join.
    pub(crate) fn join(&self, entry: &AnyEntry<H>) -> Result<(), NotJoined> {
        let mut position = 0;
        while let Some(Recalled { past, next }) = self.recall_or_join(entry, position)? {
            let alone = self.snapshot_of([entry.clone()]);
            past.replay(&alone).map_err(NotJoined::Failed)?;
            position = next;
        }
        Ok(())
    }

    /// The first remembered call from `position` on. If there is none, the entry joins, under the
    /// lock of the history: no call is remembered in between, and so none is missed and none is
    /// run twice.
    fn recall_or_join(
        &self,
        entry: &AnyEntry<H>,
        position: usize,
    ) -> Result<Option<Recalled<H>>, NotJoined> {
        let history = self.history.hold();
        if let Some(found) = history.next(position) {
            let has_entry = self.roster.hold().has(entry);
            return if has_entry { Ok(Some(found)) } else { Err(NotJoined::Withdrawn) };
        }
        self.change(|roster| {
            if !roster.has(entry) {
                return Err(NotJoined::Withdrawn);
            }
            roster.join(entry);
            Ok(None)
        })
    }

    /// Remembers a call, and returns the implementations that it is to run.
    pub(crate) fn remember(&self, past: Arc<dyn Past<H>>) -> Arc<Snapshot<H>> {
        let mut history = self.history.hold();
        history.add(past);
        self.snapshot()
    }
}

/// Why an announced entry has not joined its table.
pub(crate) enum NotJoined {
    /// A remembered call failed in it.
    Failed(Failure),
    /// It was withdrawn in the meantime.
    Withdrawn,
}

/// The implementations of one hook, in call order: what a call runs.
///
/// A cheap handle on a shared table, and a live one: plugins come and go while handles are held.
/// A [frozen](Self::frozen) one runs what was there when it was made.
pub struct Table<H: Hook> {
    core: Arc<Core<H>>,
    scope: Scope<H>,
}

/// How much of the table a handle sees.
enum Scope<H: Hook> {
    /// All of it, as it changes.
    Live,
    /// What there was when the handle was made.
    Frozen(Arc<Snapshot<H>>),
    /// All of it, as it changes, but for these plugins.
    Without(Arc<[Weak<dyn Any + Send + Sync>]>),
}

impl<H: Hook> Table<H> {
    /// A table without implementations, watched by these monitors.
    #[doc(hidden)]
    #[must_use]
    pub fn vacant(surroundings: &Surroundings) -> Self {
        fence::install();
        let core = Core::new(Roster::default(), Arc::default(), surroundings.clone());
        Self { core: Arc::new(core), scope: Scope::Live }
    }

    /// The table as it is now, for loops so hot that the look for changes counts. Plugins that
    /// are registered later are not called through it, and those that are taken out still are:
    /// it keeps them alive.
    #[must_use]
    pub fn frozen(&self) -> Self {
        let snapshot = match &self.scope {
            Scope::Without(left_out) => Arc::new(self.core.snapshot().without(left_out).lasting()),
            Scope::Live => self.core.snapshot(),
            Scope::Frozen(snapshot) => Arc::clone(snapshot),
        };
        Self { core: Arc::clone(&self.core), scope: Scope::Frozen(snapshot) }
    }

    /// A live view of the table without the plugins of these names that implement the hook now. A
    /// plugin that is registered later is not left out, whatever its name; one that is left out
    /// stays so when it is registered again.
    ///
    /// Each call through the view picks its implementations anew, which allocates and takes time
    /// for each of them. For a loop, [freeze](Self::frozen) the view.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let earlier = match &self.scope {
            Scope::Without(left_out) => left_out.to_vec(),
            Scope::Live | Scope::Frozen(_) => Vec::new(),
        };
        let named: Vec<_> = self.with_snapshot(|snapshot| {
            let named = snapshot.entries().filter_map(|entry| {
                let origin = &entry.head().origin;
                names.contains(&&*origin.plugin).then(|| origin.identity.clone())
            });
            named.collect()
        });
        let left_out: Arc<[_]> = earlier.into_iter().chain(named).collect();
        match &self.scope {
            Scope::Frozen(snapshot) => Self {
                core: Arc::clone(&self.core),
                scope: Scope::Frozen(Arc::new(snapshot.without(&left_out).lasting())),
            },
            Scope::Live | Scope::Without(_) => {
                Self { core: Arc::clone(&self.core), scope: Scope::Without(left_out) }
            }
        }
    }

    /// A table of its own, with the implementations that this one has now. The calls that a
    /// historic hook remembers are the same for both.
    #[doc(hidden)]
    #[must_use]
    pub fn branch(&self) -> Self {
        let members = self.with_snapshot(|snapshot| snapshot.entries().collect());
        let Core { history, surroundings, .. } = &*self.core;
        let core = Core::new(Roster::of(members), Arc::clone(history), surroundings.clone());
        Self { core: Arc::new(core), scope: Scope::Live }
    }

    /// The number of implementations and wrappers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with_snapshot(Snapshot::len)
    }

    /// Whether there is neither an implementation nor a wrapper.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The wrappers, outermost first, and the implementations, in call order.
    #[must_use]
    pub fn implementations(&self) -> Vec<Implementation> {
        self.with_snapshot(|snapshot| {
            snapshot.entries().map(|entry| entry.head().implementation()).collect()
        })
    }

    /// Whether a call has nothing to do.
    #[inline]
    fn is_idle(&self) -> bool {
        match &self.scope {
            Scope::Live => !self.core.busy.load(Ordering::Acquire),
            Scope::Frozen(snapshot) => snapshot.is_bare() && snapshot.implementations().is_empty(),
            Scope::Without(_) => false,
        }
    }

    #[inline]
    pub(crate) fn with_snapshot<T>(&self, call: impl FnOnce(&Snapshot<H>) -> T) -> T {
        match &self.scope {
            Scope::Frozen(snapshot) => call(snapshot),
            Scope::Live => match &*self.core.snapshot.load() {
                Some(snapshot) => call(snapshot),
                None => call(&self.core.renew()),
            },
            Scope::Without(left_out) => call(&self.core.snapshot().without(left_out)),
        }
    }

    /// The implementations as this handle sees them, for a call that may take long.
    #[inline]
    fn held_snapshot(&self) -> Presence<'_, H> {
        match &self.scope {
            Scope::Frozen(snapshot) => Presence::Lent(snapshot),
            Scope::Live => Presence::Own(self.core.snapshot()),
            Scope::Without(left_out) => {
                Presence::Own(Arc::new(self.core.snapshot().without(left_out)))
            }
        }
    }

    /// What of `present` this handle sees, which the table has had a moment ago.
    pub(crate) fn seen(&self, present: Arc<Snapshot<H>>) -> Arc<Snapshot<H>> {
        match &self.scope {
            Scope::Live => present,
            Scope::Frozen(snapshot) => Arc::clone(snapshot),
            Scope::Without(left_out) => Arc::new(present.without(left_out)),
        }
    }

    pub(crate) fn core(&self) -> &Arc<Core<H>> {
        &self.core
    }
}

/// A snapshot for the time of a call: that of a frozen table is there for longer than the call, and
/// need not be counted.
enum Presence<'table, H: Hook> {
    Lent(&'table Snapshot<H>),
    Own(Arc<Snapshot<H>>),
}

impl<H: Hook> Deref for Presence<'_, H> {
    type Target = Snapshot<H>;

    #[inline]
    fn deref(&self) -> &Snapshot<H> {
        match self {
            Self::Lent(snapshot) => snapshot,
            Self::Own(snapshot) => snapshot,
        }
    }
}

impl<H: SyncHook> Table<H> {
    /// Calls every implementation that the kind of the hook asks for, in call order, each one
    /// fenced. The call methods of a spec come here.
    ///
    /// What a failure of an implementation does to the call is for the policy of the hook to say:
    /// nothing, unless the spec says `on_failure = stop`.
    #[inline]
    pub fn call(&self, mut args: H::Args<'_>) -> Output<H> {
        if self.is_idle() {
            return dispatch::unasked::<H>(args);
        }
        let output =
            self.with_snapshot(|snapshot| dispatch::run(snapshot, &mut args, &mut Unrecorded));
        dispatch::release::<H>(args);
        output
    }

    /// The same call, with a report of what each implementation did.
    pub fn call_reported(&self, mut args: H::Args<'_>) -> Report<Output<H>> {
        self.with_snapshot(|snapshot| {
            let mut outcomes = Vec::with_capacity(snapshot.len());
            let output = dispatch::run(snapshot, &mut args, &mut outcomes);
            dispatch::release::<H>(args);
            Report::new(H::DESCRIPTION, output, outcomes)
        })
    }
}

impl<H> Table<H>
where
    H: AsyncHook<Mode = Sequential>,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    /// Awaits every implementation that the kind of the hook asks for, in call order, each one
    /// fenced in each poll. The call methods of a spec come here.
    ///
    /// Dropping the future cancels the call: whatever runs is dropped, inside of a fence.
    pub async fn call_in_turn(&self, args: H::Args<'_>) -> Output<H> {
        if self.is_idle() {
            return dispatch::unasked::<H>(args);
        }
        let mut args = Held::new(args, dispatch::release::<H>);
        let snapshot = self.held_snapshot();
        let recorder = &mut Unrecorded;
        let output = if snapshot.is_bare() && !spans::may_be_heard() {
            sequential(&snapshot, args.as_mut(), recorder).await
        } else {
            surrounded(&snapshot, args.as_mut(), recorder).await
        };
        dispatch::release::<H>(args.take());
        output
    }

    /// The same call, with a report of what each implementation did.
    pub async fn call_in_turn_reported(&self, args: H::Args<'_>) -> Report<Output<H>> {
        let mut args = Held::new(args, dispatch::release::<H>);
        let snapshot = self.held_snapshot();
        let mut outcomes = Vec::with_capacity(snapshot.len());
        let output = surrounded(&snapshot, args.as_mut(), &mut outcomes).await;
        dispatch::release::<H>(args.take());
        Report::new(H::DESCRIPTION, output, outcomes)
    }
}

impl<H> Table<H>
where
    H: AsyncHook<Mode = Concurrent>,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    /// Awaits every implementation together, each one fenced in each poll. The call methods of a
    /// spec come here.
    ///
    /// Dropping the future cancels the call: whatever runs is dropped, inside of a fence.
    pub async fn call_together(&self, args: H::Args<'_>) -> Output<H> {
        if self.is_idle() {
            return dispatch::unasked::<H>(args);
        }
        let mut args = Held::new(args, dispatch::release::<H>);
        let snapshot = self.held_snapshot();
        let recorder = &mut Unrecorded;
        let output = if snapshot.is_bare() && !spans::may_be_heard() {
            concurrent(&snapshot, args.as_mut(), recorder).await
        } else {
            surrounded(&snapshot, args.as_mut(), recorder).await
        };
        dispatch::release::<H>(args.take());
        output
    }

    /// The same call, with a report of what each implementation did.
    pub async fn call_together_reported(&self, args: H::Args<'_>) -> Report<Output<H>> {
        let mut args = Held::new(args, dispatch::release::<H>);
        let snapshot = self.held_snapshot();
        let mut outcomes = Vec::with_capacity(snapshot.len());
        let output = surrounded(&snapshot, args.as_mut(), &mut outcomes).await;
        dispatch::release::<H>(args.take());
        Report::new(H::DESCRIPTION, output, outcomes)
    }
}

impl<H: Keeps<Kind = Historic>> Table<H> {
    /// Remembers a call, and makes it. `taker` gets each answer: those of the plugins that are
    /// there, in call order, and those of each plugin that is registered later, when it is.
    #[doc(hidden)]
    pub fn remember(
        &self,
        args: H::Args<'_>,
        taker: Option<Taker<H>>,
    ) -> <H::Policy as Policy>::Whole<()> {
        self.remember_with(args, taker, &mut Unrecorded)
    }

    /// The same call, with a report of what each implementation did.
    #[doc(hidden)]
    pub fn remember_reported(
        &self,
        args: H::Args<'_>,
        taker: Option<Taker<H>>,
    ) -> Report<<H::Policy as Policy>::Whole<()>> {
        let mut outcomes = Vec::new();
        let output = self.remember_with(args, taker, &mut outcomes);
        Report::new(H::DESCRIPTION, output, outcomes)
    }

    /// Forgets the calls that the hook remembers: plugins that are registered from now on do not
    /// get them.
    pub fn forget(&self) {
        let forgotten = self.core.history.hold().forget();
        drop(forgotten);
    }

    fn remember_with(
        &self,
        mut args: H::Args<'_>,
        taker: Option<Taker<H>>,
        recorder: &mut impl Recorder,
    ) -> <H::Policy as Policy>::Whole<()> {
        let remembered = Arc::new(Remembered::new(&args, taker));
        let present = self.core().remember(Arc::clone(&remembered) as _);
        let output = dispatch::run(&self.seen(present), &mut args, recorder);
        dispatch::release::<H>(args);
        H::Policy::map(output, |answers| remembered.hand_over(answers))
    }
}

impl<H: Hook> Clone for Table<H> {
    fn clone(&self) -> Self {
        let scope = match &self.scope {
            Scope::Live => Scope::Live,
            Scope::Frozen(snapshot) => Scope::Frozen(Arc::clone(snapshot)),
            Scope::Without(left_out) => Scope::Without(Arc::clone(left_out)),
        };
        Self { core: Arc::clone(&self.core), scope }
    }
}

impl<H: Hook> fmt::Debug for Table<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("hook", &H::DESCRIPTION.name)
            .field("implementations", &self.implementations())
            .finish()
    }
}

/// What the tables of one manager share. Made by the manager.
#[doc(hidden)]
#[derive(Clone, Default)]
pub struct Surroundings {
    pub(crate) around: Arc<Around>,
    pub(crate) post: Arc<Post>,
}

impl Surroundings {
    /// Whether they belong to the same manager.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.around, &other.around)
    }
}

/// A table whose hook is not known at compile time: for listings.
pub trait AnyTable: sealed::Governed + Send + Sync {
    /// The hook as its author described it.
    fn description(&self) -> &'static HookDescription;

    /// The wrappers, outermost first, and the implementations, in call order.
    fn implementations(&self) -> Vec<Implementation>;

    /// The same, each with a sentence that says why it stands where it does.
    fn implementations_with_reasons(&self) -> Vec<(Implementation, String)>;
}

impl<H: Hook> AnyTable for Table<H> {
    fn description(&self) -> &'static HookDescription {
        H::DESCRIPTION
    }

    fn implementations(&self) -> Vec<Implementation> {
        self.implementations()
    }

    fn implementations_with_reasons(&self) -> Vec<(Implementation, String)> {
        self.with_snapshot(|snapshot| {
            let entries: Vec<_> = snapshot.entries().collect();
            entries
                .chunk_by(|one, next| one.rank() == next.rank())
                .flat_map(|entries| with_reasons(entries))
                .collect()
        })
    }
}

fn with_reasons<H: Hook>(entries: &[AnyEntry<H>]) -> Vec<(Implementation, String)> {
    let wishes: Vec<Wish<'_>> = entries.iter().map(|entry| entry.head().wish()).collect();
    let implementations = entries.iter().map(|entry| entry.head().implementation());
    implementations.zip(order::reasons(&wishes)).collect()
}

mod sealed {
    use super::{Hook, Table};

    /// What the manager, and nobody else, does to a table whose hook it does not know.
    pub trait Governed {
        /// Takes all implementations of one registration out; a running call completes with them.
        fn withdraw(&self, registration: u64);

        /// Says that monitors have come or gone, or that something was switched on.
        fn look_around(&self);
    }

    impl<H: Hook> Governed for Table<H> {
        fn withdraw(&self, registration: u64) {
            self.core.withdraw(registration);
        }

        fn look_around(&self) {
            self.core.change(|_| ());
        }
    }
}
