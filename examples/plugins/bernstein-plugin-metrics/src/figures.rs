//! What is counted while a run goes on.

use std::collections::BTreeMap;

use bernstein_hooks::{
    AgentExit, GateVerdict, ModelId, Role, Task, TaskErrorKind, TaskId, TaskResult, TaskStatus,
    Tokens, Usd,
};

use crate::histogram::Histogram;

/// A number that only grows, and stops at the largest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count(u64);

impl Count {
    pub(crate) fn add(&mut self, more: u64) {
        self.0 = self.0.saturating_add(more);
    }

    pub(crate) fn get(self) -> u64 {
        self.0
    }
}

/// One number for each combination of labels.
pub(crate) type Counts<Labels> = BTreeMap<Labels, Count>;

/// What an agent was when it started.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Start {
    pub role: Role,
    pub adapter: String,
    /// Empty if it was told none.
    pub model: String,
}

/// Everything that was counted so far.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    tasks: BTreeMap<TaskId, TaskStatus>,
    pub attempts: Count,
    pub attempts_failed: Counts<&'static str>,
    pub agents_started: Counts<Start>,
    pub agents_ended: Counts<&'static str>,
    pub gate_failures: Counts<(String, &'static str)>,
    pub thresholds: Count,
    pub cost: Usd,
    pub tokens: Tokens,
    pub durations: Histogram,
}

impl Figures {
    /// Notes where a task stands.
    pub(crate) fn see(&mut self, task: &Task) {
        self.tasks.insert(task.id.clone(), task.status);
    }

    /// How many tasks stand where; none where a task may end is a figure too.
    pub(crate) fn tasks(&self) -> Counts<&'static str> {
        let ends = [TaskStatus::Done, TaskStatus::Failed, TaskStatus::Cancelled];
        let mut counts: Counts<&'static str> =
            ends.iter().map(|status| (status.as_str(), Count::default())).collect();
        for status in self.tasks.values() {
            counts.entry(status.as_str()).or_default().add(1);
        }
        counts
    }

    pub(crate) fn attempt_failed(&mut self, kind: &TaskErrorKind) {
        self.attempts_failed.entry(reason(kind)).or_default().add(1);
    }

    pub(crate) fn agent_started(&mut self, role: &Role, adapter: &str, model: Option<&ModelId>) {
        let start = Start {
            role: role.clone(),
            adapter: adapter.to_owned(),
            model: model.map_or_else(String::new, ModelId::to_string),
        };
        self.agents_started.entry(start).or_default().add(1);
    }

    pub(crate) fn agent_ended(&mut self, exit: &AgentExit) {
        self.agents_ended.entry(exit_word(exit)).or_default().add(1);
    }

    pub(crate) fn gate_failed(&mut self, gate: &str, verdict: GateVerdict) {
        let labels = (gate.to_owned(), verdict_word(verdict));
        self.gate_failures.entry(labels).or_default().add(1);
    }

    pub(crate) fn task_done(&mut self, result: &TaskResult) {
        self.cost = self.cost.saturating_add(result.cost);
        self.tokens = self.tokens.saturating_add(result.tokens);
        self.durations.observe(result.duration);
    }
}

/// What a label says of a kind that did not exist when this plugin was written.
const OTHER: &str = "other";

fn reason(kind: &TaskErrorKind) -> &'static str {
    match kind {
        TaskErrorKind::AgentExit(_) => "agent_exit",
        TaskErrorKind::SpawnFailed => "spawn_failed",
        TaskErrorKind::TimedOut => "timed_out",
        TaskErrorKind::GatesFailed(_) => "gates_failed",
        TaskErrorKind::Budget => "budget",
        TaskErrorKind::Cancelled => "cancelled",
        _ => OTHER,
    }
}

fn exit_word(exit: &AgentExit) -> &'static str {
    match exit {
        AgentExit::Clean => "clean",
        AgentExit::Code(_) => "code",
        AgentExit::Signal(_) => "signal",
        AgentExit::TimedOut => "timed_out",
        AgentExit::Killed(_) => "killed",
        AgentExit::SpawnFailed(_) => "spawn_failed",
        _ => OTHER,
    }
}

fn verdict_word(verdict: GateVerdict) -> &'static str {
    match verdict {
        GateVerdict::Pass => "pass",
        GateVerdict::Fail => "fail",
        GateVerdict::TimedOut => "timed_out",
        GateVerdict::CouldNotRun => "could_not_run",
        GateVerdict::Skipped => "skipped",
        _ => OTHER,
    }
}
