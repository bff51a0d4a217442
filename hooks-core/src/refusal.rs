//! What the manager answers when it refuses: typed errors.

use crate::names;
use crate::report::Failure;

/// Why a plugin was not registered. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The name is empty.
    #[error("a plugin needs a name: {plugin} has an empty one")]
    EmptyName {
        /// The type of the plugin.
        plugin: &'static str,
    },
    /// The name is blocked.
    #[error("the plugin name `{name}` is blocked: unblock it before you register {plugin}")]
    Blocked {
        /// The name.
        name: String,
        /// The type of the plugin that asked for it.
        plugin: &'static str,
    },
    /// Another plugin bears the name.
    #[error(
        "the plugin name `{name}` is taken: {holder} bears it, and {newcomer} asks for it; \
         register one of them under another name"
    )]
    NameTaken {
        /// The name.
        name: String,
        /// The type of the plugin that bears it.
        holder: &'static str,
        /// The type of the plugin that asked for it.
        newcomer: &'static str,
    },
    /// An implementation asks to stand before or after its own plugin.
    #[error(
        "the implementation of `{hook}` in the plugin `{name}` asks to stand before or after `{name}`, which is itself"
    )]
    NamesItself {
        /// The name.
        name: String,
        /// The hook.
        hook: &'static str,
    },
    /// What plugins ask for with `before` and `after` cannot all come true.
    #[error(
        "the plugin `{name}` has no place among the implementations of `{hook}`: {}",
        in_a_circle(cycle)
    )]
    Cycle {
        /// The name.
        name: String,
        /// The hook.
        hook: &'static str,
        /// The names of plugins, each of which is to stand before the next, and the last before
        /// the first.
        cycle: Vec<String>,
    },
    /// A call that a historic hook remembers was replayed to the plugin, failed, and the hook
    /// stops on failure.
    #[error("a call from before was replayed, and failed: {0}")]
    Replay(Failure),
    /// The plugin was unregistered or blocked while calls that historic hooks remember were
    /// replayed to it.
    #[error(
        "the plugin `{name}` was unregistered or blocked before it had got the calls that are \
         remembered"
    )]
    Withdrawn {
        /// The name.
        name: String,
    },
}

/// `a` before `b` before `a`.
fn in_a_circle(cycle: &[String]) -> String {
    let names: Vec<_> = cycle.iter().chain(cycle.first()).map(|name| format!("`{name}`")).collect();
    names.join(" before ")
}

/// No plugin bears the name. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no plugin is registered as `{name}`{}", names::suggestion(nearest))]
pub struct UnknownPlugin {
    /// The name.
    pub name: String,
    /// The registered names that resemble it, nearest first.
    pub nearest: Vec<String>,
}

/// Whom the block of a name has met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// The plugin that bore the name, which is unregistered and dropped.
    Holder,
    /// Nobody yet. The name is blocked all the same.
    Nobody(UnknownPlugin),
}
