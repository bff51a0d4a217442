//! Gates that a plan or the configuration declares.

use std::time::Duration;

use crate::source::values::{Placed, check_names, filled, list, placed, time_limit, truth};
use crate::source::{Fields, Node, Problems};

/// A command that judges the work of an agent after it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What the gate is called.
    pub name: String,
    /// The command line, for the shell. Exit code 0 is a pass.
    pub command: String,
    /// Whether a task can be done without it. True when nothing is said.
    pub required: bool,
    /// How long the command may take. Never zero.
    pub timeout: Duration,
}

impl Gate {
    /// How long a command that judges may take when nothing is said; also those of completion
    /// signals.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);
}

/// The gates that the node lists. Their names have to differ.
pub(crate) fn gates(node: &Node, problems: &mut Problems) -> Option<Vec<Gate>> {
    let written = list("a list of gates", gate)(node, problems)?;
    check_names("gate", written.iter().map(|(name, _)| name), problems);
    Some(written.into_iter().map(|(_, gate)| gate).collect())
}

/// A gate, and where its name is written.
fn gate(node: &Node, problems: &mut Problems) -> Option<(Placed<String>, Gate)> {
    let mut fields = Fields::new(node, "a gate", problems);
    let name = fields.required("name", placed(filled("the name of a gate")));
    let command = fields.required("command", filled("a command"));
    let required = fields.optional("required", truth).unwrap_or(true);
    let timeout = fields.optional("timeout", time_limit).unwrap_or(Gate::DEFAULT_TIMEOUT);
    fields.finish();
    let name = name?;
    let gate = Gate { name: name.value.clone(), command: command?, required, timeout };
    Some((name, gate))
}
