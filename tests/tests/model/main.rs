//! Plugins come and go while hooks are called: checked in many orders of events.
//!
//! ```text
//! RUSTFLAGS="--cfg hooks_shuttle" cargo test -p hooks-tests --test model --target-dir target/model
//! ```
//!
//! `shuttle` puts its own locks and atomics in the place of those of `hooks-core`, and runs the
//! threads of a test one step at a time, in orders that it chooses. A test that fails prints the
//! order in which it did. Without the flag there is nothing here: `behaviour::reentrancy` does the
//! same with real threads and with luck.

#![cfg(hooks_shuttle)]

// Those that are told later.
mod background;
// Those that are tried, and never say how it went.
mod probes;

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use hooks_core::{
    Closures, Failure, Method, Monitor, MonitoredCall, Plugin, PluginManager, PluginMetadata,
    Quarantine, QuarantineChange, QuarantineStep, hookimpl, hookspec,
};
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::sync::{Mutex, MutexGuard};
use shuttle::thread;

/// In how many orders each test is run, for each way to choose them.
const ORDERS: usize = 2_000;

/// What is watched.
#[hookspec]
trait Watched {
    /// Notes who is called.
    fn visit(&self, visitors: &mut Vec<&'static str>);

    /// Counts who is told, now or later.
    #[hook(historic)]
    fn remember(&self, number: usize);
}

/// Notes that it is called, and when it is dropped.
struct Visitor {
    name: &'static str,
    life: Arc<Life>,
}

/// What is known of a plugin from outside.
#[derive(Default)]
struct Life {
    drops: AtomicUsize,
    told: Mutex<Vec<usize>>,
}

impl Plugin for Visitor {
    const METADATA: PluginMetadata = PluginMetadata::new("visitor");
}

#[hookimpl]
impl Watched for Visitor {
    fn visit(&self, visitors: &mut Vec<&'static str>) {
        visitors.push(self.name);
    }

    fn remember(&self, number: usize) {
        self.life.told.lock().unwrap().push(number);
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.life.drops.fetch_add(1, Ordering::SeqCst);
    }
}

/// Registers a visitor under its name, and returns what can be known of it.
fn enter(plugins: &PluginManager, name: &'static str) -> Arc<Life> {
    let life = Arc::new(Life::default());
    let visitor = Visitor { name, life: Arc::clone(&life) };
    plugins.register_as(name, visitor).expect("the names differ");
    life
}

fn visitors(hooks: &Watched) -> Vec<&'static str> {
    let mut visitors = Vec::new();
    hooks.visit(&mut visitors);
    visitors
}

/// Runs a test in many orders: those that a few changes of mind at the worst moments make, and
/// those that chance makes.
fn in_many_orders(test: impl Fn() + Send + Sync + 'static) {
    let test = Arc::new(test);
    for changes_of_mind in 1..=3 {
        let test = Arc::clone(&test);
        shuttle::check_pct(move || test(), ORDERS, changes_of_mind);
    }
    shuttle::check_random(move || test(), ORDERS);
}

#[test]
fn a_call_runs_what_was_there_and_each_of_it_once() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        enter(&plugins, "first");
        enter(&plugins, "leaves");
        let hooks = plugins.hooks::<Watched>();
        let changes = {
            let plugins = plugins.clone();
            thread::spawn(move || {
                plugins.unregister("leaves").expect("it is there");
                enter(&plugins, "comes");
            })
        };
        let calls = {
            let hooks = hooks.clone();
            thread::spawn(move || [visitors(&hooks), visitors(&hooks)])
        };
        let seen = calls.join().unwrap();
        changes.join().unwrap();
        // The table has had three states, and a call sees one of them whole.
        let states: [&[&str]; 3] = [&["leaves", "first"], &["first"], &["comes", "first"]];
        let times = seen.map(|visitors| {
            states.iter().position(|state| *state == visitors).expect("a state that there was")
        });
        assert!(times.is_sorted(), "time went back: {times:?}");
        assert_eq!(visitors(&hooks), ["comes", "first"]);
    });
}

#[test]
fn a_plugin_is_dropped_once_and_after_the_last_call_that_sees_it() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let life = enter(&plugins, "leaves");
        let hooks = plugins.hooks::<Watched>();
        let calls = {
            let hooks = hooks.clone();
            thread::spawn(move || visitors(&hooks).len())
        };
        plugins.block("leaves");
        calls.join().unwrap();
        assert_eq!(life.drops.load(Ordering::SeqCst), 1);
        assert!(visitors(&hooks).is_empty());
    });
}

#[test]
fn whoever_comes_goes_and_is_kept_out_at_once_leaves_nothing_and_a_call_sees_nobody_twice() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let stays = enter(&plugins, "stays");
        let hooks = plugins.hooks::<Watched>();
        let lives = ["comes", "blocked"].map(|name| {
            let plugins = plugins.clone();
            thread::spawn(move || {
                let life = Arc::new(Life::default());
                let visitor = Visitor { name, life: Arc::clone(&life) };
                let _ = plugins.register_as(name, visitor);
                let _ = plugins.unregister("comes");
                life
            })
        });
        let blocks = {
            let plugins = plugins.clone();
            thread::spawn(move || plugins.block("blocked"))
        };
        let mut seen = visitors(&hooks);
        assert_eq!(seen.pop(), Some("stays"), "the oldest is there, and the last");
        assert!(seen.iter().all(|name| *name == "comes" || *name == "blocked"));
        seen.sort_unstable();
        assert!(seen.is_sorted_by(|a, b| a < b), "called twice: {seen:?}");
        blocks.join().unwrap();
        let [comes, blocked] = lives.map(|thread| thread.join().unwrap());
        assert_eq!(blocked.drops.load(Ordering::SeqCst), 1);
        assert_eq!(
            comes.drops.load(Ordering::SeqCst),
            1,
            "its own thread takes it out at the last"
        );
        assert_eq!(stays.drops.load(Ordering::SeqCst), 0);
        assert_eq!(visitors(&hooks), ["stays"]);
    });
}

/// Wants to stand before another visitor.
fn rival(plugins: &PluginManager, name: &'static str, other: &'static str) -> bool {
    let rival = Closures::<Watched>::new(move |hooks| {
        // One that has a place, and one that may have none.
        hooks.remember().implementation(Method::here("remember"), |_| ());
        let method = Method::here("visit").before(other);
        hooks.visit().implementation(method, move |args| args.visitors.push(name));
    });
    plugins.register_closures(name, rival).is_ok()
}

#[test]
fn of_two_who_want_to_be_first_one_is_refused_and_leaves_nothing() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let inside = plugins.clone();
        let first = thread::spawn(move || rival(&inside, "one", "other"));
        let other = rival(&plugins, "other", "one");
        let hooks = plugins.hooks::<Watched>();
        let seen = visitors(&hooks);
        assert!(seen.len() <= 1, "{seen:?}");
        assert_ne!(first.join().unwrap(), other);
        assert_eq!(visitors(&hooks), [if other { "other" } else { "one" }]);
        assert_eq!((hooks.visit.len(), hooks.remember.len()), (1, 1));
    });
}

#[test]
fn a_plugin_that_is_taken_out_during_its_replay_is_in_no_table() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let hooks = plugins.hooks::<Watched>();
        hooks.remember(0);
        hooks.remember(1);
        let inside = plugins.clone();
        let registers = thread::spawn(move || {
            let life = Arc::new(Life::default());
            let visitor = Visitor { name: "comes", life: Arc::clone(&life) };
            (inside.register_as("comes", visitor).is_ok(), life)
        });
        let gone = plugins.unregister("comes").is_ok();
        let (registered, life) = registers.join().unwrap();
        let told = life.told.lock().unwrap().clone();
        assert!([0, 1].starts_with(&told), "{told:?}");
        assert!(registered || gone, "only who is taken out is refused");
        let stays = registered && !gone;
        assert_eq!(life.drops.load(Ordering::SeqCst), usize::from(!stays));
        assert_eq!(visitors(&hooks).len(), usize::from(stays));
        assert_eq!(hooks.remember.len(), usize::from(stays));
    });
}

#[test]
fn a_monitor_that_goes_is_dropped_once_and_told_of_whole_calls() {
    /// Counts calls that have begun and not ended.
    struct Balance(Arc<AtomicUsize>, Arc<AtomicUsize>);

    impl Monitor for Balance {
        fn before(&self, _: &MonitoredCall) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }

        fn after(&self, _: &MonitoredCall, _: Option<&Failure>) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    impl Drop for Balance {
        fn drop(&mut self) {
            self.1.fetch_add(1, Ordering::SeqCst);
        }
    }

    in_many_orders(|| {
        let plugins = PluginManager::new();
        enter(&plugins, "stays");
        let hooks = plugins.hooks::<Watched>();
        let [open, drops]: [Arc<AtomicUsize>; 2] = Default::default();
        let guard = plugins.monitor(Balance(Arc::clone(&open), Arc::clone(&drops)));
        let calls = thread::spawn(move || visitors(&hooks));
        let other = plugins.clone();
        let enters = thread::spawn(move || enter(&other, "comes"));
        drop(guard);
        calls.join().unwrap();
        enters.join().unwrap();
        assert_eq!(open.load(Ordering::SeqCst), 0);
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn one_of_two_who_want_the_same_name_gets_it() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let wanted = [(); 2].map(|()| {
            let plugins = plugins.clone();
            thread::spawn(move || {
                let life = Arc::new(Life::default());
                let visitor = Visitor { name: "one", life: Arc::clone(&life) };
                (plugins.register_as("one", visitor).is_ok(), life)
            })
        });
        let got = wanted.map(|thread| thread.join().unwrap());
        assert_eq!(got.iter().filter(|(registered, _)| *registered).count(), 1);
        assert_eq!(visitors(&plugins.hooks::<Watched>()), ["one"]);
        for (registered, life) in got {
            assert_eq!(life.drops.load(Ordering::SeqCst), usize::from(!registered));
        }
    });
}

#[test]
fn blocking_and_registering_never_leave_a_blocked_plugin_in_a_table() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let registers = {
            let plugins = plugins.clone();
            thread::spawn(move || {
                let visitor = Visitor { name: "one", life: Arc::default() };
                plugins.register_as("one", visitor).is_ok()
            })
        };
        plugins.block("one");
        registers.join().unwrap();
        assert!(plugins.names().is_empty());
        assert!(visitors(&plugins.hooks::<Watched>()).is_empty());
    });
}

#[test]
fn a_historic_call_reaches_a_plugin_that_registers_meanwhile_exactly_once() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let hooks = plugins.hooks::<Watched>();
        hooks.remember(0);
        let calls = {
            let hooks = hooks.clone();
            thread::spawn(move || {
                hooks.remember(1);
                hooks.remember(2);
            })
        };
        let life = enter(&plugins, "comes");
        calls.join().unwrap();
        assert_eq!(*life.told.lock().unwrap(), [0, 1, 2]);
    });
}

#[test]
fn changes_from_inside_of_a_call_do_not_deadlock() {
    in_many_orders(|| {
        let plugins = PluginManager::new();
        let inside = plugins.clone();
        let meddler = Closures::<Watched>::new(move |hooks| {
            let plugins = inside.clone();
            hooks.visit().implementation(Method::here("meddle"), move |args| {
                plugins.block("other");
                plugins.unblock("other");
                plugins.hooks::<Watched>().without(&["meddler"]).visit(args.visitors);
            });
        });
        plugins.register_closures("meddler", meddler).unwrap();
        let hooks = plugins.hooks::<Watched>();
        let others = {
            let plugins = plugins.clone();
            thread::spawn(move || {
                let visitor = Visitor { name: "other", life: Arc::default() };
                let _ = plugins.register_as("other", visitor);
                visitors(&plugins.hooks::<Watched>())
            })
        };
        visitors(&hooks);
        others.join().unwrap();
        plugins.unregister("meddler").unwrap();
    });
}

/// A manager whose clock goes on by itself, and far enough to let a probe through at each look.
fn with_quarantine(failures: u32, openings: u32) -> PluginManager {
    let plugins = PluginManager::new();
    let beginning = Instant::now();
    let looks = AtomicUsize::new(0);
    plugins.quarantine(
        Quarantine::default()
            .failures(failures)
            .window(Duration::from_secs(1_000_000))
            .cool_down(Duration::from_secs(1))
            .openings(openings)
            .with_clock(move || {
                let looks = looks.fetch_add(1, Ordering::SeqCst);
                beginning + Duration::from_secs(looks as u64)
            }),
    );
    plugins
}

/// Keeps the steps that it is told of.
#[derive(Clone)]
struct Steps(Arc<Mutex<Vec<QuarantineStep>>>);

impl Steps {
    /// All tasks of the model run on one thread: while one of them unwinds, the lock takes each of
    /// them for it, and is poisoned.
    fn all(&self) -> MutexGuard<'_, Vec<QuarantineStep>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Monitor for Steps {
    fn quarantine(&self, change: &QuarantineChange) {
        self.all().push(change.step);
    }
}

#[test]
fn of_many_who_could_probe_one_does() {
    in_many_orders(|| {
        let plugins = with_quarantine(1, u32::MAX);
        let [running, calls, most]: [Arc<AtomicUsize>; 3] = Default::default();
        let its = (Arc::clone(&running), Arc::clone(&calls), Arc::clone(&most));
        let ill = Closures::<Watched>::new(move |hooks| {
            let (running, calls, most) = its.clone();
            hooks.visit().implementation(Method::here("visit"), move |_| {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                // The first call puts it into quarantine; all others are probes.
                if calls.fetch_add(1, Ordering::SeqCst) > 0 {
                    most.fetch_max(now, Ordering::SeqCst);
                }
                running.fetch_sub(1, Ordering::SeqCst);
                panic!("it hurts");
            });
        });
        plugins.register_closures("ill", ill).unwrap();
        let steps = Arc::default();
        let guard = plugins.monitor(Steps(Arc::clone(&steps)));
        let hooks = plugins.hooks::<Watched>();
        visitors(&hooks);
        let threads = [(); 2].map(|()| {
            let hooks = hooks.clone();
            thread::spawn(move || (0..2).for_each(|_| drop(visitors(&hooks))))
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        drop(guard);
        assert!(most.load(Ordering::SeqCst) <= 1, "two probes at once");
        let steps = steps.lock().unwrap();
        let probes = steps.iter().filter(|step| **step == QuarantineStep::Probing).count();
        assert_eq!(calls.load(Ordering::SeqCst), 1 + probes);
        let opened = steps.iter().filter(|step| matches!(step, QuarantineStep::Opened { .. }));
        assert_eq!(opened.count(), 1 + probes, "each probe fails");
    });
}

#[test]
fn failures_at_once_open_it_once() {
    in_many_orders(|| {
        let plugins = with_quarantine(2, 1);
        let ill = Closures::<Watched>::new(|hooks| {
            hooks.visit().implementation(Method::here("visit"), |_| panic!("it hurts"));
        });
        plugins.register_closures("ill", ill).unwrap();
        let steps = Arc::default();
        let guard = plugins.monitor(Steps(Arc::clone(&steps)));
        let hooks = plugins.hooks::<Watched>();
        let threads = [(); 3].map(|()| {
            let hooks = hooks.clone();
            thread::spawn(move || drop(visitors(&hooks)))
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        drop(guard);
        assert_eq!(*steps.lock().unwrap(), [QuarantineStep::Kept]);
        assert!(plugins.plugins()[0].quarantined);
        assert!(plugins.plugins()[0].failures >= 2);
    });
}

#[test]
fn whoever_is_readmitted_while_it_fails_is_called_or_left_out_by_the_rules() {
    in_many_orders(|| {
        let plugins = with_quarantine(1, 1);
        let ill = Closures::<Watched>::new(|hooks| {
            hooks.visit().implementation(Method::here("visit"), |_| panic!("it hurts"));
        });
        plugins.register_closures("ill", ill).unwrap();
        let hooks = plugins.hooks::<Watched>();
        let calls = {
            let hooks = hooks.clone();
            thread::spawn(move || (0..2).for_each(|_| drop(visitors(&hooks))))
        };
        let readmitted = plugins.readmit("ill").unwrap();
        calls.join().unwrap();
        let [info] = &plugins.plugins()[..] else { panic!("one plugin") };
        // It ran once, or twice if it was readmitted before the second call.
        assert!(info.failures == 1 || (info.failures == 2 && readmitted), "{info:?}");
        visitors(&hooks);
        assert!(plugins.plugins()[0].quarantined);
        plugins.unregister("ill").unwrap();
        assert!(visitors(&hooks).is_empty());
    });
}
