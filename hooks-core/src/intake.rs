//! What a plugin brings: gathers its implementations, so that all of them are registered or none.

use std::error::Error;
use std::sync::Arc;

use crate::background::{Deferred, defer};
use crate::description::HookDescription;
use crate::entry::{AnyEntry, Entry, Head, Run, Wrap, let_go};
use crate::history::{Defers, Keeps};
use crate::hook::Hook;
use crate::kind::{Background, Wrappable};
use crate::mode::{
    Awaited, Bound, BoxedFuture, Concurrent, Ended, Immediate, Plain, Sequential, Started, SyncHook,
};
use crate::order::Cycle;
use crate::plugin::{Method, Origin, Role};
use crate::table::{Core, NotJoined, Surroundings, Table};
use crate::wrapper::{AsyncNext, Next};

/// The implementations of one plugin, gathered.
#[doc(hidden)]
pub struct Intake {
    origin: Arc<Origin>,
    /// Whether they stand where any implementation does that asks for nothing.
    plain: bool,
    seats: Vec<Box<dyn Seat>>,
}

impl Intake {
    /// An intake for the plugin `origin`.
    pub(crate) fn new(origin: Arc<Origin>) -> Self {
        Self { origin, plain: false, seats: Vec::new() }
    }

    pub(crate) fn seats(&self) -> &[Box<dyn Seat>] {
        &self.seats
    }

    fn head(&self, method: Method, role: Role) -> Arc<Head> {
        let method = if self.plain { method.plain() } else { method };
        Arc::new(Head::new(Arc::clone(&self.origin), method, role))
    }
}

/// What was refused is dropped inside of a fence, like every plugin.
impl Drop for Intake {
    fn drop(&mut self) {
        for seat in self.seats.drain(..) {
            let_go(&self.origin.plugin, seat);
        }
    }
}

/// Lets what `gather` hands in join its tables, as a plugin that no manager knows and that has no
/// name. What it asks of the order is ignored, and it gets nothing that is remembered.
pub(crate) fn extra(gather: impl FnOnce(&mut Intake)) {
    let identity = Arc::downgrade(&Arc::new(()));
    let mut intake = Intake::new(Arc::new(Origin::new("".into(), u64::MAX, identity)));
    intake.plain = true;
    gather(&mut intake);
    intake.seats.iter().for_each(|seat| seat.join_unannounced());
}

/// The place in a registrar where implementations of one hook are handed in.
#[must_use = "nothing is registered until an implementation is handed in"]
pub struct Slot<'hooks, H: Hook> {
    table: &'hooks Table<H>,
    intake: &'hooks mut Intake,
    /// How implementations get into the background, if all of the hook run there.
    defer: Option<Defer<H>>,
}

/// Lets an implementation run in the background.
type Defer<H> = fn(Entry<Run<H>>, &Surroundings) -> Arc<dyn Deferred<H>>;

impl<'hooks, H: Hook> Slot<'hooks, H> {
    #[doc(hidden)]
    pub fn new(table: &'hooks Table<H>, intake: &'hooks mut Intake) -> Self {
        Self { table, intake, defer: None }
    }

    /// The slot of a hook all of whose implementations run in the background.
    #[doc(hidden)]
    pub fn deferring(table: &'hooks Table<H>, intake: &'hooks mut Intake) -> Self
    where
        H: Keeps<Kind = Background>,
    {
        Self { table, intake, defer: Some(defer::<H>) }
    }

    pub(crate) fn hand_in_implementation(self, method: Method, run: Arc<Run<H>>) {
        let method = if self.defer.is_some() { method.in_the_background() } else { method };
        let entry = Entry { head: self.intake.head(method, Role::Implementation), run };
        let entry = match self.defer {
            Some(defer) => AnyEntry::Background(defer(entry, &self.table.core().surroundings)),
            None => AnyEntry::Implementation(entry),
        };
        self.take(entry);
    }

    fn hand_in_wrapper(self, method: Method, run: Arc<Wrap<H>>) {
        let head = self.intake.head(method, Role::Wrapper);
        self.take(AnyEntry::Wrapper(Entry { head, run }));
    }

    fn take(self, entry: AnyEntry<H>) {
        let core = Arc::clone(self.table.core());
        self.intake.seats.push(Box::new(TableSeat { core, entry }));
    }
}

impl<H: SyncHook> Slot<'_, H> {
    /// Hands an implementation in: a closure that gets the arguments of each call. Those that the
    /// hook passes by value are not copied for it, as they are for a method: it clones what it
    /// keeps or changes. What it changes in them, the implementations after it get.
    pub fn implementation(
        self,
        method: Method,
        run: impl for<'call, 'run> Fn(&'run mut H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) {
        self.hand_in_implementation(method, Arc::new(run));
    }

    /// Hands an implementation in that runs in the background: on a thread of its plugin, with
    /// arguments that are kept for it. The caller does not wait for it, unless the host wants that
    /// for [a full queue](crate::WhenFull).
    pub fn background(
        self,
        method: Method,
        run: impl for<'call, 'run> Fn(&'run mut H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) where
        H: Defers,
    {
        Self { defer: Some(defer::<H>), ..self }.implementation(method, run);
    }

    /// Hands a wrapper in: a closure that gets the rest of each call, to be run once.
    pub fn wrapper(
        self,
        method: Method,
        run: impl for<'call, 'run> Fn(
            Next<'run, H::Args<'call>>,
        ) -> Result<(), Box<dyn Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) where
        H: Hook<Kind: Wrappable>,
    {
        self.hand_in_wrapper(method, Arc::new(run));
    }

    /// Is there for the message of rustc: the hook is a `fn`.
    #[doc(hidden)]
    pub fn async_implementation<P, F>(self, _: Method, _: &Arc<P>, _: F)
    where
        H: Hook<Mode: Awaited>,
    {
        unreachable!("no hook is both")
    }

    /// Is there for the message of rustc: the hook is a `fn`.
    #[doc(hidden)]
    pub fn async_wrapper<P, F>(self, _: Method, _: &Arc<P>, _: F)
    where
        H: Hook<Mode: Awaited>,
    {
        unreachable!("no hook is both")
    }
}

/// The place in a registrar where implementations of one `async` hook are handed in.
#[must_use = "nothing is registered until an implementation is handed in"]
pub struct AsyncSlot<'hooks, H: Hook>(Slot<'hooks, H>);

impl<'hooks, H: Hook<Mode = Sequential>> AsyncSlot<'hooks, H> {
    #[doc(hidden)]
    pub fn new(table: &'hooks Table<H>, intake: &'hooks mut Intake) -> Self {
        Self(Slot::new(table, intake))
    }

    /// Hands an implementation in that is a plain function: a closure that gets the arguments of
    /// each call.
    pub fn implementation(
        self,
        method: Method,
        run: impl for<'call, 'run> Fn(&'run mut H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) {
        self.0.hand_in_implementation(method, Arc::new(Plain(run)));
    }

    /// Hands an implementation in that is awaited.
    #[doc(hidden)]
    pub fn async_implementation<P, F>(self, method: Method, plugin: &Arc<P>, start: F)
    where
        P: Send + Sync + 'static,
        F: for<'run, 'call> Fn(&'run P, &'run mut H::Args<'call>) -> Started<'run, H::Return>
            + Send
            + Sync
            + 'static,
    {
        let plugin = Arc::clone(plugin);
        self.0.hand_in_implementation(method.awaited(), Arc::new(Bound { plugin, start }));
    }

    /// Is there for the message of rustc: a wrapper of the hook is awaited.
    #[doc(hidden)]
    pub fn wrapper(
        self,
        _: Method,
        _: impl for<'call, 'run> Fn(Next<'run, H::Args<'call>>) -> Ended,
    ) where
        H: Hook<Mode: Immediate>,
    {
        unreachable!("no hook is both")
    }

    /// Hands a wrapper in.
    #[doc(hidden)]
    pub fn async_wrapper<P, F>(self, method: Method, plugin: &Arc<P>, start: F)
    where
        H: Hook<Kind: Wrappable>,
        P: Send + Sync + 'static,
        F: for<'run, 'call> Fn(
                &'run P,
                AsyncNext<'run, H::Args<'call>>,
            ) -> BoxedFuture<'run, Ended>
            + Send
            + Sync
            + 'static,
    {
        let plugin = Arc::clone(plugin);
        self.0.hand_in_wrapper(method.awaited(), Arc::new(Bound { plugin, start }));
    }
}

/// The place in a registrar where implementations of one `#[hook(concurrent)]` hook are handed in.
#[must_use = "nothing is registered until an implementation is handed in"]
pub struct ConcurrentSlot<'hooks, H: Hook>(Slot<'hooks, H>);

impl<'hooks, H: Hook<Mode = Concurrent>> ConcurrentSlot<'hooks, H> {
    #[doc(hidden)]
    pub fn new(table: &'hooks Table<H>, intake: &'hooks mut Intake) -> Self {
        Self(Slot::new(table, intake))
    }

    /// Hands an implementation in that is a plain function: a closure that gets the arguments of
    /// each call.
    pub fn implementation(
        self,
        method: Method,
        run: impl for<'call, 'run> Fn(&'run H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) {
        self.0.hand_in_implementation(method, Arc::new(Plain(run)));
    }

    /// Hands an implementation in that is awaited.
    #[doc(hidden)]
    pub fn async_implementation<P, F>(self, method: Method, plugin: &Arc<P>, start: F)
    where
        P: Send + Sync + 'static,
        F: for<'run, 'call> Fn(&'run P, &'run H::Args<'call>) -> Started<'run, H::Return>
            + Send
            + Sync
            + 'static,
    {
        let plugin = Arc::clone(plugin);
        self.0.hand_in_implementation(method.awaited(), Arc::new(Bound { plugin, start }));
    }

    /// Is there for the message of rustc: a wrapper of the hook is awaited.
    #[doc(hidden)]
    pub fn wrapper(
        self,
        _: Method,
        _: impl for<'call, 'run> Fn(Next<'run, H::Args<'call>>) -> Ended,
    ) where
        H: Hook<Mode: Immediate>,
    {
        unreachable!("no hook is both")
    }

    /// Hands a wrapper in.
    #[doc(hidden)]
    pub fn async_wrapper<P, F>(self, method: Method, plugin: &Arc<P>, start: F)
    where
        H: Hook<Kind: Wrappable>,
        P: Send + Sync + 'static,
        F: for<'run, 'call> Fn(
                &'run P,
                AsyncNext<'run, H::Args<'call>>,
            ) -> BoxedFuture<'run, Ended>
            + Send
            + Sync
            + 'static,
    {
        let plugin = Arc::clone(plugin);
        self.0.hand_in_wrapper(method.awaited(), Arc::new(Bound { plugin, start }));
    }
}

/// One implementation on its way into a table.
pub(crate) trait Seat {
    fn hook(&self) -> &'static HookDescription;
    /// Whether it asks to stand before or after its own plugin.
    fn names_itself(&self) -> bool;
    /// Takes a place in the order. No call runs it yet.
    fn announce(&self) -> Result<(), Cycle>;
    /// Gets what the hook remembers, and joins the table.
    fn join(&self) -> Result<(), NotJoined>;
    /// Joins a table that nobody else knows, whatever its hook remembers.
    fn join_unannounced(&self);
    /// Gives up the place in the order, and those of the same plugin in the same table.
    fn withdraw(&self);
}

struct TableSeat<H: Hook> {
    core: Arc<Core<H>>,
    entry: AnyEntry<H>,
}

impl<H: Hook> Seat for TableSeat<H> {
    fn hook(&self) -> &'static HookDescription {
        H::DESCRIPTION
    }

    fn names_itself(&self) -> bool {
        self.entry.head().names_itself()
    }

    fn announce(&self) -> Result<(), Cycle> {
        self.core.announce(&self.entry)
    }

    fn join(&self) -> Result<(), NotJoined> {
        self.core.join(&self.entry)
    }

    fn join_unannounced(&self) {
        self.core.join_unannounced(&self.entry);
    }

    fn withdraw(&self) {
        self.core.withdraw(self.entry.head().origin.registration);
    }
}
