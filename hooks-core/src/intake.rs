//! What a plugin brings: gathers its implementations, so that all of them are registered or none.

use std::error::Error;
use std::sync::{Arc, Weak};

use crate::description::HookDescription;
use crate::entry::{AnyEntry, Entry, Head};
use crate::hook::Hook;
use crate::order::Cycle;
use crate::plugin::{Method, Origin, Role};
use crate::report::Failure;
use crate::table::{Core, Table};
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

    pub(crate) fn into_seats(self) -> Vec<Box<dyn Seat>> {
        self.seats
    }

    fn head(&self, method: Method, role: Role) -> Arc<Head> {
        let method = if self.plain { method.plain() } else { method };
        Arc::new(Head::new(Arc::clone(&self.origin), method, role))
    }
}

/// Lets what `gather` hands in join its tables, as a plugin that no manager knows. What it asks of
/// the order is ignored.
pub(crate) fn extra(gather: impl FnOnce(&mut Intake)) {
    let nobody: Weak<()> = Weak::new();
    let origin = Arc::new(Origin::new("with".into(), u64::MAX, nobody));
    let mut intake = Intake { plain: true, ..Intake::new(origin) };
    gather(&mut intake);
    for seat in intake.into_seats() {
        // The tables are those of one call: there are neither wishes nor a past to be in the way.
        let _ = seat.announce().map(|()| seat.join());
    }
}

/// The place in a registrar where implementations of one hook are handed in.
#[must_use = "nothing is registered until an implementation is handed in"]
pub struct Slot<'hooks, H: Hook> {
    table: &'hooks Table<H>,
    intake: &'hooks mut Intake,
}

impl<'hooks, H: Hook> Slot<'hooks, H> {
    #[doc(hidden)]
    pub fn new(table: &'hooks Table<H>, intake: &'hooks mut Intake) -> Self {
        Self { table, intake }
    }

    /// Hands an implementation in: a closure that gets the arguments of each call.
    pub fn implementation(
        self,
        method: Method,
        run: impl for<'call, 'run> Fn(&'run mut H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) {
        let head = self.intake.head(method, Role::Implementation);
        self.take(AnyEntry::Implementation(Entry { head, run: Arc::new(run) }));
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
    ) {
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
    fn join(&self) -> Result<(), Failure>;
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
        self.core.announce(self.entry.clone())
    }

    fn join(&self) -> Result<(), Failure> {
        self.core.join(&self.entry)
    }
}
