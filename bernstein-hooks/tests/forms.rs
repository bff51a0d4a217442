//! What plugins see of the types: how they print, and how they are serialised. Both are part of the
//! interface.

use std::fmt::Debug;
use std::time::Duration;

use bernstein_hooks::{
    AgentExit, AgentId, CommandExit, CompletionSignal, Complexity, GateOutcome, GateReport,
    GateVerdict, KillReason, ModelId, Priority, Role, Scope, Task, TaskError, TaskErrorKind,
    TaskId, TaskResult, TaskStatus, Timestamp, Tokens, Usd,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Asserts that the value is serialised so, and read again as the same value.
#[track_caller]
fn assert_form<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, form: Value) {
    assert_eq!(serde_json::to_value(value).expect("serialised"), form);
    assert_eq!(&serde_json::from_value::<T>(form).expect("read again"), value);
}

fn task() -> Task {
    Task::new("t-007", "Write the parser")
        .with_description("All of it.")
        .with_role("qa")
        .with_priority(Priority::HIGH)
        .with_scope(Scope::Large)
        .with_complexity(Complexity::Critical)
        .with_status(TaskStatus::InProgress)
        .with_dependencies(["t-001", "t-002"])
        .with_owned_files(["src/parser.rs"])
        .with_completion_signal(CompletionSignal::PathExists { path: "src/parser.rs".into() })
        .with_adapter("claude")
        .with_model("opus")
        .with_effort("high")
        .with_estimated_minutes(30)
        .with_attempt(2)
        .with_max_attempts(5)
        .with_external_ref("GH-12")
        .with_created_at(Timestamp::UNIX_EPOCH)
        .with_metadata("stage", "build")
}

#[test]
fn a_task_is_serialised_with_all_that_it_has() {
    assert_form(
        &task(),
        json!({
            "id": "t-007",
            "title": "Write the parser",
            "description": "All of it.",
            "role": "qa",
            "priority": 1,
            "scope": "large",
            "complexity": "critical",
            "status": "in_progress",
            "depends_on": ["t-001", "t-002"],
            "owned_files": ["src/parser.rs"],
            "completion_signals": [{"type": "path_exists", "path": "src/parser.rs"}],
            "adapter": "claude",
            "model": "opus",
            "effort": "high",
            "estimated_minutes": 30,
            "attempt": 2,
            "max_attempts": 5,
            "external_ref": "GH-12",
            "created_at": "1970-01-01T00:00:00Z",
            "metadata": {"stage": "build"},
        }),
    );
}

#[test]
fn a_task_that_says_nothing_has_the_defaults_of_plans() {
    let task = Task::new("t-1", "Title");
    assert_eq!(task.role, "backend");
    assert_eq!(task.priority.number(), 2);
    assert_eq!(task.scope, Scope::Medium);
    assert_eq!(task.complexity, Complexity::Medium);
    assert_eq!(task.status, TaskStatus::Planned);
    assert_eq!((task.attempt, task.max_attempts), (1, 3));
}

#[test]
fn names_are_serialised_as_their_text_and_print_like_it() {
    assert_form(&TaskId::new("t-1"), json!("t-1"));
    assert_form(&AgentId::new("a-1"), json!("a-1"));
    assert_form(&Role::new("qa"), json!("qa"));
    assert_form(&ModelId::new("opus"), json!("opus"));
    assert_eq!(format!("{:>5}|{:<5}|", TaskId::new("t-1"), AgentId::new("a-1")), "  t-1|a-1  |");
    assert_eq!(task().to_string(), "t-007 Write the parser");
}

#[test]
fn every_signal_is_serialised_as_plans_write_it() {
    use CompletionSignal::{
        Command, FileContains, GlobExists, LlmJudge, LlmReview, PathExists, TestPasses,
    };
    let text = |text: &str| text.to_owned();
    for (signal, form, printed) in [
        (
            PathExists { path: text("a") },
            json!({"type": "path_exists", "path": "a"}),
            "path_exists a",
        ),
        (
            GlobExists { path: text("*.rs") },
            json!({"type": "glob_exists", "path": "*.rs"}),
            "glob_exists *.rs",
        ),
        (
            FileContains { path: text("a"), contains: text("b") },
            json!({"type": "file_contains", "path": "a", "contains": "b"}),
            "file_contains a: b",
        ),
        (
            TestPasses { command: text("make test") },
            json!({"type": "test_passes", "command": "make test"}),
            "test_passes make test",
        ),
        (Command { run: text("true") }, json!({"type": "command", "run": "true"}), "command true"),
        (
            LlmReview { value: text("x") },
            json!({"type": "llm_review", "value": "x"}),
            "llm_review x",
        ),
        (LlmJudge { value: text("x") }, json!({"type": "llm_judge", "value": "x"}), "llm_judge x"),
    ] {
        assert_eq!(signal.to_string(), printed);
        assert_eq!(form["type"], signal.kind());
        assert_form(&signal, form);
    }
}

#[test]
fn every_end_of_an_agent_has_a_form_and_a_phrase() {
    for (exit, form, phrase) in [
        (AgentExit::Clean, json!("clean"), "ended cleanly"),
        (AgentExit::Code(3), json!({"code": 3}), "ended with exit code 3"),
        (AgentExit::Signal(9), json!({"signal": 9}), "was ended by signal 9 (SIGKILL)"),
        (AgentExit::Signal(64), json!({"signal": 64}), "was ended by signal 64"),
        (AgentExit::TimedOut, json!("timed_out"), "ran past its deadline"),
        (
            AgentExit::Killed(KillReason::Operator),
            json!({"killed": "operator"}),
            "was killed by the operator",
        ),
        (
            AgentExit::Killed(KillReason::Budget),
            json!({"killed": "budget"}),
            "was killed because the budget is spent",
        ),
        (
            AgentExit::Killed(KillReason::Shutdown),
            json!({"killed": "shutdown"}),
            "was killed because the run shuts down",
        ),
        (
            AgentExit::SpawnFailed("no such file".into()),
            json!({"spawn_failed": "no such file"}),
            "could not be started: no such file",
        ),
    ] {
        assert_eq!(exit.to_string(), phrase);
        assert_eq!(exit.is_clean(), exit == AgentExit::Clean);
        assert_form(&exit, form);
    }
}

#[test]
fn every_end_of_an_agent_but_a_clean_one_is_an_error_of_its_kind() {
    assert_eq!(TaskError::from_exit(&AgentExit::Clean), None);
    for (exit, kind) in [
        (AgentExit::Code(3), TaskErrorKind::AgentExit(AgentExit::Code(3))),
        (AgentExit::Signal(9), TaskErrorKind::AgentExit(AgentExit::Signal(9))),
        (AgentExit::TimedOut, TaskErrorKind::TimedOut),
        (AgentExit::Killed(KillReason::Budget), TaskErrorKind::Budget),
        (AgentExit::Killed(KillReason::Operator), TaskErrorKind::Cancelled),
        (AgentExit::Killed(KillReason::Shutdown), TaskErrorKind::Cancelled),
        (AgentExit::SpawnFailed("x".into()), TaskErrorKind::SpawnFailed),
    ] {
        let error = TaskError::from_exit(&exit).expect("an error");
        assert_eq!(error.kind, kind);
        assert_eq!(error.to_string(), format!("the agent {exit}"));
        assert!(!error.will_retry);
        assert!(error.with_retry().will_retry);
    }
}

fn failed_gate() -> GateOutcome {
    GateOutcome::new("tests", GateVerdict::Fail)
        .with_exit(CommandExit::Code(1))
        .with_duration(Duration::from_nanos(1_500_000_001))
        .with_output("running 2 tests\n", "1 failed\n")
        .with_log("run/tests.log")
}

#[test]
fn a_gate_outcome_is_serialised_without_loss() {
    assert_form(
        &failed_gate(),
        json!({
            "gate": "tests",
            "verdict": "fail",
            "required": true,
            "exit": {"code": 1},
            "duration": "PT1.500000001S",
            "head": "running 2 tests\n",
            "tail": "1 failed\n",
            "log": "run/tests.log",
        }),
    );
}

#[test]
fn a_gate_outcome_prints_a_line_or_all_that_is_kept() {
    let outcome = failed_gate();
    assert_eq!(outcome.to_string(), "gate `tests` failed (exit code 1)");
    assert_eq!(
        format!("{outcome:#}"),
        "gate `tests` failed (exit code 1)\nrunning 2 tests\n[…]\n1 failed"
    );
    let short = GateOutcome::new("lint", GateVerdict::CouldNotRun).with_output("no such file", "");
    assert_eq!(format!("{short:#}"), "gate `lint` could not run\nno such file");
}

#[test]
fn only_a_required_gate_that_did_not_pass_keeps_a_task_from_being_done() {
    for (verdict, blocks) in [
        (GateVerdict::Pass, false),
        (GateVerdict::Fail, true),
        (GateVerdict::TimedOut, true),
        (GateVerdict::CouldNotRun, true),
        (GateVerdict::Skipped, false),
    ] {
        assert_eq!(GateOutcome::new("gate", verdict).blocks(), blocks, "{verdict}");
        assert!(!GateOutcome::new("gate", verdict).optional().blocks(), "{verdict}");
    }
}

#[test]
fn a_gate_report_names_every_gate_that_did_not_pass() {
    let report: GateReport = [
        GateOutcome::new("lint", GateVerdict::Fail).optional(),
        GateOutcome::new("types", GateVerdict::Pass),
        GateOutcome::new("review", GateVerdict::Skipped),
        failed_gate(),
    ]
    .into_iter()
    .collect();
    assert!(!report.passed());
    let text = "1 of 4 gates passed; `lint` failed; `review` was skipped; `tests` failed";
    assert_eq!(report.to_string(), text);
    let error = TaskError::from_gates(&report).expect("an error");
    assert_eq!(error.kind, TaskErrorKind::GatesFailed(vec!["tests".into()]));
    assert_eq!(error.to_string(), text);
}

#[test]
fn without_gates_nothing_keeps_a_task_from_being_done() {
    assert!(GateReport::default().passed());
    assert_eq!(GateReport::default().to_string(), "no gates");
    assert_eq!(TaskError::from_gates(&GateReport::default()), None);
}

#[test]
fn a_result_is_serialised_and_prints_what_it_took() {
    let result = TaskResult::new("a-1", "parser written")
        .with_files_changed(["src/parser.rs"])
        .with_gates([GateOutcome::new("types", GateVerdict::Pass)].into_iter().collect())
        .with_cost(Usd::from_cents(30))
        .with_tokens(Tokens::new(1_200, 300))
        .with_duration(Duration::from_millis(12_340));
    assert_eq!(result.to_string(), "parser written (12.3s, $0.30)");
    assert_form(
        &result,
        json!({
            "summary": "parser written",
            "agent": "a-1",
            "files_changed": ["src/parser.rs"],
            "gates": [{
                "gate": "types",
                "verdict": "pass",
                "required": true,
                "exit": null,
                "duration": "PT0S",
                "head": "",
                "tail": "",
                "log": null,
            }],
            "cost": "0.30",
            "tokens": {"input": 1_200, "output": 300},
            "duration": "PT12.34S",
            "exit": "clean",
        }),
    );
}

#[test]
fn an_error_is_serialised_with_its_kind() {
    let error =
        TaskError::new(TaskErrorKind::GatesFailed(vec!["tests".into()]), "1 of 2 gates passed");
    assert_form(
        &error.with_retry(),
        json!({"kind": {"gates_failed": ["tests"]}, "message": "1 of 2 gates passed", "will_retry": true}),
    );
    assert_form(
        &TaskError::new(TaskErrorKind::Budget, "spent"),
        json!({"kind": "budget", "message": "spent", "will_retry": false}),
    );
}

#[test]
fn priorities_are_read_in_both_forms_and_p0_is_the_first() {
    for (text, priority) in [
        ("p0", Priority::HIGH),
        ("p1", Priority::HIGH),
        ("1", Priority::HIGH),
        ("p2", Priority::NORMAL),
        ("2", Priority::NORMAL),
        ("p3", Priority::LOW),
        ("3", Priority::LOW),
    ] {
        assert_eq!(text.parse(), Ok(priority), "{text}");
    }
    for text in ["0", "4", "p4", "", "high", "P1"] {
        assert_eq!(text.parse::<Priority>().expect_err("no priority").found, text);
    }
    assert_eq!(Priority::LOW.to_string(), "p3");
    assert_form(&Priority::HIGH, json!(1));
    assert!(serde_json::from_value::<Priority>(json!(0)).is_err());
}

#[test]
fn the_steps_of_a_scale_ascend_and_print_as_plans_write_them() {
    assert!(Scope::ALL.is_sorted());
    assert!(Complexity::ALL.is_sorted());
    for scope in Scope::ALL {
        assert_form(scope, json!(scope.to_string()));
    }
    for complexity in Complexity::ALL {
        assert_form(complexity, json!(complexity.as_str()));
    }
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_no_text_does_not_keep_a_result_from_being_serialised() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let odd = OsStr::from_bytes(b"caf\xe9.txt");
    let result = TaskResult::new("t-001.1", "done").with_files_changed([odd]);
    let value = serde_json::to_value(&result).expect("serialised");
    assert_eq!(value["files_changed"], json!(["caf\u{fffd}.txt"]));
}
