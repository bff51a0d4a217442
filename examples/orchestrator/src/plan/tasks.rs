//! The tasks of a plan.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use bernstein_hooks::{Task, TaskId, Timestamp, metadata};
use serde_json::Value;

use super::{Plan, Step};

/// Digits of a task's number, if the plan has not more tasks than they can count.
const DIGITS: usize = 3;

impl Plan {
    /// The tasks of the plan, planned and in the order in which their steps are written.
    ///
    /// They are called `t-001` and so on. A task depends on every task of the stages that its own
    /// stage depends on. Its metadata holds the name of its `stage` and, if the step has one, the
    /// list of words for the `mock` adapter.
    #[must_use]
    pub fn tasks(&self, max_attempts: NonZeroU32, created_at: Timestamp) -> Vec<Task> {
        let ids = self.ids_by_stage();
        let mut tasks = Vec::new();
        for stage in &self.stages {
            let before =
                stage.depends_on.iter().filter_map(|name| ids.get(name.as_str())).flatten();
            for (step, id) in stage.steps.iter().zip(&ids[stage.name.as_str()]) {
                let task = step
                    .task(id.clone())
                    .with_dependencies(before.clone().cloned())
                    .with_max_attempts(max_attempts.get())
                    .with_created_at(created_at)
                    .with_metadata(metadata::STAGE, stage.name.as_str());
                tasks.push(task);
            }
        }
        tasks
    }

    /// How many tasks the plan has.
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.stages.iter().map(|stage| stage.steps.len()).sum()
    }

    /// The ids of the tasks of each stage, by the stage's name.
    fn ids_by_stage(&self) -> BTreeMap<&str, Vec<TaskId>> {
        let digits = self.task_count().to_string().len().max(DIGITS);
        let mut ids = (1..).map(|number: usize| TaskId::new(format!("t-{number:0digits$}")));
        self.stages
            .iter()
            .map(|stage| (stage.name.as_str(), ids.by_ref().take(stage.steps.len()).collect()))
            .collect()
    }
}

impl Step {
    /// The task of this step alone, without what its stage and plan say.
    fn task(&self, id: TaskId) -> Task {
        let mut task = Task::new(id, self.title.as_str())
            .with_description(self.description.as_str())
            .with_role(self.role.clone())
            .with_priority(self.priority)
            .with_scope(self.scope)
            .with_complexity(self.complexity)
            .with_owned_files(&self.files);
        task.completion_signals.clone_from(&self.completion_signals);
        task.model.clone_from(&self.model);
        task.effort.clone_from(&self.effort);
        task.adapter.clone_from(&self.adapter);
        task.estimated_minutes = self.estimated_minutes;
        if !self.mock.is_empty() {
            let words: Vec<Value> =
                self.mock.iter().map(|behaviour| behaviour.as_str().into()).collect();
            task = task.with_metadata(metadata::MOCK, words);
        }
        task
    }
}
