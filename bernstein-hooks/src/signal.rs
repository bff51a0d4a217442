//! By what a task tells that it is done.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that holds when a task is done. It is checked after the agent has ended, as a required
/// quality gate.
///
/// Paths are relative to the folder that the task is worked in. Serialised as `{"type":
/// "path_exists", "path": "…"}`, the form that plans use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = crate::example::signal())
)]
#[non_exhaustive]
pub enum CompletionSignal {
    /// There is a file or folder at the path.
    PathExists {
        /// The path.
        path: String,
    },
    /// At least one path matches the pattern.
    GlobExists {
        /// The pattern, such as `src/**/*.rs`.
        path: String,
    },
    /// The file contains the text, literally.
    FileContains {
        /// The file.
        path: String,
        /// The text.
        contains: String,
    },
    /// The test command ends with exit code 0.
    TestPasses {
        /// The command line, for the shell.
        command: String,
    },
    /// The command ends with exit code 0.
    Command {
        /// The command line, for the shell.
        run: String,
    },
    /// A model reviews the change. Without a model it is skipped.
    LlmReview {
        /// What the model is to look at.
        value: String,
    },
    /// A model judges the result. Without a model it is skipped.
    LlmJudge {
        /// What the model is to judge by.
        value: String,
    },
}

impl CompletionSignal {
    /// The kind of the signal as plans write it: `path_exists`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PathExists { .. } => "path_exists",
            Self::GlobExists { .. } => "glob_exists",
            Self::FileContains { .. } => "file_contains",
            Self::TestPasses { .. } => "test_passes",
            Self::Command { .. } => "command",
            Self::LlmReview { .. } => "llm_review",
            Self::LlmJudge { .. } => "llm_judge",
        }
    }
}

impl fmt::Display for CompletionSignal {
    /// The kind and what it is about: `path_exists src/lib.rs`. The name of the gate that checks
    /// the signal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self {
            Self::PathExists { path } | Self::GlobExists { path } => write!(f, " {path}"),
            Self::FileContains { path, contains } => write!(f, " {path}: {contains}"),
            Self::TestPasses { command } => write!(f, " {command}"),
            Self::Command { run } => write!(f, " {run}"),
            Self::LlmReview { value } | Self::LlmJudge { value } => write!(f, " {value}"),
        }
    }
}
