//! How often a call allocates.

use allocation_counter::measure;
use hooks_core::{Plugin, PluginManager};

use crate::support::{Stage, asked, chooser, failing, teller};

/// The tables of a stage with this many of a plugin.
fn stage_of<P: Plugin>(count: usize, plugin: impl Fn() -> P) -> Stage {
    let manager = PluginManager::new();
    for number in 0..count {
        manager.register_as(&number.to_string(), plugin()).unwrap();
    }
    let stage = manager.hooks::<Stage>();
    // The first call after a change makes the snapshot that the others share.
    stage.tell();
    stage.attempt();
    stage.ask();
    stage.choose();
    stage
}

#[track_caller]
fn assert_allocations(expected: u64, mut call: impl FnMut()) {
    let calls = 100;
    let counted = measure(|| (0..calls).for_each(|_| call()));
    assert_eq!(counted.count_total, expected * calls);
    assert_eq!(counted.count_current, 0, "a leak");
}

#[test]
fn a_notify_call_allocates_nothing() {
    for count in [0, 1, 10] {
        let stage = stage_of(count, || teller(|| ()));
        assert_allocations(0, || stage.tell());
        let frozen = stage.frozen();
        assert_allocations(0, || frozen.tell());
        let stage = stage_of(count, || failing(|| Ok(())));
        assert_allocations(0, || stage.attempt());
    }
}

#[test]
fn a_firstresult_call_allocates_nothing() {
    for count in [0, 1, 10] {
        for answer in [None, Some(3)] {
            let stage = stage_of(count, || chooser(move || answer));
            assert_allocations(0, || {
                let _ = stage.choose();
            });
        }
    }
}

#[test]
fn a_collecting_call_allocates_once() {
    for count in [1, 10, 100] {
        let stage = stage_of(count, || asked(|| Some(3)));
        assert_allocations(1, || drop(stage.ask()));
    }
}

#[test]
fn a_collecting_call_in_which_nobody_answers_allocates_nothing() {
    for count in [0, 1, 10] {
        let stage = stage_of(count, || asked(|| None));
        assert_allocations(0, || drop(stage.ask()));
    }
}

#[test]
fn a_reported_call_allocates_nothing_per_implementation() {
    let stage = stage_of(10, || teller(|| ()));
    assert_allocations(1, || drop(stage.reported().tell()));
}
