//! How a task ended: [`TaskResult`] when it is done, [`TaskError`] when an attempt was in vain.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::fmt::serde::unsigned_duration;
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::agent::{AgentExit, KillReason};
use crate::gate::GateReport;
use crate::id::AgentId;
use crate::money::{Tokens, Usd};

/// What came of a task that is done.
///
/// Prints the summary, and how long it took and what it cost: `parser written (12s, $0.30)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = crate::example::result())
)]
#[non_exhaustive]
pub struct TaskResult {
    /// What was done, in the words of the agent, or else of the run.
    pub summary: String,
    /// The agent of the successful attempt.
    pub agent: AgentId,
    /// The files that it changed, relative to the folder that the task was worked in, sorted.
    /// Serialised as text, in which `\u{fffd}` stands for what is no UTF-8.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "reference", schemars(with = "Vec<String>"))]
    pub files_changed: Vec<PathBuf>,
    /// What the gates found in the successful attempt.
    pub gates: GateReport,
    /// What all attempts cost.
    pub cost: Usd,
    /// The tokens of all attempts.
    pub tokens: Tokens,
    /// How long the successful attempt took, its gates included. Serialised as an ISO 8601
    /// duration, such as `PT12S`.
    #[serde(with = "unsigned_duration::required")]
    #[cfg_attr(feature = "reference", schemars(schema_with = "crate::schema::duration"))]
    pub duration: Duration,
    /// How the agent of the successful attempt ended.
    pub exit: AgentExit,
}

/// Serialises paths that may be no UTF-8, which serde refuses: one odd name would cost the whole
/// event.
fn as_text<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

impl TaskResult {
    /// The result of an agent that ended cleanly and changed nothing, without gates, at no cost, in
    /// no time.
    pub fn new(agent: impl Into<AgentId>, summary: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            agent: agent.into(),
            files_changed: Vec::new(),
            gates: GateReport::default(),
            cost: Usd::ZERO,
            tokens: Tokens::default(),
            duration: Duration::ZERO,
            exit: AgentExit::Clean,
        }
    }

    /// The same, with those files changed as well.
    #[must_use]
    pub fn with_files_changed<P: Into<PathBuf>>(
        mut self,
        files: impl IntoIterator<Item = P>,
    ) -> Self {
        self.files_changed.extend(files.into_iter().map(Into::into));
        self
    }

    /// The same, where the gates found that.
    #[must_use]
    pub fn with_gates(mut self, gates: GateReport) -> Self {
        self.gates = gates;
        self
    }

    /// The same at that cost.
    #[must_use]
    pub fn with_cost(mut self, cost: Usd) -> Self {
        self.cost = cost;
        self
    }

    /// The same with those tokens.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = tokens;
        self
    }

    /// The same after that time.
    #[must_use]
    pub fn with_duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// The same by an agent that ended so.
    #[must_use]
    pub fn with_exit(mut self, exit: AgentExit) -> Self {
        self.exit = exit;
        self
    }
}

impl fmt::Display for TaskResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.duration.as_secs_f64();
        write!(f, "{} ({seconds:.1}s, {})", self.summary, self.cost)
    }
}

/// Why an attempt at a task was in vain. Prints the message.
///
/// ```
/// use bernstein_hooks::{AgentExit, TaskError, TaskErrorKind};
///
/// let error = TaskError::from_exit(&AgentExit::Code(3)).expect("not a clean exit").with_retry();
/// assert_eq!(error.kind, TaskErrorKind::AgentExit(AgentExit::Code(3)));
/// assert_eq!(error.to_string(), "the agent ended with exit code 3");
/// assert!(error.will_retry);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("{message}")]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = crate::example::error())
)]
#[non_exhaustive]
pub struct TaskError {
    /// What happened, for programs.
    pub kind: TaskErrorKind,
    /// What happened, for people.
    pub message: String,
    /// Whether another attempt follows.
    pub will_retry: bool,
}

/// The ways in which an attempt can be in vain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = crate::example::error().kind)
)]
#[non_exhaustive]
pub enum TaskErrorKind {
    /// The agent ended by itself, with an exit code that is not 0 or by a signal.
    AgentExit(AgentExit),
    /// The agent could not be started.
    SpawnFailed,
    /// The agent ran past its deadline.
    TimedOut,
    /// These required gates failed, timed out or could not run.
    GatesFailed(Vec<String>),
    /// The budget is spent.
    Budget,
    /// The operator or the end of the run stopped the attempt.
    Cancelled,
}

impl TaskError {
    /// An attempt that was in vain, with no other to follow.
    pub fn new(kind: TaskErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), will_retry: false }
    }

    /// The error of an attempt whose agent ended so; `None` for a clean end.
    #[must_use]
    pub fn from_exit(exit: &AgentExit) -> Option<Self> {
        let kind = match exit {
            AgentExit::Clean => return None,
            AgentExit::Code(_) | AgentExit::Signal(_) => TaskErrorKind::AgentExit(exit.clone()),
            AgentExit::TimedOut => TaskErrorKind::TimedOut,
            AgentExit::Killed(KillReason::Budget) => TaskErrorKind::Budget,
            AgentExit::Killed(KillReason::Operator | KillReason::Shutdown) => {
                TaskErrorKind::Cancelled
            }
            AgentExit::SpawnFailed(_) => TaskErrorKind::SpawnFailed,
        };
        Some(Self::new(kind, format!("the agent {exit}")))
    }

    /// The error of an attempt whose gates found that; `None` when nothing keeps the task from
    /// being done.
    #[must_use]
    pub fn from_gates(gates: &GateReport) -> Option<Self> {
        let names: Vec<String> = gates.blocking().map(|outcome| outcome.gate.clone()).collect();
        if names.is_empty() {
            return None;
        }
        Some(Self::new(TaskErrorKind::GatesFailed(names), gates.to_string()))
    }

    /// The same, with another attempt to follow.
    #[must_use]
    pub fn with_retry(mut self) -> Self {
        self.will_retry = true;
        self
    }
}
