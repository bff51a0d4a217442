//! Hooks that belong together: a spec.
//!
//! A spec is written as a trait under [`#[hookspec]`](crate::hookspec), which puts a struct of
//! typed tables in the trait's place and implements [`Spec`] for it.

use crate::description::SpecDescription;
use crate::intake::Intake;
use crate::table::{AnyTable, Surroundings};

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

    /// The spec as its author described it.
    const DESCRIPTION: &'static SpecDescription;

    /// Takes the implementations of one plugin, a method per hook.
    #[doc(hidden)]
    type Registrar<'r>;

    /// Tables without implementations.
    #[doc(hidden)]
    fn vacant(surroundings: &Surroundings) -> Self;

    /// Tables of their own, with the implementations that these have now.
    #[doc(hidden)]
    #[must_use]
    fn branch(&self) -> Self;

    /// Opens these tables to the plugin at the `intake`.
    #[doc(hidden)]
    fn registrar<'r>(&'r self, intake: &'r mut Intake) -> Self::Registrar<'r>;

    /// The tables of this spec, in the order in which its hooks are written.
    fn tables(&self) -> Vec<&dyn AnyTable>;
}
