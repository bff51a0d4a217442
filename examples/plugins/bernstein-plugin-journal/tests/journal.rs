//! The journal as a host sees it: events through hooks, lines in a file.

use std::fs;
use std::path::{Path, PathBuf};

use bernstein_hooks::testing::Host;
use bernstein_hooks::{
    AgentExit, AgentId, BernsteinSpec, Failure, GateOutcome, GateVerdict, ModelId, Role, Task,
    TaskError, TaskErrorKind, TaskResult, Timestamp, Usd, metadata,
};
use bernstein_plugin_journal::Journal;
use serde_json::Value;
use tempfile::TempDir;

mod log;

/// A run with a journal.
struct Run {
    folder: TempDir,
    host: Host,
    hooks: BernsteinSpec,
}

impl Run {
    fn new() -> Self {
        let host = Host::of(Journal::default());
        let hooks = host.hooks();
        Self { folder: tempfile::tempdir().expect("a folder"), host, hooks }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("journal.jsonl")
    }

    fn task(&self) -> Task {
        task_in(self.folder.path())
    }

    fn lines(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.file()).expect("a journal");
        assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end: {text}");
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    fn numbers(&self) -> Vec<u64> {
        self.lines().iter().map(|line| line["seq"].as_u64().expect("a number")).collect()
    }

    /// The one failure of the journal since the last look.
    fn failure(&self) -> Failure {
        let [failure] = &self.host.failures()[..] else { panic!("one failure") };
        failure.clone()
    }

    /// Tells of an event without a task.
    fn threshold(&self) {
        self.hooks.on_cost_threshold(Usd::ZERO, Usd::ZERO);
    }
}

fn task_in(folder: &Path) -> Task {
    let folder = folder.to_str().expect("a folder whose path is text");
    Task::new("t-001", "Write the parser").with_metadata(metadata::RUN_DIR, folder)
}

fn keys(line: &Value) -> Vec<&str> {
    let keys = line.as_object().expect("an object").keys().map(String::as_str);
    keys.filter(|key| !["seq", "time", "event"].contains(key)).collect()
}

#[test]
fn every_event_is_a_line_under_the_names_of_its_hook_and_its_arguments() {
    let run = Run::new();
    let (task, agent, role) = (run.task(), AgentId::new("t-001.1"), Role::default());
    let gate = GateOutcome::new("tests", GateVerdict::Fail);
    let error = TaskError::new(TaskErrorKind::GatesFailed(vec!["tests".into()]), "tests failed");

    run.hooks.on_task_created(&task);
    run.hooks.on_task_claimed(&task, &agent);
    run.hooks.on_agent_spawned(&agent, &role, "mock", Some(&ModelId::new("small")));
    run.hooks.on_cost_threshold(Usd::from_cents(501), Usd::from_cents(500));
    run.hooks.on_agent_died(&agent, &AgentExit::Clean);
    run.hooks.on_quality_gate_failure(&task, "tests", &gate);
    run.hooks.on_task_failed(&task, &error);
    run.hooks.on_task_completed(&task, &TaskResult::new("t-001.2", "parser written"));

    let lines = run.lines();
    let told: Vec<(&str, Vec<&str>)> =
        lines.iter().map(|line| (line["event"].as_str().expect("a name"), keys(line))).collect();
    assert_eq!(
        told,
        [
            ("on_task_created", vec!["task"]),
            ("on_task_claimed", vec!["agent_id", "task"]),
            ("on_agent_spawned", vec!["adapter", "agent_id", "model", "role"]),
            ("on_cost_threshold", vec!["threshold", "total"]),
            ("on_agent_died", vec!["agent_id", "reason"]),
            ("on_quality_gate_failure", vec!["gate", "output", "task"]),
            ("on_task_failed", vec!["error", "task"]),
            ("on_task_completed", vec!["result", "task"]),
        ]
    );
    assert_eq!(run.numbers(), [1, 2, 3, 4, 5, 6, 7, 8]);
    for line in &lines {
        line["time"].as_str().expect("a text").parse::<Timestamp>().expect("an RFC 3339 time");
    }
    assert_eq!(serde_json::from_value::<Task>(lines[0]["task"].clone()).expect("a task"), task);
    assert_eq!(lines[3]["total"], "5.01");
}

#[test]
fn a_line_is_in_the_file_when_the_hook_returns() {
    let run = Run::new();
    for count in 1..=3 {
        run.hooks.on_task_created(&run.task());
        assert_eq!(run.lines().len(), count);
    }
}

#[test]
fn events_before_the_first_task_wait_for_its_folder() {
    let run = Run::new();
    run.threshold();
    run.hooks.on_agent_died(&AgentId::new("t-001.1"), &AgentExit::Clean);
    run.hooks.on_task_created(&Task::new("t-000", "A task that knows no folder"));
    run.hooks.on_task_created(&task_in(Path::new("a/relative/folder")));
    assert!(!run.file().exists());
    run.hooks.on_task_created(&run.task());
    assert_eq!(run.numbers(), [1, 2, 3, 4, 5]);
    assert_eq!(run.lines()[0]["event"], "on_cost_threshold");
}

#[test]
fn the_folder_of_the_first_task_is_kept() {
    let run = Run::new();
    let elsewhere = tempfile::tempdir().expect("another folder");
    run.hooks.on_task_created(&run.task());
    run.hooks.on_task_created(&task_in(elsewhere.path()));
    assert_eq!(run.numbers(), [1, 2]);
    assert!(!elsewhere.path().join("journal.jsonl").exists());
}

#[test]
fn numbers_ascend_without_gaps_when_many_threads_write() {
    const THREADS: u64 = 8;
    const EVENTS: u64 = 200;
    let run = Run::new();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let (hooks, task) = (run.hooks.clone(), run.task());
            scope.spawn(move || {
                for event in 0..EVENTS {
                    if event % 2 == 0 {
                        hooks.on_cost_threshold(Usd::ZERO, Usd::ZERO);
                    } else {
                        hooks.on_task_created(&task);
                    }
                }
            });
        }
    });
    assert_eq!(run.numbers(), (1..=THREADS * EVENTS).collect::<Vec<_>>());
}

#[test]
fn a_folder_that_is_missing_is_a_failure_once_and_costs_no_line() {
    let run = Run::new();
    let late = run.folder.path().join("late");
    let task = task_in(&late);

    run.hooks.on_task_created(&task);
    let failure = run.failure();
    assert_eq!(failure.hook(), "on_task_created");
    let path = late.join("journal.jsonl");
    let told = format!("cannot open the journal `{}`: ", path.display());
    assert!(failure.message().starts_with(&told), "{failure}");
    assert!(failure.location().is_some());
    run.hooks.on_task_created(&task);

    fs::create_dir(&late).expect("the folder");
    run.hooks.on_task_created(&task);
    let text = fs::read_to_string(path).expect("a journal");
    assert_eq!(text.lines().count(), 3);
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full_is_a_failure_once() {
    let run = Run::new();
    std::os::unix::fs::symlink("/dev/full", run.file()).expect("a link");
    run.hooks.on_task_created(&run.task());
    let failure = run.failure();
    assert!(failure.message().contains("No space left on device"), "{failure}");
    run.hooks.on_task_created(&run.task());
    run.threshold();
}

#[test]
fn a_gap_in_the_numbers_is_where_events_are_missing() {
    let run = Run::new();
    for _ in 0..1_000 {
        run.threshold();
    }
    assert!(run.host.failures().is_empty());
    run.threshold();
    let failure = run.failure();
    assert!(failure.message().starts_with("event 1001 is not in the journal"), "{failure}");
    run.threshold();

    run.hooks.on_task_created(&run.task());
    run.hooks.on_task_created(&run.task());
    let expected: Vec<u64> = (1..=1_000).chain([1_003, 1_004]).collect();
    assert_eq!(run.numbers(), expected);
}

#[test]
fn a_journal_that_is_not_complete_says_so_when_it_is_dropped() {
    let run = Run::new();
    run.threshold();
    run.threshold();
    let told = log::during(|| drop(run.host));
    assert!(told.contains("ERROR"), "{told}");
    assert!(told.contains("the journal of the run is not complete missing=2"), "{told}");
}

#[test]
fn a_journal_that_is_complete_is_dropped_in_silence() {
    let run = Run::new();
    run.threshold();
    run.hooks.on_task_created(&run.task());
    let told = log::during(|| drop(run.host));
    assert!(!told.contains("ERROR"), "{told}");
}

#[test]
fn a_journal_that_heard_of_nothing_writes_nothing() {
    let run = Run::new();
    let told = log::during(|| drop(run.host));
    assert!(!told.contains("ERROR"), "{told}");
    assert_eq!(fs::read_dir(run.folder.path()).expect("the folder").count(), 0);
}
