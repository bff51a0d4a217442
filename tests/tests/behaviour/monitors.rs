//! Monitors, when they go.

use hooks_core::{Monitor, MonitoredCall, PluginManager};

use crate::support::{Bomb, Journal, Stage, manager_of, recorded, teller};

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
