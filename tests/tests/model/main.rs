//! Plugins come and go while hooks are called: checked in every order of events that matters.
//!
//! ```text
//! RUSTFLAGS="--cfg hooks_shuttle" cargo test -p hooks-tests --test model --target-dir target/model
//! ```
//!
//! `shuttle` puts its own locks and atomics in the place of those of `hooks-core`, and runs the
//! threads of a test one step at a time, in many orders. A test that fails prints the order in
//! which it did. Without the flag there is nothing here: `behaviour::reentrancy` does the same with real
//! threads and with luck.

#![cfg(hooks_shuttle)]

use std::sync::Arc;

use hooks_core::{Closures, Method, Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};
use shuttle::sync::Mutex;
use shuttle::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
    called_after_drop: AtomicBool,
    told: Mutex<Vec<usize>>,
}

impl Plugin for Visitor {
    const METADATA: PluginMetadata = PluginMetadata::new("visitor");
}

#[hookimpl]
impl Watched for Visitor {
    fn visit(&self, visitors: &mut Vec<&'static str>) {
        if self.life.drops.load(Ordering::SeqCst) > 0 {
            self.life.called_after_drop.store(true, Ordering::SeqCst);
        }
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
fn in_every_order(test: impl Fn() + Send + Sync + 'static) {
    let test = Arc::new(test);
    for changes_of_mind in 1..=3 {
        let test = Arc::clone(&test);
        shuttle::check_pct(move || test(), ORDERS, changes_of_mind);
    }
    shuttle::check_random(move || test(), ORDERS);
}

#[test]
fn a_call_runs_what_was_there_and_each_of_it_once() {
    in_every_order(|| {
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
    in_every_order(|| {
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
        assert!(!life.called_after_drop.load(Ordering::SeqCst));
        assert!(visitors(&hooks).is_empty());
    });
}

#[test]
fn one_of_two_who_want_the_same_name_gets_it() {
    in_every_order(|| {
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
    in_every_order(|| {
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
    in_every_order(|| {
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
    in_every_order(|| {
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
