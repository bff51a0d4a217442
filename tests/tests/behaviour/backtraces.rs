//! Backtraces: there when the environment asks for them.

use crate::support::{Stage, in_a_process_of_its_own, manager_of, teller};

#[inline(never)]
fn deep_in_the_plugin() {
    panic!("deep");
}

#[test]
fn a_failure_has_a_backtrace_when_backtraces_are_on() {
    let test = "backtraces::a_failure_has_a_backtrace_when_backtraces_are_on";
    let child = in_a_process_of_its_own(test, &[("RUST_BACKTRACE", "1")], || {
        let manager = manager_of([("bad", teller(deep_in_the_plugin))]);
        let report = manager.hooks::<Stage>().reported().tell();
        let failure = report.failures().next().unwrap();
        let backtrace = failure.backtrace().expect("backtraces are on").to_string();
        assert!(backtrace.contains("deep_in_the_plugin"), "{backtrace}");
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}

#[test]
fn a_failure_has_no_backtrace_when_backtraces_are_off() {
    let test = "backtraces::a_failure_has_no_backtrace_when_backtraces_are_off";
    let child = in_a_process_of_its_own(test, &[("RUST_BACKTRACE", "0")], || {
        let manager = manager_of([("bad", teller(deep_in_the_plugin))]);
        let report = manager.hooks::<Stage>().reported().tell();
        assert!(report.failures().next().unwrap().backtrace().is_none());
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}
