//! Quality gates: what is asked about the work of an agent after it has ended.
//!
//! First the completion signals of the task, each of them required, then the gates of the plan and
//! of the configuration. All of them are asked, also after one has failed: whoever tries again
//! should know everything.

mod command;
mod files;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use bernstein_hooks::{AgentId, CompletionSignal, GateOutcome, GateVerdict, KillReason, Task};

use crate::folder::RunFolder;
use crate::plan::Gate;
use crate::process::{HaltWatch, Site};

/// Asks the gates after one agent.
pub(crate) struct Gates<'run> {
    /// The gates that every task has.
    pub gates: &'run [Gate],
    /// Where logs go.
    pub folder: &'run RunFolder,
    /// How commands run.
    pub site: &'run Site,
    /// The order to stop.
    pub halt: HaltWatch,
}

/// One gate of one task.
enum Check<'a> {
    Files(&'a CompletionSignal),
    Command { command: &'a str, required: bool, timeout: Duration },
    NeedsModel,
}

impl Gates<'_> {
    /// Asks every gate of `task` in turn and hands each outcome to `tell`, until the run is ordered
    /// to end: then the reason for that is the error, and nothing is told of the gate that was
    /// stopped and of those that were not asked.
    pub(crate) async fn ask(
        &self,
        agent: &AgentId,
        task: &Task,
        mut tell: impl FnMut(GateOutcome),
    ) -> Result<(), KillReason> {
        for (place, (name, check)) in self.checks(task).into_iter().enumerate() {
            let started = Instant::now();
            let outcome = self.check(&name, check, agent, place + 1).await?;
            tell(outcome.with_duration(started.elapsed()));
        }
        Ok(())
    }

    /// The gates of `task` in the order in which they are asked. Of two with one name the first is
    /// asked: that of the step before that of the plan, and that of the plan before that of the
    /// configuration.
    fn checks<'a>(&'a self, task: &'a Task) -> Vec<(String, Check<'a>)> {
        let signals = task
            .completion_signals
            .iter()
            .map(|signal| (signal.to_string(), Check::of_signal(signal)));
        let gates = self.gates.iter().map(|gate| (gate.name.clone(), Check::of_gate(gate)));
        let mut names = HashSet::new();
        signals.chain(gates).filter(|(name, _)| names.insert(name.clone())).collect()
    }

    async fn check(
        &self,
        name: &str,
        check: Check<'_>,
        agent: &AgentId,
        number: usize,
    ) -> Result<GateOutcome, KillReason> {
        match (self.halt.reason(), check) {
            (Some(reason), _) => Err(reason),
            (None, Check::Files(signal)) => Ok(self.check_files(name, signal).await),
            (None, Check::Command { command, required, timeout }) => {
                let log = self.folder.gate_log(agent, number);
                let outcome = self.run_command(name, command, timeout, log).await?;
                Ok(if required { outcome } else { outcome.optional() })
            }
            (None, Check::NeedsModel) => Ok(GateOutcome::new(name, GateVerdict::Skipped)
                .with_output("there is no model to ask", "")),
        }
    }
}

impl<'a> Check<'a> {
    fn of_signal(signal: &'a CompletionSignal) -> Self {
        match signal {
            CompletionSignal::TestPasses { command: run } | CompletionSignal::Command { run } => {
                Self::Command { command: run, required: true, timeout: Gate::DEFAULT_TIMEOUT }
            }
            CompletionSignal::LlmReview { .. } | CompletionSignal::LlmJudge { .. } => {
                Self::NeedsModel
            }
            _ => Self::Files(signal),
        }
    }

    fn of_gate(gate: &'a Gate) -> Self {
        Self::Command { command: &gate.command, required: gate.required, timeout: gate.timeout }
    }
}
