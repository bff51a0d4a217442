//! What came of a run: the last line of `run --json`, and what the tables at the end show.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bernstein_hooks::{KillReason, PluginManager, TaskStatus, Tokens, Usd};
use jiff::fmt::serde::unsigned_duration;
use serde::Serialize;

use crate::folder::RunFolder;
use crate::run::RunReport;
use crate::state::TaskRecord;
use crate::tally::{Calls, FailureGroup};

/// What came of a run.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "run_ended")]
pub(super) struct Summary {
    pub plan: String,
    pub run_dir: String,
    /// Whether every task is done.
    pub success: bool,
    /// Why the run was ordered to end, if it was.
    pub stopped: Option<KillReason>,
    pub cost: Usd,
    pub budget: Option<Usd>,
    #[serde(with = "unsigned_duration::required")]
    pub duration: Duration,
    pub tasks: Vec<TaskRow>,
    pub plugins: Vec<PluginRow>,
    pub plugin_failures: Vec<FailureRow>,
}

/// What came of a task.
#[derive(Debug, Clone, Serialize)]
pub(super) struct TaskRow {
    pub id: String,
    pub title: String,
    pub status: TaskStatus,
    pub attempts: u32,
    pub cost: Usd,
    pub tokens: Tokens,
    #[serde(with = "unsigned_duration::required")]
    pub duration: Duration,
    /// What was done, or why it was not.
    pub outcome: String,
    /// What the last agent wrote: a file in the folder of the run.
    pub log: Option<PathBuf>,
}

/// What a plugin did.
#[derive(Debug, Serialize)]
pub(super) struct PluginRow {
    pub name: String,
    pub version: String,
    #[serde(flatten)]
    pub calls: Calls,
    /// How much of what it does in the background it was not given: for want of room or of time.
    pub undelivered: u64,
    /// Whether it is in quarantine at the end.
    pub quarantined: bool,
}

/// Failures of plugins that have everything in common.
#[derive(Debug, Serialize)]
pub(super) struct FailureRow {
    #[serde(flatten)]
    pub group: FailureGroup,
    pub count: u64,
}

impl Summary {
    pub(super) fn new(report: &RunReport, plugins: &PluginManager) -> Self {
        let RunReport { plan, folder, state, tally, stopped, duration } = report;
        // Also of those that have taken part and do not any more.
        let discovery = plugins.discovery();
        let versions: BTreeMap<&str, &str> = discovery
            .plugins
            .iter()
            .map(|plugin| (plugin.metadata.name, plugin.metadata.version))
            .collect();
        let present: BTreeMap<_, _> = plugins
            .plugins()
            .into_iter()
            .map(|plugin| (plugin.name, (plugin.deliveries, plugin.quarantined)))
            .collect();
        let plugin_row = |(name, calls): (&str, Calls)| {
            let (deliveries, quarantined) = present.get(name).copied().unwrap_or_default();
            PluginRow {
                name: name.to_owned(),
                version: versions.get(name).copied().unwrap_or_default().to_owned(),
                calls,
                undelivered: deliveries.dropped + deliveries.waiting,
                quarantined,
            }
        };
        let failure_row =
            |(group, count): (&FailureGroup, u64)| FailureRow { group: group.clone(), count };
        Self {
            plan: plan.clone(),
            run_dir: folder.root().display().to_string(),
            success: report.is_success(),
            stopped: *stopped,
            cost: state.budget().spent(),
            budget: state.budget().limit(),
            duration: *duration,
            tasks: state.records().iter().map(|record| TaskRow::new(record, folder)).collect(),
            plugins: tally.plugins().map(plugin_row).collect(),
            plugin_failures: tally.failures().map(failure_row).collect(),
        }
    }

    /// How many tasks stand there.
    pub(super) fn count(&self, status: TaskStatus) -> usize {
        self.tasks.iter().filter(|task| task.status == status).count()
    }
}

impl TaskRow {
    fn new(record: &TaskRecord, folder: &RunFolder) -> Self {
        let log = |agent| {
            let log = folder.agent_log(agent);
            log.strip_prefix(folder.root()).unwrap_or(&log).to_owned()
        };
        Self {
            id: record.task.id.to_string(),
            title: record.task.title.clone(),
            status: record.task.status,
            attempts: record.attempts,
            cost: record.cost,
            tokens: record.tokens,
            duration: record.duration(),
            outcome: record.outcome.as_ref().map(ToString::to_string).unwrap_or_default(),
            log: record.last_agent.as_ref().map(log),
        }
    }
}
