//! What happened in a run, and when: gathered while it goes on.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bernstein_hooks::hooks_core::{Dropped, SkipReason};
use bernstein_hooks::{
    AgentId, Monitor, MonitoredCall, Outcome, QuarantineChange, TaskId, Timestamp, Usd,
    Verdict as CallVerdict,
};

use super::quarantine::Change;
use super::series::{Merge, Series};
use crate::event::Event;
use crate::observer::Observer;
use crate::slots::Slots;
use crate::state::{IllegalEvent, State};

/// Gathers what the report of a run shows.
#[derive(Debug)]
pub struct Recorder {
    begun: Instant,
    /// When the latest event happened, counted from the beginning.
    now: Duration,
    record: Record,
    slots: Slots,
    underway: HashMap<AgentId, usize>,
    plugins: Plugins,
}

type Plugins = Arc<Mutex<BTreeMap<Arc<str>, Activity>>>;

/// What happened in a run, and when. Times are counted from its beginning.
#[derive(Debug)]
pub struct Record {
    pub(super) begun: Timestamp,
    pub(super) lives: HashMap<TaskId, Life>,
    /// In the order in which they began.
    pub(super) attempts: Vec<Attempt>,
    /// What the run had cost.
    pub(super) spent: Series<Option<Usd>>,
    /// When each threshold was crossed, ascending.
    pub(super) crossed: Vec<(Usd, Duration)>,
    pub(super) plugins: BTreeMap<Arc<str>, Activity>,
}

/// When a task opened, and when it ended.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Life {
    pub opened: Option<Duration>,
    pub ended: Option<Duration>,
}

/// An attempt at a task.
#[derive(Debug)]
pub(super) struct Attempt {
    pub task: TaskId,
    pub agent: AgentId,
    /// Its place among those that ran at once.
    pub slot: usize,
    pub begun: Duration,
    /// When its agent died, and the gates began.
    pub died: Option<Duration>,
    pub ended: Option<Duration>,
    pub verdict: Verdict,
}

/// What came of an attempt.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It has not ended.
    Underway,
    Done,
    /// In vain, and another one follows.
    Retried(String),
    /// In vain, and the last.
    Failed(String),
}

/// What a plugin did.
#[derive(Debug, Default)]
pub(super) struct Activity {
    pub calls: Series<Count>,
    /// How long its implementations took in all.
    pub time: Duration,
    /// How long the longest took.
    pub longest: Duration,
    /// How often one was left out, because the plugin was in quarantine.
    pub left_out: u64,
    /// How many deliveries into the background were dropped.
    pub dropped: u64,
    /// How it went into quarantine and came out, in the order in which that happened.
    pub quarantine: Vec<Change>,
}

/// How often implementations ran, and failed.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Count {
    pub calls: u64,
    pub failures: u64,
}

impl Merge for Count {
    fn merge(&mut self, later: Self) {
        self.calls += later.calls;
        self.failures += later.failures;
    }
}

impl Merge for Option<Usd> {
    fn merge(&mut self, later: Self) {
        *self = later.or(*self);
    }
}

impl Recorder {
    /// Begins to record a run that begins now.
    #[must_use]
    pub fn begin() -> Self {
        let record = Record {
            begun: Timestamp::now(),
            lives: HashMap::new(),
            attempts: Vec::new(),
            spent: Series::default(),
            crossed: Vec::new(),
            plugins: BTreeMap::new(),
        };
        Self {
            begun: Instant::now(),
            now: Duration::ZERO,
            record,
            slots: Slots::default(),
            underway: HashMap::new(),
            plugins: Plugins::default(),
        }
    }

    /// What is to watch the hooks of the run.
    #[must_use]
    pub fn monitor(&self) -> impl Monitor + use<> {
        HookMonitor { begun: self.begun, plugins: Arc::clone(&self.plugins) }
    }

    /// What was gathered. Calls that end later are not in it.
    #[must_use]
    pub fn finish(mut self) -> Record {
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        self.record.plugins = std::mem::take(&mut *plugins);
        drop(plugins);
        self.record
    }

    fn note(&mut self, event: &Event, state: &State) -> Result<(), IllegalEvent> {
        let now = self.now;
        match event {
            Event::TaskOpened { task } => self.life(task).opened = Some(now),
            Event::TaskClaimed { task, agent } => self.claim(task, agent),
            Event::TokensSpent { .. } => self.count(state),
            Event::AgentDied { agent, .. } => {
                if let Some(attempt) = self.attempt(agent) {
                    attempt.died = Some(now);
                }
            }
            Event::TaskCompleted { task, result } => {
                self.life(task).ended = Some(now);
                self.end(&result.agent, Verdict::Done);
            }
            Event::TaskFailed { task, error } => {
                let text = error.to_string();
                let verdict = match error.will_retry {
                    true => Verdict::Retried(text),
                    false => {
                        self.life(task).ended = Some(now);
                        Verdict::Failed(text)
                    }
                };
                if let Some(agent) = &state.record(task)?.last_agent {
                    self.end(agent, verdict);
                }
            }
            Event::TaskBlocked { task, .. } | Event::TaskCancelled { task } => {
                self.life(task).ended = Some(now);
            }
            Event::AgentSpawned { .. } | Event::GateChecked { .. } => {}
        }
        Ok(())
    }

    fn life(&mut self, task: &TaskId) -> &mut Life {
        self.record.lives.entry(task.clone()).or_default()
    }

    fn claim(&mut self, task: &TaskId, agent: &AgentId) {
        self.underway.insert(agent.clone(), self.record.attempts.len());
        self.record.attempts.push(Attempt {
            task: task.clone(),
            agent: agent.clone(),
            slot: self.slots.take(),
            begun: self.now,
            died: None,
            ended: None,
            verdict: Verdict::Underway,
        });
    }

    fn attempt(&mut self, agent: &AgentId) -> Option<&mut Attempt> {
        self.record.attempts.get_mut(*self.underway.get(agent)?)
    }

    fn end(&mut self, agent: &AgentId, verdict: Verdict) {
        let now = self.now;
        let Some(attempt) = self.attempt(agent) else { return };
        attempt.ended = Some(now);
        attempt.verdict = verdict;
        let slot = attempt.slot;
        self.slots.give_back(slot);
        self.underway.remove(agent);
    }

    fn count(&mut self, state: &State) {
        let budget = state.budget();
        *self.record.spent.at(self.now) = Some(budget.spent());
        let known = self.record.crossed.len();
        for threshold in budget.crossed().iter().skip(known) {
            self.record.crossed.push((*threshold, self.now));
        }
    }
}

impl Observer for Recorder {
    fn happened(&mut self) {
        self.now = self.begun.elapsed();
    }

    fn saw(&mut self, event: &Event, state: &State) {
        // What has happened is legal, so its task is there.
        let _ = self.note(event, state);
    }
}

/// Watches the hooks.
struct HookMonitor {
    begun: Instant,
    plugins: Plugins,
}

impl HookMonitor {
    fn note(&self, plugin: &Arc<str>, note: impl FnOnce(&mut Activity)) {
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        note(plugins.entry(Arc::clone(plugin)).or_default());
    }

    fn ran(&self, outcome: &Outcome, failures: u64) {
        self.note(&outcome.plugin, |activity| {
            activity.time += outcome.duration;
            activity.longest = activity.longest.max(outcome.duration);
            let began = self.begun.elapsed().saturating_sub(outcome.duration);
            let count = activity.calls.at(began);
            count.calls += 1;
            count.failures += failures;
        });
    }
}

impl Monitor for HookMonitor {
    fn ended(&self, _: &MonitoredCall, outcome: &Outcome) {
        match &outcome.verdict {
            // What goes into the background is noted when it is there.
            CallVerdict::Queued => {}
            CallVerdict::Skipped(SkipReason::Quarantined) => {
                self.note(&outcome.plugin, |activity| activity.left_out += 1);
            }
            CallVerdict::Skipped(_) => {}
            CallVerdict::Failed(_) => self.ran(outcome, 1),
            _ => self.ran(outcome, 0),
        }
    }

    fn dropped(&self, dropped: &Dropped) {
        self.note(&dropped.implementation.plugin, |activity| activity.dropped += 1);
    }

    fn quarantine(&self, change: &QuarantineChange) {
        let change_now = Change::new(self.begun.elapsed(), change);
        self.note(&change.plugin, |activity| activity.quarantine.push(change_now));
    }
}
