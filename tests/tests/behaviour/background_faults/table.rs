//! Every fault in every hook that runs in the background: who ran, who did not, and what was
//! reported of whom.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hooks_core::{DropReason, Failure, PluginManager};

use super::faulty::{Asks, Errands, Fault, HOOKS, call, register};
use super::items::{Breaks, FAULTY, Item};
use super::told::{Inside, Told as Watches, named};
use crate::background::{LONG, counts};
use crate::support::{Event, Journal, Told, in_a_process_of_its_own, recorded_everywhere};

/// One cell of the table.
#[derive(Clone, Copy, Debug)]
struct Cell {
    asks: Asks,
    hook: &'static str,
    fault: Fault,
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for (asks, fallible, hook) in HOOKS {
        let errors: &[_] = if fallible { &Fault::ERRORS } else { &[] };
        let faults = Fault::PANICS.iter().chain(errors).chain(&Fault::BREAKS);
        cells.extend(faults.map(|&fault| Cell { asks, hook, fault }));
    }
    cells
}

impl Cell {
    /// Whether the caller hears of it, whose argument it is.
    fn is_the_callers(self) -> bool {
        self.fault.breaks() == Breaks::WhenKept
    }

    /// Whether the faulty plugin is never given the item.
    fn is_lost(self) -> bool {
        self.fault.breaks() == Breaks::WhenCopied
    }

    /// Whose code is reached by the first call.
    fn runs(self) -> Vec<&'static str> {
        let reached = match (self.is_the_callers(), self.fault.breaks()) {
            (true, _) => vec![],
            (false, Breaks::WhenCopied | Breaks::WhenTaken) => vec!["first 1", "last 1"],
            (false, _) => vec!["faulty 1", "first 1", "last 1"],
        };
        let present = (self.asks == Asks::Plugin).then_some("present 1");
        reached.into_iter().chain(present).collect()
    }

    /// How the call was reported.
    fn verdicts(self) -> Vec<(&'static str, &'static str)> {
        let present = (self.asks == Asks::Plugin).then_some(("present", "answered"));
        let queued = ["first", FAULTY, "last"].map(|name| (name, "queued"));
        present.into_iter().chain(queued).collect()
    }

    /// How the deliveries to the plugin at fault are counted after the first call.
    fn counts(self) -> [u64; 4] {
        match (self.is_the_callers(), self.is_lost()) {
            (true, _) => [0, 0, 0, 0],
            (false, true) => [1, 0, 1, 0],
            (false, false) => [1, 1, 0, 0],
        }
    }

    fn check_failures(self, failures: &[Failure]) {
        let Some((kind, message)) = self.fault.failure() else {
            return assert!(failures.is_empty(), "{self:?}: {failures:?}");
        };
        let [failure] = failures else { panic!("{self:?}: {failures:?}") };
        assert_eq!(
            (failure.plugin(), failure.spec(), failure.hook(), failure.method()),
            (FAULTY, "Errands", self.hook, self.hook),
            "{self:?}"
        );
        assert_eq!(failure.kind(), kind, "{self:?}");
        assert!(failure.message().starts_with(message), "{self:?}: {failure}");
        let file = failure.location().map(|location| &*location.file);
        match self.fault.place() {
            Some(place) => assert!(file.unwrap().ends_with(place), "{self:?}: {failure}"),
            None => assert_eq!(file, None, "{self:?}"),
        }
    }

    /// What monitors are told of the deliveries of the first call.
    fn check_told(self, told: &Inside) {
        self.check_failures(&told.failures);
        let drops: Vec<_> = told.drops.iter().map(|dropped| dropped.reason).collect();
        assert_eq!(drops, vec![DropReason::NoCopy; usize::from(self.is_lost())], "{self:?}");
        let mut ended: Vec<_> = told
            .deliveries
            .iter()
            .map(|outcome| (&*outcome.plugin, named(&outcome.verdict)))
            .collect();
        ended.sort();
        let of_faulty = if self.fault.failure().is_some() { "failed" } else { "answered" };
        let expected = [(FAULTY, of_faulty), ("first", "answered"), ("last", "answered")];
        let expected = &expected[if self.is_the_callers() { 3.. } else { 0.. }];
        let ended: Vec<_> = ended.iter().map(|(plugin, verdict)| (*plugin, &**verdict)).collect();
        assert_eq!(ended, expected, "{self:?}");
    }

    /// What the first call had the framework tell.
    fn check_events(self, events: &[Event]) {
        let of = |beginning: &str| -> Vec<_> {
            events.iter().filter(|event| event.message().starts_with(beginning)).collect()
        };
        let failures = of("a hook implementation failed: ");
        assert_eq!(failures.len(), usize::from(self.fault.failure().is_some()), "{events:?}");
        for event in failures {
            let fields = ["plugin", "hook", "method"].map(|name| event.field(name).unwrap());
            assert_eq!(fields, [FAULTY, self.hook, self.hook], "{self:?}");
        }
        let dropped =
            of("deliveries to a plugin were dropped: their arguments could not be copied");
        assert_eq!(dropped.len(), usize::from(self.is_lost()), "{self:?}: {events:?}");
        let breaks = self.fault.breaks();
        let in_pieces = matches!(breaks, Breaks::WhenDropped | Breaks::WhenForgotten);
        let in_pieces_told: Vec<_> = events
            .iter()
            .filter(|event| event.message().contains("panicked while they were dropped: in pieces"))
            .map(|event| event.field("hook"))
            .collect();
        assert_eq!(in_pieces_told, vec![Some(self.hook); usize::from(in_pieces)], "{self:?}");
    }
}

fn sorted(journal: &Journal) -> Vec<String> {
    let mut notes = journal.read();
    notes.sort();
    notes
}

fn failures_of(plugins: &PluginManager) -> u64 {
    plugins.plugins().iter().map(|plugin| plugin.failures).sum()
}

/// Makes a call with which something is wrong, and then another one.
fn check(cell: Cell, events: &Told) {
    let (plugins, journal, watches) =
        (PluginManager::new(), Journal::default(), Watches::default());
    register(&plugins, &journal, cell.fault);
    let guard = plugins.monitor(watches.clone());
    let errands = plugins.hooks::<Errands>();
    events.read();

    let item = Item::new(cell.fault.breaks());
    let called = catch_unwind(AssertUnwindSafe(|| call(&errands, cell.hook, 1, item)));
    assert!(plugins.drain(LONG).is_complete());
    match called {
        Ok(outcomes) => {
            let outcomes = outcomes.iter().map(|one| (&*one.plugin, named(&one.verdict)));
            let outcomes: Vec<_> = outcomes.collect();
            let outcomes: Vec<_> =
                outcomes.iter().map(|(name, verdict)| (*name, &**verdict)).collect();
            assert_eq!(outcomes, cell.verdicts(), "{cell:?}");
        }
        Err(panic) => {
            assert!(cell.is_the_callers(), "{cell:?}");
            assert_eq!(panic.downcast_ref(), Some(&"broken"), "{cell:?}");
        }
    }
    assert_eq!(sorted(&journal), cell.runs(), "{cell:?}");
    assert_eq!(counts(&plugins, FAULTY), cell.counts(), "{cell:?}");
    assert_eq!(failures_of(&plugins), u64::from(cell.fault.failure().is_some()), "{cell:?}");
    cell.check_told(&watches.read());
    cell.check_events(&events.read());

    call(&errands, cell.hook, 2, Item::new(Breaks::Never));
    assert!(plugins.drain(LONG).is_complete());
    let all: &[_] = &["faulty 2", "first 2", "last 2", "present 2"];
    let all = if cell.asks == Asks::Plugin { all } else { &all[..3] };
    assert_eq!(sorted(&journal), all, "{cell:?}");
    let told = watches.read();
    assert!(told.failures.is_empty() && told.drops.is_empty(), "{cell:?}");
    let [sent, delivered, dropped, waiting] = cell.counts();
    assert_eq!(counts(&plugins, FAULTY), [sent + 1, delivered + 1, dropped, waiting], "{cell:?}");
    drop(guard);
}

#[test]
fn a_fault_in_the_background_is_one_failure_at_the_right_door_and_the_next_is_delivered() {
    let test = "background_faults::table::\
        a_fault_in_the_background_is_one_failure_at_the_right_door_and_the_next_is_delivered";
    let child = in_a_process_of_its_own(test, &[], || {
        let events = recorded_everywhere();
        cells().into_iter().for_each(|cell| check(cell, &events));
    });
    let Some(child) = child else { return };
    assert!(child.succeeded, "{}", child.stderr);
    // Those of the caller are its own, and heard; no other is.
    let heard = child.stderr.matches("panicked at").count();
    let callers = cells().into_iter().filter(|cell| cell.is_the_callers()).count();
    assert_eq!(heard, callers, "{}", child.stderr);
}
