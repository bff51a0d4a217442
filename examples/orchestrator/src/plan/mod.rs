//! Plans: what a run is to do, read from YAML.
//!
//! [`load`] reads a file into a [`Plan`], or tells everything that is wrong with it.
//! [`Plan::tasks`] makes the tasks of a run from it.
//!
//! ```yaml
//! name: hello
//! budget: $10                  # $0, or none: unlimited
//! max_agents: 4
//! gates:                       # asked after every agent, beside the signals of its step
//!   - {name: lint, command: make lint, required: false, timeout: 30s}
//! stages:                      # side by side, unless one depends on another
//!   - name: build
//!     steps:                   # side by side, at most max_agents at once
//!       - title: Write the parser
//!         priority: p1
//!         completion_signals:
//!           - {type: path_exists, path: src/parser.rs}
//!   - name: check
//!     depends_on: [build]
//!     steps:
//!       - title: Test the parser
//!         role: qa
//! ```

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use bernstein_hooks::{CompletionSignal, Complexity, ModelId, Priority, Role, Scope, Usd};

use crate::source::{self, LoadError, Loaded};

pub use gate::Gate;
pub use mock::MockBehaviour;

// What a plan is made of;
pub(crate) mod gate;
mod mock;
// how it is read;
mod read;
mod signal;
mod stages;
// and what is made of it.
mod tasks;

/// Reads a plan.
///
/// # Errors
///
/// When the file cannot be read or is not a plan: with everything that is wrong with it.
pub fn load(path: &Path) -> Result<Loaded<Plan>, LoadError> {
    source::load(path, read::plan)
}

/// What a run is to do. The default says nothing and has no stages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What the plan is called.
    pub name: String,
    /// What the plan is for; may be empty.
    pub description: String,
    /// What every agent has to keep to.
    pub constraints: Vec<String>,
    /// The files that every agent should read first.
    pub context_files: Vec<PathBuf>,
    /// The adapter that starts the agents, when the plan names one (`cli`; `auto` is none).
    pub adapter: Option<String>,
    /// What the run may spend; `None` is unlimited, which plans also write as `$0`.
    pub budget: Option<Usd>,
    /// How many agents may run at once, when the plan says.
    pub max_agents: Option<NonZeroUsize>,
    /// The repositories that the plan is about.
    pub repos: Vec<Repo>,
    /// The gates that are asked after every agent, beside the signals of its step. Their names
    /// differ.
    pub gates: Vec<Gate>,
    /// The stages, as written. Their names differ, and they depend on each other without a cycle.
    /// At least one.
    pub stages: Vec<Stage>,
}

/// A repository that a plan is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repo {
    /// Where it is.
    pub path: PathBuf,
    /// What the plan calls it, when it does.
    pub name: Option<String>,
    /// The branch, when the plan names one.
    pub branch: Option<String>,
}

/// A part of a plan: steps that can be taken side by side once the stages before it are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What the stage is called, by which others depend on it.
    pub name: String,
    /// What the stage is for; may be empty.
    pub description: String,
    /// The names of the stages that have to be done before; each is a stage of the plan.
    pub depends_on: Vec<String>,
    /// The steps, as written. At least one.
    pub steps: Vec<Step>,
}

/// One piece of work in a plan. It becomes a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is to be done, in a line (in older plans: `goal`).
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
    /// The files that it may change.
    pub files: Vec<PathBuf>,
    /// The model, when the step names one (`auto` is none).
    pub model: Option<ModelId>,
    /// How hard the model is to think, when the step says.
    pub effort: Option<String>,
    /// The adapter that starts its agents, when the step names one (`cli`; `auto` is none).
    pub adapter: Option<String>,
    /// How long the author of the plan thinks it takes, in minutes, when the step says.
    pub estimated_minutes: Option<u32>,
    /// What holds when it is done.
    pub completion_signals: Vec<CompletionSignal>,
    /// What the mock adapter's agents do, by attempt; after the end of the list they work.
    pub mock: Vec<MockBehaviour>,
}
