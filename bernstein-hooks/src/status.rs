//! Where a task stands, and where it can go from there.
//!
//! ```text
//! Planned ──► Open ──► Claimed ──► InProgress ──► Verifying ──► Done
//!              ▲         │            │              │
//!              ├─────────┴────────────┴──────────────┤   an attempt failed:
//!              └── and another one follows           └── and it was the last ──► Failed
//!
//! Planned, Open ──► Blocked                 a dependency will never be done
//! any that is not final ──► Cancelled       the run ends, or its budget is spent
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a task stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "reference", derive(schemars::JsonSchema), schemars(example = Self::Open))]
#[non_exhaustive]
pub enum TaskStatus {
    /// Known, and waiting for its dependencies.
    #[default]
    Planned,
    /// Ready for an agent.
    Open,
    /// Given to an agent that does not run yet.
    Claimed,
    /// Its agent runs.
    InProgress,
    /// Its agent has ended; the quality gates look at the work.
    Verifying,
    /// Every required gate has passed. Nothing else satisfies a dependency. Final.
    Done,
    /// The last attempt failed. Final.
    Failed,
    /// A dependency failed, was blocked or was cancelled, so this task never starts. Final.
    Blocked,
    /// The run ended before the task did. Final.
    Cancelled,
}

impl TaskStatus {
    /// Every status, in the order in which a task goes through them.
    pub const ALL: &[Self] = &[
        Self::Planned,
        Self::Open,
        Self::Claimed,
        Self::InProgress,
        Self::Verifying,
        Self::Done,
        Self::Failed,
        Self::Blocked,
        Self::Cancelled,
    ];

    /// The status as it is serialised: `in_progress`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::InProgress => "in_progress",
            Self::Verifying => "verifying",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Cancelled => "cancelled",
        }
    }

    /// True when the task stays as it is for the rest of the run.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Blocked | Self::Cancelled)
    }

    /// Whether a task of this status can become `next`. No status can become itself.
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        match next {
            Self::Planned => false,
            Self::Open => {
                matches!(self, Self::Planned | Self::Claimed | Self::InProgress | Self::Verifying)
            }
            Self::Claimed => matches!(self, Self::Open),
            Self::InProgress => matches!(self, Self::Claimed),
            Self::Verifying => matches!(self, Self::InProgress),
            Self::Done => matches!(self, Self::Verifying),
            Self::Failed => matches!(self, Self::Claimed | Self::InProgress | Self::Verifying),
            Self::Blocked => matches!(self, Self::Planned | Self::Open),
            Self::Cancelled => !self.is_final(),
        }
    }

    /// The status after going from this one to `next`.
    ///
    /// # Errors
    ///
    /// When a task of this status cannot become `next`.
    ///
    /// ```
    /// use bernstein_hooks::TaskStatus;
    ///
    /// assert_eq!(TaskStatus::Verifying.transition(TaskStatus::Done), Ok(TaskStatus::Done));
    /// let error = TaskStatus::Open.transition(TaskStatus::Done).unwrap_err();
    /// assert_eq!(error.to_string(), "a task that is open cannot become done");
    /// ```
    pub const fn transition(self, next: Self) -> Result<Self, IllegalTransition> {
        if self.can_become(next) {
            Ok(next)
        } else {
            Err(IllegalTransition { from: self, to: next })
        }
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A task cannot go from the one status to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("a task that is {from} cannot become {to}")]
#[non_exhaustive]
pub struct IllegalTransition {
    /// Where the task stands.
    pub from: TaskStatus,
    /// Where it was to go.
    pub to: TaskStatus,
}
