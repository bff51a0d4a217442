//! The hooks of Bernstein.

use hooks_core::hookspec;

use crate::{AgentExit, AgentId, GateOutcome, ModelId, Role, Task, TaskError, TaskResult, Usd};

/// What Bernstein tells its plugins: the life of every task and of every agent.
///
/// For each attempt at a task, the hooks are called in this order: `on_task_created` (at the
/// first attempt only), `on_task_claimed`, `on_agent_spawned`, `on_cost_threshold` (when one is
/// crossed), `on_agent_died`, `on_quality_gate_failure` (per failed gate), and at last either
/// `on_task_completed` or `on_task_failed`.
///
/// ```
/// use bernstein_hooks::{BernsteinSpec, Plugin, Task, TaskError, hookimpl};
///
/// /// Says which task failed, and why.
/// #[derive(Default, Plugin)]
/// pub struct Mourner;
///
/// #[hookimpl]
/// impl BernsteinSpec for Mourner {
///     fn on_task_failed(&self, task: &Task, error: &TaskError) {
///         println!("{}: {error}", task.title);
///     }
/// }
/// ```
#[hookspec]
pub trait BernsteinSpec {
    /// Called when a new task enters the open queue, whichever way it came. Once per task: a
    /// retry keeps the id of the task and raises its `attempt`.
    #[hook(subject = "tasks", since = "0.1")]
    fn on_task_created(
        &self,
        /// The task, already stored.
        task: &Task,
    );

    /// Called when an agent claims an open task. Once per attempt.
    #[hook(subject = "tasks", since = "0.1")]
    fn on_task_claimed(
        &self,
        /// The task.
        task: &Task,
        /// The agent that will work on it, and that is about to be spawned.
        agent_id: &AgentId,
    );

    /// Called when the process of an agent runs and the agent stands in the table of agents. Once
    /// per agent, and not at all for one whose process could not be started.
    #[hook(subject = "agents", since = "0.1")]
    fn on_agent_spawned(
        &self,
        /// The agent.
        agent_id: &AgentId,
        /// The role in which it works.
        role: &Role,
        /// The name of the adapter that started it, such as `mock`.
        adapter: &str,
        /// The model that it was told to use, if it was told one.
        model: Option<&ModelId>,
    );

    /// Called when the process of an agent has ended and was waited for, whatever ended it. Once
    /// per spawned agent.
    #[hook(subject = "agents", since = "0.1")]
    fn on_agent_died(
        &self,
        /// The agent.
        agent_id: &AgentId,
        /// How it ended.
        reason: &AgentExit,
    );

    /// Called when a required quality gate failed, ran out of time, or could not run. Once per
    /// gate and attempt.
    #[hook(subject = "gates", since = "0.1")]
    fn on_quality_gate_failure(
        &self,
        /// The task.
        task: &Task,
        /// The name of the gate.
        gate: &str,
        /// What the gate did, with the beginning and the end of its output.
        output: &GateOutcome,
    );

    /// Called when a task has passed every required quality gate and is done. Once per task.
    #[hook(subject = "tasks", since = "0.1")]
    fn on_task_completed(
        &self,
        /// The task, which is done.
        task: &Task,
        /// What came of it.
        result: &TaskResult,
    );

    /// Called when an attempt at a task ended without success. Once per attempt;
    /// `error.will_retry` tells whether another attempt follows.
    #[hook(subject = "tasks", since = "0.1")]
    fn on_task_failed(
        &self,
        /// The task.
        task: &Task,
        /// Why the attempt failed.
        error: &TaskError,
    );

    /// Called when the cost of the run crosses a configured threshold upwards. Once per
    /// threshold: a jump over several is one call for each, in ascending order.
    #[hook(subject = "cost", since = "0.1")]
    fn on_cost_threshold(
        &self,
        /// The cost of the run so far.
        total: Usd,
        /// The threshold that was crossed.
        threshold: Usd,
    );
}
