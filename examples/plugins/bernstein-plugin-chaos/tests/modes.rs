//! Each mode beside healthy plugins: they see every event, and the reports hold the failures.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};

use bernstein_hooks::{Failure, FailureKind, Monitor};
use bernstein_plugin_chaos::{Chaos, Mode, Place};
use company::{Company, HOOKS};

mod company;
mod log;

/// The failures of one run in that mode: one per hook, all of them panics of the chaos plugin.
fn failures_in(mode: Mode) -> Vec<Failure> {
    let failures = Company::of(mode).tell_everything();
    let hooks: Vec<&str> = failures.iter().map(Failure::hook).collect();
    assert_eq!(hooks, HOOKS);
    for failure in &failures {
        assert_eq!(failure.plugin(), "bernstein-plugin-chaos");
        assert_eq!(failure.method(), failure.hook());
        assert_eq!(failure.kind(), FailureKind::Panic);
    }
    failures
}

fn assert_names_its_hook(failure: &Failure) {
    assert_eq!(failure.message(), format!("chaos at {}", failure.hook()));
}

/// The panic bears the line of the hook's method.
fn assert_located_in_its_method(failure: &Failure) {
    let location = failure.location().expect("a location");
    let method = failure.implementation();
    assert_eq!((&*location.file, location.line), (method.file, method.line + 1));
}

#[test]
fn off_does_nothing() {
    assert!(Company::of(Mode::Off).tell_everything().is_empty());
}

#[test]
fn a_panic_is_on_record_with_its_hook_and_its_line() {
    for failure in failures_in(Mode::Panic) {
        assert_names_its_hook(&failure);
        assert_located_in_its_method(&failure);
    }
}

#[test]
fn a_panic_without_a_text_is_on_record_with_its_line() {
    for failure in failures_in(Mode::PanicNotText) {
        assert!(failure.message().contains("not text"), "{failure}");
        assert_located_in_its_method(&failure);
    }
}

#[test]
fn a_payload_that_panics_when_it_is_dropped_adds_nothing() {
    for failure in failures_in(Mode::PanicPayloadDrop) {
        assert!(failure.message().contains("not text"), "{failure}");
        assert_located_in_its_method(&failure);
    }
}

#[test]
fn a_panic_within_a_panic_does_not_take_its_place() {
    for failure in failures_in(Mode::PanicNested) {
        assert_names_its_hook(&failure);
        assert_located_in_its_method(&failure);
    }
}

#[test]
fn a_panic_that_the_plugin_catches_itself_is_no_failure() {
    assert!(Company::of(Mode::PanicCaught).tell_everything().is_empty());
}

#[test]
fn a_panic_on_a_thread_of_the_plugin_is_no_failure_of_a_hook() {
    assert!(Company::of(Mode::PanicOnThread).tell_everything().is_empty());
}

#[test]
fn a_panic_that_goes_on_keeps_the_line_where_it_began() {
    for failure in failures_in(Mode::Resume) {
        assert_names_its_hook(&failure);
        let location = failure.location().expect("a location");
        assert!(Path::new(&*location.file).ends_with("src/misbehave.rs"), "{location}");
    }
}

#[test]
fn unwinding_without_a_panic_has_no_line() {
    for failure in failures_in(Mode::ResumeFresh) {
        assert_names_its_hook(&failure);
        assert!(failure.location().is_none(), "{failure}");
    }
}

#[test]
fn a_poisoned_lock_fails_from_then_on() {
    let failures = failures_in(Mode::Poison);
    let (first, others) = failures.split_first().expect("eight failures");
    assert_names_its_hook(first);
    for failure in others {
        assert!(failure.message().contains("PoisonError"), "{failure}");
        assert_located_in_its_method(failure);
    }
}

#[test]
fn a_slow_plugin_is_waited_for() {
    assert!(Company::of(Mode::Slow).tell_everything().is_empty());
}

#[test]
fn a_panic_while_the_plugin_is_dropped_is_an_error_in_the_log() {
    let company = Company::of(Mode::PanicInDrop);
    assert!(company.tell_everything().is_empty());
    let told = log::during(|| drop(company.plugins));
    let errors: Vec<&str> = told.lines().filter(|line| line.contains("ERROR")).collect();
    let [error] = *errors else { panic!("one error: {told}") };
    assert!(error.contains("chaos while the plugin is dropped, at "), "{error}");
    assert!(error.contains("bernstein-plugin-chaos"), "{error}");
}

#[test]
fn every_mode_misbehaves_for_as_long_as_it_is_asked_to() {
    for mode in Mode::ALL {
        let company = Company::of(*mode);
        let counts = [(); 3].map(|()| company.tell_everything().len());
        assert!(counts == [0; 3] || counts == [HOOKS.len(); 3], "{mode}: {counts:?}");
    }
}

/// Sends on what fails.
struct Failures(Sender<Failure>);

impl Monitor for Failures {
    fn failed(&self, failure: &Failure) {
        self.0.send(failure.clone()).expect("somebody listens");
    }
}

#[test]
fn in_the_background_it_misbehaves_after_each_task_and_harms_no_call() {
    for mode in Mode::ALL {
        let company = Company::around(Chaos::with(*mode).in_place(Place::Background));
        let (sender, failures) = channel();
        let guard = company.plugins.monitor(Failures(sender));
        assert!(company.tell_everything().is_empty(), "{mode}");
        drop(guard);
        let failures: Vec<_> = failures.try_iter().collect();
        let hooks: Vec<_> = failures.iter().map(Failure::hook).collect();
        let in_the_call = Company::of(*mode).tell_everything();
        let expected: &[_] =
            if in_the_call.is_empty() { &[] } else { &["on_task_failed", "on_task_completed"] };
        assert_eq!(hooks, expected, "{mode}");
        for (failure, alike) in failures.iter().zip(&in_the_call) {
            assert_eq!(failure.kind(), alike.kind(), "{mode}");
            assert_eq!(failure.location().is_some(), alike.location().is_some(), "{mode}");
        }
    }
}
