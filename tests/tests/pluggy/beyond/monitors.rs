//! Monitors: told of every call in a nested way, removed in any order, and fenced.

use std::sync::{Arc, Mutex};

use hooks_core::{
    Failure, Monitor, MonitorGuard, MonitoredCall, PluginManager, hookimpl, hookspec,
};

use crate::support::{Journal, assert_error, errors_told, plugins, registered, verdicts};

/// Hooks that are watched.
#[hookspec]
trait Watched {
    /// Isolates failures.
    fn attempt(&self) -> Result<u32, String>;

    /// Stops on failure.
    #[hook(on_failure = stop)]
    fn gate(&self) -> Result<u32, String>;
}

plugins! { Fine; Fails; }

#[hookimpl]
impl Watched for Fine {
    fn attempt(&self) -> Result<u32, String> {
        Ok(1)
    }

    fn gate(&self) -> Result<u32, String> {
        Ok(1)
    }
}

#[hookimpl]
impl Watched for Fails {
    fn attempt(&self) -> Result<u32, String> {
        Err("no luck".to_owned())
    }

    fn gate(&self) -> Result<u32, String> {
        Err("no luck".to_owned())
    }
}

/// Notes under its name what it is told of, and then panics if that is what it does.
struct Noting {
    name: &'static str,
    journal: Journal,
    panics: bool,
}

impl Noting {
    fn note(&self, what: &str) {
        self.journal.note(format!("{}: {what}", self.name));
        assert!(!self.panics, "{} cannot see {what}", self.name);
    }
}

impl Monitor for Noting {
    fn before(&self, call: &MonitoredCall) {
        self.note(&format!("before {}", call.hook.name));
    }

    fn failed(&self, failure: &Failure) {
        self.note(&format!("failed {}", failure.plugin()));
    }

    fn after(&self, call: &MonitoredCall, stopped: Option<&Failure>) {
        let end = stopped.map_or("ok".to_owned(), ToString::to_string);
        self.note(&format!("after {} {end}", call.hook.name));
    }
}

fn watch(plugins: &PluginManager, journal: &Journal, name: &'static str) -> MonitorGuard {
    plugins.monitor(Noting { name, journal: journal.clone(), panics: false })
}

#[test]
fn the_last_added_is_outermost() {
    let plugins = registered![Fine, Fails];
    let journal = Journal::default();
    let _a = watch(&plugins, &journal, "a");
    let _b = watch(&plugins, &journal, "b");
    assert_eq!(plugins.hooks::<Watched>().attempt(), [1]);
    assert_eq!(
        journal.read(),
        [
            "b: before attempt",
            "a: before attempt",
            "a: failed Fails",
            "b: failed Fails",
            "a: after attempt ok",
            "b: after attempt ok",
        ]
    );
}

#[test]
fn monitors_are_removed_in_any_order_each_by_its_own_guard() {
    let plugins = registered![Fine];
    let watched = plugins.hooks::<Watched>();
    let journal = Journal::default();
    let told = || {
        watched.attempt();
        let notes = journal.read();
        notes.iter().map(|note| note.replace(" attempt", "").replace(" ok", "")).collect()
    };
    let a = watch(&plugins, &journal, "a");
    let b = watch(&plugins, &journal, "b");
    let c = watch(&plugins, &journal, "c");
    drop(b);
    let of_a_and_c: Vec<String> = told();
    assert_eq!(of_a_and_c, ["c: before", "a: before", "a: after", "c: after"]);
    let d = watch(&plugins, &journal, "a");
    drop(a);
    let of_c_and_d: Vec<String> = told();
    assert_eq!(of_c_and_d, ["a: before", "c: before", "c: after", "a: after"]);
    drop(d);
    let of_c: Vec<String> = told();
    assert_eq!(of_c, ["c: before", "c: after"]);
    drop(c);
    let of_none: Vec<String> = told();
    assert_eq!(of_none, [""; 0]);
}

#[test]
fn a_monitor_that_panics_is_told_of_and_disturbs_neither_the_call_nor_the_others() {
    let plugins = registered![Fine, Fails];
    let watched = plugins.hooks::<Watched>();
    let journal = Journal::default();
    let _inner = watch(&plugins, &journal, "inner");
    let _panics =
        plugins.monitor(Noting { name: "panics", journal: journal.clone(), panics: true });
    let _outer = watch(&plugins, &journal, "outer");
    let mut report = None;
    let told = errors_told(|| report = Some(watched.reported().attempt()));
    let report = report.unwrap();
    assert_eq!(verdicts(&report), ["Fails: failed: no luck", "Fine: answered"]);
    assert_eq!(report.output, [1]);
    assert_eq!(
        journal.read(),
        [
            "outer: before attempt",
            "panics: before attempt",
            "inner: before attempt",
            "inner: failed Fails",
            "panics: failed Fails",
            "outer: failed Fails",
            "inner: after attempt ok",
            "panics: after attempt ok",
            "outer: after attempt ok",
        ]
    );
    let messages: Vec<_> =
        told.iter().map(|message| message.split(", at ").next().unwrap()).collect();
    assert_eq!(
        messages,
        [
            "a monitor panicked: panics cannot see before attempt",
            "a hook implementation failed: no luck",
            "a monitor panicked: panics cannot see failed Fails",
            "a monitor panicked: panics cannot see after attempt ok",
        ]
    );
    let failures: Vec<_> = plugins.plugins().iter().map(|plugin| plugin.failures).collect();
    assert_eq!(failures, [0, 1], "the panics of a monitor are nobody's failures");
}

#[test]
fn a_monitor_is_told_of_the_failure_that_stopped_a_call() {
    let plugins = registered![Fine, Fails];
    let journal = Journal::default();
    let _guard = watch(&plugins, &journal, "a");
    assert_error(&plugins.hooks::<Watched>().gate().unwrap_err(), "Fails", "gate", "no luck");
    assert_eq!(
        journal.read(),
        ["a: before gate", "a: failed Fails", "a: after gate plugin `Fails`, hook `gate`: no luck",]
    );
}

#[test]
fn a_monitor_watches_specs_that_nobody_had_asked_for_when_it_was_added() {
    let plugins = PluginManager::new();
    let journal = Journal::default();
    let guard = watch(&plugins, &journal, "a");
    let watched = plugins.hooks::<Watched>();
    assert!(watched.attempt().is_empty());
    assert_eq!(journal.read(), ["a: before attempt", "a: after attempt ok"]);
    drop(guard);
    assert!(watched.attempt().is_empty());
    assert_eq!(journal.read(), [""; 0]);
}

#[test]
fn a_call_is_watched_to_its_end_by_those_who_saw_it_begin() {
    /// Takes one guard's place by another's.
    struct Changes(Mutex<Option<Box<dyn FnOnce() + Send>>>);

    impl hooks_core::Plugin for Changes {
        const METADATA: hooks_core::PluginMetadata = hooks_core::PluginMetadata::new("Changes");
    }

    #[hookimpl]
    impl Watched for Changes {
        fn attempt(&self) -> Result<u32, String> {
            let act = self.0.lock().unwrap().take();
            act.into_iter().for_each(|act| act());
            Ok(1)
        }
    }

    let plugins = PluginManager::new();
    let journal = Journal::default();
    let (first, notes, manager) =
        (watch(&plugins, &journal, "first"), journal.clone(), plugins.clone());
    let second = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&second);
    let change = Changes(Mutex::new(Some(Box::new(move || {
        drop(first);
        *kept.lock().unwrap() = Some(watch(&manager, &notes, "second"));
    }))));
    plugins.register(change).unwrap();
    let watched = plugins.hooks::<Watched>();
    watched.attempt();
    assert_eq!(journal.read(), ["first: before attempt", "first: after attempt ok"]);
    watched.attempt();
    assert_eq!(journal.read(), ["second: before attempt", "second: after attempt ok"]);
    drop(second);
    watched.attempt();
    assert_eq!(journal.read(), [""; 0]);
}

#[test]
fn a_monitor_may_call_hooks() {
    /// Calls another hook when it is told of the beginning of a call.
    struct Calls(Watched, Journal);

    impl Monitor for Calls {
        fn before(&self, call: &MonitoredCall) {
            self.1.note(call.hook.name);
            if call.hook.name == "attempt" {
                self.1.note(format!("{:?}", self.0.gate()));
            }
        }
    }

    let plugins = registered![Fine];
    let watched = plugins.hooks::<Watched>();
    let journal = Journal::default();
    let guard = plugins.monitor(Calls(watched.clone(), journal.clone()));
    assert_eq!(watched.attempt(), [1]);
    assert_eq!(journal.read(), ["attempt", "gate", "Ok([1])"]);
    drop(guard);
}
