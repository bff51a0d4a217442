//! Writes every event of a run as a line of JSON, to `journal.jsonl` in the folder of the run.
//!
//! ```text
//! {"seq":1,"time":"2025-11-20T04:24:09.518Z","event":"on_task_created","task":{"id":"t-001",…}}
//! {"seq":2,"time":"2025-11-20T04:24:09.519Z","event":"on_task_claimed","task":{…},"agent_id":"t-001.1"}
//! ```
//!
//! - `seq` counts the events from 1, in the order in which they were told to this plugin.
//! - `time` is when it was told, in UTC (RFC 3339).
//! - `event` is the name of the hook, and the other keys are the names of its arguments.
//!
//! Each line is handed to the operating system before the hook returns, in one write: when a run is
//! killed, no line is lost in a buffer.
//!
//! # The folder
//!
//! Every task says where the folder of the run is, in its metadata under
//! [`RUN_DIR`](bernstein_hooks::metadata::RUN_DIR). Events that come before the first task wait for
//! it, up to a thousand. The first folder that can be written to is kept to the end.
//!
//! | Environment variable | |
//! |---|---|
//! | none | block `bernstein-plugin-journal` to go without a journal |
//!
//! # When a line cannot be written
//!
//! The hooks of Bernstein return nothing, so the first failure is a panic: the fence around plugins
//! holds it, and the operator sees it as a failure of this plugin, with the file and the reason.
//! More would only be more of the same, so from then on the plugin counts in silence, and goes on
//! to try, for a disk that is full may not stay so. When it is dropped it logs how many events are
//! missing. An event keeps its number even if its line is lost: **a gap in the numbers is where
//! events are missing**, and there is none otherwise. A line that was written in part is cut off.

#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

// What a line says.
mod record;
// Where it goes.
mod file;
// What stands between the two: numbers, waiting lines, failures.
mod writer;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bernstein_hooks::{
    AgentExit, AgentId, BernsteinSpec, GateOutcome, ModelId, Plugin, Role, Task, TaskError,
    TaskResult, Usd, hookimpl,
};

use record::Event;
use writer::Writer;

/// The journal of one run. See the [crate](self) for what it writes, and where.
#[derive(Debug, Default, Plugin)]
pub struct Journal {
    writer: Mutex<Writer>,
}

impl Journal {
    fn write_about(&self, task: &Task, event: &Event<'_>) {
        self.write(task.run_dir(), event);
    }

    /// Writes a line. The writer is locked for that line only, and free again when this panics.
    fn write(&self, folder: Option<&Path>, event: &Event<'_>) {
        let written = self.writer().write(folder, event);
        if let Err(error) = written {
            panic!("{error}; from now on, failures of the journal are only counted");
        }
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A writer is whole between any two of its statements that can panic.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[hookimpl]
impl BernsteinSpec for Journal {
    fn on_task_created(&self, task: &Task) {
        self.write_about(task, &Event::TaskCreated { task });
    }

    fn on_task_claimed(&self, task: &Task, agent_id: &AgentId) {
        self.write_about(task, &Event::TaskClaimed { task, agent_id });
    }

    fn on_agent_spawned(
        &self,
        agent_id: &AgentId,
        role: &Role,
        adapter: &str,
        model: Option<&ModelId>,
    ) {
        self.write(None, &Event::AgentSpawned { agent_id, role, adapter, model });
    }

    fn on_agent_died(&self, agent_id: &AgentId, reason: &AgentExit) {
        self.write(None, &Event::AgentDied { agent_id, reason });
    }

    fn on_quality_gate_failure(&self, task: &Task, gate: &str, output: &GateOutcome) {
        self.write_about(task, &Event::QualityGateFailure { task, gate, output });
    }

    fn on_task_completed(&self, task: &Task, result: &TaskResult) {
        self.write_about(task, &Event::TaskCompleted { task, result });
    }

    fn on_task_failed(&self, task: &Task, error: &TaskError) {
        self.write_about(task, &Event::TaskFailed { task, error });
    }

    fn on_cost_threshold(&self, total: Usd, threshold: Usd) {
        self.write(None, &Event::CostThreshold { total, threshold });
    }
}

/// Says what is missing, if anything is.
impl Drop for Journal {
    fn drop(&mut self) {
        let missing = self.writer().missing();
        if missing > 0 {
            tracing::error!(missing, "the journal of the run is not complete");
        }
    }
}
