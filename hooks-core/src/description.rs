//! What the author of a spec said of each hook. Constant data: it is read when somebody asks, and
//! costs a running program nothing.

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
        Self { spec, name, kind, documentation, arguments, returns }
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
