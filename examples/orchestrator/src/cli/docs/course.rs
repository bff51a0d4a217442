//! When the hooks of Bernstein are called: the life of a task, for the picture in the reference.

use bernstein_hooks::reference::Course;

/// In the order that the documentation of `BernsteinSpec` gives.
pub(super) fn life_of_a_task() -> Course {
    Course::new("The life of a task")
        .always("on_task_created", "at the first attempt only")
        .always("on_task_claimed", "once per attempt")
        .always("on_agent_spawned", "once its process runs")
        .sometimes("on_cost_threshold", "when one is crossed")
        .always("on_agent_died", "whatever ended it")
        .sometimes("on_quality_gate_failure", "once per failed gate")
        .either([("on_task_completed", "every gate passed"), ("on_task_failed", "anything else")])
        .again("on_task_failed", "on_task_claimed", "another attempt")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bernstein_hooks::PluginManager;

    use super::life_of_a_task;

    #[test]
    fn every_hook_of_bernstein_is_called_in_the_life_of_a_task_and_no_other() {
        let reference = PluginManager::new().reference();
        let spec = reference.spec("BernsteinSpec").expect("it is linked in");
        let hooks: BTreeSet<&str> = spec.hooks.iter().map(|hook| &*hook.name).collect();
        assert_eq!(life_of_a_task().hooks().collect::<BTreeSet<_>>(), hooks);
        assert_eq!(life_of_a_task().hooks().count(), hooks.len(), "each of them once");
    }
}
