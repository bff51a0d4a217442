//! What the orchestrator writes into [`Task::metadata`](crate::Task::metadata): the keys, and what
//! is found under each.

/// The folder of the run, as text: the absolute path under which everything about the run is kept.
/// Every task has it, so that a plugin knows where to write its own files.
pub const RUN_DIR: &str = "run_dir";

/// The name of the stage of the plan that the task belongs to.
pub const STAGE: &str = "stage";

/// What agents of the mock adapter do in each attempt at the task: a list of words, the first for
/// the first attempt. Only tasks for which the plan says so have it.
pub const MOCK: &str = "mock";
