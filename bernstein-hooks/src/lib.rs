//! What a Bernstein plugin sees: tasks, agents, gates, money, and the hooks that are called with them.

// From the plan to the end of a task: names and measures first,
mod id;
mod money;
mod weight;
// then what is to be done,
pub mod metadata;
mod signal;
mod status;
mod task;
// then what came of it.
mod agent;
mod gate;
mod result;

// And the hooks that tell of all this.
mod spec;

// For the reference of a program: one value of each type,
#[cfg(feature = "reference")]
mod example;
// and the schemas of what serde does not write as the type has it.
#[cfg(feature = "reference")]
mod schema;

// A plugin author, and a host, need no other crate: the macros look for `hooks_core` here.
pub use hooks_core;
pub use hooks_core::*;

pub use agent::{AgentExit, KillReason};
pub use gate::{CommandExit, GateOutcome, GateReport, GateVerdict};
pub use id::{AgentId, ModelId, Role, TaskId};
pub use jiff::Timestamp;
pub use money::{ParseUsdError, Tokens, Usd};
pub use result::{TaskError, TaskErrorKind, TaskResult};
pub use serde_json::Value;
pub use signal::CompletionSignal;
pub use spec::*;
pub use status::{IllegalTransition, TaskStatus};
pub use task::Task;
pub use weight::{Complexity, Priority, Scope, UnknownPriority};

/// Links every plugin among the dependencies of the crate that says so: each dependency whose
/// package name starts with `bernstein-plugin-`, and each that
/// `[package.metadata.hooks] plugins = […]` lists.
///
/// It belongs in the library of the host, once. See [`hooks_core::link_plugins!`].
#[macro_export]
macro_rules! link_plugins {
    () => {
        $crate::hooks_core::link_plugins! { prefix = "bernstein-plugin-" }
    };
}

/// The plugins in the reference of the hooks are tested with the examples of this crate.
#[cfg(doctest)]
#[doc = include_str!("../HOOKS.md")]
struct Hooks;

/// The examples in the README are tested with those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// So are those in the guides for authors of plugins.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../docs/first-plugin.md")]
    struct FirstPlugin;

    #[doc = include_str!("../../docs/testing.md")]
    struct Testing;
}
