//! What happens in a run, one thing at a time.

use bernstein_hooks::{
    AgentExit, AgentId, GateOutcome, ModelId, TaskError, TaskId, TaskResult, Tokens, Usd,
};
use serde::Serialize;

/// One thing that happens to a task or an agent: the only way in which the state of a run changes.
///
/// Serialised as an object whose `event` names the variant: `{"event": "task_claimed", "task":
/// "t-001", "agent": "…"}`.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// All dependencies of a task are done.
    TaskOpened {
        /// The task.
        task: TaskId,
    },
    /// A task was given to an agent.
    TaskClaimed {
        /// The task.
        task: TaskId,
        /// The agent, which does not run yet.
        agent: AgentId,
    },
    /// The process of an agent runs.
    AgentSpawned {
        /// The agent.
        agent: AgentId,
        /// The task that it works on.
        task: TaskId,
        /// The adapter that started it.
        adapter: String,
        /// The model that it was asked to use.
        model: Option<ModelId>,
        /// The number of its process, and of its process group.
        process: u32,
    },
    /// An agent has used tokens.
    TokensSpent {
        /// The agent.
        agent: AgentId,
        /// The tokens, since it was last heard of.
        tokens: Tokens,
        /// What these tokens cost.
        cost: Usd,
    },
    /// The process of an agent was waited for.
    AgentDied {
        /// The agent.
        agent: AgentId,
        /// How it ended.
        exit: AgentExit,
    },
    /// A gate has looked at the work on a task.
    GateChecked {
        /// The task.
        task: TaskId,
        /// What the gate found.
        outcome: GateOutcome,
    },
    /// Every required gate has passed.
    TaskCompleted {
        /// The task.
        task: TaskId,
        /// What came of it.
        result: TaskResult,
    },
    /// An attempt was in vain.
    TaskFailed {
        /// The task.
        task: TaskId,
        /// Why, and whether another attempt follows.
        error: TaskError,
    },
    /// A task will never open.
    TaskBlocked {
        /// The task.
        task: TaskId,
        /// The dependency that will never be done.
        by: TaskId,
    },
    /// The run ends, and nobody works on the task.
    TaskCancelled {
        /// The task.
        task: TaskId,
    },
}
