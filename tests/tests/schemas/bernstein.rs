//! What serde writes of Bernstein's types is what their schemas say.

use std::time::Duration;

use bernstein_hooks::{
    AgentExit, AgentId, CommandExit, CompletionSignal, Complexity, GateOutcome, GateReport,
    GateVerdict, KillReason, ModelId, Priority, Role, Scope, Task, TaskError, TaskErrorKind,
    TaskId, TaskResult, TaskStatus, Timestamp, Tokens, Usd,
};
use proptest::prelude::*;
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::document::{assert_all_variants, assert_valid, faults, schema_of};

const VERDICTS: [GateVerdict; 5] = [
    GateVerdict::Pass,
    GateVerdict::Fail,
    GateVerdict::TimedOut,
    GateVerdict::CouldNotRun,
    GateVerdict::Skipped,
];

const KILL_REASONS: [KillReason; 3] =
    [KillReason::Operator, KillReason::Budget, KillReason::Shutdown];

fn exits(code: i32, text: &str) -> Vec<AgentExit> {
    vec![
        AgentExit::Clean,
        AgentExit::Code(code),
        AgentExit::Signal(code),
        AgentExit::TimedOut,
        AgentExit::Killed(KillReason::Operator),
        AgentExit::SpawnFailed(text.into()),
    ]
}

fn signals(text: &str) -> Vec<CompletionSignal> {
    let text = || text.to_owned();
    vec![
        CompletionSignal::PathExists { path: text() },
        CompletionSignal::GlobExists { path: text() },
        CompletionSignal::FileContains { path: text(), contains: text() },
        CompletionSignal::TestPasses { command: text() },
        CompletionSignal::Command { run: text() },
        CompletionSignal::LlmReview { value: text() },
        CompletionSignal::LlmJudge { value: text() },
    ]
}

fn error_kinds(text: &str) -> Vec<TaskErrorKind> {
    vec![
        TaskErrorKind::AgentExit(AgentExit::Signal(9)),
        TaskErrorKind::SpawnFailed,
        TaskErrorKind::TimedOut,
        TaskErrorKind::GatesFailed(vec![text.into(), String::new()]),
        TaskErrorKind::Budget,
        TaskErrorKind::Cancelled,
    ]
}

#[test]
fn every_variant_of_every_enum_is_in_the_schema_and_nothing_else() {
    assert_all_variants(&exits(-1, "no such file"));
    assert_all_variants(&KILL_REASONS);
    assert_all_variants(&[CommandExit::Code(i32::MIN), CommandExit::Signal(i32::MAX)]);
    assert_all_variants(&VERDICTS);
    assert_all_variants(&signals("src/parser.rs"));
    assert_all_variants(&error_kinds("tests"));
    assert_all_variants(TaskStatus::ALL);
    assert_all_variants(Scope::ALL);
    assert_all_variants(Complexity::ALL);
}

#[test]
fn what_a_type_does_not_write_is_not_of_its_schema() {
    #[track_caller]
    fn refused<T: JsonSchema>(values: &[Value]) {
        let schema = schema_of::<T>().to_value();
        for value in values {
            assert!(!faults(&schema, value).is_empty(), "{value} is of {schema:#}");
        }
    }
    refused::<Usd>(&[json!(1.25), json!("$1.25"), json!("1"), json!("1.2345678"), json!("-1.00")]);
    refused::<Priority>(&[json!(0), json!(4), json!("p1"), json!(1.5)]);
    refused::<TaskId>(&[json!(1), json!(null), json!({"0": "t-001"})]);
    refused::<AgentExit>(&[json!("Clean"), json!({"code": "3"}), json!({"killed": "Operator"})]);
    refused::<GateVerdict>(&[json!("passed"), json!(null)]);
    refused::<CompletionSignal>(&[json!({"path_exists": {"path": "a"}}), json!({"path": "a"})]);
    refused::<GateReport>(&[json!({"outcomes": []}), json!([{"gate": "tests"}])]);
    let without = |value: Value, key: &str| {
        let mut value = value;
        value.as_object_mut().and_then(|fields| fields.remove(key)).expect("a field");
        value
    };
    let gate = json!(GateOutcome::new("tests", GateVerdict::Pass));
    let mut seconds = gate.clone();
    seconds["duration"] = json!(1.5);
    refused::<GateOutcome>(&[seconds, without(gate, "exit")]);
    let task = json!(Task::new("t-001", "Title"));
    let mut yesterday = task.clone();
    yesterday["created_at"] = json!("yesterday");
    refused::<Task>(&[yesterday, without(task.clone(), "model"), without(task, "metadata")]);
    refused::<TaskResult>(&[without(json!(TaskResult::new("a", "b")), "gates")]);
}

#[test]
fn every_type_has_an_example_of_its_schema() {
    fn exemplary<T: JsonSchema>() {
        let schema = schema_of::<T>().to_value();
        let examples = schema["examples"].as_array().unwrap_or_else(|| panic!("none: {schema:#}"));
        for example in examples {
            let faults = faults(&schema, example);
            assert!(faults.is_empty(), "{example:#}\n{faults:#?}");
        }
    }
    exemplary::<AgentExit>();
    exemplary::<AgentId>();
    exemplary::<CommandExit>();
    exemplary::<CompletionSignal>();
    exemplary::<Complexity>();
    exemplary::<GateOutcome>();
    exemplary::<GateReport>();
    exemplary::<GateVerdict>();
    exemplary::<KillReason>();
    exemplary::<ModelId>();
    exemplary::<Priority>();
    exemplary::<Role>();
    exemplary::<Scope>();
    exemplary::<Task>();
    exemplary::<TaskError>();
    exemplary::<TaskErrorKind>();
    exemplary::<TaskId>();
    exemplary::<TaskResult>();
    exemplary::<TaskStatus>();
    exemplary::<Tokens>();
    exemplary::<Usd>();
}

/// A duration as long as jiff can write one.
fn durations() -> impl Strategy<Value = Duration> {
    (0..=i64::MAX as u64, 0..1_000_000_000_u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos))
}

/// A moment of the years that RFC 3339 can write.
fn timestamps() -> impl Strategy<Value = Timestamp> {
    (-62_167_219_200_i64..=253_402_207_200, 0..1_000_000_000_i32)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).expect("in range"))
}

fn outcomes() -> impl Strategy<Value = GateOutcome> {
    let verdicts = proptest::sample::select(&VERDICTS[..]);
    (any::<String>(), verdicts, any::<bool>(), any::<i32>(), durations()).prop_map(
        |(text, verdict, required, code, duration)| {
            let outcome = GateOutcome::new(&*text, verdict)
                .with_duration(duration)
                .with_output(&*text, &*text);
            if required {
                return outcome.with_exit(CommandExit::Signal(code)).with_log(text);
            }
            outcome.with_exit(CommandExit::Code(code)).optional()
        },
    )
}

fn tasks() -> impl Strategy<Value = Task> {
    let words = (any::<String>(), proptest::collection::vec(any::<String>(), 0..3));
    let numbers = (1..=3_u8, any::<u32>(), any::<u32>());
    let steps = (
        proptest::sample::select(Scope::ALL),
        proptest::sample::select(Complexity::ALL),
        proptest::sample::select(TaskStatus::ALL),
    );
    (words, numbers, steps, timestamps(), any::<bool>()).prop_map(
        |((text, list), (priority, attempt, minutes), (scope, complexity, status), at, all)| {
            let task = Task::new(&*text, &*text)
                .with_description(&*text)
                .with_role(&*text)
                .with_priority(Priority::new(priority).expect("a priority"))
                .with_scope(scope)
                .with_complexity(complexity)
                .with_status(status)
                .with_dependencies(list.iter().map(String::as_str))
                .with_owned_files(&list)
                .with_attempt(attempt)
                .with_max_attempts(minutes)
                .with_created_at(at)
                .with_metadata(&*text, json!([{"list": list}, null, attempt]));
            let task = signals(&text).into_iter().fold(task, Task::with_completion_signal);
            if !all {
                return task;
            }
            task.with_adapter(&*text)
                .with_model(&*text)
                .with_effort(&*text)
                .with_estimated_minutes(minutes)
                .with_external_ref(text)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_amount_and_any_name_is_of_its_schema(
        micros in any::<u64>(), input in any::<u64>(), output in any::<u64>(), text in any::<String>()
    ) {
        assert_valid(&Usd::from_micros(micros));
        assert_valid(&Tokens::new(input, output));
        assert_valid(&TaskId::new(&*text));
        assert_valid(&AgentId::new(&*text));
        assert_valid(&Role::new(&*text));
        assert_valid(&ModelId::new(&*text));
    }

    #[test]
    fn any_task_is_of_its_schema(task in tasks()) {
        assert_valid(&task);
    }

    #[test]
    fn any_result_is_of_its_schema(
        gates in proptest::collection::vec(outcomes(), 0..3), duration in durations(),
        micros in any::<u64>(), code in any::<i32>(), text in any::<String>()
    ) {
        let gates: GateReport = gates.into_iter().collect();
        for exit in exits(code, &text) {
            let result = TaskResult::new(&*text, &*text)
                .with_files_changed([&text])
                .with_gates(gates.clone())
                .with_cost(Usd::from_micros(micros))
                .with_tokens(Tokens::new(micros, micros))
                .with_duration(duration)
                .with_exit(exit);
            assert_valid(&result);
        }
    }

    #[test]
    fn any_error_is_of_its_schema(text in any::<String>()) {
        for kind in error_kinds(&text) {
            assert_valid(&TaskError::new(kind.clone(), &*text));
            assert_valid(&TaskError::new(kind, &*text).with_retry());
        }
    }
}
