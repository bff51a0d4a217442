//! A trace of a run in the JSON trace-event format, which Perfetto and other viewers open.
//!
//! ```text
//! tasks      a track per task      from its opening to its end, with what happened to it
//! agents     a track per slot      a span per attempt; in it the agent, and the gates after it
//! plugins    a track per plugin    a span per implementation that was called
//! cost       a counter
//! ```
//!
//! Events go to a temporary file as they happen, so that a long run takes no memory, and the file
//! takes its place at the end. Times are microseconds from the beginning of the run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bernstein_hooks::{
    AgentId, Failure, Monitor, MonitoredCall, Outcome, QuarantineChange, TaskId, TaskStatus, Usd,
};
use serde_json::{Map, Value, json};

use crate::artifact::{Artifact, ArtifactError};
use crate::event::Event;
use crate::observer::Observer;
use crate::slots::Slots;
use crate::state::{IllegalEvent, State};

// What happens to tasks and agents comes from the run, what plugins do from its hooks;
mod calls;
// both are written down here.
mod writer;

use calls::Calls;
use writer::{Span, Track, Writer};

/// A trace in the making.
#[derive(Debug)]
pub struct Trace {
    shared: Arc<Mutex<Shared>>,
    /// When the latest event happened.
    now: Instant,
    slots: Slots,
    attempts: HashMap<AgentId, Attempt>,
    /// The tasks that are open or beyond, and have not ended.
    open: HashMap<TaskId, String>,
}

/// What the run and its hooks share, which may be on different threads.
#[derive(Debug)]
struct Shared {
    writer: Writer,
    calls: Calls,
}

/// An attempt underway.
#[derive(Debug)]
struct Attempt {
    title: String,
    slot: usize,
    claimed: Instant,
    spawned: Option<Instant>,
    died: Option<Instant>,
    about: Map<String, Value>,
}

impl Trace {
    /// Begins a trace of a run that begins now.
    #[must_use]
    pub fn begin(file: Artifact) -> Self {
        let now = Instant::now();
        let shared = Shared { writer: Writer::begin(file, now), calls: Calls::default() };
        Self {
            shared: Arc::new(Mutex::new(shared)),
            now,
            slots: Slots::default(),
            attempts: HashMap::new(),
            open: HashMap::new(),
        }
    }

    /// What is to watch the hooks of the run.
    #[must_use]
    pub fn monitor(&self) -> impl Monitor + use<> {
        HookMonitor(Arc::clone(&self.shared))
    }

    /// Ends the trace, and puts the file in its place. What has not ended ends now; calls that end
    /// later are not in it.
    ///
    /// # Errors
    ///
    /// When something of it could not be written. There is no file then.
    pub fn finish(mut self) -> Result<(), ArtifactError> {
        self.now = Instant::now();
        for agent in self.attempts.keys().cloned().collect::<Vec<_>>() {
            self.end_attempt(&agent, "broken off");
        }
        for (task, title) in std::mem::take(&mut self.open) {
            self.shared().writer.end_task(self.now, &task, &title, "broken off");
        }
        self.shared().writer.finish()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }

    fn write(&mut self, event: &Event, state: &State) -> Result<(), IllegalEvent> {
        match event {
            Event::TaskOpened { task } => self.open(task, state)?,
            Event::TaskClaimed { task, agent } => self.claim(task, agent, state)?,
            Event::AgentSpawned { agent, task, adapter, model, process } => {
                self.note(task, "spawned", json!({ "agent": agent }));
                if let Some(attempt) = self.attempts.get_mut(agent) {
                    attempt.spawned = Some(self.now);
                    attempt.about.insert("adapter".to_owned(), json!(adapter));
                    attempt.about.insert("model".to_owned(), json!(model));
                    attempt.about.insert("process".to_owned(), json!(process));
                }
            }
            Event::TokensSpent { .. } => self.count(state.budget().spent()),
            Event::AgentDied { agent, exit } => {
                if let Some(attempt) = self.attempts.get_mut(agent) {
                    attempt.died = Some(self.now);
                    attempt.about.insert("exit".to_owned(), json!(exit.to_string()));
                }
            }
            Event::GateChecked { task, outcome } => {
                let about = json!({ "gate": outcome.gate, "verdict": outcome.to_string() });
                self.note(task, "gate checked", about);
            }
            Event::TaskCompleted { task, result } => {
                self.end_attempt(&result.agent, "done");
                self.end(task, state)?;
            }
            Event::TaskFailed { task, error } => {
                let verdict = error.to_string();
                if let Some(agent) = &state.record(task)?.last_agent {
                    self.end_attempt(agent, &verdict);
                }
                match error.will_retry {
                    true => self.note(task, "will be tried again", json!({ "error": verdict })),
                    false => self.end(task, state)?,
                }
            }
            Event::TaskBlocked { task, .. } | Event::TaskCancelled { task } => {
                self.end(task, state)?;
            }
        }
        Ok(())
    }

    fn open(&mut self, task: &TaskId, state: &State) -> Result<(), IllegalEvent> {
        let title = name(task, &state.record(task)?.task.title);
        self.shared().writer.begin_task(self.now, task, &title);
        self.open.insert(task.clone(), title);
        Ok(())
    }

    /// Ends a task, which may never have opened.
    fn end(&mut self, task: &TaskId, state: &State) -> Result<(), IllegalEvent> {
        if !self.open.contains_key(task) {
            self.open(task, state)?;
        }
        let record = state.record(task)?;
        let outcome = match (&record.outcome, record.task.status) {
            (_, TaskStatus::Done) | (None, _) => record.task.status.to_string(),
            (Some(outcome), status) => format!("{status}: {outcome}"),
        };
        if let Some(title) = self.open.remove(task) {
            self.shared().writer.end_task(self.now, task, &title, &outcome);
        }
        Ok(())
    }

    /// Something that happens to a task in its life.
    fn note(&self, task: &TaskId, what: &str, about: Value) {
        self.shared().writer.note_task(self.now, task, what, about);
    }

    fn count(&self, spent: Usd) {
        self.shared().writer.count_cost(self.now, spent);
    }

    fn claim(&mut self, task: &TaskId, agent: &AgentId, state: &State) -> Result<(), IllegalEvent> {
        self.note(task, "claimed", json!({ "agent": agent }));
        let about = json!({ "task": task, "agent": agent });
        let attempt = Attempt {
            title: name(agent, &state.record(task)?.task.title),
            slot: self.slots.take(),
            claimed: self.now,
            spawned: None,
            died: None,
            about: about.as_object().cloned().unwrap_or_default(),
        };
        self.attempts.insert(agent.clone(), attempt);
        Ok(())
    }

    fn end_attempt(&mut self, agent: &AgentId, verdict: &str) {
        let Some(mut attempt) = self.attempts.remove(agent) else { return };
        attempt.about.insert("verdict".to_owned(), json!(verdict));
        let track = Track::Agent(attempt.slot);
        let now = self.now;
        let mut shared = self.shared();
        let mut span = |name: &str, begin, end, about: Value| {
            shared.writer.span(track.clone(), Span { name, kind: "attempt", begin, end, about });
        };
        span(&attempt.title, attempt.claimed, now, Value::Object(attempt.about));
        if let Some(spawned) = attempt.spawned {
            span("agent", spawned, attempt.died.unwrap_or(now), json!({}));
        }
        if let Some(died) = attempt.died {
            span("gates", died, now, json!({}));
        }
        drop(shared);
        self.slots.give_back(attempt.slot);
    }
}

impl Observer for Trace {
    fn happened(&mut self) {
        self.now = Instant::now();
    }

    fn saw(&mut self, event: &Event, state: &State) {
        // What has happened is legal, so its task is there.
        let _ = self.write(event, state);
    }
}

/// Watches the hooks.
struct HookMonitor(Arc<Mutex<Shared>>);

impl Monitor for HookMonitor {
    fn ended(&self, call: &MonitoredCall, outcome: &Outcome) {
        let Shared { writer, calls } = &mut *lock(&self.0);
        calls.ended(call, outcome, writer);
    }

    fn after(&self, call: &MonitoredCall, _: Option<&Failure>) {
        lock(&self.0).calls.after(call);
    }

    fn quarantine(&self, change: &QuarantineChange) {
        let Shared { writer, calls } = &mut *lock(&self.0);
        calls.quarantine(change, writer);
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    // Whatever panicked, the writer is whole between any two lines.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a span is called: the name that tells it apart, and a title.
fn name(id: &impl ToString, title: &str) -> String {
    format!("{} {title}", id.to_string())
}
