//! What the mock adapter's agents are told to do.

use serde::{Deserialize, Serialize};

/// What an agent of the mock adapter does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MockBehaviour {
    /// Does what the signals of its task ask for, and ends cleanly.
    #[default]
    Work,
    /// Ends cleanly without having done anything.
    Idle,
    /// Ends with an exit code that is not 0.
    Fail,
    /// Is ended by a signal.
    Crash,
    /// Never ends.
    Hang,
    /// Works, and takes its time.
    Slow,
    /// Works, and uses far more tokens than others.
    Overspend,
}

impl MockBehaviour {
    /// Every behaviour.
    pub const ALL: &[Self] =
        &[Self::Work, Self::Idle, Self::Fail, Self::Crash, Self::Hang, Self::Slow, Self::Overspend];

    /// The word by which plans ask for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Idle => "idle",
            Self::Fail => "fail",
            Self::Crash => "crash",
            Self::Hang => "hang",
            Self::Slow => "slow",
            Self::Overspend => "overspend",
        }
    }
}
