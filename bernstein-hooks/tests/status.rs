//! A task goes from status to status by the rules, and by no other way.

use TaskStatus::{Blocked, Cancelled, Claimed, Done, Failed, InProgress, Open, Planned, Verifying};
use bernstein_hooks::{Task, TaskStatus};

/// Every step that a task can take.
const STEPS: &[(TaskStatus, &[TaskStatus])] = &[
    (Planned, &[Open, Blocked, Cancelled]),
    (Open, &[Claimed, Blocked, Cancelled]),
    (Claimed, &[Open, InProgress, Failed, Cancelled]),
    (InProgress, &[Open, Verifying, Failed, Cancelled]),
    (Verifying, &[Open, Done, Failed, Cancelled]),
    (Done, &[]),
    (Failed, &[]),
    (Blocked, &[]),
    (Cancelled, &[]),
];

#[test]
fn exactly_the_legal_transitions_are_possible() {
    assert_eq!(STEPS.iter().map(|(from, _)| *from).collect::<Vec<_>>(), TaskStatus::ALL);
    for (from, legal) in STEPS {
        for to in TaskStatus::ALL {
            assert_eq!(from.can_become(*to), legal.contains(to), "{from} to {to}");
        }
    }
}

#[test]
fn a_status_is_final_when_nothing_follows_it() {
    for (from, legal) in STEPS {
        assert_eq!(from.is_final(), legal.is_empty(), "{from}");
    }
}

#[test]
fn an_illegal_transition_names_both_statuses() {
    assert_eq!(Planned.transition(Open), Ok(Open));
    let error = InProgress.transition(Done).expect_err("not verified");
    assert_eq!((error.from, error.to), (InProgress, Done));
    assert_eq!(error.to_string(), "a task that is in_progress cannot become done");
}

#[test]
fn a_status_prints_as_it_is_serialised() {
    for status in TaskStatus::ALL {
        assert_eq!(serde_json::json!(status), status.to_string());
    }
}

#[test]
fn the_last_attempt_leaves_none() {
    let task = Task::new("t-1", "Title").with_max_attempts(2);
    assert!(task.has_attempts_left());
    assert!(!task.clone().with_attempt(2).has_attempts_left());
    assert!(!task.with_max_attempts(0).has_attempts_left());
}
