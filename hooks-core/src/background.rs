//! Implementations that run in the background: the call puts its arguments into the queue of their
//! plugin and goes on, and a thread of the plugin delivers them.
//!
//! ```text
//! call ──► queue of plugin a ──► thread of plugin a ──► dispatch
//!      └─► queue of plugin b ──► thread of plugin b ──► dispatch
//! ```
//!
//! One registration has one queue and one thread, for all of its background implementations of all
//! hooks. So a plugin gets its deliveries in the order in which they were sent, and a slow plugin
//! fills no queue but its own. The thread starts with the first delivery, and ends when nobody can
//! send any more and the queue is empty: it holds what it delivers, and nothing of the plugin
//! between two deliveries.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::description::HookDescription;
use crate::dispatch;
use crate::entry::{AnyEntry, Entry, Head, Run, let_go};
use crate::fence::{self, Fence};
use crate::gear::Around;
use crate::history::Keeps;
use crate::hook::Hook;
use crate::plugin::{Implementation, Origin};
use crate::queue::{Deliveries, Put, Queue, QueueOptions};
use crate::recorder::Unrecorded;
use crate::report::SkipReason;
use crate::snapshot::Snapshot;
use crate::sync::{self, Lock, thread_local};
use crate::table::Surroundings;

/// The arguments of a call, kept for all who get it in the background.
pub(crate) type Kept = Arc<dyn Any + Send + Sync>;

/// An implementation that runs in the background.
pub(crate) trait Addressee: Send + Sync {
    fn head(&self) -> &Arc<Head>;
    fn hook(&self) -> &'static HookDescription;
    fn mailbox(&self) -> &Mailbox;
    /// Runs it with the arguments of a call.
    ///
    /// # Errors
    ///
    /// If its arguments cannot be copied: it has not run, and the failure is on record.
    fn deliver(&self, call: &(dyn Any + Send + Sync), around: &Around) -> Result<(), NoCopy>;
}

/// An argument that is passed by value has panicked while it was copied for a delivery.
pub(crate) struct NoCopy;

/// An implementation of the hook `H` that runs in the background.
pub(crate) trait Deferred<H: Hook>: Addressee {
    /// Keeps the arguments of a call.
    fn keep(&self, args: &H::Args<'_>) -> Kept;
}

/// An implementation of a hook whose arguments can be kept, with the mailbox of its plugin.
struct InBackground<H: Keeps> {
    entry: Entry<Run<H>>,
    mailbox: Arc<Mailbox>,
}

/// Lets an implementation run in the background.
pub(crate) fn defer<H: Keeps>(
    entry: Entry<Run<H>>,
    surroundings: &Surroundings,
) -> Arc<dyn Deferred<H>> {
    let mailbox = entry.head.origin.mailbox(surroundings);
    Arc::new(InBackground { entry, mailbox })
}

impl<H: Keeps> Deferred<H> for InBackground<H> {
    fn keep(&self, args: &H::Args<'_>) -> Kept {
        Arc::new(H::keep(args))
    }
}

impl<H: Keeps> Addressee for InBackground<H> {
    fn head(&self) -> &Arc<Head> {
        &self.entry.head
    }

    fn hook(&self) -> &'static HookDescription {
        H::DESCRIPTION
    }

    fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    fn deliver(&self, call: &(dyn Any + Send + Sync), around: &Around) -> Result<(), NoCopy> {
        let record = call.downcast_ref().expect("who keeps a call is of its hook");
        let entry = AnyEntry::<H>::Implementation(self.entry.clone());
        let alone = Snapshot::new([entry], around.monitors.now(), around.gear());
        match Fence::raise().run(|| H::lend(record)) {
            Ok(mut args) => {
                dispatch::deliver(&alone, &mut args, &mut Unrecorded);
                dispatch::release::<H>(args);
                Ok(())
            }
            Err(panic) => {
                dispatch::fail_delivery(&alone, panic);
                Err(NoCopy)
            }
        }
    }
}

/// A call on its way to an implementation.
struct Delivery {
    call: Kept,
    to: Arc<dyn Addressee>,
}

impl Delivery {
    /// Makes the delivery. A panic is one of the host, of a subscriber: the panic hook has told of
    /// it, and the next delivery has nothing to do with it.
    ///
    /// # Errors
    ///
    /// If there is nothing to deliver.
    fn make(&self, around: &Around) -> Result<(), NoCopy> {
        let make = || self.to.deliver(&*self.call, around);
        catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|payload| {
            let _ = fence::dispose(payload);
            Ok(())
        })
    }

    /// Drops it inside of fences: it may be the last to hold its arguments, and its plugin.
    fn discard(self) {
        let Self { call, to } = self;
        release(call, to.hook());
        let plugin = Arc::clone(&to.head().origin.plugin);
        let_go(&plugin, to);
    }
}

/// Lets go of the arguments of a call inside of a fence: this may be the last to hold them.
pub(crate) fn release(call: Kept, hook: &HookDescription) {
    if let Err(panic) = fence::dispose(call) {
        tracing::error!(
            target: "hooks_core::drop",
            hook = hook.name,
            "the arguments of a delivery panicked while they were dropped: {panic}",
        );
    }
}

/// A delivery that was dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// The hook that was called.
    pub hook: &'static HookDescription,
    /// The implementation that is not told of the call.
    pub implementation: Implementation,
    /// Why it was dropped.
    pub reason: DropReason,
}

/// Why a delivery was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// The queue of its plugin was full.
    Full,
    /// Its plugin was blocked.
    Blocked,
    /// The host has discarded what waited.
    Discarded,
    /// There is no thread to make it.
    NoThread,
    /// An argument that is passed by value has panicked while it was copied for it. The failure is
    /// on record as one of the plugin, as it is where a plugin takes a copy in the call.
    NoCopy,
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "its queue is full",
            Self::Blocked => "it was blocked",
            Self::Discarded => "the host has discarded them",
            Self::NoThread => "no thread could be started for it",
            Self::NoCopy => "their arguments could not be copied",
        })
    }
}

/// What became of a call that was sent.
pub(crate) enum Sent {
    Queued,
    Refused(SkipReason),
}

/// Puts a call into the queue of a plugin.
pub(crate) fn send<H: Hook>(to: &Arc<dyn Deferred<H>>, call: &Kept) -> Sent {
    let delivery = Delivery { call: Arc::clone(call), to: Arc::clone(to) as _ };
    let mailbox = to.mailbox();
    let Put { dropped, accepted, unmanned } = mailbox.queue.put(delivery, !delivers());
    if let Some(dropped) = dropped {
        mailbox.drop_all([dropped], DropReason::Full);
    }
    if !accepted {
        return Sent::Refused(SkipReason::QueueFull);
    }
    if unmanned && !start(&to.head().origin) {
        return Sent::Refused(SkipReason::NoThread);
    }
    Sent::Queued
}

thread_local! {
    /// Whether this thread makes deliveries.
    static DELIVERS: Cell<bool> = const { Cell::new(false) };
}

fn delivers() -> bool {
    DELIVERS.with(Cell::get)
}

/// Starts the thread of a plugin. If there is none to be had, what waits is dropped. Whether it
/// runs.
#[cold]
fn start(origin: &Origin) -> bool {
    let mailbox = origin.mailbox.get().expect("who sends to a plugin has its mailbox");
    // A thread cannot have this character in its name.
    let name = mailbox.plugin.replace('\0', "");
    let mine = Arc::clone(mailbox);
    let started = sync::start(name, move || mine.work());
    if let Err(error) = &started {
        tracing::error!(
            target: "hooks_core::background",
            plugin = &*mailbox.plugin,
            "a thread for the deliveries to a plugin could not be started: {error}",
        );
        mailbox.drop_all(mailbox.queue.unman(), DropReason::NoThread);
    }
    started.is_ok()
}

/// The queue of one registration.
pub(crate) struct Mailbox {
    /// The name under which the plugin is registered; empty for the closures of a call or a few.
    plugin: Arc<str>,
    registration: u64,
    queue: Queue<Delivery>,
    around: Arc<Around>,
    told: Lock<Told>,
}

/// How many dropped deliveries events have told of.
#[derive(Default)]
struct Told {
    all: u64,
    /// Since the queue was empty.
    lately: u64,
}

impl Mailbox {
    /// The deliveries to the plugin, counted.
    pub(crate) fn deliveries(&self) -> Deliveries {
        self.queue.deliveries()
    }

    /// Drops what waits.
    pub(crate) fn clear(&self, reason: DropReason) {
        self.drop_all(self.queue.clear(), reason);
    }

    /// Says that nobody can send any more.
    pub(crate) fn close(&self) {
        self.queue.close();
    }

    /// Makes one delivery after the other, until there will be none any more.
    fn work(&self) {
        DELIVERS.with(|delivers| delivers.set(true));
        loop {
            let next = self.queue.try_take().or_else(|| {
                self.tell_of_drops(1, DropReason::Full);
                self.told.hold().lately = 0;
                self.queue.take()
            });
            let Some(delivery) = next else { return };
            match delivery.make(&self.around) {
                Ok(()) => delivery.discard(),
                Err(NoCopy) => {
                    self.queue.forfeit();
                    self.drop_all([delivery], DropReason::NoCopy);
                }
            }
        }
    }

    /// Drops deliveries that were taken out of the queue, and reports them.
    fn drop_all(&self, dropped: impl IntoIterator<Item = Delivery>, reason: DropReason) {
        let monitors = self.around.monitors.now();
        let mut any = false;
        for delivery in dropped {
            any = true;
            if !monitors.is_empty() {
                let implementation = delivery.to.head().implementation();
                let dropped = Dropped { hook: delivery.to.hook(), implementation, reason };
                monitors.dropped(&Fence::raise(), &dropped);
            }
            delivery.discard();
        }
        if any {
            // In a flood, each event tells of twice as many as the one before it.
            let many = if reason == DropReason::Full { self.told.hold().lately.max(1) } else { 1 };
            self.tell_of_drops(many, reason);
        }
    }

    /// Tells of the drops that nothing was told of yet, if there are that many.
    fn tell_of_drops(&self, many: u64, reason: DropReason) {
        let total = self.queue.deliveries().dropped;
        let mut told = self.told.hold();
        let dropped = total.saturating_sub(told.all);
        if dropped < many {
            return;
        }
        told.all = total;
        told.lately += dropped;
        drop(told);
        // The subscriber is the host's. If it panics, the caller hears of it, or the panic hook.
        tracing::warn!(
            target: "hooks_core::background",
            plugin = &*self.plugin,
            dropped,
            total,
            "deliveries to a plugin were dropped: {reason}",
        );
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox")
            .field("plugin", &self.plugin)
            .field("deliveries", &self.deliveries())
            .finish_non_exhaustive()
    }
}

/// What a [drain](crate::PluginManager::drain) has left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// The plugins that have not got everything, in the order of their registration.
    pub late: Vec<Undelivered>,
}

impl Drained {
    /// Whether everything that was sent before is delivered or was dropped.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.late.is_empty()
    }

    /// How many deliveries wait or are under way, of those that were sent before.
    #[must_use]
    pub fn undelivered(&self) -> u64 {
        self.late.iter().map(|late| late.deliveries).sum()
    }
}

/// A plugin that has not got everything.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undelivered {
    /// The name under which it is registered, or was; empty for closures that were handed in for a
    /// call or a few.
    pub plugin: Arc<str>,
    /// How many deliveries wait or are under way, of those that were sent before.
    pub deliveries: u64,
}

/// The mailboxes of one manager, and how much room there is in them.
#[derive(Default)]
pub(crate) struct Post(Lock<Office>);

#[derive(Default)]
struct Office {
    options: QueueOptions,
    /// Of plugins that have options of their own, by name.
    own: Vec<(String, QueueOptions)>,
    /// Those of plugins that are still to be delivered to, in the order of registration.
    mailboxes: Vec<Weak<Mailbox>>,
}

impl Post {
    /// A mailbox for one registration.
    pub(crate) fn open(
        &self,
        plugin: &Arc<str>,
        registration: u64,
        around: &Arc<Around>,
    ) -> Arc<Mailbox> {
        let mut office = self.0.hold();
        let mailbox = Arc::new(Mailbox {
            plugin: Arc::clone(plugin),
            registration,
            queue: Queue::new(office.options_of(plugin)),
            around: Arc::clone(around),
            told: Lock::default(),
        });
        // Not at each, so that many plugins are registered in no more time than each takes.
        if office.mailboxes.len() == office.mailboxes.capacity() {
            office.mailboxes.retain(|mailbox| mailbox.strong_count() > 0);
        }
        office.mailboxes.push(Arc::downgrade(&mailbox));
        mailbox
    }

    /// Sets the options of all plugins that have none of their own.
    pub(crate) fn set_all(&self, options: QueueOptions) {
        self.change(|office| office.options = options);
    }

    /// Sets the options of the plugins of this name, now and later.
    pub(crate) fn set(&self, plugin: &str, options: QueueOptions) {
        self.change(|office| {
            office.own.retain(|(name, _)| name != plugin);
            office.own.push((plugin.to_owned(), options));
        });
    }

    fn change(&self, change: impl FnOnce(&mut Office)) {
        let mut office = self.0.hold();
        change(&mut office);
        for mailbox in office.mailboxes.iter().filter_map(Weak::upgrade) {
            mailbox.queue.set(office.options_of(&mailbox.plugin));
        }
    }

    /// Waits until everything that was sent before is delivered or dropped, or that time is over.
    pub(crate) fn drain(&self, time: Duration) -> Drained {
        // A delivery does not wait for others: they may wait for it.
        let time = if delivers() { Duration::ZERO } else { time };
        let end = Instant::now().checked_add(time);
        let marked: Vec<_> =
            self.mailboxes().into_iter().map(|mailbox| (mailbox.queue.mark(), mailbox)).collect();
        let late = marked.into_iter().filter_map(|(mark, mailbox)| {
            let deliveries = mailbox.queue.unsettled(mark, end);
            let plugin = || Arc::clone(&mailbox.plugin);
            (deliveries > 0).then(|| Undelivered { plugin: plugin(), deliveries })
        });
        Drained { late: late.collect() }
    }

    /// Drops what waits in all mailboxes.
    pub(crate) fn discard(&self) {
        self.mailboxes().iter().for_each(|mailbox| mailbox.clear(DropReason::Discarded));
    }

    fn mailboxes(&self) -> Vec<Arc<Mailbox>> {
        let mut mailboxes: Vec<_> =
            self.0.hold().mailboxes.iter().filter_map(Weak::upgrade).collect();
        mailboxes.sort_by_key(|mailbox| mailbox.registration);
        mailboxes
    }
}

impl Office {
    fn options_of(&self, plugin: &str) -> QueueOptions {
        let own = self.own.iter().find(|(name, _)| name == plugin);
        own.map_or(self.options, |(_, options)| *options)
    }
}
