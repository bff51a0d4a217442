//! The tasks and agents of a run, and how an event changes them. Nothing here has effects: no
//! hooks, no processes.

use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};

use bernstein_hooks::{
    AgentExit, AgentId, IllegalTransition, ModelId, Role, Task, TaskError, TaskErrorKind, TaskId,
    TaskResult, TaskStatus, Tokens, Usd,
};
use thiserror::Error;

use crate::budget::Budget;
use crate::event::Event;

/// Everything that a run knows of its tasks and agents at one moment.
#[derive(Debug)]
pub struct State {
    records: Vec<TaskRecord>,
    places: HashMap<TaskId, usize>,
    agents: HashMap<AgentId, Agent>,
    budget: Budget,
}

/// A task and what has come of it so far.
#[derive(Debug)]
pub struct TaskRecord {
    /// The task as it stands.
    pub task: Task,
    /// The attempts that were begun.
    pub attempts: u32,
    /// What all attempts have cost.
    pub cost: Usd,
    /// The tokens of all attempts.
    pub tokens: Tokens,
    /// How the last attempt ended, or why there was none.
    pub outcome: Option<Outcome>,
    /// The agent of the last attempt.
    pub last_agent: Option<AgentId>,
    claimed_by: Option<AgentId>,
    first_claimed: Option<Instant>,
    ended: Option<Instant>,
}

/// How a task, or the last attempt at it, ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It is done.
    Completed(TaskResult),
    /// The attempt was in vain.
    Failed(TaskError),
    /// It never opened, because that task will never be done.
    BlockedBy(TaskId),
    /// The run ended before.
    Cancelled,
}

impl fmt::Display for Outcome {
    /// What was done, or why it was not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Completed(result) => f.write_str(&result.summary),
            Self::Failed(error) => error.fmt(f),
            Self::BlockedBy(task) => write!(f, "{task} is not done"),
            Self::Cancelled => f.write_str("the run ended before"),
        }
    }
}

impl TaskRecord {
    fn new(task: Task) -> Self {
        Self {
            task,
            attempts: 0,
            cost: Usd::ZERO,
            tokens: Tokens::default(),
            outcome: None,
            last_agent: None,
            claimed_by: None,
            first_claimed: None,
            ended: None,
        }
    }

    /// The time from the first claim to the end, or to now; nothing for a task that nobody has
    /// claimed.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let end = self.ended.unwrap_or_else(Instant::now);
        self.first_claimed.map_or(Duration::ZERO, |start| end.duration_since(start))
    }

    /// The agent of the present attempt.
    #[must_use]
    pub fn claimed_by(&self) -> Option<&AgentId> {
        self.claimed_by.as_ref()
    }
}

/// An agent whose process runs.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The task that it works on.
    pub task: TaskId,
    /// What it is to be.
    pub role: Role,
    /// The adapter that started it.
    pub adapter: String,
    /// The model that it was asked to use.
    pub model: Option<ModelId>,
    /// The tokens that it has used.
    pub tokens: Tokens,
}

/// Why an event cannot happen in the present state. Each is a mistake of the orchestrator, not of
/// its user.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IllegalEvent {
    /// The event is about a task that the run does not have.
    #[error("the run has no task `{0}`")]
    UnknownTask(TaskId),
    /// The task cannot go from where it stands to where the event would take it.
    #[error("task `{task}`: {source}")]
    Status {
        /// The task.
        task: TaskId,
        /// Where it stands, and where it was to go.
        source: IllegalTransition,
    },
    /// Gates look at work while the task is being verified, not before or after.
    #[error("task `{task}` is {status}, so no gate looks at it")]
    NotVerifying {
        /// The task.
        task: TaskId,
        /// Where it stands.
        status: TaskStatus,
    },
    /// A task with a gate against it cannot be done.
    #[error("task `{0}` cannot be done: a required gate has not passed")]
    NotVerified(TaskId),
    /// The event is about an agent that does not run: it was never spawned, or has died.
    #[error("no agent `{0}` is running")]
    UnknownAgent(AgentId),
    /// The agent was spawned already.
    #[error("agent `{0}` is running already")]
    AgentRunning(AgentId),
    /// The agent is not the one that has claimed the task.
    #[error("agent `{agent}` has not claimed task `{task}`")]
    NotClaimed {
        /// The task.
        task: TaskId,
        /// The agent.
        agent: AgentId,
    },
    /// A task that an agent has claimed ends by its attempt's end, and is not just cancelled.
    #[error("task `{0}` is being worked on; its attempt has to end first")]
    AttemptUnderway(TaskId),
    /// The last attempt cannot be followed by another.
    #[error("task `{0}` has no attempts left")]
    NoAttemptsLeft(TaskId),
}

impl State {
    /// The state before anything has happened.
    #[must_use]
    pub fn new(tasks: Vec<Task>, budget: Budget) -> Self {
        let places =
            tasks.iter().enumerate().map(|(place, task)| (task.id.clone(), place)).collect();
        let records = tasks.into_iter().map(TaskRecord::new).collect();
        Self { records, places, agents: HashMap::new(), budget }
    }

    /// The tasks, in the order of the plan.
    #[must_use]
    pub fn records(&self) -> &[TaskRecord] {
        &self.records
    }

    /// The task of that name.
    ///
    /// # Errors
    ///
    /// When the run has no such task.
    pub fn record(&self, task: &TaskId) -> Result<&TaskRecord, IllegalEvent> {
        self.place(task).map(|place| &self.records[place])
    }

    /// The running agent of that name.
    ///
    /// # Errors
    ///
    /// When no such agent runs.
    pub fn agent(&self, agent: &AgentId) -> Result<&Agent, IllegalEvent> {
        self.agents.get(agent).ok_or_else(|| IllegalEvent::UnknownAgent(agent.clone()))
    }

    /// How many agents run.
    #[must_use]
    pub fn running_agents(&self) -> usize {
        self.agents.len()
    }

    /// The money of the run.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Changes the state as the event says, and gives the thresholds of the budget that it has
    /// crossed, ascending. An illegal event changes nothing.
    pub(crate) fn change(&mut self, event: &Event) -> Result<Vec<Usd>, IllegalEvent> {
        match event {
            Event::TaskOpened { task } => self.step(task, TaskStatus::Open)?,
            Event::TaskClaimed { task, agent } => self.claim(task, agent)?,
            Event::AgentSpawned { agent, task, adapter, model, process: _ } => {
                self.spawn(agent, task, adapter, model.as_ref())?;
            }
            Event::TokensSpent { agent, tokens, cost } => return self.spend(agent, *tokens, *cost),
            Event::AgentDied { agent, exit } => self.bury(agent, exit)?,
            Event::GateChecked { task, .. } => self.require_verifying(task)?,
            Event::TaskCompleted { task, result } => self.complete(task, result)?,
            Event::TaskFailed { task, error } => self.fail(task, error)?,
            Event::TaskBlocked { task, by } => {
                self.end(task, TaskStatus::Blocked, Outcome::BlockedBy(by.clone()))?;
            }
            Event::TaskCancelled { task } => self.cancel(task)?,
        }
        Ok(Vec::new())
    }

    fn claim(&mut self, task: &TaskId, agent: &AgentId) -> Result<(), IllegalEvent> {
        self.step(task, TaskStatus::Claimed)?;
        let record = self.record_mut(task)?;
        record.attempts += 1;
        record.task.attempt = record.attempts;
        record.claimed_by = Some(agent.clone());
        record.last_agent = Some(agent.clone());
        record.first_claimed.get_or_insert_with(Instant::now);
        Ok(())
    }

    fn spawn(
        &mut self,
        agent: &AgentId,
        task: &TaskId,
        adapter: &str,
        model: Option<&ModelId>,
    ) -> Result<(), IllegalEvent> {
        if self.agents.contains_key(agent) {
            return Err(IllegalEvent::AgentRunning(agent.clone()));
        }
        let record = self.record(task)?;
        if record.claimed_by() != Some(agent) {
            return Err(IllegalEvent::NotClaimed { task: task.clone(), agent: agent.clone() });
        }
        let row = Agent {
            task: task.clone(),
            role: record.task.role.clone(),
            adapter: adapter.to_owned(),
            model: model.cloned(),
            tokens: Tokens::default(),
        };
        self.step(task, TaskStatus::InProgress)?;
        self.agents.insert(agent.clone(), row);
        Ok(())
    }

    fn spend(
        &mut self,
        agent: &AgentId,
        tokens: Tokens,
        cost: Usd,
    ) -> Result<Vec<Usd>, IllegalEvent> {
        let row =
            self.agents.get_mut(agent).ok_or_else(|| IllegalEvent::UnknownAgent(agent.clone()))?;
        row.tokens = row.tokens.saturating_add(tokens);
        let task = row.task.clone();
        let record = self.record_mut(&task)?;
        record.tokens = record.tokens.saturating_add(tokens);
        record.cost = record.cost.saturating_add(cost);
        Ok(self.budget.spend(cost).to_vec())
    }

    fn bury(&mut self, agent: &AgentId, exit: &AgentExit) -> Result<(), IllegalEvent> {
        let task = self.agent(agent)?.task.clone();
        if exit.is_clean() {
            self.step(&task, TaskStatus::Verifying)?;
        }
        self.agents.remove(agent);
        Ok(())
    }

    fn require_verifying(&self, task: &TaskId) -> Result<(), IllegalEvent> {
        match self.record(task)?.task.status {
            TaskStatus::Verifying => Ok(()),
            status => Err(IllegalEvent::NotVerifying { task: task.clone(), status }),
        }
    }

    fn complete(&mut self, task: &TaskId, result: &TaskResult) -> Result<(), IllegalEvent> {
        if !result.gates.passed() {
            return Err(IllegalEvent::NotVerified(task.clone()));
        }
        self.end(task, TaskStatus::Done, Outcome::Completed(result.clone()))
    }

    /// Ends an attempt: in another one, in the end of the run, or in failure.
    fn fail(&mut self, task: &TaskId, error: &TaskError) -> Result<(), IllegalEvent> {
        let record = self.record(task)?;
        if record.claimed_by().is_some_and(|agent| self.agents.contains_key(agent)) {
            return Err(IllegalEvent::AttemptUnderway(task.clone()));
        }
        if error.will_retry && !record.task.has_attempts_left() {
            return Err(IllegalEvent::NoAttemptsLeft(task.clone()));
        }
        let outcome = Outcome::Failed(error.clone());
        match error.kind {
            _ if error.will_retry => {
                self.step(task, TaskStatus::Open)?;
                let record = self.record_mut(task)?;
                record.claimed_by = None;
                record.outcome = Some(outcome);
                Ok(())
            }
            TaskErrorKind::Budget | TaskErrorKind::Cancelled => {
                self.end(task, TaskStatus::Cancelled, outcome)
            }
            _ => self.end(task, TaskStatus::Failed, outcome),
        }
    }

    fn cancel(&mut self, task: &TaskId) -> Result<(), IllegalEvent> {
        match self.record(task)?.claimed_by {
            Some(_) => Err(IllegalEvent::AttemptUnderway(task.clone())),
            None => self.end(task, TaskStatus::Cancelled, Outcome::Cancelled),
        }
    }

    fn end(
        &mut self,
        task: &TaskId,
        status: TaskStatus,
        outcome: Outcome,
    ) -> Result<(), IllegalEvent> {
        self.step(task, status)?;
        let record = self.record_mut(task)?;
        record.claimed_by = None;
        record.outcome = Some(outcome);
        record.ended = Some(Instant::now());
        Ok(())
    }

    fn step(&mut self, task: &TaskId, next: TaskStatus) -> Result<(), IllegalEvent> {
        let record = self.record_mut(task)?;
        record.task.status = record
            .task
            .status
            .transition(next)
            .map_err(|source| IllegalEvent::Status { task: task.clone(), source })?;
        Ok(())
    }

    fn place(&self, task: &TaskId) -> Result<usize, IllegalEvent> {
        self.places.get(task).copied().ok_or_else(|| IllegalEvent::UnknownTask(task.clone()))
    }

    fn record_mut(&mut self, task: &TaskId) -> Result<&mut TaskRecord, IllegalEvent> {
        self.place(task).map(|place| &mut self.records[place])
    }
}

#[cfg(test)]
mod tests;
