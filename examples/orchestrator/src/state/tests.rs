//! Which events are legal when.

use bernstein_hooks::{GateOutcome, GateReport, GateVerdict};

use super::*;

/// A state with one task that has two attempts, after those events.
fn after(events: &[Event]) -> State {
    let tasks = vec![Task::new("t", "Title").with_max_attempts(2)];
    let mut state = State::new(tasks, Budget::default());
    for event in events {
        state.change(event).expect("legal");
    }
    state
}

fn opened() -> Event {
    Event::TaskOpened { task: "t".into() }
}

fn claimed(agent: &str) -> Event {
    Event::TaskClaimed { task: "t".into(), agent: agent.into() }
}

fn spawned(agent: &str) -> Event {
    Event::AgentSpawned {
        agent: agent.into(),
        task: "t".into(),
        adapter: "mock".to_owned(),
        model: None,
        process: 7,
    }
}

fn died(agent: &str, exit: AgentExit) -> Event {
    Event::AgentDied { agent: agent.into(), exit }
}

fn failed(kind: TaskErrorKind, will_retry: bool) -> Event {
    let error = TaskError::new(kind, "in vain");
    let error = if will_retry { error.with_retry() } else { error };
    Event::TaskFailed { task: "t".into(), error }
}

fn completed(gates: GateReport) -> Event {
    let result = TaskResult::new("a", "done").with_gates(gates);
    Event::TaskCompleted { task: "t".into(), result }
}

#[track_caller]
fn refusal(mut state: State, event: &Event) -> String {
    state.change(event).expect_err("illegal").to_string()
}

#[test]
fn an_agent_runs_only_for_the_task_that_it_has_claimed() {
    let state = after(&[opened(), claimed("a")]);
    assert_eq!(refusal(state, &spawned("b")), "agent `b` has not claimed task `t`");
}

#[test]
fn an_agent_is_spawned_once() {
    let state = after(&[opened(), claimed("a"), spawned("a")]);
    assert_eq!(refusal(state, &spawned("a")), "agent `a` is running already");
}

#[test]
fn an_agent_dies_once_and_only_if_it_was_spawned() {
    let state = after(&[opened(), claimed("a")]);
    assert_eq!(refusal(state, &died("a", AgentExit::Clean)), "no agent `a` is running");
    let state = after(&[opened(), claimed("a"), spawned("a"), died("a", AgentExit::Code(1))]);
    assert_eq!(refusal(state, &died("a", AgentExit::Code(1))), "no agent `a` is running");
}

#[test]
fn an_attempt_does_not_end_before_its_agent() {
    let state = after(&[opened(), claimed("a"), spawned("a")]);
    let refusal = refusal(state, &failed(TaskErrorKind::TimedOut, true));
    assert_eq!(refusal, "task `t` is being worked on; its attempt has to end first");
}

#[test]
fn the_last_attempt_is_followed_by_none() {
    let state =
        after(&[opened(), claimed("a"), failed(TaskErrorKind::SpawnFailed, true), claimed("b")]);
    let refusal = refusal(state, &failed(TaskErrorKind::SpawnFailed, true));
    assert_eq!(refusal, "task `t` has no attempts left");
}

#[test]
fn a_task_is_done_only_after_its_agent_has_ended_cleanly() {
    let all_passed = completed(GateReport::default());
    let crashed = after(&[opened(), claimed("a"), spawned("a"), died("a", AgentExit::Signal(6))]);
    assert_eq!(
        refusal(crashed, &all_passed),
        "task `t`: a task that is in_progress cannot become done"
    );
}

#[test]
fn a_task_is_done_only_if_every_required_gate_has_passed() {
    let state = after(&[opened(), claimed("a"), spawned("a"), died("a", AgentExit::Clean)]);
    let gates = [GateOutcome::new("tests", GateVerdict::TimedOut)].into_iter().collect();
    let refusal = refusal(state, &completed(gates));
    assert_eq!(refusal, "task `t` cannot be done: a required gate has not passed");
}

#[test]
fn gates_look_at_work_that_is_there() {
    let state = after(&[opened(), claimed("a")]);
    let outcome = GateOutcome::new("tests", GateVerdict::Pass);
    let event = Event::GateChecked { task: "t".into(), outcome };
    assert_eq!(refusal(state, &event), "task `t` is claimed, so no gate looks at it");
}

#[test]
fn a_task_that_somebody_works_on_is_not_just_cancelled() {
    let state = after(&[opened(), claimed("a")]);
    let refusal = refusal(state, &Event::TaskCancelled { task: "t".into() });
    assert_eq!(refusal, "task `t` is being worked on; its attempt has to end first");
}

#[test]
fn a_stopped_attempt_cancels_its_task() {
    let state = after(&[
        opened(),
        claimed("a"),
        spawned("a"),
        died("a", AgentExit::TimedOut),
        failed(TaskErrorKind::Cancelled, false),
    ]);
    assert_eq!(state.records()[0].task.status, TaskStatus::Cancelled);
}

#[test]
fn an_illegal_event_changes_nothing() {
    let mut state = after(&[opened()]);
    let before = format!("{state:?}");
    state.change(&spawned("a")).expect_err("illegal");
    state.change(&completed(GateReport::default())).expect_err("illegal");
    state.change(&Event::TaskOpened { task: "u".into() }).expect_err("illegal");
    assert_eq!(format!("{state:?}"), before);
}
