//! What a reported call tells of its implementations.

use std::thread;
use std::time::Duration;

use hooks_core::{Closures, FailureKind, Method, PluginManager, Report, SkipReason, Verdict};

use crate::support::{Stage, asked, chooser, failing, manager_of, teller};

/// The verdicts as words, in call order.
fn verdicts<O>(report: &Report<O>) -> Vec<(&str, &str)> {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Answered => "answered",
        Verdict::Passed => "passed",
        Verdict::Failed(_) => "failed",
        Verdict::Skipped(SkipReason::AnsweredBefore) => "skipped",
        _ => "unknown",
    };
    report.outcomes.iter().map(|outcome| (&*outcome.plugin, verdict(&outcome.verdict))).collect()
}

#[test]
fn outcomes_stand_in_call_order_with_plugin_and_method() {
    let manager = PluginManager::new();
    manager.register_as("answers", asked(|| Some(1))).unwrap();
    manager.register_as("passes", asked(|| None)).unwrap();
    manager.register_as("panics", asked(|| panic!("asked too much"))).unwrap();
    let report = manager.hooks::<Stage>().reported().ask();
    assert_eq!((report.hook.spec, report.hook.name), ("Stage", "ask"));
    assert_eq!(
        verdicts(&report),
        [("panics", "failed"), ("passes", "passed"), ("answers", "answered")]
    );
    assert!(report.outcomes.iter().all(|outcome| outcome.method == "ask"));
    assert_eq!(report.output, [1]);
}

#[test]
fn the_output_is_that_of_the_plain_call() {
    let manager = PluginManager::new();
    manager.register(asked(|| Some(1))).unwrap();
    manager.register(chooser(|| Some(2))).unwrap();
    let stage = manager.hooks::<Stage>();
    assert_eq!(stage.reported().ask().output, stage.ask());
    assert_eq!(stage.reported().choose().output, stage.choose());
    let () = stage.reported().tell().output;
}

#[test]
fn who_told_a_notify_hook_counts_as_having_answered() {
    let manager = PluginManager::new();
    manager.register(teller(|| ())).unwrap();
    manager.register(failing(|| Ok(()))).unwrap();
    let stage = manager.hooks::<Stage>();
    assert_eq!(verdicts(&stage.reported().tell()), [("teller", "answered")]);
    assert_eq!(verdicts(&stage.reported().attempt()), [("failing", "answered")]);
}

#[test]
fn answers_are_paired_with_those_who_gave_them() {
    let manager = manager_of(
        [("a", Some(1)), ("b", None), ("c", Some(3))]
            .map(|(name, answer)| (name, asked(move || answer))),
    );
    manager.register_as("panics", asked(|| panic!("asked too much"))).unwrap();
    let report = manager.hooks::<Stage>().reported().ask();
    let pairs: Vec<_> =
        report.answers().map(|(outcome, answer)| (&*outcome.plugin, *answer)).collect();
    assert_eq!(pairs, [("c", 3), ("a", 1)]);
}

#[test]
fn who_gave_an_answer_that_went_through_a_wrapper_is_not_guessed() {
    let manager = PluginManager::new();
    manager.register(asked(|| Some(1))).unwrap();
    manager.register(chooser(|| Some(2))).unwrap();
    let swaps = Closures::<Stage>::new(|hooks| {
        hooks.ask().wrapper(Method::here("swap"), |next| {
            *next.call() = vec![10];
            Ok(())
        });
        hooks.choose().wrapper(Method::here("swap"), |next| {
            *next.call() = Some(20);
            Ok(())
        });
    });
    manager.register_closures("swaps", swaps).unwrap();
    let reported = manager.hooks::<Stage>();
    let asked = reported.reported().ask();
    assert_eq!(asked.output, [10]);
    assert_eq!(asked.answers().count(), 0);
    assert_eq!(verdicts(&asked), [("swaps", "answered"), ("asked", "answered")]);
    let chosen = reported.reported().choose();
    assert_eq!(chosen.output, Some(20));
    assert!(chosen.answer().is_none());
}

#[test]
fn implementations_after_the_first_answer_are_skipped_and_the_report_says_why() {
    let manager = PluginManager::new();
    manager.register_as("never", chooser(|| panic!("not to be asked"))).unwrap();
    manager.register_as("neither", chooser(|| Some(9))).unwrap();
    manager.register_as("answers", chooser(|| Some(7))).unwrap();
    manager.register_as("passes", chooser(|| None)).unwrap();
    let report = manager.hooks::<Stage>().reported().choose();
    assert_eq!(
        verdicts(&report),
        [
            ("passes", "passed"),
            ("answers", "answered"),
            ("neither", "skipped"),
            ("never", "skipped")
        ]
    );
    let (outcome, answer) = report.answer().unwrap();
    assert_eq!((&*outcome.plugin, *answer), ("answers", 7));
    assert_eq!(report.outcomes[3].duration, Duration::ZERO);
    assert_eq!(SkipReason::AnsweredBefore.to_string(), "an earlier implementation answered");
}

#[test]
fn a_report_of_nobody_is_empty() {
    let report = PluginManager::new().hooks::<Stage>().reported().choose();
    assert!(report.outcomes.is_empty());
    assert_eq!(report.output, None);
    assert!(report.answer().is_none());
}

#[test]
fn durations_are_those_of_each_implementation() {
    const NAP: Duration = Duration::from_millis(20);
    let manager = PluginManager::new();
    manager
        .register_as(
            "panics",
            teller(|| {
                thread::sleep(NAP);
                panic!("overslept")
            }),
        )
        .unwrap();
    manager.register_as("sleeps", teller(|| thread::sleep(NAP))).unwrap();
    let report = manager.hooks::<Stage>().reported().tell();
    assert!(report.outcomes.iter().all(|outcome| outcome.duration >= NAP), "{report:?}");
}

#[test]
fn a_failure_says_who_where_and_how() {
    let manager = PluginManager::new();
    manager.register_as("bad", teller(|| panic!("no {}", "way"))).unwrap();
    let line = line!() - 1;
    let report = manager.hooks::<Stage>().reported().tell();
    let failure = report.failures().next().unwrap();
    assert_eq!(failure.plugin(), "bad");
    assert_eq!((failure.spec(), failure.hook(), failure.method()), ("Stage", "tell", "tell"));
    assert_eq!(failure.kind(), FailureKind::Panic);
    assert_eq!(failure.message(), "no way");
    let location = failure.location().unwrap();
    assert_eq!((&*location.file, location.line), (file!(), line));
    assert!(location.column > 1);
    assert_eq!(
        failure.to_string(),
        format!("plugin `bad`, hook `tell`: panicked: no way, at {location}")
    );
    assert_eq!(location.to_string(), format!("{}:{line}:{}", file!(), location.column));
    assert_eq!(failure.implementation().method, "tell");
    assert!(failure.implementation().file.ends_with("stage.rs"));
}

#[test]
fn an_error_says_itself_and_its_causes() {
    let manager = PluginManager::new();
    manager.register_as("bad", failing(|| Err(std::io::Error::other("no bread").into()))).unwrap();
    let report = manager.hooks::<Stage>().reported().attempt();
    let failure = report.failures().next().unwrap();
    assert_eq!(failure.kind(), FailureKind::Error);
    assert_eq!(failure.message(), "no bread");
    assert_eq!(failure.location(), None);
    assert!(failure.backtrace().is_none());
    assert_eq!(failure.to_string(), "plugin `bad`, hook `attempt`: no bread");
    assert_eq!(
        [FailureKind::Panic, FailureKind::Error].map(|kind| kind.to_string()),
        ["panic", "error"]
    );
}

#[test]
fn failures_are_counted_per_plugin_since_its_registration() {
    let manager = PluginManager::new();
    manager.register_as("good", teller(|| ())).unwrap();
    manager.register_as("bad", teller(|| panic!("again"))).unwrap();
    let stage = manager.hooks::<Stage>();
    stage.tell();
    let _ = stage.reported().tell();
    let failures = || -> Vec<(String, u64)> {
        manager.plugins().iter().map(|info| (info.name.to_string(), info.failures)).collect()
    };
    assert_eq!(failures(), [("good".into(), 0), ("bad".into(), 2)]);
    manager.unregister("bad").unwrap();
    manager.register_as("bad", teller(|| panic!("and again"))).unwrap();
    assert_eq!(failures(), [("good".into(), 0), ("bad".into(), 0)]);
}

#[test]
fn reports_and_failures_can_be_kept_after_their_plugins_are_gone() {
    let report = {
        let manager = PluginManager::new();
        manager.register_as("bad", teller(|| panic!("gone"))).unwrap();
        manager.hooks::<Stage>().reported().tell()
    };
    let copy = report.clone();
    assert_eq!(copy.failures().next().unwrap().message(), "gone");
    thread::spawn(move || assert_eq!(report.failures().count(), 1)).join().unwrap();
}
