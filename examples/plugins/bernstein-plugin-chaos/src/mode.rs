//! The ways to misbehave, by name.

use std::env;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The environment variable that holds the mode.
const VARIABLE: &str = "BERNSTEIN_CHAOS";

/// What stands before a mode that is for the background.
const IN_BACKGROUND: &str = "background-";

/// Defines the modes: each with its name in the environment.
macro_rules! modes {
    ($(#[$documentation:meta])* $name:ident { $($(#[$mode:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$mode])* $variant,)+
        }

        impl $name {
            /// Every mode.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name of the mode.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

modes! {
    /// A way to misbehave. Reads and prints its name in the environment.
    ///
    /// ```
    /// use bernstein_plugin_chaos::Mode;
    ///
    /// assert_eq!("panic-not-text".parse(), Ok(Mode::PanicNotText));
    /// assert_eq!(Mode::default().to_string(), "panic");
    /// ```
    Mode {
        /// Not at all.
        Off = "off",
        /// Panics at every event with a message that names it.
        #[default]
        Panic = "panic",
        /// Panics with a payload that is not text.
        PanicNotText = "panic-not-text",
        /// Panics with a payload whose destructor panics.
        PanicPayloadDrop = "panic-payload-drop",
        /// Panics; while that unwinds, a destructor panics and catches it.
        PanicNested = "panic-nested",
        /// Panics and catches it.
        PanicCaught = "panic-caught",
        /// Panics on a thread of its own.
        PanicOnThread = "panic-on-thread",
        /// Panics, catches it and resumes the unwinding.
        Resume = "resume",
        /// Unwinds without having panicked.
        ResumeFresh = "resume-fresh",
        /// Panics while it holds a lock that it needs at every event.
        Poison = "poison",
        /// Sleeps at every event.
        Slow = "slow",
        /// Prints a line on standard output at every event.
        Print = "print",
        /// Panics when it is made by `default`.
        PanicInDefault = "panic-in-default",
        /// Panics when it is dropped.
        PanicInDrop = "panic-in-drop",
    }
}

/// Where the plugin misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Place {
    /// In the call, at every event.
    #[default]
    Call,
    /// In the background, after the end of each task.
    Background,
}

/// The mode that `BERNSTEIN_CHAOS` names, and where it is for; the default if it is not set or
/// empty.
pub(crate) fn from_environment() -> Result<(Mode, Place), UnknownMode> {
    let value = env::var_os(VARIABLE).unwrap_or_default();
    if value.is_empty() { Ok(Default::default()) } else { read(&value.to_string_lossy()) }
}

fn read(value: &str) -> Result<(Mode, Place), UnknownMode> {
    match value.strip_prefix(IN_BACKGROUND).map(str::parse) {
        Some(Ok(mode)) => Ok((mode, Place::Background)),
        // The whole is what was given.
        Some(Err(UnknownMode { .. })) => Err(UnknownMode { found: value.to_owned() }),
        None => Ok((value.parse()?, Place::Call)),
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        let known = Self::ALL.iter().find(|mode| mode.as_str() == text);
        known.copied().ok_or_else(|| UnknownMode { found: text.to_owned() })
    }
}

/// There is no such mode.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{found}` in {VARIABLE} is no mode of the chaos plugin; its modes are {}, each also with \
     `{IN_BACKGROUND}` before it",
    all_modes()
)]
pub struct UnknownMode {
    /// What was given.
    pub found: String,
}

/// `off, panic, …`.
fn all_modes() -> String {
    let names: Vec<&str> = Mode::ALL.iter().map(|mode| mode.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_found_by_its_name_and_told_in_the_manual() {
        let manual = include_str!("lib.rs");
        for mode in Mode::ALL {
            assert_eq!(mode.to_string().parse(), Ok(*mode));
            assert!(manual.contains(&format!("//! | `{mode}` |")), "the manual lacks {mode}");
        }
    }

    #[test]
    fn every_mode_is_there_for_the_background_too() {
        for mode in Mode::ALL {
            assert_eq!(read(mode.as_str()), Ok((*mode, Place::Call)));
            assert_eq!(read(&format!("background-{mode}")), Ok((*mode, Place::Background)));
        }
        let error = read("background-panik").expect_err("no mode");
        assert_eq!(error.found, "background-panik");
    }

    #[test]
    fn a_name_that_no_mode_bears_is_answered_with_those_that_there_are() {
        let error = "panik".parse::<Mode>().expect_err("no mode");
        assert!(error.to_string().starts_with(
            "`panik` in BERNSTEIN_CHAOS is no mode of the chaos plugin; its modes are off, panic, "
        ));
    }
}
