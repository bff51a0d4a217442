//! A run of which the plugin is told.

use std::time::Duration;

use bernstein_hooks::{
    BernsteinSpec, GateOutcome, GateVerdict, PluginManager, Task, TaskError, TaskErrorKind,
    TaskResult, Usd, metadata,
};
use bernstein_plugin_slack::{Settings, Slack};

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(120);

/// Hooks that tell a plugin that posts to that address; dropping them ends the run.
pub(crate) fn hooks(address: &str, deadline: Duration) -> BernsteinSpec {
    let settings = Settings::new(address).expect("an address").with_deadline(deadline);
    let plugins = PluginManager::new();
    plugins.register(Slack::with(settings)).expect("a manager without plugins");
    plugins.hooks()
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
