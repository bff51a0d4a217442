//! What the run has come to so far.

use std::collections::HashMap;

use bernstein_hooks::{GateOutcome, Task, TaskError, TaskErrorKind, TaskId, TaskResult, Usd};

/// The name of a run: that of its folder. Empty until a task has told it.
pub(crate) type RunName = String;

/// What the run has come to so far.
#[derive(Debug, Default, Clone)]
pub(crate) struct Account {
    pub run: RunName,
    pub created: u64,
    pub done: u64,
    pub failed: u64,
    /// Ended because the run did, or its budget.
    pub stopped: u64,
    /// What the tasks that are done have cost.
    done_cost: Usd,
    /// What the whole run had cost when a threshold was last crossed.
    total_seen: Usd,
    /// The gates that failed in the present attempt at a task.
    gates: HashMap<TaskId, Vec<GateOutcome>>,
    /// The failures that are to be posted.
    failures: HashMap<TaskId, Failure>,
    /// How many messages there are to be, without the last.
    due: u64,
    /// How many of them were taken up.
    taken: u64,
    /// How many messages were posted in vain.
    pub undelivered: u64,
}

/// A task that has failed for good.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub run: RunName,
    /// The gates that failed in the last attempt.
    pub gates: Vec<GateOutcome>,
}

impl Account {
    pub(crate) fn task_created(&mut self, task: &Task) {
        self.created += 1;
        if self.run.is_empty() {
            self.run = run_name(task).unwrap_or_default();
        }
    }

    pub(crate) fn gate_failed(&mut self, task: &Task, outcome: &GateOutcome) {
        self.gates.entry(task.id.clone()).or_default().push(outcome.clone());
    }

    pub(crate) fn task_done(&mut self, task: &Task, result: &TaskResult) {
        self.gates.remove(&task.id);
        self.done += 1;
        self.done_cost = self.done_cost.saturating_add(result.cost);
    }

    /// Keeps the failure if it is one that somebody should know of.
    pub(crate) fn attempt_failed(&mut self, task: &Task, error: &TaskError) {
        let gates = self.gates.remove(&task.id).unwrap_or_default();
        if error.will_retry {
            return;
        }
        if matches!(error.kind, TaskErrorKind::Budget | TaskErrorKind::Cancelled) {
            self.stopped += 1;
            return;
        }
        self.failed += 1;
        self.due += 1;
        self.failures.insert(task.id.clone(), Failure { run: self.run.clone(), gates });
    }

    /// Takes up the failure of a task, if it is one that somebody should know of.
    pub(crate) fn take_failure(&mut self, task: &Task) -> Option<Failure> {
        let failure = self.failures.remove(&task.id);
        self.taken += u64::from(failure.is_some());
        failure
    }

    pub(crate) fn threshold_crossed(&mut self, total: Usd) {
        self.total_seen = self.total_seen.max(total);
        self.due += 1;
    }

    /// Takes up a threshold that was crossed, in the run of that name.
    pub(crate) fn take_threshold(&mut self) -> RunName {
        self.taken += 1;
        self.run.clone()
    }

    /// How many messages nobody has taken up: the host has dropped them.
    pub(crate) fn dropped(&self) -> u64 {
        self.due - self.taken
    }

    /// Tasks that were created, and of whose end nothing was told.
    pub(crate) fn unfinished(&self) -> u64 {
        self.created.saturating_sub(self.done + self.failed + self.stopped)
    }

    /// What the run has cost, as far as it is known.
    pub(crate) fn cost(&self) -> Usd {
        self.done_cost.max(self.total_seen)
    }

    /// Whether the run may have cost more: what a task has cost that is not done is not told.
    pub(crate) fn may_have_cost_more(&self) -> bool {
        self.done < self.created
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.created + self.done + self.failed + self.stopped == 0 && self.total_seen.is_zero()
    }
}

fn run_name(task: &Task) -> Option<RunName> {
    Some(task.run_dir()?.file_name()?.to_string_lossy().into_owned())
}
