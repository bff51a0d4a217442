//! What a wrapper is given: the rest of the call, to be run once.

use std::future::poll_fn;
use std::task::{Context, Poll};

use crate::hook::{Arguments, Hook, Output};

/// All that stands inside of a wrapper: the wrappers after it, and the implementations.
///
/// A `#[hookimpl(wrapper)]` method takes it as its last parameter. `next.call()` runs what is
/// inside and hands out its output, for the wrapper to read or to change in place:
///
/// ```
/// use hooks_core::{Next, Plugin, hookimpl, hookspec};
///
/// #[hookspec]
/// trait Kitchen {
///     /// Asks what can be put into a dish.
///     fn ingredients(&self, dish: &str) -> String;
/// }
///
/// #[derive(Default, Plugin)]
/// struct Sorted;
///
/// #[hookimpl]
/// impl Kitchen for Sorted {
///     #[hookimpl(wrapper)]
///     fn ingredients(&self, dish: &str, next: Next<'_, IngredientsArgs<'_>>) {
///         let answers = next.call();
///         answers.sort();
///         println!("{dish} can be made of {answers:?}");
///     }
/// }
/// ```
///
/// `call` takes `next` by value: a second call does not compile. A wrapper that ends without
/// having called it keeps nobody from running: what is inside runs all the same, and the wrapper
/// has a failure on record. In a hook that stops on failure, that failure ends the call.
///
/// The output stays with the dispatcher. A wrapper that panics after `call` loses nothing.
///
/// Wrappers call each other: a hook with thousands of them needs the stack for it, and no fence
/// holds a stack that overflows. Implementations are called in a loop, however many there are.
pub struct Next<'run, A: Arguments> {
    args: &'run mut A,
    output: &'run mut Option<Output<A::Hook>>,
    inside: &'run mut Inside<'run, A>,
}

/// Runs what is inside of a wrapper.
pub(crate) type Inside<'run, A> = dyn FnMut(&mut A) -> Output<<A as Arguments>::Hook> + 'run;

impl<'run, A: Arguments> Next<'run, A> {
    /// The rest of a call with `args`, which will leave its output in `output`.
    pub(crate) fn new(
        args: &'run mut A,
        output: &'run mut Option<Output<A::Hook>>,
        inside: &'run mut Inside<'run, A>,
    ) -> Self {
        Self { args, output, inside }
    }

    /// Runs everything inside, and hands out its output: the whole output of the hook, `Vec<T>`,
    /// `Option<T>`, `T` or `()`, or the `Result` of one of them where the hook stops on failure.
    pub fn call(self) -> &'run mut Output<A::Hook> {
        self.output.insert((self.inside)(self.args))
    }

    /// The arguments of the call.
    #[must_use]
    pub fn args(&self) -> &A {
        self.args
    }

    /// The arguments of the call, to change those that the hook passes as `&mut`, or the others
    /// for what is inside.
    pub fn args_mut(&mut self) -> &mut A {
        self.args
    }
}

impl<A: Arguments> std::fmt::Debug for Next<'_, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Next").field("hook", &A::Hook::DESCRIPTION.name).finish_non_exhaustive()
    }
}

/// All that stands inside of a wrapper of an `async` hook: what [`Next`] is to the others.
///
/// ```
/// use hooks_core::{AsyncNext, Plugin, hookimpl, hookspec};
///
/// #[hookspec]
/// trait Post {
///     /// Sends a letter.
///     async fn send(&self, letter: &str) -> String;
/// }
///
/// #[derive(Default, Plugin)]
/// struct Sorted;
///
/// #[hookimpl]
/// impl Post for Sorted {
///     #[hookimpl(wrapper)]
///     async fn send(&self, next: AsyncNext<'_, SendArgs<'_>>) {
///         next.call().await.sort();
///     }
/// }
/// ```
///
/// What runs inside belongs to the dispatcher. A wrapper that drops the future of `call` before
/// it is ready cuts nobody short: once the wrapper has ended, what is inside is awaited to its
/// end.
pub struct AsyncNext<'run, A: Arguments>(&'run mut (dyn Rest<A> + Send + 'run));

impl<'run, A: Arguments> AsyncNext<'run, A> {
    pub(crate) fn new(rest: &'run mut (dyn Rest<A> + Send + 'run)) -> Self {
        Self(rest)
    }

    /// Runs everything inside, and hands out its output, as [`Next::call`] does.
    pub async fn call(self) -> &'run mut Output<A::Hook> {
        let rest = self.0;
        poll_fn(|context| rest.poll(context)).await;
        rest.output()
    }

    /// The arguments of the call.
    #[must_use]
    pub fn args(&self) -> &A {
        self.0.args()
    }

    /// The arguments of the call, to change those that the hook passes as `&mut`, or the others
    /// for what is inside.
    pub fn args_mut(&mut self) -> &mut A {
        self.0.args_mut()
    }
}

impl<A: Arguments> std::fmt::Debug for AsyncNext<'_, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hook = A::Hook::DESCRIPTION.name;
        f.debug_struct("AsyncNext").field("hook", &hook).finish_non_exhaustive()
    }
}

/// What is inside of a wrapper of an `async` hook, as the wrapper may use it: the arguments until
/// it is polled, the output when it is ready.
pub(crate) trait Rest<A: Arguments> {
    fn args(&self) -> &A;
    fn args_mut(&mut self) -> &mut A;
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()>;
    fn output(&mut self) -> &mut Output<A::Hook>;
}

/// What a wrapper may return: nothing, or a `Result` of nothing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a wrapper returns nothing, or `Result<(), E>`",
    label = "a wrapper changes the output in place, through `next.call()`"
)]
pub trait Wrapped {
    /// The error of a wrapper.
    type Error: Into<Box<dyn std::error::Error + Send + Sync>>;

    /// Reads what a wrapper returned.
    ///
    /// # Errors
    ///
    /// The error that the wrapper returned.
    fn ended(self) -> Result<(), Self::Error>;
}

impl Wrapped for () {
    type Error = std::convert::Infallible;

    fn ended(self) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> Wrapped for Result<(), E> {
    type Error = E;

    fn ended(self) -> Result<(), E> {
        self
    }
}
