//! Quality gates: what one gate found, and what all of them found together.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::fmt::serde::unsigned_duration;
use serde::{Deserialize, Serialize};

use crate::agent::SignalName;

/// What a gate found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "reference", derive(schemars::JsonSchema), schemars(example = Self::Fail))]
#[non_exhaustive]
pub enum GateVerdict {
    /// All is well.
    Pass,
    /// The gate looked and found fault.
    Fail,
    /// The gate took longer than it may.
    TimedOut,
    /// The gate could not look: its command could not be started, its file not be read. Not a fault
    /// of the work.
    CouldNotRun,
    /// The gate was not asked, for instance because it needs a model and there is none.
    Skipped,
}

impl fmt::Display for GateVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "passed",
            Self::Fail => "failed",
            Self::TimedOut => "timed out",
            Self::CouldNotRun => "could not run",
            Self::Skipped => "was skipped",
        })
    }
}

/// How the command of a gate ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "reference", derive(schemars::JsonSchema), schemars(example = Self::Code(1)))]
#[non_exhaustive]
pub enum CommandExit {
    /// With an exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

impl fmt::Display for CommandExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => SignalName(*signal).fmt(f),
        }
    }
}

/// What one gate found in one attempt.
///
/// `{}` prints one line, such as ``gate `tests` failed (exit code 1)``; `{:#}` prints the kept
/// output below it.
///
/// ```
/// use bernstein_hooks::{CommandExit, GateOutcome, GateVerdict};
///
/// let outcome = GateOutcome::new("tests", GateVerdict::Fail)
///     .with_exit(CommandExit::Code(1))
///     .with_output("running 2 tests", "1 failed");
/// assert!(outcome.blocks());
/// assert_eq!(outcome.to_string(), "gate `tests` failed (exit code 1)");
/// assert_eq!(
///     format!("{outcome:#}"),
///     "gate `tests` failed (exit code 1)\nrunning 2 tests\n[…]\n1 failed"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = crate::example::failed_gate())
)]
#[non_exhaustive]
pub struct GateOutcome {
    /// The name of the gate.
    pub gate: String,
    /// What it found.
    pub verdict: GateVerdict,
    /// Whether the task can be done without it.
    pub required: bool,
    /// How its command ended; `None` if it has no command, or one that did not end by itself.
    pub exit: Option<CommandExit>,
    /// How long it took. Serialised as an ISO 8601 duration, such as `PT1.5S`.
    #[serde(with = "unsigned_duration::required")]
    #[cfg_attr(feature = "reference", schemars(schema_with = "crate::schema::duration"))]
    pub duration: Duration,
    /// The beginning of what it wrote, or all of it when that is short; for a gate without a
    /// command, what it found.
    pub head: String,
    /// The end of what it wrote, where test failures stand; empty when `head` is all of it.
    pub tail: String,
    /// The file with everything it wrote.
    pub log: Option<PathBuf>,
}

impl GateOutcome {
    /// The outcome of a required gate that wrote nothing and took no time.
    pub fn new(gate: impl Into<String>, verdict: GateVerdict) -> Self {
        Self {
            gate: gate.into(),
            verdict,
            required: true,
            exit: None,
            duration: Duration::ZERO,
            head: String::new(),
            tail: String::new(),
            log: None,
        }
    }

    /// The same, of a gate that the task can be done without.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The same, of a gate whose command ended so.
    #[must_use]
    pub fn with_exit(mut self, exit: CommandExit) -> Self {
        self.exit = Some(exit);
        self
    }

    /// The same, of a gate that took so long.
    #[must_use]
    pub fn with_duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// The same, of a gate that wrote this: the head and, if that is not all, the tail.
    #[must_use]
    pub fn with_output(mut self, head: impl Into<String>, tail: impl Into<String>) -> Self {
        self.head = head.into();
        self.tail = tail.into();
        self
    }

    /// The same, of a gate whose whole output is in that file.
    #[must_use]
    pub fn with_log(mut self, log: impl Into<PathBuf>) -> Self {
        self.log = Some(log.into());
        self
    }

    /// True when this outcome keeps the task from being done: the gate is required, and it failed,
    /// timed out or could not run.
    #[must_use]
    pub const fn blocks(&self) -> bool {
        self.required
            && matches!(
                self.verdict,
                GateVerdict::Fail | GateVerdict::TimedOut | GateVerdict::CouldNotRun
            )
    }
}

impl fmt::Display for GateOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gate `{}` {}", self.gate, self.verdict)?;
        if let Some(exit) = self.exit {
            write!(f, " ({exit})")?;
        }
        if f.alternate() {
            if !self.head.is_empty() {
                write!(f, "\n{}", self.head.trim_end())?;
            }
            if !self.tail.is_empty() {
                write!(f, "\n[…]\n{}", self.tail.trim_end())?;
            }
        }
        Ok(())
    }
}

/// What all gates of one attempt found, in the order in which they were asked.
///
/// ```
/// use bernstein_hooks::{GateOutcome, GateReport, GateVerdict};
///
/// let lint = GateOutcome::new("lint", GateVerdict::Pass);
/// let tests = GateOutcome::new("tests", GateVerdict::TimedOut);
/// let report: GateReport = [lint, tests].into_iter().collect();
/// assert!(!report.passed());
/// assert_eq!(report.to_string(), "1 of 2 gates passed; `tests` timed out");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = crate::example::gates())
)]
pub struct GateReport {
    outcomes: Vec<GateOutcome>,
}

impl GateReport {
    /// The outcomes, in the order in which the gates were asked.
    #[must_use]
    pub fn outcomes(&self) -> &[GateOutcome] {
        &self.outcomes
    }

    /// True when nothing keeps the task from being done. So it is without any gate.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.blocking().next().is_none()
    }

    /// The outcomes that keep the task from being done.
    pub fn blocking(&self) -> impl Iterator<Item = &GateOutcome> {
        self.outcomes.iter().filter(|outcome| outcome.blocks())
    }
}

impl FromIterator<GateOutcome> for GateReport {
    fn from_iter<I: IntoIterator<Item = GateOutcome>>(outcomes: I) -> Self {
        Self { outcomes: outcomes.into_iter().collect() }
    }
}

impl fmt::Display for GateReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.outcomes.len();
        let passed =
            self.outcomes.iter().filter(|outcome| outcome.verdict == GateVerdict::Pass).count();
        match all {
            0 => return f.write_str("no gates"),
            1 => write!(f, "{passed} of 1 gate passed")?,
            _ => write!(f, "{passed} of {all} gates passed")?,
        }
        for outcome in self.outcomes.iter().filter(|outcome| outcome.verdict != GateVerdict::Pass) {
            write!(f, "; `{}` {}", outcome.gate, outcome.verdict)?;
        }
        Ok(())
    }
}
