//! What monitors are told, and monitors when they go.

use hooks_core::{
    Closures, Failure, Method, Monitor, MonitoredCall, Outcome, PluginManager, Verdict,
};

use crate::support::{Bomb, Journal, Stage, chooser, manager_of, recorded, teller};

/// Notes each call.
struct Notes(Journal, #[expect(dead_code, reason = "is dropped")] Bomb);

impl Monitor for Notes {
    fn before(&self, call: &MonitoredCall) {
        self.0.note(call.hook.name);
    }
}

fn notes(journal: &Journal) -> Notes {
    Notes(journal.clone(), journal.bomb("the monitor was dropped"))
}

/// Notes what became of each implementation.
struct Outcomes(Journal);

impl Monitor for Outcomes {
    fn before(&self, call: &MonitoredCall) {
        self.0.note(format!("before {}", call.id));
    }

    fn failed(&self, failure: &Failure) {
        self.0.note(format!("{} failed", failure.plugin()));
    }

    fn ended(&self, call: &MonitoredCall, outcome: &Outcome) {
        let Outcome { plugin, role, verdict, .. } = outcome;
        let verdict = match verdict {
            Verdict::Answered => "answered",
            Verdict::Passed => "passed",
            Verdict::Failed(_) => "failed",
            Verdict::Skipped(_) => "skipped",
            _ => "unknown",
        };
        self.0.note(format!("{}: the {role} of {plugin}: {verdict}", call.id));
    }

    fn after(&self, call: &MonitoredCall, _: Option<&Failure>) {
        self.0.note(format!("after {}", call.id));
    }
}

#[test]
fn a_monitor_is_told_what_became_of_each_implementation_and_in_which_call() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    plugins.register_as("late", chooser(|| None)).unwrap();
    plugins.register_as("answers", chooser(|| Some(1))).unwrap();
    plugins.register_as("panics", chooser(|| panic!("no"))).unwrap();
    plugins.register_as("passes", chooser(|| None)).unwrap();
    let around = Closures::<Stage>::new(|hooks| {
        hooks.choose().wrapper(Method::here("around"), |next| {
            next.call();
            Ok(())
        });
    });
    plugins.register_closures("around", around).unwrap();
    let stage = plugins.hooks::<Stage>();
    let guard = plugins.monitor(Outcomes(journal.clone()));
    let report = stage.reported().choose();
    assert_eq!(report.outcomes.len(), 5, "what monitors are told, a report is told too");
    let notes = journal.read();
    let id: u64 = notes[0].strip_prefix("before ").unwrap().parse().unwrap();
    assert_eq!(
        notes[1..],
        [
            format!("{id}: the implementation of passes: passed"),
            "panics failed".to_owned(),
            format!("{id}: the implementation of panics: failed"),
            format!("{id}: the implementation of answers: answered"),
            format!("{id}: the implementation of late: skipped"),
            format!("{id}: the wrapper of around: answered"),
            format!("after {id}"),
        ]
    );
    stage.tell();
    assert_ne!(journal.read(), [format!("before {id}"), format!("after {id}")], "another call");
    drop(guard);
}

#[test]
fn a_guard_keeps_neither_the_manager_nor_its_plugins() {
    let journal = Journal::default();
    let bomb = journal.bomb("the plugin was dropped");
    let plugins = manager_of([(
        "one",
        teller(move || {
            let _ = &bomb;
        }),
    )]);
    let guard = plugins.monitor(notes(&journal));
    plugins.hooks::<Stage>().tell();
    drop(plugins);
    assert_eq!(journal.read(), ["tell", "the plugin was dropped", "the monitor was dropped"]);
    drop(guard);
}

#[test]
fn a_monitor_that_panics_when_it_is_dropped_is_told_of() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    let bomb = journal.bomb("the monitor was dropped").charged("boom");
    let guard = plugins.monitor(Notes(journal.clone(), bomb));
    let ((), told) = recorded(|| drop(guard));
    assert_eq!(journal.read(), ["the monitor was dropped"]);
    let [event] = &told[..] else { panic!("{told:?}") };
    assert!(
        event.message().starts_with("a monitor panicked while it was dropped: boom"),
        "{event:?}"
    );
}

#[test]
fn a_monitor_is_told_of_no_call_that_a_frozen_view_makes_for_which_it_came_too_late() {
    let journal = Journal::default();
    let plugins = manager_of([("one", teller(|| ()))]);
    let frozen = plugins.hooks::<Stage>().frozen();
    let guard = plugins.monitor(notes(&journal));
    frozen.tell();
    assert!(journal.read().is_empty());
    plugins.hooks::<Stage>().frozen().tell();
    assert_eq!(journal.read(), ["tell"]);
    drop(guard);
}
