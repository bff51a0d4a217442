//! What a failure is called in scenarios and logs.

use serde::Deserialize;

/// A way for an implementation to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, thiserror::Error)]
pub(crate) enum Tag {
    /// An error.
    #[error("E1")]
    E1,
    /// Another error, and what becomes of errors that an implementation cannot have.
    #[error("E2")]
    E2,
    /// A panic.
    #[error("B1")]
    B1,
}

impl Tag {
    /// How an implementation fails because of an error that a log calls `tag`.
    pub(crate) fn propagated(tag: &str) -> Self {
        match tag {
            "E1" => Self::E1,
            "B1" => Self::B1,
            _ => Self::E2,
        }
    }

    /// The error for an implementation to return.
    ///
    /// # Panics
    ///
    /// If the tag is that of a panic: then there is none to return.
    pub(crate) fn raised(self) -> Self {
        match self {
            Self::E1 | Self::E2 => self,
            Self::B1 => panic!("{self}"),
        }
    }
}
