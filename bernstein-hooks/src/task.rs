//! What is to be done: [`Task`].

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{ModelId, Role, TaskId};
use crate::metadata;
use crate::signal::CompletionSignal;
use crate::status::TaskStatus;
use crate::weight::{Complexity, Priority, Scope};

/// One piece of work for one agent at a time.
///
/// The run makes tasks from the steps of a plan. Hooks see each as it stands at that moment. For
/// tests of a plugin, [`Task::new`] and the `with_` methods make any task:
///
/// ```
/// use bernstein_hooks::{Priority, Task};
///
/// let task = Task::new("t-001", "Write the parser").with_role("qa").with_priority(Priority::HIGH);
/// assert_eq!(task.to_string(), "t-001 Write the parser");
/// assert_eq!(task.attempt, 1);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = crate::example::task())
)]
#[non_exhaustive]
pub struct Task {
    /// The name of the task within the run. A retry keeps it.
    pub id: TaskId,
    /// What is to be done, in a line.
    pub title: String,
    /// What is to be done, in full; may be empty.
    pub description: String,
    /// What the agent is to be.
    pub role: Role,
    /// How urgent it is.
    pub priority: Priority,
    /// How much it touches.
    pub scope: Scope,
    /// How hard it is.
    pub complexity: Complexity,
    /// Where it stands.
    pub status: TaskStatus,
    /// The tasks that have to be done before this one opens.
    pub depends_on: Vec<TaskId>,
    /// The files that the task may change, relative to the folder that it is worked in; empty when
    /// the plan does not say.
    pub owned_files: Vec<PathBuf>,
    /// What holds when it is done.
    pub completion_signals: Vec<CompletionSignal>,
    /// The adapter that starts its agents, when the task wants another than the run's.
    pub adapter: Option<String>,
    /// The model that its agents are asked to use, when the task names one.
    pub model: Option<ModelId>,
    /// How hard the model is to think, in the words of the adapter, when the task says.
    pub effort: Option<String>,
    /// How long the author of the plan thinks it takes, in minutes.
    pub estimated_minutes: Option<u32>,
    /// The number of the present attempt, or of the first if there was none yet. Counts from 1.
    pub attempt: u32,
    /// The number of attempts after which the task has failed.
    pub max_attempts: u32,
    /// What the task is called elsewhere, such as in an issue tracker.
    pub external_ref: Option<String>,
    /// When the task was made. Serialised as an RFC 3339 time in UTC.
    pub created_at: Timestamp,
    /// Whatever else the plan or a plugin says about the task.
    pub metadata: BTreeMap<String, Value>,
}

impl Task {
    /// The attempts that a task has when nothing else is said.
    pub const DEFAULT_MAX_ATTEMPTS: u32 = 3;

    /// A planned task, made now, with the default of everything else.
    pub fn new(id: impl Into<TaskId>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            description: String::new(),
            role: Role::default(),
            priority: Priority::default(),
            scope: Scope::default(),
            complexity: Complexity::default(),
            status: TaskStatus::default(),
            depends_on: Vec::new(),
            owned_files: Vec::new(),
            completion_signals: Vec::new(),
            adapter: None,
            model: None,
            effort: None,
            estimated_minutes: None,
            attempt: 1,
            max_attempts: Self::DEFAULT_MAX_ATTEMPTS,
            external_ref: None,
            created_at: Timestamp::now(),
            metadata: BTreeMap::new(),
        }
    }

    /// The folder of the run that the task belongs to: an absolute path under which plugins may
    /// write files of their own. `None` outside of a run.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use bernstein_hooks::{Task, metadata};
    ///
    /// let task = Task::new("t-001", "Write the parser");
    /// assert_eq!(task.run_dir(), None);
    /// let task = task.with_metadata(metadata::RUN_DIR, "/runs/1");
    /// assert_eq!(task.run_dir(), Some(Path::new("/runs/1")));
    /// ```
    #[must_use]
    pub fn run_dir(&self) -> Option<&Path> {
        let path = Path::new(self.metadata.get(metadata::RUN_DIR)?.as_str()?);
        path.is_absolute().then_some(path)
    }

    /// True when another attempt may follow the present one.
    #[must_use]
    pub const fn has_attempts_left(&self) -> bool {
        self.attempt < self.max_attempts
    }

    /// The same task with that description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The same task for an agent of that role.
    #[must_use]
    pub fn with_role(mut self, role: impl Into<Role>) -> Self {
        self.role = role.into();
        self
    }

    /// The same task with that priority.
    #[must_use]
    pub const fn with_priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// The same task with that scope.
    #[must_use]
    pub const fn with_scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// The same task with that complexity.
    #[must_use]
    pub const fn with_complexity(mut self, complexity: Complexity) -> Self {
        self.complexity = complexity;
        self
    }

    /// The same task, standing there. Does not ask whether it can.
    #[must_use]
    pub const fn with_status(mut self, status: TaskStatus) -> Self {
        self.status = status;
        self
    }

    /// The same task, waiting for those as well.
    #[must_use]
    pub fn with_dependencies<I: Into<TaskId>>(
        mut self,
        tasks: impl IntoIterator<Item = I>,
    ) -> Self {
        self.depends_on.extend(tasks.into_iter().map(Into::into));
        self
    }

    /// The same task, allowed to change those files as well.
    #[must_use]
    pub fn with_owned_files<P: Into<PathBuf>>(
        mut self,
        files: impl IntoIterator<Item = P>,
    ) -> Self {
        self.owned_files.extend(files.into_iter().map(Into::into));
        self
    }

    /// The same task with that signal as well.
    #[must_use]
    pub fn with_completion_signal(mut self, signal: CompletionSignal) -> Self {
        self.completion_signals.push(signal);
        self
    }

    /// The same task for the agents of that adapter.
    #[must_use]
    pub fn with_adapter(mut self, adapter: impl Into<String>) -> Self {
        self.adapter = Some(adapter.into());
        self
    }

    /// The same task for that model.
    #[must_use]
    pub fn with_model(mut self, model: impl Into<ModelId>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// The same task with that effort.
    #[must_use]
    pub fn with_effort(mut self, effort: impl Into<String>) -> Self {
        self.effort = Some(effort.into());
        self
    }

    /// The same task, thought to take that many minutes.
    #[must_use]
    pub const fn with_estimated_minutes(mut self, minutes: u32) -> Self {
        self.estimated_minutes = Some(minutes);
        self
    }

    /// The same task in its attempt of that number, counted from 1.
    #[must_use]
    pub const fn with_attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// The same task with that many attempts.
    #[must_use]
    pub const fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts;
        self
    }

    /// The same task, called so elsewhere.
    #[must_use]
    pub fn with_external_ref(mut self, external_ref: impl Into<String>) -> Self {
        self.external_ref = Some(external_ref.into());
        self
    }

    /// The same task, made then.
    #[must_use]
    pub const fn with_created_at(mut self, created_at: Timestamp) -> Self {
        self.created_at = created_at;
        self
    }

    /// The same task with that said about it as well; what was said before under the same key is
    /// gone.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

impl fmt::Display for Task {
    /// The id and the title: `t-001 Write the parser`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.title)
    }
}
