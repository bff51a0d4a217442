//! How an agent ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an agent ended, as `on_agent_died` tells it.
///
/// Prints a phrase that fits behind "the agent": `ended cleanly`, `ended with exit code 3`, `was
/// killed by the operator`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "reference", derive(schemars::JsonSchema), schemars(example = Self::Code(1)))]
#[non_exhaustive]
pub enum AgentExit {
    /// It ended with exit code 0.
    Clean,
    /// It ended with an exit code that is not 0.
    Code(i32),
    /// A signal ended it that the run did not send.
    Signal(i32),
    /// It ran past its deadline and the run ended it.
    TimedOut,
    /// The run ended it before its deadline.
    Killed(KillReason),
    /// It was announced and then could not be started, or not be waited for; the text says why.
    SpawnFailed(String),
}

impl AgentExit {
    /// True when the agent ended with exit code 0. Whether its work is any good is for the gates to
    /// say.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        matches!(self, Self::Clean)
    }
}

impl fmt::Display for AgentExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean => f.write_str("ended cleanly"),
            Self::Code(code) => write!(f, "ended with exit code {code}"),
            Self::Signal(signal) => write!(f, "was ended by {}", SignalName(*signal)),
            Self::TimedOut => f.write_str("ran past its deadline"),
            Self::Killed(reason) => write!(f, "was killed {reason}"),
            Self::SpawnFailed(why) => write!(f, "could not be started: {why}"),
        }
    }
}

/// Why the run killed an agent.
///
/// Prints a phrase that fits behind "was killed": `by the operator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "reference", derive(schemars::JsonSchema), schemars(example = Self::Operator))]
#[non_exhaustive]
pub enum KillReason {
    /// The operator asked for the end of this agent, or interrupted the run.
    Operator,
    /// The budget is spent.
    Budget,
    /// The run shuts down for another reason.
    Shutdown,
}

impl fmt::Display for KillReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Operator => "by the operator",
            Self::Budget => "because the budget is spent",
            Self::Shutdown => "because the run shuts down",
        })
    }
}

/// A signal by its number and, where every Unix agrees on it, its name.
pub(crate) struct SignalName(pub(crate) i32);

impl fmt::Display for SignalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            1 => "SIGHUP",
            2 => "SIGINT",
            3 => "SIGQUIT",
            4 => "SIGILL",
            6 => "SIGABRT",
            8 => "SIGFPE",
            9 => "SIGKILL",
            11 => "SIGSEGV",
            13 => "SIGPIPE",
            14 => "SIGALRM",
            15 => "SIGTERM",
            other => return write!(f, "signal {other}"),
        };
        write!(f, "signal {} ({name})", self.0)
    }
}
