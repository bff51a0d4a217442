//! All that generated code may name. Not part of the interface: it changes without notice.

pub use std::clone::Clone;
pub use std::convert::Infallible;
pub use std::option::Option;
pub use std::result::Result;
pub use std::string::String;
pub use std::sync::Arc;
pub use std::vec::Vec;

use std::marker::PhantomData;

pub use inventory;

pub use crate::discover::Announcement;
pub use crate::dispatch::{Collect, FirstResult, Notify};
pub use crate::manager::{Block, Intake};
pub use crate::order::Band;
pub use crate::plugin::{Implements, Method, Plugin, PluginMetadata};
pub use crate::report::Report;
pub use crate::spec::{ArgumentDescription, Hook, HookDescription, HookKind, Spec};
pub use crate::table::{AnyTable, Table};

/// The error type of a `Result`, however it is written.
pub trait Fallible {
    type Error;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;
}

/// A hook that was given an implementation: what the author relies on can be stated of it.
pub struct Registered<H>(PhantomData<H>);

impl<H: Hook> Registered<H> {
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<H: Hook> Default for Registered<H> {
    fn default() -> Self {
        Self::new()
    }
}

/// States `#[hookimpl(firstresult)]`.
pub fn relies_on_firstresult<H: Hook<Kind: StopsAtFirstResult>>(_: Registered<H>) {}

/// The kind of a hook whose spec says `#[hook(firstresult)]`.
#[diagnostic::on_unimplemented(
    message = "this implementation relies on `firstresult`, but the spec of its hook does not say so",
    label = "the hook calls every implementation",
    note = "remove `firstresult` here, or write `#[hook(firstresult)]` on the hook in its spec"
)]
pub trait StopsAtFirstResult {}

#[diagnostic::do_not_recommend]
impl StopsAtFirstResult for FirstResult {}

/// An implementation's own copy of an argument that the spec passes by value.
#[inline]
pub fn own<T: Clone>(argument: &T) -> T {
    argument.clone()
}

/// An argument that every implementation gets a copy of.
#[diagnostic::on_unimplemented(
    message = "the argument type `{Self}` is passed by value, but is not `Clone`",
    label = "every implementation gets its own copy",
    note = "pass it as `&{Self}`, or implement `Clone` for it"
)]
pub trait ByValue {}

impl<T: Clone> ByValue for T {}

/// Checks an argument of a spec.
pub const fn by_value<T: ByValue>() {}
