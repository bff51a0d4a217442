//! Every fault in every kind of hook, however it is run: who ran, who did not, and what was
//! reported of whom.

use std::slice;
use std::sync::{Arc, Mutex};

use hooks_core::{Failure, Monitor, MonitoredCall, Outcome, PluginManager, SkipReason, Verdict};

use super::calls::{HOOKS, Kind, Way, call, call_reported};
use super::run;
use super::work::{Awaits, Fault, Returns, Work, Worker};
use crate::support::{Event, Journal, recorded};

/// When a fault comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// While the future is made: a plain function.
    Start,
    FirstPoll,
    SecondPoll,
    Deadline,
}

fn when(fault: Fault, plain: bool) -> When {
    match fault {
        _ if plain => When::Start,
        Fault::PanicsLater => When::SecondPoll,
        Fault::Hangs | Fault::HangsAndPanicsOnTheWayOut => When::Deadline,
        _ => When::FirstPoll,
    }
}

/// One cell of the table.
#[derive(Clone, Copy, Debug)]
struct Cell {
    way: Way,
    kind: Kind,
    hook: &'static str,
    fault: Fault,
    /// Whether the one that is at fault is a plain function.
    plain: bool,
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for (way, kind, hook) in HOOKS {
        let mut add = |fault, plain| cells.push(Cell { way, kind, hook, fault, plain });
        Fault::IMMEDIATE.into_iter().for_each(|fault| add(fault, false));
        if way != Way::AtOnce {
            Fault::AWAITED.into_iter().for_each(|fault| add(fault, false));
            Fault::IMMEDIATE.into_iter().for_each(|fault| add(fault, true));
        }
    }
    cells
}

impl Cell {
    /// Whether the failure ends the call while others run, or before they do.
    fn cuts_short(self) -> bool {
        self.kind == Kind::Stop
            && (self.way != Way::Together || when(self.fault, self.plain) != When::Deadline)
    }

    /// Who runs: those whose code is reached.
    fn runs(self) -> Vec<&'static str> {
        match (self.cuts_short(), self.way, when(self.fault, self.plain)) {
            (false, ..) | (true, Way::Together, When::SecondPoll) => {
                vec!["first", "faulty", "last"]
            }
            (true, Way::Together, When::Start) => vec!["faulty"],
            (true, ..) => vec!["first", "faulty"],
        }
    }

    fn answers(self) -> Option<Vec<u32>> {
        match self.kind {
            Kind::Notify => Some(vec![]),
            Kind::Collect => Some(vec![1, 3]),
            Kind::First => Some(vec![3]),
            Kind::Waterfall => Some(vec![4]),
            Kind::Stop => None,
        }
    }

    fn verdicts(self) -> [&'static str; 3] {
        match (self.cuts_short(), self.way, self.kind) {
            (true, Way::Together, _) => ["skipped", "failed", "skipped"],
            (true, ..) => ["answered", "failed", "skipped"],
            (false, _, Kind::First) => ["passed", "failed", "answered"],
            (false, ..) => ["answered", "failed", "answered"],
        }
    }

    fn check_failure(self, failure: &Failure) {
        assert_eq!(
            (failure.plugin(), failure.spec(), failure.hook(), failure.method()),
            ("faulty", "Work", self.hook, self.hook),
            "{self:?}"
        );
        assert_eq!(failure.kind(), self.fault.kind(), "{self:?}");
        assert!(failure.message().starts_with(self.fault.message()), "{self:?}: {failure}");
        assert!(failure.implementation().file.ends_with("awaited_faults/work.rs"), "{self:?}");
        let location = failure.location();
        match self.fault.place() {
            Some((file, line)) => {
                let location = location.unwrap_or_else(|| panic!("{self:?}: nowhere"));
                assert!(location.file.ends_with(file), "{self:?}: {location}");
                assert_eq!(line.unwrap_or(location.line), location.line, "{self:?}");
            }
            None => assert_eq!(location, None, "{self:?}"),
        }
    }

    fn check_event(self, events: &[Event]) {
        let [event] = events else { panic!("{self:?}: {events:?}") };
        let fields = ["plugin", "hook", "method", "kind"].map(|name| event.field(name).unwrap());
        let kind = self.fault.kind().to_string();
        assert_eq!(fields, ["faulty", self.hook, self.hook, &kind], "{self:?}");
    }
}

fn named(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Answered => "answered",
        Verdict::Passed => "passed",
        Verdict::Failed(_) => "failed",
        Verdict::Skipped(SkipReason::StoppedBefore) => "skipped",
        other => panic!("{other:?}"),
    }
}

/// Keeps what monitors are told.
#[derive(Default)]
struct Told {
    failures: Mutex<Vec<Failure>>,
    outcomes: Mutex<Vec<Outcome>>,
    stopped: Mutex<Vec<Option<Failure>>>,
}

/// A monitor that keeps it for the test.
struct Watches(Arc<Told>);

impl Monitor for Watches {
    fn failed(&self, failure: &Failure) {
        self.0.failures.lock().unwrap().push(failure.clone());
    }

    fn ended(&self, _: &MonitoredCall, outcome: &Outcome) {
        self.0.outcomes.lock().unwrap().push(outcome.clone());
    }

    fn after(&self, _: &MonitoredCall, stopped: Option<&Failure>) {
        self.0.stopped.lock().unwrap().push(stopped.cloned());
    }
}

/// Three workers, called in this order; the one in the middle is at fault.
fn workers(cell: Cell, journal: &Journal) -> PluginManager {
    let worker = |name, answer, fault| Worker {
        name,
        answer,
        fault,
        journal: journal.clone(),
        bombs: Journal::default(),
    };
    let plugins = PluginManager::new();
    plugins.register_as("last", Awaits(worker("last", 3, Fault::None))).unwrap();
    let faulty = worker("faulty", 2, cell.fault);
    if cell.plain {
        plugins.register_as("faulty", Returns(faulty)).unwrap();
    } else {
        plugins.register_as("faulty", Awaits(faulty)).unwrap();
    }
    plugins.register_as("first", Awaits(worker("first", 1, Fault::None))).unwrap();
    plugins
}

/// Who has started and is gone again, once each.
fn check_runs(cell: Cell, journal: &Journal) {
    let expected = cell.runs().into_iter();
    let mut expected: Vec<_> =
        expected.flat_map(|name| [format!("{name} starts"), format!("{name} is gone")]).collect();
    let mut noted = journal.read();
    if cell.way == Way::Together {
        expected.sort();
        noted.sort();
    }
    assert_eq!(noted, expected, "{cell:?}");
}

fn failures_of(plugins: &PluginManager) -> Vec<(String, u64)> {
    let plugins = plugins.plugins().into_iter();
    plugins.map(|plugin| (plugin.name.to_string(), plugin.failures)).collect()
}

#[test]
fn a_fault_is_one_failure_at_the_right_door_and_nobody_else_is_harmed() {
    for cell in cells() {
        let journal = Journal::default();
        let plugins = workers(cell, &journal);
        let work = plugins.hooks::<Work>();
        let (answers, events) = recorded(|| run(call(&work, cell.hook)));
        check_runs(cell, &journal);
        cell.check_event(&events);
        match (answers, cell.answers()) {
            (Ok(answers), Some(expected)) => assert_eq!(answers, expected, "{cell:?}"),
            (Err(failure), None) => cell.check_failure(&failure),
            (answers, _) => panic!("{cell:?}: {answers:?}"),
        }
        let counted = [("last", 0), ("faulty", 1), ("first", 0)];
        assert_eq!(failures_of(&plugins), counted.map(|(name, count)| (name.to_owned(), count)));
    }
}

#[test]
fn a_report_and_a_monitor_say_the_same_of_each_fault() {
    for cell in cells() {
        let journal = Journal::default();
        let plugins = workers(cell, &journal);
        let told = Arc::new(Told::default());
        let _guard = plugins.monitor(Watches(Arc::clone(&told)));
        let work = plugins.hooks::<Work>();
        let (answers, outcomes) = run(call_reported(&work, cell.hook));
        check_runs(cell, &journal);
        assert_eq!(answers.as_ref().ok(), cell.answers().as_ref(), "{cell:?}");

        let names: Vec<_> = outcomes.iter().map(|outcome| &*outcome.plugin).collect();
        assert_eq!(names, ["first", "faulty", "last"], "{cell:?}: in call order");
        let verdicts: Vec<_> = outcomes.iter().map(|outcome| named(&outcome.verdict)).collect();
        assert_eq!(verdicts, cell.verdicts(), "{cell:?}");
        let Verdict::Failed(failure) = &outcomes[1].verdict else { panic!("{cell:?}") };
        cell.check_failure(failure);

        assert_eq!(*told.failures.lock().unwrap(), slice::from_ref(failure), "{cell:?}");
        let mut heard: Vec<_> = told.outcomes.lock().unwrap().drain(..).collect();
        heard.sort_by_key(|outcome| names.iter().position(|name| **name == *outcome.plugin));
        let heard: Vec<_> = heard.iter().map(|outcome| named(&outcome.verdict)).collect();
        assert_eq!(heard, verdicts, "{cell:?}");
        let stopped = (cell.kind == Kind::Stop).then(|| failure.clone());
        assert_eq!(*told.stopped.lock().unwrap(), [stopped], "{cell:?}");
        assert_eq!(answers.err(), told.stopped.lock().unwrap()[0].clone(), "{cell:?}");
    }
}
