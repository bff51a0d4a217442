//! The plugin as a host sees it: calls of its hooks through a manager.

use std::sync::Arc;

use bernstein_hooks::{BernsteinSpec, PluginManager, Task, TaskError, TaskErrorKind};
use plugin_crate::PluginType;

#[test]
fn every_new_task_is_greeted() {
    let plugin = Arc::new(PluginType::default());
    let plugins = PluginManager::new();
    plugins.register(Arc::clone(&plugin)).expect("registered");
    let hooks = plugins.hooks::<BernsteinSpec>();

    hooks.on_task_created(&Task::new("t-001", "Write the parser"));
    hooks.on_task_created(&Task::new("t-002", "Test the parser"));

    assert_eq!(plugin.greeted(), 2);
}

#[test]
fn a_task_that_failed_is_told_without_a_failure() {
    let plugins = PluginManager::new();
    plugins.register(PluginType::default()).expect("registered");
    let hooks = plugins.hooks::<BernsteinSpec>();

    let task = Task::new("t-001", "Write the parser");
    let error = TaskError::new(TaskErrorKind::TimedOut, "too slow");
    let report = hooks.reported().on_task_failed(&task, &error);

    assert_eq!(report.outcomes.len(), 1);
    assert_eq!(report.failures().count(), 0);
}
