//! A run of which the plugin is told.

use std::ops::Deref;
use std::time::Duration;

use bernstein_hooks::{
    BernsteinSpec, GateOutcome, GateVerdict, PluginManager, QueueOptions, Task, TaskError,
    TaskErrorKind, TaskResult, Usd, WhenFull, metadata,
};
use bernstein_plugin_slack::{Settings, Slack};

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(120);

/// How many deliveries may wait.
pub(crate) const MOST_WAITING: usize = 64;

/// A run of a host; dropping it ends the run.
pub(crate) struct Run {
    pub(crate) plugins: PluginManager,
    hooks: BernsteinSpec,
    deadline: Duration,
}

/// A run of which a plugin is told that posts to that address. Its end may take that long.
pub(crate) fn hooks(address: &str, deadline: Duration) -> Run {
    let settings = Settings::new(address).expect("an address").with_deadline(deadline);
    let plugins = PluginManager::new();
    let room = QueueOptions::new().capacity(MOST_WAITING).when_full(WhenFull::DropNewest);
    plugins.set_queues(room);
    plugins.register(Slack::with(settings)).expect("a manager without plugins");
    Run { hooks: plugins.hooks(), plugins, deadline }
}

impl Deref for Run {
    type Target = BernsteinSpec;

    fn deref(&self) -> &BernsteinSpec {
        &self.hooks
    }
}

/// As the orchestrator does it: half of the time is for what waits, the rest for last words.
impl Drop for Run {
    fn drop(&mut self) {
        if !self.plugins.drain(self.deadline / 2).is_complete() {
            self.plugins.discard();
            self.plugins.drain(self.deadline / 2);
        }
    }
}

pub(crate) fn task(id: &str) -> Task {
    Task::new(id, "Write the parser").with_metadata(metadata::RUN_DIR, "/runs/20251120-042409")
}

pub(crate) fn error() -> TaskError {
    TaskError::new(TaskErrorKind::GatesFailed(vec!["tests".into()]), "tests failed")
}

/// Tells of a task that failed for good.
pub(crate) fn fail(hooks: &BernsteinSpec, id: &str) {
    hooks.on_task_created(&task(id));
    hooks.on_task_failed(&task(id), &error());
}

/// Tells of a task that failed once and is done.
pub(crate) fn do_at_second_try(hooks: &BernsteinSpec, id: &str) {
    let gate = GateOutcome::new("lint", GateVerdict::Fail).with_output("not well", "");
    hooks.on_task_created(&task(id));
    hooks.on_quality_gate_failure(&task(id), "lint", &gate);
    hooks.on_task_failed(&task(id), &error().with_retry());
    let result = TaskResult::new("an agent", "written").with_cost(Usd::from_cents(4));
    hooks.on_task_completed(&task(id), &result);
}
