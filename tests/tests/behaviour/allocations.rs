//! How often a call allocates.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use hooks_core::{Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

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

/// What is awaited.
#[hookspec]
pub(crate) trait Counted {
    /// One after the other.
    async fn tell(&self, number: &u32);
    /// Until one answers.
    #[hook(firstresult)]
    async fn choose(&self, number: &u32) -> Option<u32>;
    /// Together.
    #[hook(concurrent)]
    async fn tell_together(&self, number: &u32);
    /// Together, for the earliest.
    #[hook(concurrent, firstresult)]
    async fn choose_together(&self, number: &u32) -> Option<u32>;
}

struct Returns;

impl Plugin for Returns {
    const METADATA: PluginMetadata = PluginMetadata::new("returns");
}

#[hookimpl]
impl Counted for Returns {
    fn tell(&self) {}
    fn choose(&self, number: &u32) -> Option<u32> {
        (*number > 1).then_some(*number)
    }
    fn tell_together(&self) {}
    fn choose_together(&self, number: &u32) -> Option<u32> {
        (*number > 1).then_some(*number)
    }
}

struct Awaits;

impl Plugin for Awaits {
    const METADATA: PluginMetadata = PluginMetadata::new("awaits");
}

#[hookimpl]
impl Counted for Awaits {
    async fn tell(&self) {}
    async fn choose(&self, number: &u32) -> Option<u32> {
        (*number > 1).then_some(*number)
    }
    async fn tell_together(&self) {}
}

/// The hooks of so many of a plugin, live and frozen, after a first call.
fn counted<P: Plugin>(count: usize, plugin: impl Fn() -> P) -> [Counted; 2] {
    let manager = PluginManager::new();
    for number in 0..count {
        manager.register_as(&number.to_string(), plugin()).unwrap();
    }
    let live = manager.hooks::<Counted>();
    ready(live.tell(&1));
    ready(live.choose(&1));
    ready(live.tell_together(&1));
    ready(live.choose_together(&1));
    [live.frozen(), live]
}

/// What a call returns that has nothing to wait for.
fn ready<T>(call: impl Future<Output = T>) -> T {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("it has nothing to wait for"),
    }
}

#[test]
fn an_async_hook_of_plain_functions_allocates_nothing() {
    for count in [0, 1, 10] {
        for hooks in counted(count, || Returns) {
            assert_allocations(0, || ready(hooks.tell(&1)));
            assert_allocations(0, || ready(hooks.tell_together(&1)));
            for number in [1, 2] {
                assert_allocations(0, || _ = ready(hooks.choose(&number)));
                assert_allocations(0, || _ = ready(hooks.choose_together(&number)));
            }
        }
    }
}

#[test]
fn an_async_hook_allocates_one_box_for_each_implementation_that_is_awaited() {
    for count in [1, 10] {
        for hooks in counted(count, || Awaits) {
            assert_allocations(count as u64, || ready(hooks.tell(&1)));
            assert_allocations(count as u64, || _ = ready(hooks.choose(&1)));
            assert_allocations(1, || _ = ready(hooks.choose(&2)));
            // And the list of those that are awaited together.
            assert_allocations(count as u64 + 1, || ready(hooks.tell_together(&1)));
        }
    }
}
