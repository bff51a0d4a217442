//! What a plugin brings: gathers its implementations, so that all of them are registered or none.

use std::error::Error;
use std::sync::Arc;

use crate::background::{Deferred, defer};
use crate::description::HookDescription;
use crate::entry::{AnyEntry, Entry, Head, Run, let_go};
use crate::history::{Defers, Keeps};
use crate::hook::Hook;
use crate::kind::{Background, Wrappable};
use crate::order::Cycle;
use crate::plugin::{Method, Origin, Role};
use crate::table::{Core, NotJoined, Surroundings, Table};
use crate::wrapper::Next;

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

    /// Hands an implementation in: a closure that gets the arguments of each call. Those that the
    /// hook passes by value are not copied for it, as they are for a method: it clones what it
    /// keeps or changes. What it changes in them, the implementations after it get.
    pub fn implementation(
        self,
        method: Method,
        run: impl for<'call, 'run> Fn(&'run mut H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) {
        let head = self.intake.head(method, Role::Implementation);
        let entry = Entry { head, run: Arc::new(run) as _ };
        let entry = match self.defer {
            Some(defer) => AnyEntry::Background(defer(entry, &self.table.core().surroundings)),
            None => AnyEntry::Implementation(entry),
        };
        self.take(entry);
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
        let head = self.intake.head(method, Role::Wrapper);
        self.take(AnyEntry::Wrapper(Entry { head, run: Arc::new(run) }));
    }

    fn take(self, entry: AnyEntry<H>) {
        let core = Arc::clone(self.table.core());
        self.intake.seats.push(Box::new(TableSeat { core, entry }));
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
