//! What an implementation can panic with, and what the fence makes of it.

use std::panic::{self, AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};

use hooks_core::{Failure, FailureKind, PluginManager};

use crate::support::{Journal, Stage, asked, failing, manager_of, teller};

/// The failures of one call of `tell` with these implementations, the first of which is called
/// first.
fn failures(acts: Vec<Box<dyn Fn() + Send + Sync>>) -> Vec<Failure> {
    let acts = acts.into_iter().enumerate().rev();
    let manager = manager_of(acts.map(|(number, act)| (number.to_string(), teller(act))));
    let report = manager.hooks::<Stage>().reported().tell();
    report.failures().cloned().collect()
}

/// The failure of one implementation, after which another one runs.
fn failure(act: impl Fn() + Send + Sync + 'static) -> Failure {
    let journal = Journal::default();
    let notes = journal.clone();
    let mut failures = failures(vec![Box::new(act), Box::new(move || notes.note("went on"))]);
    assert_eq!(journal.read(), ["went on"]);
    assert_eq!(failures.len(), 1);
    failures.remove(0)
}

#[test]
fn text_is_kept_whether_it_is_formatted_or_not() {
    assert_eq!(failure(|| panic!("plain")).message(), "plain");
    assert_eq!(failure(|| panic!("{}-{}", 1, 2)).message(), "1-2");
    assert_eq!(failure(|| panic_any(String::from("owned"))).message(), "owned");
    assert_eq!(failure(|| panic_any("borrowed")).message(), "borrowed");
    assert_eq!(failure(|| panic!("two\nlines")).message(), "two\nlines");
    assert_eq!(failure(|| panic!("")).message(), "");
}

#[test]
fn panics_of_the_language_and_the_library_are_caught() {
    fn divide(by: u32) -> u32 {
        7 / by
    }
    assert_eq!(failure(|| assert_eq!(divide(0), 0)).message(), "attempt to divide by zero");
    let none: fn() -> Option<String> = || None;
    assert_eq!(failure(move || drop(none().expect("a name"))).message(), "a name");
    let index = failure(|| drop(Vec::<String>::new().remove(3)));
    assert!(index.message().contains("removal index"), "{index}");
}

#[test]
fn a_payload_that_is_no_text_is_said_to_be_none() {
    let failure = failure(|| panic_any(42_u32));
    assert_eq!(failure.kind(), FailureKind::Panic);
    assert_eq!(failure.message(), "a panic whose payload is not text");
    assert_eq!(&*failure.location().unwrap().file, file!());
}

/// Panics when it is dropped, with itself, for ever.
struct Hydra(u32);

impl Drop for Hydra {
    fn drop(&mut self) {
        panic_any(Self(self.0 + 1));
    }
}

#[test]
fn a_payload_that_panics_when_it_is_dropped_does_no_harm() {
    let journal = Journal::default();
    let bombs = journal.clone();
    let failure = failure(move || panic_any(bombs.bomb("dropped").charged("the payload")));
    assert_eq!(failure.message(), "a panic whose payload is not text");
    assert_eq!(failure.location().unwrap().line, line!() - 2);
    assert_eq!(journal.read(), ["dropped"]);
}

#[test]
fn a_payload_that_panics_again_and_again_does_no_harm() {
    let failure = failure(|| panic_any(Hydra(0)));
    assert_eq!(failure.message(), "a panic whose payload is not text");
    assert_eq!(failure.location().unwrap().line, line!() - 2);
}

#[test]
fn a_resumed_panic_has_a_message_and_no_location() {
    let failure = failure(|| resume_unwind(Box::new("resumed")));
    assert_eq!(failure.message(), "resumed");
    assert_eq!(failure.location(), None);
    assert_eq!(failure.to_string(), "plugin `0`, hook `tell`: panicked: resumed");
}

#[test]
fn a_panic_that_was_caught_and_resumed_has_the_location_at_which_it_arose() {
    let failure = failure(|| {
        let caught = catch_unwind(|| panic!("arose here")).unwrap_err();
        let _ = catch_unwind(|| panic!("something else"));
        resume_unwind(caught);
    });
    assert_eq!(failure.message(), "arose here");
    assert_eq!(failure.location().unwrap().line, line!() - 5);
}

#[test]
fn an_implementation_that_catches_its_own_panic_has_not_failed() {
    let manager = PluginManager::new();
    let careful = || catch_unwind(|| panic!("caught")).is_err().then_some(1);
    manager.register(asked(careful)).unwrap();
    let report = manager.hooks::<Stage>().reported().ask();
    assert_eq!(report.output, [1]);
    assert_eq!(report.failures().count(), 0);
}

#[test]
fn a_caught_panic_does_not_lend_its_location_to_a_later_call() {
    let manager = PluginManager::new();
    manager
        .register_as(
            "careful",
            asked(|| {
                let _ = catch_unwind(|| panic!("the same words"));
                None
            }),
        )
        .unwrap();
    manager.register_as("resumes", teller(|| resume_unwind(Box::new("the same words")))).unwrap();
    let stage = manager.hooks::<Stage>();
    stage.ask();
    let report = stage.reported().tell();
    assert_eq!(report.failures().next().unwrap().location(), None);
}

#[test]
fn a_caught_panic_does_not_lend_its_location_to_the_next_implementation() {
    let failures = failures(vec![
        Box::new(|| drop(catch_unwind(|| panic!("the same words")))),
        Box::new(|| resume_unwind(Box::new("the same words"))),
        Box::new(|| drop(catch_unwind(|| panic_any(1_u32)))),
        Box::new(|| resume_unwind(Box::new(2_u32))),
    ]);
    let places: Vec<_> =
        failures.iter().map(|failure| (failure.plugin(), failure.location())).collect();
    assert_eq!(places, [("1", None), ("3", None)]);
}

#[test]
fn every_failure_of_a_call_has_its_own_message_and_location() {
    let first = line!() + 2;
    let failures = failures(vec![
        Box::new(|| panic!("one")),
        Box::new(|| panic!("two")),
        Box::new(|| panic!("one")),
    ]);
    let told: Vec<_> = failures
        .iter()
        .map(|failure| (failure.message(), failure.location().unwrap().line - first))
        .collect();
    assert_eq!(told, [("one", 0), ("two", 1), ("one", 2)]);
}

/// Calls hooks when it is dropped.
struct CallsWhenDropped(Stage);

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        let inner = self.0.reported().attempt();
        let failure = inner.failures().next().unwrap();
        assert_eq!(failure.message(), "inner");
        assert!(failure.location().is_some());
    }
}

#[test]
fn a_call_within_the_unwinding_of_a_panic_does_not_take_its_record() {
    let manager = PluginManager::new();
    let stage = manager.hooks::<Stage>();
    manager.register_as("inner", failing(|| panic!("inner"))).unwrap();
    let outer = move || {
        let _calls = CallsWhenDropped(stage.clone());
        panic!("outer");
    };
    manager.register_as("outer", teller(outer)).unwrap();
    let line = line!() - 3;
    let report = manager.hooks::<Stage>().reported().tell();
    let failure = report.failures().next().unwrap();
    assert_eq!((failure.message(), failure.location().unwrap().line), ("outer", line));
}

#[test]
fn a_call_within_the_unwinding_of_the_hosts_own_panic_is_fenced() {
    let manager = PluginManager::new();
    manager.register_as("inner", failing(|| panic!("inner"))).unwrap();
    let stage = manager.hooks::<Stage>();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let _calls = CallsWhenDropped(stage);
        resume_unwind(Box::new("of the host"));
    }));
    assert_eq!(*panic.unwrap_err().downcast::<&str>().unwrap(), "of the host");
}

#[test]
fn failures_of_nested_calls_belong_to_those_who_failed() {
    let manager = PluginManager::new();
    manager.register_as("deep", failing(|| panic!("deep"))).unwrap();
    let stage = manager.hooks::<Stage>();
    let outer = move || {
        let report = stage.reported().attempt();
        assert_eq!(report.failures().map(Failure::message).collect::<Vec<_>>(), ["deep"]);
        panic!("shallow");
    };
    manager.register_as("shallow", teller(outer)).unwrap();
    let report = manager.hooks::<Stage>().reported().tell();
    assert_eq!(report.failures().map(Failure::message).collect::<Vec<_>>(), ["shallow"]);
    assert_eq!(&*report.failures().next().unwrap().location().unwrap().file, file!());
}

#[test]
fn a_thousand_caught_panics_in_one_call_end_with_the_right_one() {
    let failure = failure(|| {
        for number in 0..1000 {
            let _ = catch_unwind(|| panic!("number {number}"));
        }
        panic!("the last");
    });
    assert_eq!(failure.message(), "the last");
    assert_eq!(failure.location().unwrap().line, line!() - 3);
}

#[test]
fn a_panic_of_the_host_between_two_calls_is_not_held() {
    let manager = manager_of([("fine", teller(|| ()))]);
    let stage = manager.hooks::<Stage>();
    stage.tell();
    let heard = panic::catch_unwind(|| resume_unwind(Box::new(1_u32)));
    stage.tell();
    assert!(heard.is_err());
}
