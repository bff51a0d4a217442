//! What the reference of a program shows as examples: a task that adds a parser, at the end of its
//! first attempt. Made as a run makes it, so that no example can differ from its type.

use std::time::Duration;

use crate::{
    AgentExit, CommandExit, CompletionSignal, Complexity, GateOutcome, GateReport, GateVerdict,
    Priority, Scope, Task, TaskError, TaskResult, TaskStatus, Timestamp, Tokens, Usd, metadata,
};

pub(crate) fn task() -> Task {
    Task::new("t-001", "Write the parser")
        .with_description("Read the format that the manual describes, and say where it is wrong.")
        .with_role("backend")
        .with_priority(Priority::HIGH)
        .with_scope(Scope::Medium)
        .with_complexity(Complexity::High)
        .with_status(TaskStatus::Verifying)
        .with_dependencies(["t-000"])
        .with_owned_files(["src/parser.rs"])
        .with_completion_signal(signal())
        .with_adapter("claude")
        .with_model("opus")
        .with_estimated_minutes(30)
        .with_external_ref("GH-12")
        .with_created_at(Timestamp::constant(1_763_612_649, 500_000_000))
        .with_metadata(metadata::STAGE, "build")
        .with_metadata(metadata::RUN_DIR, "/srv/runs/2025-11-20")
}

pub(crate) fn signal() -> CompletionSignal {
    CompletionSignal::PathExists { path: "src/parser.rs".into() }
}

pub(crate) fn failed_gate() -> GateOutcome {
    GateOutcome::new("tests", GateVerdict::Fail)
        .with_exit(CommandExit::Code(101))
        .with_duration(Duration::from_millis(8_250))
        .with_output("running 12 tests", "test result: FAILED. 11 passed; 1 failed")
        .with_log("/srv/runs/2025-11-20/logs/t-001.1.gate-1.log")
}

pub(crate) fn gates() -> GateReport {
    let passed = |gate: &str, milliseconds| {
        GateOutcome::new(gate, GateVerdict::Pass)
            .with_exit(CommandExit::Code(0))
            .with_duration(Duration::from_millis(milliseconds))
    };
    [passed("tests", 9_100), passed("lint", 1_750)].into_iter().collect()
}

pub(crate) fn result() -> TaskResult {
    TaskResult::new("t-001.1", "The parser is written and tested.")
        .with_files_changed(["src/parser.rs"])
        .with_gates(gates())
        .with_cost(Usd::from_cents(125))
        .with_tokens(Tokens::new(12_400, 1_850))
        .with_duration(Duration::from_millis(312_500))
        .with_exit(AgentExit::Clean)
}

pub(crate) fn error() -> TaskError {
    let gates: GateReport = [failed_gate()].into_iter().collect();
    TaskError::from_gates(&gates).expect("a failed gate is in the way of its task").with_retry()
}
