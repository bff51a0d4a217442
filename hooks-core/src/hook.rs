//! What a hook is to the compiler: its arguments, what an implementation returns, how answers
//! combine, and what a failure does.
//!
//! `#[hookspec]` implements [`Hook`] for the arguments struct of every hook. Nobody implements it
//! by hand; it is public because hosts write code that is generic over hooks.

use std::error::Error;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::description::HookDescription;
use crate::fence;
use crate::report::Failure;

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
    type Args<'a>: Arguments<Hook = Self>;
    /// What one implementation returns, as the spec writes it.
    type Return: 'static;
    /// What an implementation answers when it has an answer: `T` of `T`, `Option<T>`,
    /// `Result<T, E>` or `Result<Option<T>, E>`.
    type Answer: 'static;
    /// The error of a hook that returns a `Result`; [`Infallible`](std::convert::Infallible) of
    /// all others.
    type Error: Into<Box<dyn Error + Send + Sync>>;
    /// How the answers of the implementations become the output of the call.
    type Kind: Kind<Self>;
    /// What a failure of an implementation does to the call.
    type Policy: Policy;
    /// Whether a call is made at once, or awaited.
    type Mode: Mode<Self>;

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
pub type Output<H> = <<H as Hook>::Policy as Policy>::Whole<<<H as Hook>::Kind as Kind<H>>::Output>;

/// The arguments of one call. Implemented by `#[hookspec]` for the arguments struct of each hook.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the arguments struct of a hook",
    note = "write `Next<'_, OnSomethingArgs<'_>>` for the hook `on_something`"
)]
pub trait Arguments {
    /// The hook whose arguments these are.
    type Hook: Hook;
}

/// How the answers of a hook's implementations become the output of the call.
///
/// Implemented by [`Notify`](crate::Notify), [`Collect`](crate::Collect),
/// [`FirstResult`](crate::FirstResult), [`Waterfall`](crate::Waterfall) and
/// [`Historic`](crate::Historic), and by nothing else.
pub trait Kind<H: Hook>: Sealed {
    /// What a call returns, unless a failure stops it.
    type Output: 'static;
    /// What has come together so far.
    #[doc(hidden)]
    type Gathered: Default;
    /// Whether the earliest answer in call order is all that is looked for.
    #[doc(hidden)]
    const FIRST_ANSWER_DECIDES: bool = false;
    /// Takes an answer, with `remaining` implementations still to be asked; breaks if none of
    /// them needs to be.
    #[doc(hidden)]
    fn take(
        gathered: &mut Self::Gathered,
        answer: H::Answer,
        args: &mut H::Args<'_>,
        remaining: usize,
    ) -> ControlFlow<()>;

    /// The output, when all that are to be asked have been.
    #[doc(hidden)]
    fn output(gathered: Self::Gathered, args: &mut H::Args<'_>) -> Self::Output;

    /// The output, when there is nobody to be asked.
    #[doc(hidden)]
    #[inline]
    fn unasked(mut args: H::Args<'_>) -> Self::Output {
        Self::output(Self::Gathered::default(), &mut args)
    }

    // What follows drops what implementations made, and their destructors may panic. Whom that
    // would harm has nothing to do with it: it is passed over.

    /// Drops what has come together, when a failure ends the call.
    #[doc(hidden)]
    fn abandon(gathered: Self::Gathered) {
        let _ = fence::dispose(gathered);
    }

    /// Drops an output, when a failure ends the call after all.
    #[doc(hidden)]
    fn discard(output: Self::Output) {
        let _ = fence::dispose(output);
    }
}

/// How the implementations of a hook are run.
///
/// Implemented by [`Synchronous`](crate::Synchronous), [`Sequential`](crate::Sequential) and
/// [`Concurrent`](crate::Concurrent), and by nothing else.
pub trait Mode<H: Hook>: Sealed {
    /// What an implementation runs: a method of a plugin, behind a closure that picks its
    /// arguments.
    #[doc(hidden)]
    type Run: ?Sized + Send + Sync + 'static;
    /// What a wrapper runs.
    #[doc(hidden)]
    type Wrap: ?Sized + Send + Sync + 'static;

    /// An implementation that is a plain function and changes no argument.
    #[doc(hidden)]
    fn plain(
        run: impl for<'call, 'run> Fn(&'run H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) -> Arc<Self::Run>;
}

/// What a failure of an implementation does to the call.
///
/// Implemented by [`Isolate`](crate::Isolate) and [`Stop`](crate::Stop), and by nothing else.
pub trait Policy: Sealed {
    /// What a call returns whose kind makes an `O` of the answers.
    type Whole<O: 'static>: 'static;

    /// Whether a failure stops the call.
    #[doc(hidden)]
    const STOPS: bool;

    /// The whole of a call that ran to its end.
    #[doc(hidden)]
    fn complete<O: 'static>(output: O) -> Self::Whole<O>;

    /// The whole of a call that a failure stops; `None` if it goes on.
    #[doc(hidden)]
    fn stop<O: 'static>(failure: &Failure) -> Option<Self::Whole<O>>;

    /// The failure that stopped a call, if one did.
    #[doc(hidden)]
    fn stopped<O: 'static>(whole: &Self::Whole<O>) -> Option<&Failure>;

    /// The output of a call, or the failure that stopped it.
    ///
    /// # Errors
    ///
    /// The failure that stopped the call.
    #[doc(hidden)]
    fn into_result<O: 'static>(whole: Self::Whole<O>) -> Result<O, Failure>;

    /// The whole with another output, unless a failure stopped the call.
    #[doc(hidden)]
    fn map<O: 'static, U: 'static>(
        whole: Self::Whole<O>,
        change: impl FnOnce(O) -> U,
    ) -> Self::Whole<U>;
}

/// What keeps kinds and policies to those that there are.
#[doc(hidden)]
pub trait Sealed {}
