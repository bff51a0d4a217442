//! What is wrong with a scenario that can be read but not run.

use hooks_core::RegisterError;

/// Why a scenario cannot be run to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// An operation registers a plugin that the scenario does not have.
    #[error("`register` asks for the plugin `{plugin}`, which is not among `plugins`")]
    UnknownPlugin {
        /// Its key.
        plugin: String,
    },
    /// The manager refuses a plugin for a reason that a log has no tag for.
    #[error(transparent)]
    Refused(#[from] RegisterError),
    /// A subset is called that has not been made.
    #[error("`{operation}` calls the subset `{id}`, which no `subset` has made so far")]
    UnknownSubset {
        /// The operation that calls it.
        operation: &'static str,
        /// Its id.
        id: String,
    },
    /// A subset is called by the operation for hooks of another sort.
    #[error("`{operation}` calls the subset `{id}`, which is for `{instead}` to call")]
    WrongSubset {
        /// The operation that calls it.
        operation: &'static str,
        /// Its id.
        id: String,
        /// The operation that can call it.
        instead: &'static str,
    },
    /// The log has become so long that it is taken for one that never ends.
    #[error("the scenario is still going on after {events} events")]
    Endless {
        /// How long the log has become.
        events: usize,
    },
}
