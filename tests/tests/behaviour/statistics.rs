//! What calls come to, in figures.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use hooks_core::{
    Closures, FailureKind, HookStatistics, Method, Monitor, PluginManager, Quarantine, SkipReason,
    hookspec,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Stage, asked, chooser, failing, manager_of, teller};

fn figures<'a>(all: &'a [HookStatistics], hook: &str, plugin: &str) -> &'a HookStatistics {
    let mut of =
        all.iter().filter(|figures| figures.hook.name == hook && &*figures.plugin == plugin);
    of.next().unwrap_or_else(|| panic!("no figures of {hook} in {plugin}: {all:?}"))
}

#[test]
fn nothing_is_counted_unless_the_host_asks_for_it() {
    let plugins = manager_of([("one", teller(|| ()))]);
    let hooks = plugins.hooks::<Stage>();
    hooks.tell();
    assert!(plugins.statistics().is_empty());
    plugins.measure();
    hooks.tell();
    plugins.measure();
    hooks.tell();
    assert_eq!(figures(&plugins.statistics(), "tell", "one").calls, 2);
}

#[test]
fn each_end_of_an_implementation_is_counted() {
    let plugins = PluginManager::new();
    plugins.measure();
    plugins.register_as("late", chooser(|| Some(2))).unwrap();
    plugins.register_as("answers", chooser(|| Some(1))).unwrap();
    plugins.register_as("panics", chooser(|| panic!("no"))).unwrap();
    plugins.register_as("passes", chooser(|| None)).unwrap();
    plugins.register_as("refuses", failing(|| Err("no".into()))).unwrap();
    let hooks = plugins.hooks::<Stage>();
    for _ in 0..100 {
        assert_eq!(hooks.choose(), Some(1));
        hooks.attempt();
    }
    let all = plugins.statistics();
    let of = |hook, plugin| figures(&all, hook, plugin);
    let late = of("choose", "late");
    assert_eq!((late.calls, late.skipped_for(SkipReason::AnsweredBefore)), (0, 100));
    assert_eq!(late.skipped, [(SkipReason::AnsweredBefore, 100)]);
    assert_eq!((of("choose", "answers").calls, of("choose", "answers").answers), (100, 100));
    assert_eq!((of("choose", "passes").calls, of("choose", "passes").passes), (100, 100));
    let panics = of("choose", "panics");
    assert_eq!((panics.calls, panics.failed(), panics.answers), (100, 100, 0));
    assert_eq!(panics.failures, [(FailureKind::Panic, 100)]);
    assert_eq!(of("attempt", "refuses").failed_by(FailureKind::Error), 100);
}

#[test]
fn figures_are_sorted_by_spec_hook_and_plugin() {
    let plugins = manager_of([("b", asked(|| None)), ("a", asked(|| None))]);
    plugins.register_as("c", teller(|| ())).unwrap();
    plugins.measure();
    let hooks = plugins.hooks::<Stage>();
    hooks.tell();
    hooks.ask();
    let all = plugins.statistics();
    let names: Vec<_> = all.iter().map(|figures| (figures.hook.name, &*figures.plugin)).collect();
    assert_eq!(names, [("ask", "a"), ("ask", "b"), ("tell", "c")]);
}

#[test]
fn figures_outlive_a_plugin_and_go_on_when_it_comes_back() {
    let plugins = manager_of([("one", teller(|| ()))]);
    plugins.measure();
    let hooks = plugins.hooks::<Stage>();
    (0..10).for_each(|_| hooks.tell());
    plugins.unregister("one").unwrap();
    assert_eq!(figures(&plugins.statistics(), "tell", "one").calls, 10);
    plugins.register_as("one", teller(|| ())).unwrap();
    (0..10).for_each(|_| hooks.tell());
    assert_eq!(figures(&plugins.statistics(), "tell", "one").calls, 20);
}

#[test]
fn calls_through_every_kind_of_view_are_counted() {
    let plugins = manager_of([("one", teller(|| ())), ("two", teller(|| ()))]);
    plugins.measure();
    let hooks = plugins.hooks::<Stage>();
    hooks.tell();
    hooks.frozen().tell();
    hooks.without(&["two"]).tell();
    hooks.without(&["two"]).frozen().tell();
    hooks.reported().tell();
    hooks.with(|extra| extra.tell().implementation(Method::here("extra"), |_| ())).tell();
    let all = plugins.statistics();
    assert_eq!(figures(&all, "tell", "one").calls, 6);
    assert_eq!(figures(&all, "tell", "two").calls, 4);
    assert_eq!(figures(&all, "tell", "").calls, 1);
}

#[test]
fn a_call_that_fails_in_the_middle_is_counted_up_to_there_and_after() {
    let is_ill = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&is_ill);
    let plugins = manager_of([("last", teller(|| ()))]);
    plugins
        .register_as("ill", teller(move || assert!(!its.load(Ordering::SeqCst), "it hurts")))
        .unwrap();
    plugins.register_as("first", teller(|| ())).unwrap();
    plugins.measure();
    let hooks = plugins.hooks::<Stage>();
    for round in 0..1_000 {
        is_ill.store(round % 10 == 0, Ordering::SeqCst);
        hooks.tell();
    }
    let all = plugins.statistics();
    for name in ["first", "last"] {
        assert_eq!(figures(&all, "tell", name).answers, 1_000);
    }
    let ill = figures(&all, "tell", "ill");
    assert_eq!((ill.calls, ill.answers, ill.failed()), (1_000, 900, 100));
}

#[test]
fn threads_that_call_at_once_lose_no_count() {
    const CALLS: u64 = 20_000;
    // More of them than there are lanes, and some that come after others have gone.
    let plugins = manager_of([("one", teller(|| ())), ("two", teller(|| ()))]);
    plugins.measure();
    let hooks = plugins.hooks::<Stage>();
    for _ in 0..2 {
        thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| (0..CALLS / 40).for_each(|_| hooks.tell()));
            }
            // Reading meanwhile takes nothing away.
            let mut before = 0;
            for _ in 0..50 {
                let now = figures(&plugins.statistics(), "tell", "one").calls;
                assert!(before <= now, "{before}, and then {now}");
                before = now;
            }
        });
    }
    let all = plugins.statistics();
    for name in ["one", "two"] {
        assert_eq!(figures(&all, "tell", name).calls, 2 * CALLS);
    }
}

#[test]
fn the_first_calls_are_timed_and_of_many_some() {
    let plugins = manager_of([("one", teller(|| ()))]);
    plugins.measure();
    let hooks = plugins.hooks::<Stage>();
    hooks.tell();
    assert_eq!(figures(&plugins.statistics(), "tell", "one").timed, 1);
    (0..100_000).for_each(|_| hooks.tell());
    let all = plugins.statistics();
    let one = figures(&all, "tell", "one");
    assert!(one.timed >= 100_000 / 8_192, "{one:?}");
    assert!(one.p50 <= one.p99 && one.p99 <= one.maximum, "{one:?}");
}

#[test]
fn all_calls_are_timed_that_take_long() {
    let plugins = manager_of([("slow", teller(|| thread::sleep(Duration::from_millis(1))))]);
    plugins.measure();
    let hooks = plugins.hooks::<Stage>();
    (0..20).for_each(|_| hooks.tell());
    let all = plugins.statistics();
    let slow = figures(&all, "tell", "slow");
    assert_eq!((slow.calls, slow.timed), (20, 20));
    // Off by one part in 32.
    assert!(slow.p50 >= Duration::from_micros(968), "{slow:?}");
    assert!(slow.maximum >= Duration::from_millis(1) && slow.busy >= 20 * slow.p50 / 2, "{slow:?}");
}

#[test]
fn a_wrapper_is_not_busy_with_what_is_inside_of_it() {
    let plugins = manager_of([("slow", teller(|| thread::sleep(Duration::from_millis(20))))]);
    let around = Closures::<Stage>::new(|hooks| {
        hooks.tell().wrapper(Method::here("around"), |next| {
            next.call();
            Ok(())
        });
    });
    plugins.register_closures("around", around).unwrap();
    plugins.measure();
    plugins.hooks::<Stage>().tell();
    let all = plugins.statistics();
    let [around, slow] = ["around", "slow"].map(|name| figures(&all, "tell", name));
    assert_eq!((around.calls, around.answers), (1, 1));
    assert!(slow.busy >= Duration::from_millis(20), "{slow:?}");
    assert!(around.busy < slow.busy, "{around:?}");
}

#[test]
fn what_quarantine_leaves_out_is_counted_apart() {
    let plugins = manager_of([("ill", teller(|| panic!("it hurts")))]);
    let guard = Closures::<Gate>::new(|hooks| {
        hooks.tell().implementation(Method::here("tell"), |_| panic!("it hurts"));
        hooks.approve().implementation(Method::here("approve"), |_| ());
    });
    plugins.register_closures("guard", guard).unwrap();
    plugins.measure();
    plugins.quarantine(Quarantine::default().failures(1));
    for _ in 0..3 {
        plugins.hooks::<Stage>().tell();
        plugins.hooks::<Gate>().tell();
        assert!(plugins.hooks::<Gate>().approve().is_err());
    }
    let all = plugins.statistics();
    let ill = figures(&all, "tell", "ill");
    assert_eq!((ill.calls, ill.skipped_for(SkipReason::Quarantined)), (1, 2));
    let approve = figures(&all, "approve", "guard");
    assert_eq!((approve.calls, approve.failed_by(FailureKind::Quarantined)), (0, 3));
}

/// A gate with a guard.
#[hookspec]
trait Gate {
    /// Everybody is told.
    fn tell(&self);

    /// Everybody has to agree.
    #[hook(on_failure = stop)]
    fn approve(&self);
}

/// How an implementation ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Answers,
    Passes,
    Panics,
}

struct Idle;

impl Monitor for Idle {}

proptest! {
    /// Whatever is watched and timed, the counts are those of the reports.
    #[test]
    fn counts_are_exact(
        rounds in vec(
            (vec(prop_oneof![4 => Just(End::Answers), 1 => Just(End::Passes), 1 => Just(End::Panics)], 4), any::<bool>()),
            1..40,
        ),
    ) {
        let plan: Arc<std::sync::Mutex<Vec<End>>> = Arc::default();
        let plugins = PluginManager::new();
        let names = ["d", "c", "b", "a"];
        for (place, name) in names.iter().enumerate() {
            let plan = Arc::clone(&plan);
            let end = move || {
                let end = plan.lock().unwrap()[place];
                match end {
                    End::Answers => Some(0),
                    End::Passes => None,
                    End::Panics => panic!("no"),
                }
            };
            plugins.register_as(name, asked(end)).unwrap();
        }
        plugins.measure();
        let hooks = plugins.hooks::<Stage>();
        for (ends, is_watched) in &rounds {
            plan.lock().unwrap().clone_from(ends);
            let guard = is_watched.then(|| plugins.monitor(Idle));
            // Often enough that some are not timed.
            (0..5).for_each(|_| drop(hooks.ask()));
            drop(guard);
        }
        let all = plugins.statistics();
        for (place, name) in names.iter().enumerate() {
            let often = |end| 5 * rounds.iter().filter(|(ends, _)| ends[place] == end).count() as u64;
            let one = figures(&all, "ask", name);
            prop_assert_eq!(one.answers, often(End::Answers));
            prop_assert_eq!(one.passes, often(End::Passes));
            prop_assert_eq!(one.failed(), often(End::Panics));
            prop_assert_eq!(one.calls, 5 * rounds.len() as u64);
        }
    }
}
