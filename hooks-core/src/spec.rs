//! What a hook is: its name, its arguments, what it returns, how answers combine.
//!
//! A spec is written as a trait under [`#[hookspec]`](crate::hookspec), which puts a struct of
//! typed tables in the trait's place and implements [`Spec`] for it and [`Hook`] for the
//! arguments of every hook. Nobody implements these two traits by hand; they are public because
//! hosts write code that is generic over them.

use std::error::Error;

use crate::dispatch::Kind;
use crate::manager::Intake;
use crate::table::AnyTable;

/// One hook at the level of types.
///
/// `#[hookspec]` implements this for the arguments struct of each hook: `on_task_created` has
/// `OnTaskCreatedArgs<'a>`, and `OnTaskCreatedArgs<'static>` stands for the hook itself, as in
/// [`Table<OnTaskCreatedArgs<'static>>`](crate::Table).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hook",
    note = "a hook is the arguments struct that `#[hookspec]` makes for each method of a spec"
)]
pub trait Hook: Sized + 'static {
    /// The arguments of one call, which borrow from the caller for `'a`.
    type Args<'a>;
    /// What one implementation returns, as the spec writes it.
    type Return: 'static;
    /// What an implementation answers when it has an answer: `T` of `T`, `Option<T>`,
    /// `Result<T, E>` or `Result<Option<T>, E>`.
    type Answer: 'static;
    /// The error of a hook that returns a `Result`; [`Infallible`](std::convert::Infallible) of
    /// all others.
    type Error: Into<Box<dyn Error + Send + Sync>>;
    /// How the answers of the implementations become the output of the call.
    type Kind: Kind<Self::Answer>;

    /// The hook as its author described it.
    const DESCRIPTION: &'static HookDescription;

    /// Reads what an implementation returned: an answer, none, or an error.
    ///
    /// # Errors
    ///
    /// The error that the implementation returned.
    #[doc(hidden)]
    fn answer(returned: Self::Return) -> Result<Option<Self::Answer>, Self::Error>;
}

/// What a call of the hook `H` returns.
pub type Output<H> = <<H as Hook>::Kind as Kind<<H as Hook>::Answer>>::Output;

/// A set of hooks that belong together: the struct that [`#[hookspec]`](crate::hookspec) makes.
///
/// The struct is a handle on tables that every clone shares. It is live: a plugin that is
/// registered after the handle was made is called through it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a spec",
    label = "not a spec",
    note = "a spec is a trait under `#[hookspec]`"
)]
pub trait Spec: Clone + Send + Sync + 'static {
    /// The name of the spec, as its author wrote it.
    const NAME: &'static str;

    /// Takes the implementations of one plugin, a method per hook.
    #[doc(hidden)]
    type Registrar<'r>;

    /// Tables without implementations.
    #[doc(hidden)]
    fn vacant() -> Self;

    /// Opens these tables to the plugin at the `intake`.
    #[doc(hidden)]
    fn registrar<'r>(&'r self, intake: &'r mut Intake) -> Self::Registrar<'r>;

    /// The tables of this spec, in the order in which its hooks are written.
    fn tables(&self) -> Vec<&dyn AnyTable>;
}

/// How the answers of a hook's implementations combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HookKind {
    /// Every implementation is told; nothing comes back.
    Notify,
    /// Every implementation is asked; the answers come back in call order.
    Collect,
    /// Implementations are asked in call order until one answers.
    FirstResult,
}

impl std::fmt::Display for HookKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Notify => "notify",
            Self::Collect => "collect",
            Self::FirstResult => "firstresult",
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
