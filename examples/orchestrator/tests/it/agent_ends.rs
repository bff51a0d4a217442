//! The ways in which an agent can end: what the hooks say of each. That every call comes exactly as
//! often as it should is checked for every run, by the rules.

use std::fs;
use std::time::Duration;

use bernstein::event::Event;
use bernstein::observer::{Observer, Unwatched};
use bernstein::run::Stopper;
use bernstein_hooks::{
    AgentExit, KillReason, Task, TaskError, TaskErrorKind, TaskStatus, metadata,
};

use crate::recorder::Call;
use crate::stage::{Ended, OnEvent, Stage, one_step, process_in, until_gone};

const SUCCESS: [&str; 5] = [
    "on_task_created",
    "on_task_claimed",
    "on_agent_spawned",
    "on_agent_died",
    "on_task_completed",
];
const FAILURE: [&str; 5] =
    ["on_task_created", "on_task_claimed", "on_agent_spawned", "on_agent_died", "on_task_failed"];

/// How the only agent ended.
#[track_caller]
fn exit(ended: &Ended) -> AgentExit {
    let exits: Vec<&AgentExit> = ended
        .calls
        .iter()
        .filter_map(|call| if let Call::Died(_, exit) = call { Some(exit) } else { None })
        .collect();
    assert_eq!(exits.len(), 1, "{exits:?}");
    exits[0].clone()
}

/// Why the only attempt failed.
#[track_caller]
fn error(ended: &Ended) -> TaskError {
    match ended.calls.last() {
        Some(Call::Failed(_, error)) => error.clone(),
        other => panic!("the run ended with {other:?}"),
    }
}

#[test]
fn a_clean_end_completes_the_task() {
    let ended = Stage::for_agent("echo working; echo all is well").run();
    assert_eq!(ended.hooks(), SUCCESS);
    assert_eq!(exit(&ended), AgentExit::Clean);
    let Some(Call::Completed(_, result)) = ended.calls.last() else { panic!("completed") };
    assert_eq!(result.summary, "all is well");
    assert_eq!(result.exit, AgentExit::Clean);
    assert!(ended.report.is_success());
}

#[test]
fn an_exit_code_fails_the_task() {
    let ended = Stage::for_agent("exit 3").attempts(1).run();
    assert_eq!(ended.hooks(), FAILURE);
    assert_eq!(exit(&ended), AgentExit::Code(3));
    assert_eq!(error(&ended).kind, TaskErrorKind::AgentExit(AgentExit::Code(3)));
    assert_eq!(error(&ended).to_string(), "the agent ended with exit code 3");
    assert_eq!(ended.statuses(), [TaskStatus::Failed]);
}

#[test]
fn what_an_agent_said_last_before_it_failed_is_part_of_the_error() {
    let ended = Stage::for_agent("echo reading; echo no such model >&2; exit 3").attempts(1).run();
    assert_eq!(
        error(&ended).to_string(),
        "the agent ended with exit code 3; its last words: no such model"
    );
}

#[test]
fn a_signal_fails_the_task() {
    let ended = Stage::for_agent("kill -SEGV $$").attempts(1).run();
    assert_eq!(ended.hooks(), FAILURE);
    assert_eq!(exit(&ended), AgentExit::Signal(11));
    assert_eq!(error(&ended).kind, TaskErrorKind::AgentExit(AgentExit::Signal(11)));
}

#[test]
fn a_crash_of_the_mock_fails_the_task() {
    let ended = Stage::new(&one_step("title: Try, mock: [crash]")).attempts(1).run();
    assert_eq!(ended.hooks(), FAILURE);
    assert_eq!(exit(&ended), AgentExit::Signal(6));
}

#[test]
fn a_failure_of_the_mock_fails_the_task() {
    let ended = Stage::new(&one_step("title: Try, mock: [fail]")).attempts(1).run();
    assert_eq!(exit(&ended), AgentExit::Code(1));
}

#[test]
fn an_agent_that_hangs_is_ended_at_its_deadline() {
    let mut stage = Stage::new(&one_step("title: Try, mock: [hang]")).attempts(1);
    stage.config.deadline = Duration::from_secs(1);
    let ended = stage.run();
    assert_eq!(ended.hooks(), FAILURE);
    assert_eq!(exit(&ended), AgentExit::TimedOut);
    assert_eq!(error(&ended).kind, TaskErrorKind::TimedOut);
}

#[test]
fn an_agent_that_will_not_hear_is_killed_after_the_grace() {
    let mut stage =
        Stage::for_agent("trap '' TERM; echo $$ > pid; while :; do sleep 0.05; done").attempts(1);
    stage.config.deadline = Duration::from_secs(1);
    stage.config.grace = Duration::from_millis(200);
    let ended = stage.run();
    assert_eq!(exit(&ended), AgentExit::TimedOut);
    until_gone(process_in(&ended.work_file("pid")));
}

#[test]
fn an_agent_that_hears_has_the_grace_to_clean_up() {
    let script = "trap 'sleep 0.2; echo cleaned > cleaned; exit 0' TERM
                  while :; do sleep 0.05; done";
    let mut stage = Stage::for_agent(script).attempts(1);
    stage.config.deadline = Duration::from_secs(1);
    let ended = stage.run();
    assert_eq!(
        exit(&ended),
        AgentExit::TimedOut,
        "that it ended cleanly in the end does not undo its being late"
    );
    assert_eq!(fs::read_to_string(ended.work_file("cleaned")).expect("cleaned up"), "cleaned\n");
}

#[test]
fn an_agent_is_stopped_by_the_operator() {
    let ended = stopped_by(KillReason::Operator);
    assert_eq!(ended.hooks(), FAILURE);
    assert_eq!(exit(&ended), AgentExit::Killed(KillReason::Operator));
    assert_eq!(error(&ended).kind, TaskErrorKind::Cancelled);
    assert_eq!(ended.statuses(), [TaskStatus::Cancelled]);
    assert_eq!(ended.report.stopped, Some(KillReason::Operator));
}

#[test]
fn an_agent_is_stopped_by_the_shutdown() {
    let ended = stopped_by(KillReason::Shutdown);
    assert_eq!(ended.hooks(), FAILURE);
    assert_eq!(exit(&ended), AgentExit::Killed(KillReason::Shutdown));
    assert_eq!(ended.statuses(), [TaskStatus::Cancelled]);
}

#[test]
fn an_agent_is_stopped_when_the_budget_is_spent() {
    let mut stage =
        Stage::for_agent(r#"echo "{\"output_tokens\": 1000000}"; while :; do sleep 0.05; done"#);
    stage.settings.budget = Some("$1".parse().expect("money"));
    let ended = stage.run();
    let hooks = ended.hooks();
    assert_eq!(hooks[..3], FAILURE[..3]);
    assert_eq!(hooks[3..6], ["on_cost_threshold"; 3]);
    assert_eq!(hooks[6..], FAILURE[3..]);
    assert_eq!(exit(&ended), AgentExit::Killed(KillReason::Budget));
    assert_eq!(error(&ended).kind, TaskErrorKind::Budget);
    assert!(!error(&ended).will_retry);
    assert_eq!(ended.statuses(), [TaskStatus::Cancelled]);
}

#[test]
fn an_agent_that_cannot_be_started_is_not_announced() {
    let mut stage = Stage::for_agent("true").attempts(1);
    let program = stage.folder.path().join("agent");
    fs::copy("/bin/sh", &program).expect("copied");
    stage.config.adapters.insert("script".to_owned(), program.display().to_string());
    // It is there when the run is prepared, and gone when it begins.
    let ended = stage.run_watched(|_| {
        fs::remove_file(&program).expect("removed");
        Unwatched
    });
    assert_eq!(ended.hooks(), ["on_task_created", "on_task_claimed", "on_task_failed"]);
    assert_eq!(error(&ended).kind, TaskErrorKind::SpawnFailed);
    assert!(error(&ended).message.contains("No such file"), "{}", error(&ended));
    assert_eq!(ended.statuses(), [TaskStatus::Failed]);
}

#[test]
fn an_agent_that_does_not_read_its_task_ends_like_any_other() {
    let description = "x".repeat(300_000);
    let step = format!("title: Try, description: {description}");
    let ended = Stage::for_agent_and_step("exec <&-; true", &step).run();
    assert_eq!(ended.hooks(), SUCCESS);
}

#[test]
fn an_agent_reads_its_task_from_standard_input() {
    let ended =
        Stage::for_agent_and_step("cat > task.json", "title: Read this, files: [notes.md]").run();
    let text = fs::read_to_string(ended.work_file("task.json")).expect("written");
    let task: Task = serde_json::from_str(&text).expect("a task");
    assert_eq!(task.title, "Read this");
    assert_eq!(task.status, TaskStatus::Claimed);
    let run_dir = &task.metadata[metadata::RUN_DIR];
    assert_eq!(run_dir, ended.report.folder.root().to_str().expect("text"));
}

#[test]
fn an_agent_sees_nothing_of_the_environment_but_what_is_allowed() {
    // Cargo sets these two for the tests; the one is on the list, the other is not.
    let mut stage = Stage::for_agent("env > environment");
    stage.config.environment.push("CARGO_PKG_NAME".to_owned());
    let ended = stage.run();
    let environment = fs::read_to_string(ended.work_file("environment")).expect("written");
    assert!(environment.contains("CARGO_PKG_NAME=bernstein\n"), "{environment}");
    assert!(environment.contains("PATH="), "{environment}");
    assert!(!environment.contains("CARGO_MANIFEST_DIR"), "{environment}");
}

#[test]
fn wherever_a_run_is_stopped_every_task_and_agent_comes_to_its_end() {
    let plan = "budget: $0.03
max_agents: 2
gates: [{name: proof, command: test -f proof}]
stages:
  - name: first
    steps:
      - {title: a, mock: [idle], completion_signals: [{path_exists: proof}]}
      - {title: b, mock: [slow], completion_signals: [{path_exists: proof}]}
  - {name: second, depends_on: [first], steps: [{title: c}]}
";
    for event in EVENTS {
        for orders in 1..=2 {
            let ended = Stage::new(plan)
                .run_watched(|run| stop_at(event, KillReason::Operator, orders, run.stopper()));
            let statuses = ended.statuses();
            assert!(statuses.iter().all(|status| status.is_final()), "{event}: {statuses:?}");
            assert_eq!(ended.report.state.running_agents(), 0, "{event}");
        }
    }
}

/// What happens in a run, in the words of its events.
const EVENTS: [&str; 8] = [
    "task_opened",
    "task_claimed",
    "agent_spawned",
    "tokens_spent",
    "agent_died",
    "gate_checked",
    "task_failed",
    "task_completed",
];

/// Gives that many orders to stop at the first event of that name.
fn stop_at(
    event: &'static str,
    reason: KillReason,
    orders: usize,
    stopper: Stopper,
) -> impl Observer {
    let mut orders = std::iter::repeat_n(reason, orders);
    OnEvent(move |seen: &Event| {
        if serde_json::to_value(seen).expect("JSON")["event"] == event {
            orders.by_ref().for_each(|reason| stopper.stop(reason));
        }
    })
}

/// A run whose agent is stopped for that reason as soon as it runs.
#[track_caller]
fn stopped_by(reason: KillReason) -> Ended {
    Stage::new(&one_step("title: Try, mock: [hang]"))
        .run_watched(|run| stop_at("agent_spawned", reason, 1, run.stopper()))
}
