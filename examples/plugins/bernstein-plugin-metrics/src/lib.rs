//! Writes the figures of a run for Prometheus, to `metrics.prom` in the folder of the run.
//!
//! The file is in the [text format] and written once, when the plugin is dropped at the end of the
//! run: under another name first, then renamed, so that who finds it finds all of it. The textfile
//! collector of the node exporter can read it as it is.
//!
//! | Metric | Labels | |
//! |---|---|---|
//! | `bernstein_tasks` | `status` | tasks, by the status in which they were last seen |
//! | `bernstein_task_attempts_total` | | attempts that were begun |
//! | `bernstein_task_attempts_failed_total` | `reason` | attempts that were in vain |
//! | `bernstein_agents_started_total` | `role`, `adapter`, `model` | agents whose process ran |
//! | `bernstein_agents_ended_total` | `exit` | agents that ended, by how |
//! | `bernstein_gate_failures_total` | `gate`, `verdict` | required gates that did not pass |
//! | `bernstein_cost_thresholds_total` | | cost thresholds that were crossed |
//! | `bernstein_done_tasks_cost_dollars_total` | | cost of the tasks that are done, all attempts |
//! | `bernstein_done_tasks_tokens_total` | `direction` | tokens of the tasks that are done, all attempts |
//! | `bernstein_task_duration_seconds` | `le` | histogram: how long the successful attempts took |
//!
//! Amounts of money and times are exact decimals; no floating point number is involved on the way
//! into the file. What attempts at tasks cost that are never done is told to no plugin, and is
//! therefore in no figure.
//!
//! | Environment variable | |
//! |---|---|
//! | none | block `bernstein-plugin-metrics` to go without the file |
//!
//! The folder is the one that the first task names in its metadata, under
//! [`RUN_DIR`](bernstein_hooks::metadata::RUN_DIR). Without any task there is no file. If the file
//! cannot be written, the operator finds an error in the log, and no part of a file.
//!
//! [text format]: https://prometheus.io/docs/instrumenting/exposition_formats/

#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

// What is counted,
mod figures;
mod histogram;
// how it is written down,
mod exposition;
mod page;
// and where.
mod file;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bernstein_hooks::{
    AgentExit, BernsteinSpec, GateOutcome, ModelId, Plugin, Role, Task, TaskError, TaskResult,
    hookimpl,
};

use figures::Figures;

/// The name of the file in the folder of the run.
const FILE_NAME: &str = "metrics.prom";

/// Counts what happens in one run. See the [crate](self) for the figures.
#[derive(Debug, Default, Plugin)]
pub struct Metrics {
    figures: Mutex<Figures>,
    folder: OnceLock<PathBuf>,
}

impl Metrics {
    fn figures(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The figures, after having seen that task.
    fn figures_about(&self, task: &Task) -> MutexGuard<'_, Figures> {
        if let Some(folder) = task.run_dir() {
            self.folder.get_or_init(|| folder.to_owned());
        }
        let mut figures = self.figures();
        figures.see(task);
        figures
    }
}

#[hookimpl]
impl BernsteinSpec for Metrics {
    fn on_task_created(&self, task: &Task) {
        drop(self.figures_about(task));
    }

    fn on_task_claimed(&self, task: &Task) {
        self.figures_about(task).attempts.add(1);
    }

    fn on_agent_spawned(&self, role: &Role, adapter: &str, model: Option<&ModelId>) {
        self.figures().agent_started(role, adapter, model);
    }

    fn on_agent_died(&self, reason: &AgentExit) {
        self.figures().agent_ended(reason);
    }

    fn on_quality_gate_failure(&self, task: &Task, gate: &str, output: &GateOutcome) {
        self.figures_about(task).gate_failed(gate, output.verdict);
    }

    fn on_task_completed(&self, task: &Task, result: &TaskResult) {
        self.figures_about(task).task_done(result);
    }

    fn on_task_failed(&self, task: &Task, error: &TaskError) {
        self.figures_about(task).attempt_failed(&error.kind);
    }

    fn on_cost_threshold(&self) {
        self.figures().thresholds.add(1);
    }
}

/// Writes the file.
impl Drop for Metrics {
    fn drop(&mut self) {
        let Some(folder) = self.folder.get() else { return };
        let path = folder.join(FILE_NAME);
        let text = exposition::write_down(&self.figures());
        if let Err(error) = file::replace(&path, &text) {
            let path = path.display();
            tracing::error!("cannot write the figures of the run to `{path}`: {error}");
        }
    }
}
