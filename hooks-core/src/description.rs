//! What the author of a spec said of it and of its hooks. Constant data: it is read when somebody
//! asks, and costs a running program nothing.

use std::fmt;
use std::time::Duration;

#[cfg(feature = "reference")]
use crate::schema::TypeSchema;

/// How the answers of a hook's implementations combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "reference", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "reference", serde(rename_all = "lowercase"))]
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

impl fmt::Display for HookKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
#[cfg_attr(feature = "reference", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "reference", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum HookMode {
    /// The hook is a `fn`: one after the other.
    #[cfg_attr(feature = "reference", serde(rename = "sync"))]
    Synchronous,
    /// The hook is an `async fn`: each is awaited before the next one is started.
    #[cfg_attr(feature = "reference", serde(rename = "async"))]
    Sequential,
    /// The hook is an `async fn` that is `#[hook(concurrent)]`: all are awaited together.
    Concurrent,
}

impl fmt::Display for HookMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Synchronous => "sync",
            Self::Sequential => "async",
            Self::Concurrent => "async, concurrent",
        })
    }
}

/// What a failure of an implementation does to the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "reference", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "reference", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum HookPolicy {
    /// It is put on record and passed over.
    Isolate,
    /// It ends the call, which returns it.
    Stop,
}

impl fmt::Display for HookPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Isolate => "isolate",
            Self::Stop => "stop",
        })
    }
}

/// How an argument is passed to implementations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "reference", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "reference", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Passing {
    /// As `&T`: implementations read it.
    Shared,
    /// As `&mut T`: implementations change it in turn.
    Mutable,
    /// By value: every implementation gets its own.
    Value,
}

impl fmt::Display for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shared => "shared",
            Self::Mutable => "mutable",
            Self::Value => "value",
        })
    }
}

/// A spec as its author described it. Constant data, made by `#[hookspec]`.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpecDescription {
    /// The name of the spec, such as `BernsteinSpec`.
    pub name: &'static str,
    /// The documentation of the spec; empty where there is none.
    pub documentation: &'static str,
    /// The path of the module in which it is written, such as `bernstein_hooks::spec`.
    pub module: &'static str,
    /// The package in which it is written, such as `bernstein-hooks`.
    pub package: &'static str,
    /// The version of that package.
    pub version: &'static str,
    /// The file in which it is written, as the compiler was given it.
    pub file: &'static str,
    /// The line at which it is written.
    pub line: u32,
    /// Its hooks, in the order in which they are written.
    pub hooks: &'static [&'static HookDescription],
}

impl SpecDescription {
    /// Every spec that is linked into the program, also those that nobody implements: specs in the
    /// order of their names, those of one name in that of their modules and lines.
    ///
    /// ```standalone_crate
    /// use hooks_core::{SpecDescription, hookspec};
    ///
    /// #[hookspec]
    /// trait Kitchen {
    ///     /// Called when an order comes in.
    ///     fn on_order(&self, dish: &str);
    /// }
    ///
    /// let specs = SpecDescription::all();
    /// assert_eq!(specs[0].name, "Kitchen");
    /// assert_eq!(specs[0].hooks[0].signature, "fn on_order(&self, dish: &str)");
    /// ```
    #[must_use]
    pub fn all() -> Vec<&'static Self> {
        let mut specs: Vec<_> = collected().collect();
        specs.sort_by_key(|spec| (spec.name, spec.module, spec.line));
        specs
    }

    /// Used by the expansion of `#[hookspec]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        documentation: &'static str,
        module: &'static str,
        [package, version]: [&'static str; 2],
        (file, line): (&'static str, u32),
        hooks: &'static [&'static HookDescription],
    ) -> Self {
        Self { name, documentation, module, package, version, file, line, hooks }
    }
}

/// The specs of the program, as the linker put them side by side.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[linkme::distributed_slice]
pub static SPECS: [&'static SpecDescription];

#[cfg(not(target_family = "wasm"))]
fn collected() -> impl Iterator<Item = &'static SpecDescription> {
    SPECS.iter().copied()
}

#[cfg(target_family = "wasm")]
inventory::collect!(&'static SpecDescription);

#[cfg(target_family = "wasm")]
fn collected() -> impl Iterator<Item = &'static SpecDescription> {
    inventory::iter::<&'static SpecDescription>().copied()
}

/// Puts a spec among those of the program. A macro of this crate, for the code that links it is
/// not the user's, who may forbid what it says.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __describe {
    ($spec:ty) => {
        #[$crate::__private::linkme::distributed_slice($crate::__private::SPECS)]
        #[linkme(crate = $crate::__private::linkme)]
        static SPEC: &'static $crate::SpecDescription = <$spec as $crate::Spec>::DESCRIPTION;
    };
}

/// The same where there is no linker that puts things side by side.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
#[macro_export]
macro_rules! __describe {
    ($spec:ty) => {
        $crate::__private::inventory::submit! { <$spec as $crate::Spec>::DESCRIPTION }
    };
}

/// A hook as its author described it. Constant data, made by `#[hookspec]`.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookDescription {
    /// The name of the spec, such as `BernsteinSpec`.
    pub spec: &'static str,
    /// The name of the hook, such as `on_task_created`.
    pub name: &'static str,
    /// The whole signature as the spec writes it, on one line: `fn on_task_created(&self, task:
    /// &Task)`.
    pub signature: &'static str,
    /// How the answers combine.
    pub kind: HookKind,
    /// How the implementations are run.
    pub mode: HookMode,
    /// What a failure does to the call.
    pub on_failure: HookPolicy,
    /// How long an implementation of an `async` hook may take, unless the host says otherwise.
    pub timeout: Option<Duration>,
    /// What stands in `#[hook(…)]`, on one line; empty where there is none.
    pub options: &'static str,
    /// The documentation of the hook.
    pub documentation: &'static str,
    /// The arguments, in the order of the spec.
    pub arguments: &'static [ArgumentDescription],
    /// What one implementation returns, as the spec writes it; empty where nothing is returned.
    pub returns: &'static str,
    /// What one implementation answers when it has an answer: `T` of `T`, `Option<T>`,
    /// `Result<T, E>` or `Result<Option<T>, E>`; empty where nothing is returned.
    pub answer: &'static str,
    /// Whether an implementation returns a `Result`.
    pub fallible: bool,
    /// Whether an implementation may have no answer: whether it returns an `Option`, or a `Result`
    /// of one.
    pub optional: bool,
    /// What a call returns, such as `Vec<String>`; empty where nothing is returned.
    pub output: &'static str,
    /// How the answers combine and what a failure does, in sentences.
    pub combining: &'static str,
    /// What the hook has to do with: hooks of one subject stand together in the reference.
    pub subject: Option<&'static str>,
    /// The version of the package in which the hook came.
    pub since: Option<&'static str>,
    /// What there is to know if the hook is deprecated.
    pub deprecated: Option<Deprecation>,
    /// The names in the signature that an implementation imports, in alphabetical order: what is
    /// neither primitive nor in the prelude, nor written as a path.
    pub names: &'static [&'static str],
    /// The file in which it is written, as the compiler was given it.
    pub file: &'static str,
    /// The line at which it is written.
    pub line: u32,
    /// The column at which its name begins, counted from 1.
    pub column: u32,
    /// The schema of an answer; `None` where nothing is answered.
    #[cfg(feature = "reference")]
    pub(crate) answer_schema: Option<TypeSchema>,
}

/// Used by the expansion of `#[hookspec]`: each gives the same, with something more said.
#[doc(hidden)]
impl HookDescription {
    #[must_use]
    pub const fn new(
        spec: &'static str,
        name: &'static str,
        kind: HookKind,
        documentation: &'static str,
    ) -> Self {
        Self {
            spec,
            name,
            signature: "",
            kind,
            mode: HookMode::Synchronous,
            on_failure: HookPolicy::Isolate,
            timeout: None,
            options: "",
            documentation,
            arguments: &[],
            returns: "",
            answer: "",
            fallible: false,
            optional: false,
            output: "",
            combining: "",
            subject: None,
            since: None,
            deprecated: None,
            names: &[],
            file: "",
            line: 0,
            column: 0,
            #[cfg(feature = "reference")]
            answer_schema: None,
        }
    }

    #[cfg(feature = "reference")]
    #[must_use]
    pub const fn schema(self, answer: TypeSchema) -> Self {
        Self { answer_schema: Some(answer), ..self }
    }

    #[must_use]
    pub const fn mode(self, mode: HookMode) -> Self {
        Self { mode, ..self }
    }

    #[must_use]
    pub const fn signature(
        self,
        signature: &'static str,
        arguments: &'static [ArgumentDescription],
        names: &'static [&'static str],
    ) -> Self {
        Self { signature, arguments, names, ..self }
    }

    #[must_use]
    pub const fn returns(self, returns: &'static str, output: &'static str) -> Self {
        Self { returns, output, ..self }
    }

    #[must_use]
    pub const fn answers(self, answer: &'static str, fallible: bool, optional: bool) -> Self {
        Self { answer, fallible, optional, ..self }
    }

    #[must_use]
    pub const fn combining(self, combining: &'static str) -> Self {
        Self { combining, ..self }
    }

    #[must_use]
    pub const fn options(self, options: &'static str) -> Self {
        Self { options, ..self }
    }

    #[must_use]
    pub const fn place(self, file: &'static str, line: u32, column: u32) -> Self {
        Self { file, line, column, ..self }
    }

    #[must_use]
    pub const fn stops(self) -> Self {
        Self { on_failure: HookPolicy::Stop, ..self }
    }

    #[must_use]
    pub const fn timeout(self, nanoseconds: u64) -> Self {
        Self { timeout: Some(Duration::from_nanos(nanoseconds)), ..self }
    }

    #[must_use]
    pub const fn subject(self, subject: &'static str) -> Self {
        Self { subject: Some(subject), ..self }
    }

    #[must_use]
    pub const fn since(self, since: &'static str) -> Self {
        Self { since: Some(since), ..self }
    }

    #[must_use]
    pub const fn deprecated(self, deprecation: Deprecation) -> Self {
        Self { deprecated: Some(deprecation), ..self }
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
    /// How it is passed.
    pub passing: Passing,
    /// Whether it is the value that goes through a waterfall hook.
    pub flow: bool,
    /// Its documentation; empty where there is none.
    pub documentation: &'static str,
    /// What there is to know if it is deprecated.
    pub deprecated: Option<Deprecation>,
    #[cfg(feature = "reference")]
    pub(crate) schema: TypeSchema,
}

/// Used by the expansion of `#[hookspec]`.
#[doc(hidden)]
impl ArgumentDescription {
    #[must_use]
    pub const fn new(
        name: &'static str,
        written_type: &'static str,
        passing: Passing,
        documentation: &'static str,
    ) -> Self {
        Self {
            name,
            written_type,
            passing,
            flow: false,
            documentation,
            deprecated: None,
            #[cfg(feature = "reference")]
            schema: TypeSchema::NONE,
        }
    }

    #[cfg(feature = "reference")]
    #[must_use]
    pub const fn schema(self, schema: TypeSchema) -> Self {
        Self { schema, ..self }
    }

    #[must_use]
    pub const fn flows(self) -> Self {
        Self { flow: true, ..self }
    }

    #[must_use]
    pub const fn deprecated(self, deprecation: Deprecation) -> Self {
        Self { deprecated: Some(deprecation), ..self }
    }
}

/// What `#[deprecated]` says of a hook or of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deprecation {
    /// Since which version.
    pub since: Option<&'static str>,
    /// Why, or what to do.
    pub note: Option<&'static str>,
    /// The hook of the same spec that takes its place.
    pub replacement: Option<&'static str>,
}

impl Deprecation {
    /// Used by the expansion of `#[hookspec]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        since: Option<&'static str>,
        note: Option<&'static str>,
        replacement: Option<&'static str>,
    ) -> Self {
        Self { since, note, replacement }
    }
}
