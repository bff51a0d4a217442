//! Monitors and subscribers that panic while a hook is awaited.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use hooks_core::{Failure, Monitor, MonitoredCall, Outcome, PluginManager, hookimpl};

use super::calls::{HOOKS, Kind, call};
use super::work::{Awaits, Fault, Oops, Work, Worker};
use super::{Named, is_ready_after, run};
use crate::host_panics::Touchy;
use crate::support::{Journal, in_a_process_of_its_own, recorded};

/// Panics whatever it is told.
struct Nervous(Arc<Mutex<Vec<&'static str>>>);

impl Nervous {
    fn panic(&self, told: &'static str) {
        self.0.lock().unwrap().push(told);
        panic!("nervous");
    }
}

impl Monitor for Nervous {
    fn before(&self, _: &MonitoredCall) {
        self.panic("before");
    }
    fn failed(&self, _: &Failure) {
        self.panic("failed");
    }
    fn ended(&self, _: &MonitoredCall, _: &Outcome) {
        self.panic("ended");
    }
    fn after(&self, _: &MonitoredCall, _: Option<&Failure>) {
        self.panic("after");
    }
}

fn worker(name: &'static str, answer: u32, fault: Fault) -> Awaits {
    let (journal, bombs) = (Journal::default(), Journal::default());
    Awaits(Worker { name, answer, fault, journal, bombs })
}

fn workers(faults: &[(&'static str, Fault)]) -> PluginManager {
    let plugins = PluginManager::new();
    for &(name, fault) in faults.iter().rev() {
        plugins.register_as(name, worker(name, 3, fault)).unwrap();
    }
    plugins
}

#[test]
fn a_monitor_that_panics_changes_nothing() {
    for (_, kind, hook) in HOOKS {
        let plugins = workers(&[("faulty", Fault::PanicsAtOnce), ("well", Fault::None)]);
        let told = Arc::default();
        let _guard = plugins.monitor(Nervous(Arc::clone(&told)));
        let work = plugins.hooks::<Work>();
        let (answers, events) = recorded(|| run(call(&work, hook)));
        match kind {
            Kind::Notify => assert!(answers.unwrap().is_empty()),
            Kind::Stop => assert_eq!(answers.unwrap_err().plugin(), "faulty"),
            Kind::Collect | Kind::First | Kind::Waterfall => assert_eq!(answers.unwrap(), [3]),
        }
        let told = told.lock().unwrap();
        assert_eq!(*told, ["before", "failed", "ended", "ended", "after"], "{hook}");
        let heard = events.iter().filter(|event| event.message().contains("a monitor panicked"));
        assert_eq!(heard.count(), told.len(), "{hook}");
    }
}

#[test]
fn a_panic_of_the_subscriber_gets_through_a_call_that_is_awaited_to_the_host() {
    for (_, _, hook) in HOOKS {
        let plugins = workers(&[("faulty", Fault::PanicsAtOnce), ("well", Fault::None)]);
        let work = plugins.hooks::<Work>();
        let called = tracing::subscriber::with_default(Touchy, || {
            catch_unwind(AssertUnwindSafe(|| run(call(&work, hook))))
        });
        let payload = called.unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"the subscriber cannot bear it"), "{hook}");
        assert_eq!(plugins.plugins()[1].failures, 1, "{hook}");
    }
}

#[test]
fn a_subscriber_that_panics_in_a_destructor_is_heard_and_ends_nothing() {
    let test =
        "awaited_faults::hosts::a_subscriber_that_panics_in_a_destructor_is_heard_and_ends_nothing";
    let child = in_a_process_of_its_own(test, &[], || {
        // Dropped with the call, each panics on the way out, and the subscriber at that.
        let plugins = workers(&[
            ("a", Fault::HangsAndPanicsOnTheWayOut),
            ("b", Fault::HangsAndPanicsOnTheWayOut),
        ]);
        let work = plugins.hooks::<Work>();
        run(async {
            let mut call = Box::pin(work.together_ask());
            assert!(!is_ready_after(&mut call, 1));
            tracing::subscriber::with_default(Touchy, || drop(call));
        });
        let failures: Vec<_> = plugins.plugins().iter().map(|plugin| plugin.failures).collect();
        assert_eq!(failures, [1, 1]);
        // While the panic of the subscriber at the first of them is on its way to the host.
        let plugins = workers(&[
            ("a", Fault::HangsAndPanicsOnTheWayOut),
            ("b", Fault::PanicsAtOnce),
            ("c", Fault::HangsAndPanicsOnTheWayOut),
        ]);
        let work = plugins.hooks::<Work>();
        let called = tracing::subscriber::with_default(Touchy, || {
            catch_unwind(AssertUnwindSafe(|| run(work.together_ask())))
        });
        assert!(called.is_err());
    });
    let Some(child) = child else { return };
    assert!(child.succeeded, "{}", child.stderr);
    let heard = child.stderr.matches("the subscriber cannot bear it").count();
    assert_eq!(heard, 4, "{}", child.stderr);
}

#[hookimpl]
impl Work for Named<Work> {
    async fn later_tell(&self) -> Result<(), Oops> {
        let work = self.0.reported();
        let together = work.together_ask().await;
        let at_once = work.ask();
        let failures = together.failures().chain(at_once.failures());
        let seen: Vec<_> =
            failures.map(|failure| (failure.plugin(), failure.hook(), failure.message())).collect();
        assert_eq!(seen, [("faulty", "together_ask", "boom"), ("faulty", "ask", "boom")]);
        assert_eq!((together.output, at_once.output), (vec![3], vec![3]));
        panic!("afterwards");
    }
}

#[test]
fn failures_in_a_call_within_a_call_are_laid_at_the_inner_door() {
    let inner = workers(&[("faulty", Fault::PanicsAtOnce), ("well", Fault::None)]);
    let plugins = PluginManager::new();
    plugins.register_as("caller", Named(inner.hooks::<Work>())).unwrap();
    let report = run(async { plugins.hooks::<Work>().reported().later_tell().await });
    let failure = report.failures().next().unwrap();
    assert_eq!((failure.plugin(), failure.message()), ("caller", "afterwards"));
    assert!(failure.location().unwrap().file.ends_with("awaited_faults/hosts.rs"));
    assert_eq!(plugins.plugins()[0].failures, 1);
    assert_eq!(inner.plugins()[1].failures, 2);
}
