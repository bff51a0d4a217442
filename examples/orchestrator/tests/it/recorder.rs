//! A plugin that writes down every call.

use std::sync::{Arc, Mutex};

use bernstein_hooks::{
    AgentExit, AgentId, BernsteinSpec, GateOutcome, ModelId, Plugin, PluginMetadata, Role, Task,
    TaskError, TaskId, TaskResult, Usd, hookimpl,
};

/// One call of a hook.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Call {
    Created(Task),
    Claimed(Task, AgentId),
    Spawned(AgentId, Role, String, Option<ModelId>),
    Died(AgentId, AgentExit),
    GateFailed(Task, GateOutcome),
    Completed(Task, TaskResult),
    Failed(Task, TaskError),
    Threshold(Usd, Usd),
}

impl Call {
    /// The hook.
    pub(crate) fn hook(&self) -> &'static str {
        match self {
            Self::Created(..) => "on_task_created",
            Self::Claimed(..) => "on_task_claimed",
            Self::Spawned(..) => "on_agent_spawned",
            Self::Died(..) => "on_agent_died",
            Self::GateFailed(..) => "on_quality_gate_failure",
            Self::Completed(..) => "on_task_completed",
            Self::Failed(..) => "on_task_failed",
            Self::Threshold(..) => "on_cost_threshold",
        }
    }

    /// The task, for the calls that have one.
    pub(crate) fn task(&self) -> Option<&Task> {
        match self {
            Self::Created(task)
            | Self::Claimed(task, _)
            | Self::GateFailed(task, _)
            | Self::Completed(task, _)
            | Self::Failed(task, _) => Some(task),
            Self::Spawned(..) | Self::Died(..) | Self::Threshold(..) => None,
        }
    }

    /// The id of the task, for the calls that have one.
    pub(crate) fn task_id(&self) -> Option<&TaskId> {
        self.task().map(|task| &task.id)
    }
}

/// Everything that was called, in order.
pub(crate) type Calls = Arc<Mutex<Vec<Call>>>;

/// Writes down every call.
#[derive(Default)]
pub(crate) struct Recorder {
    pub calls: Calls,
}

impl Plugin for Recorder {
    const METADATA: PluginMetadata = PluginMetadata::new("recorder");
}

impl Recorder {
    fn note(&self, call: Call) {
        self.calls.lock().expect("nobody panics while writing down").push(call);
    }
}

#[hookimpl]
impl BernsteinSpec for Recorder {
    fn on_task_created(&self, task: &Task) {
        self.note(Call::Created(task.clone()));
    }

    fn on_task_claimed(&self, task: &Task, agent_id: &AgentId) {
        self.note(Call::Claimed(task.clone(), agent_id.clone()));
    }

    fn on_agent_spawned(
        &self,
        agent_id: &AgentId,
        role: &Role,
        adapter: &str,
        model: Option<&ModelId>,
    ) {
        self.note(Call::Spawned(
            agent_id.clone(),
            role.clone(),
            adapter.to_owned(),
            model.cloned(),
        ));
    }

    fn on_agent_died(&self, agent_id: &AgentId, reason: &AgentExit) {
        self.note(Call::Died(agent_id.clone(), reason.clone()));
    }

    fn on_quality_gate_failure(&self, task: &Task, gate: &str, output: &GateOutcome) {
        assert_eq!(gate, output.gate);
        self.note(Call::GateFailed(task.clone(), output.clone()));
    }

    fn on_task_completed(&self, task: &Task, result: &TaskResult) {
        self.note(Call::Completed(task.clone(), result.clone()));
    }

    fn on_task_failed(&self, task: &Task, error: &TaskError) {
        self.note(Call::Failed(task.clone(), error.clone()));
    }

    fn on_cost_threshold(&self, total: Usd, threshold: Usd) {
        self.note(Call::Threshold(total, threshold));
    }
}
