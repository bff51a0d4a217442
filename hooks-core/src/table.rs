//! The implementations of one hook, in call order.
//!
//! A table keeps a roster, in the order of registration and behind a lock, and a snapshot of it,
//! in call order, for calls to run. A change makes the snapshot stale; the first call after that
//! makes a new one. So registering is as cheap for the ten-thousandth implementation as for the
//! first, a call takes no lock unless something changed, and a running call goes on with the
//! snapshot with which it began.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;

use crate::dispatch::{self, Unrecorded};
use crate::fence;
use crate::order::{self, Key, Sequence};
use crate::plugin::{Implementation, Method, Origin};
use crate::report::Report;
use crate::spec::{Hook, HookDescription, Output};

/// What an entry runs: a method of a plugin, behind a closure that picks its arguments.
pub(crate) type Run<H> =
    dyn for<'a, 'b> Fn(&'b mut <H as Hook>::Args<'a>) -> <H as Hook>::Return + Send + Sync;

/// One implementation in a table. The closure stands in the same allocation.
pub(crate) struct Entry<R: ?Sized> {
    origin: Arc<Origin>,
    method: Method,
    key: Key,
    pub(crate) run: R,
}

/// An entry of the hook `H`.
pub(crate) type AnyEntry<H> = Entry<Run<H>>;

impl<R> Entry<R> {
    pub(crate) fn new(origin: Arc<Origin>, method: Method, sequence: Sequence, run: R) -> Self {
        Self { origin, method, key: order::key(method.band, sequence), run }
    }
}

impl<R: ?Sized> Entry<R> {
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn implementation(&self) -> Implementation {
        Implementation {
            plugin: Arc::clone(&self.origin.plugin),
            method: self.method.name,
            band: self.method.band,
            file: self.method.file,
            line: self.method.line,
        }
    }
}

/// Entries that are dropped inside of a fence: the last of them drops the plugin.
struct Entries<H: Hook>(Vec<Arc<AnyEntry<H>>>);

impl<H: Hook> Drop for Entries<H> {
    fn drop(&mut self) {
        // One by one: a second panic while the first unwinds would end the process.
        for entry in self.0.drain(..) {
            let origin = Arc::clone(&entry.origin);
            if let Err(panic) = fence::dispose(entry) {
                report_drop(&origin.plugin, &panic);
            }
        }
    }
}

/// Tells of a plugin that panicked while it was dropped.
#[cold]
pub(crate) fn report_drop(plugin: &str, panic: &fence::Panic) {
    tracing::error!(target: "hooks_core::drop", plugin, "a plugin panicked while it was dropped: {panic}");
}

/// The implementations of one hook in call order, as they were at one moment.
pub(crate) struct Snapshot<H: Hook>(Entries<H>);

impl<H: Hook> Snapshot<H> {
    #[inline]
    pub(crate) fn entries(&self) -> &[Arc<AnyEntry<H>>] {
        &self.0.0
    }
}

pub(crate) struct Core<H: Hook> {
    /// How many implementations there are: spares a call without any the look at the snapshot.
    count: AtomicUsize,
    /// `None` if the roster has changed since the last one was made.
    snapshot: ArcSwapOption<Snapshot<H>>,
    roster: Mutex<Entries<H>>,
}

/// The implementations of one hook, in call order: what a call runs.
///
/// A cheap handle on a shared table, and a live one: plugins come and go while handles are held.
/// A [frozen](Self::frozen) one runs what was there when it was made.
pub struct Table<H: Hook>(View<H>);

/// What a handle sees of the table.
enum View<H: Hook> {
    Live(Arc<Core<H>>),
    Frozen(Arc<Snapshot<H>>),
}

impl<H: Hook> Table<H> {
    /// A table without implementations.
    #[doc(hidden)]
    #[must_use]
    pub fn vacant() -> Self {
        fence::install();
        Self(View::Live(Arc::new(Core {
            count: AtomicUsize::new(0),
            snapshot: ArcSwapOption::empty(),
            roster: Mutex::new(Entries(Vec::new())),
        })))
    }

    /// The table as it is now, for loops so hot that the look for changes counts. Plugins that
    /// are registered later are not called through it, and those that are taken out still are:
    /// it keeps them alive.
    #[must_use]
    pub fn frozen(&self) -> Self {
        Self(View::Frozen(match &self.0 {
            View::Live(core) => core.snapshot(),
            View::Frozen(snapshot) => Arc::clone(snapshot),
        }))
    }

    /// Calls every implementation that the kind of the hook asks for, in call order, each one
    /// fenced. The call methods of a spec come here.
    ///
    /// A failure of an implementation is counted and told to `tracing`, and the next one is
    /// called.
    #[inline]
    pub fn call(&self, mut args: H::Args<'_>) -> Output<H> {
        if self.is_empty() {
            return Output::<H>::default();
        }
        self.with_entries(|entries| dispatch::run(entries, &mut args, &mut Unrecorded))
    }

    /// The same call, with a report of what each implementation did.
    pub fn call_reported(&self, mut args: H::Args<'_>) -> Report<Output<H>> {
        self.with_entries(|entries| {
            let mut outcomes = Vec::with_capacity(entries.len());
            let output = dispatch::run(entries, &mut args, &mut outcomes);
            Report::new(H::DESCRIPTION, output, outcomes)
        })
    }

    /// The number of implementations.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            View::Live(core) => core.count.load(Ordering::Acquire),
            View::Frozen(snapshot) => snapshot.entries().len(),
        }
    }

    /// Whether there is no implementation.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The implementations, in call order.
    #[must_use]
    pub fn implementations(&self) -> Vec<Implementation> {
        self.with_entries(|entries| entries.iter().map(|entry| entry.implementation()).collect())
    }

    #[inline]
    fn with_entries<T>(&self, call: impl FnOnce(&[Arc<AnyEntry<H>>]) -> T) -> T {
        match &self.0 {
            View::Frozen(snapshot) => call(snapshot.entries()),
            View::Live(core) => match &*core.snapshot.load() {
                Some(snapshot) => call(snapshot.entries()),
                None => call(core.renew().entries()),
            },
        }
    }

    /// The table that the manager changes.
    ///
    /// # Panics
    ///
    /// If this handle is frozen; the manager has live ones only.
    pub(crate) fn live(&self) -> &Core<H> {
        match &self.0 {
            View::Live(core) => core,
            View::Frozen(_) => unreachable!("a manager keeps live tables"),
        }
    }
}

impl<H: Hook> Core<H> {
    /// Adds an implementation.
    pub(crate) fn enroll(&self, entry: Arc<AnyEntry<H>>) {
        let stale = {
            let mut roster = self.roster();
            roster.0.push(entry);
            self.settle(&roster)
        };
        drop(stale);
    }

    /// Makes the snapshot stale, and gives the old one back: to be dropped once the roster is
    /// unlocked, because it may take plugins with it and these may call back in.
    #[must_use]
    fn settle(&self, roster: &Entries<H>) -> Option<Arc<Snapshot<H>>> {
        self.count.store(roster.0.len(), Ordering::Release);
        self.snapshot.swap(None)
    }

    /// The implementations as they are now.
    fn snapshot(&self) -> Arc<Snapshot<H>> {
        self.snapshot.load_full().unwrap_or_else(|| self.renew())
    }

    /// Makes the snapshot of the roster as it is now.
    #[cold]
    fn renew(&self) -> Arc<Snapshot<H>> {
        let roster = self.roster();
        let mut entries = roster.0.clone();
        entries.sort_by_key(|entry| entry.key);
        let snapshot = Arc::new(Snapshot(Entries(entries)));
        let stale = self.snapshot.swap(Some(Arc::clone(&snapshot)));
        drop(roster);
        drop(stale);
        snapshot
    }

    fn roster(&self) -> MutexGuard<'_, Entries<H>> {
        // No code of others runs under this lock, so nothing leaves the roster half-changed.
        self.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<H: Hook> Clone for Table<H> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            View::Live(core) => View::Live(Arc::clone(core)),
            View::Frozen(snapshot) => View::Frozen(Arc::clone(snapshot)),
        })
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

/// A table whose hook is not known at compile time: for listings.
pub trait AnyTable: sealed::Withdraw + Send + Sync {
    /// The hook as its author described it.
    fn description(&self) -> &'static HookDescription;

    /// The implementations, in call order.
    fn implementations(&self) -> Vec<Implementation>;
}

impl<H: Hook> AnyTable for Table<H> {
    fn description(&self) -> &'static HookDescription {
        H::DESCRIPTION
    }

    fn implementations(&self) -> Vec<Implementation> {
        self.implementations()
    }
}

mod sealed {
    use super::{Entries, Hook, Table};

    /// What the manager, and nobody else, does to a table whose hook it does not know.
    pub trait Withdraw {
        /// Takes all implementations of one registration out; a running call completes with them.
        fn withdraw(&self, registration: u64);
    }

    impl<H: Hook> Withdraw for Table<H> {
        fn withdraw(&self, registration: u64) {
            let gone = {
                let core = self.live();
                let mut roster = core.roster();
                let (gone, kept) =
                    roster.0.drain(..).partition(|entry| entry.origin.registration == registration);
                roster.0 = kept;
                (core.settle(&roster), Entries::<H>(gone))
            };
            drop(gone);
        }
    }
}
