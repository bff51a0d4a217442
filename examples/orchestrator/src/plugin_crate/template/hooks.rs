//! The plugin as a host sees it: calls of its hooks. A plugin that fails, fails its test.

use std::sync::Arc;

use bernstein_hooks::testing::Host;
use bernstein_hooks::{BernsteinSpec, Task, TaskError, TaskErrorKind};
use plugin_crate::PluginType;

#[test]
fn every_new_task_is_greeted() {
    let plugin = Arc::new(PluginType::default());
    let host = Host::of(Arc::clone(&plugin));
    let hooks = host.hooks::<BernsteinSpec>();

    hooks.on_task_created(&Task::new("t-001", "Write the parser"));
    hooks.on_task_created(&Task::new("t-002", "Test the parser"));

    assert_eq!(plugin.greeted(), 2);
}

#[test]
fn a_task_that_failed_is_told() {
    let host = Host::of(PluginType::default());
    let hooks = host.hooks::<BernsteinSpec>();

    let task = Task::new("t-001", "Write the parser");
    let error = TaskError::new(TaskErrorKind::TimedOut, "too slow");
    hooks.on_task_failed(&task, &error);

    host.expect(&hooks.on_task_failed).ran([env!("CARGO_PKG_NAME")]);
}
