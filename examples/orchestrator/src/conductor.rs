//! Conducts a run: says which task is next, hears what its agent does, and decides what that means.
//!
//! This is the one thread on which the state changes and plugins are called. It is an ordinary
//! thread, not one of an async runtime, so that plugins may block, and may use a runtime of their
//! own.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use bernstein_hooks::{
    AgentExit, AgentId, GateOutcome, GateReport, TaskError, TaskErrorKind, TaskId, TaskResult,
    TaskStatus,
};

use crate::agent::Meter;
use crate::attempt::{Ended, Job, Message, News};
use crate::event::Event;
use crate::machine::Machine;
use crate::queue::Queue;
use crate::run::{RunError, Terms};
use crate::state::{Outcome, State};
use crate::supervisor::{Stopper, Supervisor};
use crate::tally::Tally;

/// A run underway.
pub(crate) struct Conductor<'run> {
    pub machine: Machine<'run>,
    pub queue: Queue,
    pub terms: Terms,
    pub supervisor: Supervisor,
    pub messages: Receiver<Message>,
    pub stopper: Stopper,
    /// The attempts that have not ended.
    pub underway: HashMap<AgentId, Underway>,
}

/// An attempt that has not ended.
pub(crate) struct Underway {
    task: TaskId,
    meter: Arc<Meter>,
    gates: Vec<GateOutcome>,
}

impl Conductor<'_> {
    /// Conducts the run to its end, which is when nobody works on a task and no task is open.
    pub(crate) fn conduct(mut self) -> Result<(State, Tally), RunError> {
        for task in self.queue.independent() {
            self.open(task)?;
        }
        loop {
            self.cancel_if_stopped()?;
            self.claim_what_there_is_room_for()?;
            if self.underway.is_empty() && self.queue.is_empty() {
                return Ok(self.machine.finish());
            }
            match self.wait() {
                Some(Message::Attempt(agent, news)) => self.hear(agent, news)?,
                // Both are answered at the top of the loop.
                Some(Message::Halted) | None => {}
            }
        }
    }

    /// Waits for a message, or until a resting task has rested.
    fn wait(&self) -> Option<Message> {
        let rest = self.queue.next_wake().filter(|_| self.has_room());
        let rest =
            rest.map_or(Duration::MAX, |wake| wake.saturating_duration_since(Instant::now()));
        self.messages.recv_timeout(rest).ok()
    }

    fn hear(&mut self, agent: AgentId, news: News) -> Result<(), RunError> {
        match news {
            News::Spawned { process } => self.spawned(agent, process),
            News::NotSpawned { why } => {
                let task = self.end_attempt(&agent)?.task;
                let message = format!("the agent could not be started: {why}");
                self.fail(task, TaskError::new(TaskErrorKind::SpawnFailed, message))
            }
            News::Spent => self.count_tokens(&agent),
            News::Died { exit } => self.apply(&Event::AgentDied { agent, exit }),
            News::Checked { outcome } => {
                let attempt = self.attempt_of(&agent)?;
                attempt.gates.push(outcome.clone());
                let task = attempt.task.clone();
                self.apply(&Event::GateChecked { task, outcome })
            }
            News::Ended(ended) => self.ended(agent, ended),
            News::Broken { why } => Err(RunError::Broken { agent, why }),
        }
    }

    fn open(&mut self, task: TaskId) -> Result<(), RunError> {
        self.queue.push(&task);
        self.apply(&Event::TaskOpened { task })
    }

    fn has_room(&self) -> bool {
        self.underway.len() < self.terms.max_agents.get()
    }

    fn claim_what_there_is_room_for(&mut self) -> Result<(), RunError> {
        while self.has_room()
            && self.stopper.reason().is_none()
            && let Some(task) = self.queue.pop(Instant::now())
        {
            self.claim(task)?;
        }
        Ok(())
    }

    /// Gives a task to a new agent, and starts that.
    fn claim(&mut self, task: TaskId) -> Result<(), RunError> {
        let record = self.machine.state().record(&task)?;
        let agent = AgentId::new(format!("{task}.{}", record.attempts + 1));
        let setback = match &record.outcome {
            Some(Outcome::Failed(error)) => Some(error.message.clone()),
            _ => None,
        };
        self.apply(&Event::TaskClaimed { task: task.clone(), agent: agent.clone() })?;

        let claimed = self.machine.state().record(&task)?.task.clone();
        let adapter = self.terms.adapter_of(&claimed);
        let command = adapter.command(&claimed, &self.terms.briefing, setback.as_deref());
        let meter = Arc::new(Meter::default());
        let attempt = Underway { task, meter: Arc::clone(&meter), gates: Vec::new() };
        self.underway.insert(agent.clone(), attempt);
        self.supervisor.begin(Job { agent, task: claimed, command, meter });
        Ok(())
    }

    fn spawned(&mut self, agent: AgentId, process: u32) -> Result<(), RunError> {
        let task = self.attempt_of(&agent)?.task.clone();
        let claimed = &self.machine.state().record(&task)?.task;
        let adapter = self.terms.adapter_name(claimed).to_owned();
        let model = claimed.model.clone();
        self.apply(&Event::AgentSpawned { agent, task, adapter, model, process })
    }

    /// Counts the tokens that have added up, and stops the run if they have cost the last of the
    /// budget.
    fn count_tokens(&mut self, agent: &AgentId) -> Result<(), RunError> {
        let tokens = self.attempt_of(agent)?.meter.take();
        // The difference of two sums, so that what is rounded off does not add up.
        let row = self.machine.state().agent(agent)?;
        let price = self.terms.prices.of(row.model.as_ref());
        let cost =
            price.cost(row.tokens.saturating_add(tokens)).saturating_sub(price.cost(row.tokens));
        self.apply(&Event::TokensSpent { agent: agent.clone(), tokens, cost })?;
        if self.machine.state().budget().is_exhausted() {
            self.stopper.stop_for_the_budget();
        }
        Ok(())
    }

    /// Decides what an attempt has come to.
    fn ended(&mut self, agent: AgentId, ended: Ended) -> Result<(), RunError> {
        let Underway { task, gates, .. } = self.end_attempt(&agent)?;
        let gates: GateReport = gates.into_iter().collect();
        let stopped = ended.stopped.map(AgentExit::Killed);
        let error = TaskError::from_exit(&ended.exit)
            .or_else(|| stopped.as_ref().and_then(TaskError::from_exit))
            .or_else(|| TaskError::from_gates(&gates));
        match error {
            Some(error) => self.fail(task, with_last_words(error, &ended.summary)),
            None => self.complete(task, agent, gates, ended),
        }
    }

    fn complete(
        &mut self,
        task: TaskId,
        agent: AgentId,
        gates: GateReport,
        ended: Ended,
    ) -> Result<(), RunError> {
        let record = self.machine.state().record(&task)?;
        let summary = if ended.summary.is_empty() { gates.to_string() } else { ended.summary };
        let result = TaskResult::new(agent, summary)
            .with_files_changed(ended.files_changed)
            .with_gates(gates)
            .with_cost(record.cost)
            .with_tokens(record.tokens)
            .with_duration(ended.started.elapsed())
            .with_exit(ended.exit);
        self.apply(&Event::TaskCompleted { task: task.clone(), result })?;
        for freed in self.queue.done(&task) {
            if self.machine.state().record(&freed)?.task.status == TaskStatus::Planned {
                self.open(freed)?;
            }
        }
        Ok(())
    }

    /// Ends an attempt in vain: another one follows after a rest, or nothing that depends on the
    /// task will ever start.
    fn fail(&mut self, task: TaskId, error: TaskError) -> Result<(), RunError> {
        let claimed = &self.machine.state().record(&task)?.task;
        let next_attempt = claimed.attempt + 1;
        let will_retry = claimed.has_attempts_left() && self.stopper.reason().is_none();
        let error = if will_retry { error.with_retry() } else { error };
        self.apply(&Event::TaskFailed { task: task.clone(), error })?;
        if will_retry {
            self.queue.rest(&task, Instant::now() + self.terms.backoff.before(next_attempt));
            return Ok(());
        }
        for (task, by) in self.queue.waiting_for(&task) {
            if self.machine.state().record(&task)?.task.status == TaskStatus::Planned {
                self.apply(&Event::TaskBlocked { task, by })?;
            }
        }
        Ok(())
    }

    /// Once the run was ordered to end, nothing starts that has not started.
    fn cancel_if_stopped(&mut self) -> Result<(), RunError> {
        if self.stopper.reason().is_none() {
            return Ok(());
        }
        self.queue.clear();
        let idle = |status| matches!(status, TaskStatus::Planned | TaskStatus::Open);
        let records = self.machine.state().records().iter();
        let tasks: Vec<TaskId> = records
            .filter(|record| idle(record.task.status))
            .map(|record| record.task.id.clone())
            .collect();
        tasks.into_iter().try_for_each(|task| self.apply(&Event::TaskCancelled { task }))
    }

    fn apply(&mut self, event: &Event) -> Result<(), RunError> {
        Ok(self.machine.apply(event)?)
    }

    fn attempt_of(&mut self, agent: &AgentId) -> Result<&mut Underway, RunError> {
        self.underway.get_mut(agent).ok_or_else(|| RunError::unknown(agent))
    }

    fn end_attempt(&mut self, agent: &AgentId) -> Result<Underway, RunError> {
        self.underway.remove(agent).ok_or_else(|| RunError::unknown(agent))
    }
}

/// The error of an agent that ended by itself, with the last that it said: which is why, as a rule.
fn with_last_words(mut error: TaskError, words: &str) -> TaskError {
    if matches!(error.kind, TaskErrorKind::AgentExit(_)) && !words.is_empty() {
        error.message = format!("{}; its last words: {words}", error.message);
    }
    error
}
