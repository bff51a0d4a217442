//! The metrics as a host sees them: events through hooks, a file at the end.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use bernstein_hooks::testing::Host;
use bernstein_hooks::{
    AgentExit, AgentId, BernsteinSpec, GateOutcome, GateVerdict, KillReason, ModelId, Role, Task,
    TaskError, TaskErrorKind, TaskResult, TaskStatus, Tokens, Usd, metadata,
};
use bernstein_plugin_metrics::Metrics;
use reader::Page;
use tempfile::TempDir;

mod log;
mod reader;

/// A run with metrics.
struct Run {
    folder: TempDir,
    host: Host,
    hooks: BernsteinSpec,
}

impl Run {
    fn new() -> Self {
        let host = Host::of(Metrics::default());
        let hooks = host.hooks();
        Self { folder: tempfile::tempdir().expect("a folder"), host, hooks }
    }

    fn task(&self, id: &str, status: TaskStatus) -> Task {
        let folder = self.folder.path().to_str().expect("a folder whose path is text");
        Task::new(id, "A task").with_metadata(metadata::RUN_DIR, folder).with_status(status)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("metrics.prom")
    }

    /// Ends the run, and reads what is left of it.
    fn end(self) -> Page {
        assert!(!self.file().exists(), "the file is there before the end");
        drop(self.host);
        let path = self.folder.path().join("metrics.prom");
        Page::read(&fs::read_to_string(path).expect("the metrics"))
    }
}

fn failed(kind: TaskErrorKind) -> TaskError {
    TaskError::new(kind, "in vain")
}

fn done(milliseconds: u64, cost: Usd) -> TaskResult {
    TaskResult::new("an agent", "done")
        .with_duration(Duration::from_millis(milliseconds))
        .with_cost(cost)
        .with_tokens(Tokens::new(100, 20))
}

#[test]
fn a_task_counts_where_it_was_last_seen() {
    let run = Run::new();
    for id in ["a", "b", "c"] {
        run.hooks.on_task_created(&run.task(id, TaskStatus::Open));
        run.hooks.on_task_claimed(&run.task(id, TaskStatus::Claimed), &AgentId::new("an agent"));
    }
    let error = failed(TaskErrorKind::TimedOut);
    run.hooks.on_task_failed(&run.task("a", TaskStatus::Open), &error.clone().with_retry());
    run.hooks.on_task_claimed(&run.task("a", TaskStatus::Claimed), &AgentId::new("an agent"));
    run.hooks.on_task_completed(&run.task("a", TaskStatus::Done), &done(1, Usd::ZERO));
    run.hooks.on_task_failed(&run.task("b", TaskStatus::Failed), &error);

    let page = run.end();
    let tasks = |status| page.get("bernstein_tasks", &[("status", status)]);
    assert_eq!(["done", "failed", "claimed", "cancelled"].map(tasks), ["1", "1", "1", "0"]);
    assert_eq!(page.count("bernstein_tasks"), 4);
    assert_eq!(page.get("bernstein_task_attempts_total", &[]), "4");
    let failures = page.get("bernstein_task_attempts_failed_total", &[("reason", "timed_out")]);
    assert_eq!(failures, "2");
}

#[test]
fn money_and_times_add_up_exactly() {
    let run = Run::new();
    // In floating point numbers, a tenth ten times is not one.
    for _ in 0..10 {
        let task = run.task("a", TaskStatus::Done);
        run.hooks.on_task_completed(&task, &done(100, Usd::from_cents(10)));
    }
    let result = done(6_000, Usd::from_micros(1));
    run.hooks.on_task_completed(&run.task("b", TaskStatus::Done), &result);
    run.hooks.on_cost_threshold(Usd::ZERO, Usd::ZERO);

    let page = run.end();
    assert_eq!(page.get("bernstein_done_tasks_cost_dollars_total", &[]), "1.000001");
    assert_eq!(page.get("bernstein_task_duration_seconds_sum", &[]), "7");
    assert_eq!(page.get("bernstein_task_duration_seconds_count", &[]), "11");
    let bucket = |bound| page.get("bernstein_task_duration_seconds_bucket", &[("le", bound)]);
    assert_eq!(["1", "5", "15", "+Inf"].map(bucket), ["10", "10", "11", "11"]);
    let tokens = |way| page.get("bernstein_done_tasks_tokens_total", &[("direction", way)]);
    assert_eq!(["input", "output"].map(tokens), ["1100", "220"]);
    assert_eq!(page.get("bernstein_cost_thresholds_total", &[]), "1");
}

#[test]
fn agents_count_by_what_they_were_and_by_how_they_ended() {
    let run = Run::new();
    run.hooks.on_task_created(&run.task("a", TaskStatus::Open));
    let (agent, role) = (AgentId::new("an agent"), Role::new("qa"));
    run.hooks.on_agent_spawned(&agent, &role, "mock", None);
    run.hooks.on_agent_spawned(&agent, &role, "mock", Some(&ModelId::new("small")));
    run.hooks.on_agent_spawned(&agent, &role, "mock", Some(&ModelId::new("small")));
    for exit in [
        AgentExit::Clean,
        AgentExit::Code(1),
        AgentExit::Code(2),
        AgentExit::Signal(9),
        AgentExit::TimedOut,
        AgentExit::Killed(KillReason::Budget),
        AgentExit::SpawnFailed("gone".into()),
    ] {
        run.hooks.on_agent_died(&agent, &exit);
    }

    let page = run.end();
    let started = |model| {
        let labels = [("role", "qa"), ("adapter", "mock"), ("model", model)];
        page.get("bernstein_agents_started_total", &labels)
    };
    assert_eq!(["", "small"].map(started), ["1", "2"]);
    let ended = |exit| page.get("bernstein_agents_ended_total", &[("exit", exit)]);
    let exits = ["clean", "code", "signal", "timed_out", "killed", "spawn_failed"];
    assert_eq!(exits.map(ended), ["1", "2", "1", "1", "1", "1"]);
}

#[test]
fn every_reason_has_a_word_of_its_own() {
    let run = Run::new();
    let kinds = [
        (TaskErrorKind::AgentExit(AgentExit::Code(1)), "agent_exit"),
        (TaskErrorKind::SpawnFailed, "spawn_failed"),
        (TaskErrorKind::TimedOut, "timed_out"),
        (TaskErrorKind::GatesFailed(vec!["tests".into()]), "gates_failed"),
        (TaskErrorKind::Budget, "budget"),
        (TaskErrorKind::Cancelled, "cancelled"),
    ];
    for (kind, _) in &kinds {
        run.hooks.on_task_failed(&run.task("a", TaskStatus::Open), &failed(kind.clone()));
    }
    let page = run.end();
    for (_, word) in kinds {
        let failures = page.get("bernstein_task_attempts_failed_total", &[("reason", word)]);
        assert_eq!(failures, "1");
    }
}

#[test]
fn the_name_of_a_gate_comes_back_whatever_is_in_it() {
    let names = ["tests", "command grep \"a\\nb\" {x}\n# HELP me,\\", "", "é\\"];
    let run = Run::new();
    for name in names {
        let outcome = GateOutcome::new(name, GateVerdict::CouldNotRun);
        run.hooks.on_quality_gate_failure(&run.task("a", TaskStatus::Verifying), name, &outcome);
    }
    let page = run.end();
    for name in names {
        let labels = [("gate", name), ("verdict", "could_not_run")];
        assert_eq!(page.get("bernstein_gate_failures_total", &labels), "1");
    }
}

#[test]
fn nothing_is_lost_when_many_threads_count() {
    let run = Run::new();
    run.hooks.on_task_created(&run.task("a", TaskStatus::Open));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let hooks = run.hooks.clone();
            scope.spawn(move || {
                for _ in 0..500 {
                    hooks.on_cost_threshold(Usd::ZERO, Usd::ZERO);
                }
            });
        }
    });
    assert_eq!(run.end().get("bernstein_cost_thresholds_total", &[]), "4000");
}

#[test]
fn a_run_without_tasks_leaves_no_file() {
    let run = Run::new();
    run.hooks.on_cost_threshold(Usd::ZERO, Usd::ZERO);
    run.hooks.on_task_created(&Task::new("a", "A task that knows no folder"));
    drop(run.host);
    assert_eq!(fs::read_dir(run.folder.path()).expect("the folder").count(), 0);
}

#[test]
fn a_folder_that_is_gone_is_an_error_in_the_log() {
    let run = Run::new();
    run.hooks.on_task_created(&run.task("a", TaskStatus::Open));
    let path = run.file();
    drop(run.folder);
    let told = log::during(|| drop(run.host));
    assert!(told.contains("ERROR"), "{told}");
    let expected = format!("cannot write the figures of the run to `{}`: ", path.display());
    assert!(told.contains(&expected), "{told}");
}
