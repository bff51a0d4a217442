//! How urgent, how large and how hard a task is: [`Priority`], [`Scope`], [`Complexity`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How urgent a task is, from 1 (first) to 3 (when there is room). The default is 2.
///
/// Smaller is more urgent, and sorts first. Reads `1` and `p1`, and `p0`, which older plans write
/// for 1; prints `p1`. Serialised as the number.
///
/// ```
/// use bernstein_hooks::Priority;
///
/// assert_eq!("p1".parse(), Ok(Priority::HIGH));
/// assert!(Priority::HIGH < Priority::LOW);
/// assert!(Priority::new(4).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = Self::HIGH, extend("minimum" = 1, "maximum" = 3))
)]
pub struct Priority(u8);

impl Priority {
    /// Priority 1: before everything else.
    pub const HIGH: Self = Self(1);

    /// Priority 2: what a task has that says nothing.
    pub const NORMAL: Self = Self(2);

    /// Priority 3: when there is room.
    pub const LOW: Self = Self(3);

    /// The priority of that number.
    ///
    /// # Errors
    ///
    /// When the number is not 1, 2 or 3.
    pub fn new(number: u8) -> Result<Self, UnknownPriority> {
        match number {
            1..=3 => Ok(Self(number)),
            _ => Err(UnknownPriority { found: number.to_string() }),
        }
    }

    /// The number, from 1 to 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("p{}", self.0))
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

impl TryFrom<u8> for Priority {
    type Error = UnknownPriority;

    fn try_from(number: u8) -> Result<Self, UnknownPriority> {
        Self::new(number)
    }
}

impl FromStr for Priority {
    type Err = UnknownPriority;

    fn from_str(text: &str) -> Result<Self, UnknownPriority> {
        match text {
            "p0" | "p1" | "1" => Ok(Self::HIGH),
            "p2" | "2" => Ok(Self::NORMAL),
            "p3" | "3" => Ok(Self::LOW),
            _ => Err(UnknownPriority { found: text.to_owned() }),
        }
    }
}

/// There is no such priority.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{found}` is not a priority; use 1, 2 or 3, or p0 to p3")]
pub struct UnknownPriority {
    /// What was given.
    pub found: String,
}

/// Defines a scale: names in ascending order, printed, read and serialised as the given words.
macro_rules! scale {
    (
        $(#[$documentation:meta])*
        $name:ident { $($(#[$variant:meta])* $step:ident = $word:literal,)+ }
    ) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(
            feature = "reference",
            derive(schemars::JsonSchema),
            schemars(example = Self::default())
        )]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant])* $step,)+
        }

        impl $name {
            /// Every step of the scale, ascending.
            pub const ALL: &[Self] = &[$(Self::$step),+];

            /// The step as plans write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$step => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

scale! {
    /// How much a task touches. The default is medium.
    Scope {
        /// A place or two.
        Small = "small",
        /// A module.
        #[default]
        Medium = "medium",
        /// Several modules.
        Large = "large",
    }
}

scale! {
    /// How hard a task is. The default is medium.
    Complexity {
        /// Done without thinking.
        Low = "low",
        /// Ordinary work.
        #[default]
        Medium = "medium",
        /// Needs care.
        High = "high",
        /// Must not go wrong.
        Critical = "critical",
    }
}
