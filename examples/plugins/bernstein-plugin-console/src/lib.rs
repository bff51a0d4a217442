//! Prints every event of a run as a line on standard error.
//!
//! ```text
//! + t-003 Write the parser — new, backend, p2
//! > t-003 Write the parser — claimed by t-003.1, attempt 1 of 3
//! > t-003.1 — started as backend on mock
//! $ $5.01 spent, and so the threshold of $5.00 is crossed
//! - t-003.1 — ended cleanly
//! ! t-003 Write the parser — gate `tests` failed (exit code 1)
//! ↻ t-003 Write the parser — attempt 1 of 3 failed, another follows: 0 of 1 gate passed; `tests` failed
//! ✓ t-003 Write the parser — done in 1.2 s, $0.04
//! ✗ t-003 Write the parser — failed: the agent ended with exit code 3
//! ✗ t-003 Write the parser — cancelled: the agent was killed by the operator
//! ```
//!
//! A line is short enough to be read and never more than one: control characters, such as escape
//! sequences in what an agent wrote, come out as spaces, and long texts are cut.
//!
//! Lines are coloured if standard error is a terminal.
//!
//! | Environment variable | |
//! |---|---|
//! | `NO_COLOR` | set and not empty: no colours, even on a terminal |
//!
//! Block `bernstein-plugin-console` to go without the lines.
//!
//! # Beside a progress display
//!
//! Each line is written whole, and before the hook returns. A host that draws on the same terminal
//! clears its drawing for as long as it calls hooks, as `bernstein run` does; so this plugin has to
//! know nothing of it.

#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

// What a line says.
mod line;
// How a text that comes from elsewhere fits into it.
mod text;

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use bernstein_hooks::{
    AgentExit, AgentId, BernsteinSpec, GateOutcome, ModelId, Plugin, Role, Task, TaskError,
    TaskResult, Usd, hookimpl,
};

use line::Line;

/// Prints a line per event. See the [crate](self) for what the lines look like.
#[derive(Plugin)]
pub struct Console {
    output: Mutex<Box<dyn Write + Send>>,
    coloured: bool,
}

/// A console on standard error.
impl Default for Console {
    fn default() -> Self {
        let output = io::stderr();
        let coloured = output.is_terminal() && allows_colour(std::env::var_os("NO_COLOR"));
        Self::on(output, coloured)
    }
}

impl Console {
    /// A console on any output, for hosts that show the lines elsewhere, and for tests.
    ///
    /// ```
    /// use bernstein_plugin_console::Console;
    ///
    /// let plugins = bernstein_hooks::PluginManager::new();
    /// plugins.register(Console::on(std::io::stdout(), false))?;
    /// # Ok::<(), bernstein_hooks::RegisterError>(())
    /// ```
    #[must_use]
    pub fn on(output: impl Write + Send + 'static, coloured: bool) -> Self {
        Self { output: Mutex::new(Box::new(output)), coloured }
    }

    fn print(&self, line: &Line) {
        let bytes = if self.coloured { format!("{line:#}\n") } else { format!("{line}\n") };
        // An output that has panicked once may still take the next line.
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody reads the lines any more. There is no other place to say so, and no need to.
        let _ = output.write_all(bytes.as_bytes()).and_then(|()| output.flush());
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("coloured", &self.coloured).finish_non_exhaustive()
    }
}

/// Whether the value of `NO_COLOR` leaves room for colours.
fn allows_colour(no_color: Option<impl AsRef<OsStr>>) -> bool {
    no_color.is_none_or(|value| value.as_ref().is_empty())
}

#[hookimpl]
impl BernsteinSpec for Console {
    fn on_task_created(&self, task: &Task) {
        self.print(&line::task_created(task));
    }

    fn on_task_claimed(&self, task: &Task, agent_id: &AgentId) {
        self.print(&line::task_claimed(task, agent_id));
    }

    fn on_agent_spawned(
        &self,
        agent_id: &AgentId,
        role: &Role,
        adapter: &str,
        model: Option<&ModelId>,
    ) {
        self.print(&line::agent_spawned(agent_id, role, adapter, model));
    }

    fn on_agent_died(&self, agent_id: &AgentId, reason: &AgentExit) {
        self.print(&line::agent_died(agent_id, reason));
    }

    fn on_quality_gate_failure(&self, task: &Task, output: &GateOutcome) {
        self.print(&line::gate_failed(task, output));
    }

    fn on_task_completed(&self, task: &Task, result: &TaskResult) {
        self.print(&line::task_completed(task, result));
    }

    fn on_task_failed(&self, task: &Task, error: &TaskError) {
        self.print(&line::task_failed(task, error));
    }

    fn on_cost_threshold(&self, total: Usd, threshold: Usd) {
        self.print(&line::cost_threshold(total, threshold));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_off_when_no_color_is_set_to_anything() {
        assert!(allows_colour(None::<&str>));
        assert!(allows_colour(Some("")));
        assert!(!allows_colour(Some("1")));
        assert!(!allows_colour(Some("false")));
    }
}
