//! What the author of a spec said of each hook. Constant data: it is read when somebody asks, and
//! costs a running program nothing.

use std::time::Duration;

/// How the answers of a hook's implementations combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HookKind {
    /// Every implementation is told; nothing comes back.
    Notify,
    /// Every implementation is told, after the call has returned.
    Background,
    /// Every implementation is asked; the answers come back in call order.
    Collect,
    /// Implementations are asked in call order until one answers.
    FirstResult,
    /// A value goes from one implementation to the next.
    Waterfall,
    /// Every implementation is told, and so is every one that is registered later.
    Historic,
}

impl std::fmt::Display for HookKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Notify => "notify",
            Self::Background => "background",
            Self::Collect => "collect",
            Self::FirstResult => "firstresult",
            Self::Waterfall => "waterfall",
            Self::Historic => "historic",
        })
    }
}

/// How the implementations of a hook are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HookMode {
    /// The hook is a `fn`: one after the other.
    Synchronous,
    /// The hook is an `async fn`: each is awaited before the next one is started.
    Sequential,
    /// The hook is an `async fn` that is `#[hook(concurrent)]`: all are awaited together.
    Concurrent,
}

impl std::fmt::Display for HookMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Synchronous => "sync",
            Self::Sequential => "async",
            Self::Concurrent => "async, concurrent",
        })
    }
}

/// A hook as its author described it. Constant data, made by `#[hookspec]`.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookDescription {
    /// The name of the spec, such as `BernsteinSpec`.
    pub spec: &'static str,
    /// The name of the hook, such as `on_task_created`.
    pub name: &'static str,
    /// How the answers combine.
    pub kind: HookKind,
    /// How the implementations are run.
    pub mode: HookMode,
    /// How long an implementation of an `async` hook may take, unless the host says otherwise.
    pub timeout: Option<Duration>,
    /// The documentation of the hook.
    pub documentation: &'static str,
    /// The arguments, in the order of the spec.
    pub arguments: &'static [ArgumentDescription],
    /// What one implementation returns, as the spec writes it; empty where nothing is returned.
    pub returns: &'static str,
}

impl HookDescription {
    /// Used by the expansion of `#[hookspec]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        spec: &'static str,
        name: &'static str,
        kind: HookKind,
        documentation: &'static str,
        arguments: &'static [ArgumentDescription],
        returns: &'static str,
    ) -> Self {
        let (mode, timeout) = (HookMode::Synchronous, None);
        Self { spec, name, kind, mode, timeout, documentation, arguments, returns }
    }

    /// The same, with another mode. Used by the expansion of `#[hookspec]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn mode(self, mode: HookMode) -> Self {
        Self { mode, ..self }
    }

    /// The same, with a timeout. Used by the expansion of `#[hookspec]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn timeout(self, nanoseconds: u64) -> Self {
        Self { timeout: Some(Duration::from_nanos(nanoseconds)), ..self }
    }
}

/// One argument of a hook. Constant data, made by `#[hookspec]`.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArgumentDescription {
    /// The name by which implementations ask for it.
    pub name: &'static str,
    /// Its type, as the spec writes it.
    pub written_type: &'static str,
    /// Its documentation; empty where there is none.
    pub documentation: &'static str,
}

impl ArgumentDescription {
    /// Used by the expansion of `#[hookspec]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        written_type: &'static str,
        documentation: &'static str,
    ) -> Self {
        Self { name, written_type, documentation }
    }
}
