//! All that generated code may name. Not part of the interface: it changes without notice.

pub use std::boxed::Box;
pub use std::convert::Infallible;
pub use std::option::Option;
pub use std::result::Result;
pub use std::sync::Arc;
pub use std::vec::Vec;

use std::borrow::{Borrow, ToOwned};

pub use inventory;
#[cfg(not(target_family = "wasm"))]
pub use linkme;

use crate::intake::{self, Slot};

pub use crate::__describe as describe;
pub use crate::block::{Block, Implements};
#[cfg(not(target_family = "wasm"))]
pub use crate::description::SPECS;
pub use crate::description::{
    ArgumentDescription, Deprecation, HookDescription, HookKind, HookMode, Passing, SpecDescription,
};
pub use crate::discover::Announcement;
pub use crate::history::{Defers, Keeps};
pub use crate::hook::{Arguments, Hook};
pub use crate::intake::Intake;
pub use crate::kind::{
    Background, Collect, FirstResult, Flows, Historic, Isolate, Notify, Stop, Waterfall,
};
// rustc names these two to users.
pub use crate::mode::{BoxedFuture, Concurrent, Ended, Sequential, Started, Synchronous};
pub use crate::order::Band;
pub use crate::plugin::{Method, Plugin, PluginMetadata};
#[cfg(feature = "reference")]
pub use crate::schema::{Ask, HasNoSchema};
pub use crate::spec::Spec;
pub use crate::table::{AnyTable, Surroundings, Table};
pub use crate::{__described as described, kind::Flowing, wrapper::Wrapped};

/// A description of an argument, or of a hook that has answers, with the schema of the type.
#[cfg(feature = "reference")]
#[doc(hidden)]
#[macro_export]
macro_rules! __described {
    ($description:expr, $type:ty) => {
        $description.schema({
            #[allow(unused_imports)] // where the type has a schema
            use $crate::__private::HasNoSchema as _;
            <$crate::__private::Ask<$type>>::SCHEMA
        })
    };
}

/// The description alone: nobody asks for schemas.
#[cfg(not(feature = "reference"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __described {
    ($description:expr, $type:ty) => {
        $description
    };
}

/// The error type of a `Result`, however it is written.
pub trait Fallible {
    type Error;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;
}

/// What a wrapper returned, as the dispatcher wants it.
pub fn ended(returned: impl Wrapped) -> Ended {
    returned.ended().map_err(Into::into)
}

/// What a wrapper that is awaited returns, as the dispatcher wants it.
pub fn ended_later<'run>(
    future: impl Future<Output: Wrapped> + Send + 'run,
) -> BoxedFuture<'run, Ended> {
    Box::pin(async { ended(future.await) })
}

/// States `#[hookimpl(firstresult)]`.
pub fn relies_on_firstresult<H: Hook<Kind: StopsAtFirstResult>>(_: &Slot<'_, H>) {}

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

#[diagnostic::do_not_recommend]
impl<T: Clone> ByValue for T {}

/// Checks an argument of a spec.
pub const fn by_value<T: ByValue>() {}

/// An argument that a historic or a background hook can keep.
#[diagnostic::on_unimplemented(
    message = "an argument of the type `{Self}` cannot be kept",
    label = "kept beyond the call, for an implementation that runs later",
    note = "what can be kept is `Clone`, or `ToOwned` in another way, and `Send + Sync + 'static`"
)]
pub trait Keepable: ToOwned<Owned: Send + Sync + 'static> + 'static {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + ToOwned<Owned: Send + Sync + 'static> + 'static> Keepable for T {}

/// An argument that is kept. Whether it can be kept is asked in one place only, so
/// that rustc answers once.
pub struct Kept<T: ?Sized>(Box<dyn Lends<T>>);

impl<T: ?Sized> Kept<T> {
    pub fn of(argument: &T) -> Self
    where
        T: Keepable,
    {
        Self(Box::new(Owned::<T>(argument.to_owned())))
    }

    pub fn lend(&self) -> &T {
        self.0.lend()
    }
}

trait Lends<T: ?Sized>: Send + Sync {
    fn lend(&self) -> &T;
}

struct Owned<T: ?Sized + Keepable>(T::Owned);

impl<T: ?Sized + Keepable> Lends<T> for Owned<T> {
    fn lend(&self) -> &T {
        self.0.borrow()
    }
}

/// The tables of `spec` as they are now, and what `hand_in` hands in, in tables of their own.
pub fn with<S: Spec>(spec: &S, hand_in: impl FnOnce(&mut S::Registrar<'_>)) -> S {
    let branch = spec.branch();
    intake::extra(|intake| hand_in(&mut branch.registrar(intake)));
    branch
}
