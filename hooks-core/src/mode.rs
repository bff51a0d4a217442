//! How the implementations of a hook are run: as functions, or as futures. Types only, like the
//! kinds.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::hook::{Hook, Kind, Mode, Sealed};
use crate::wrapper::{AsyncNext, Next};

/// The hook is a `fn`: a call runs its implementations one after the other, and returns.
#[derive(Debug)]
pub enum Synchronous {}

/// The hook is an `async fn`: a call awaits its implementations one after the other.
#[derive(Debug)]
pub enum Sequential {}

/// The hook is an `async fn` that is `#[hook(concurrent)]`: a call awaits its implementations all
/// together.
#[derive(Debug)]
pub enum Concurrent {}

/// What a wrapper ends with.
pub type Ended = Result<(), Box<dyn Error + Send + Sync>>;

impl<H: Hook> Mode<H> for Synchronous {
    type Run = dyn for<'call, 'run> Fn(&'run mut H::Args<'call>) -> H::Return + Send + Sync;
    type Wrap = dyn for<'call, 'run> Fn(Next<'run, H::Args<'call>>) -> Ended + Send + Sync;

    fn plain(
        run: impl for<'call, 'run> Fn(&'run H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) -> Arc<Self::Run> {
        Arc::new(move |args: &mut H::Args<'_>| run(args))
    }
}

impl<H: Hook> Mode<H> for Sequential {
    type Run = dyn Start<H>;
    type Wrap = dyn StartWrapper<H>;

    fn plain(
        run: impl for<'call, 'run> Fn(&'run H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) -> Arc<Self::Run> {
        Arc::new(Plain(move |args: &mut H::Args<'_>| run(args)))
    }
}

impl<H: Hook> Mode<H> for Concurrent {
    type Run = dyn StartShared<H>;
    type Wrap = dyn StartWrapper<H>;

    fn plain(
        run: impl for<'call, 'run> Fn(&'run H::Args<'call>) -> H::Return + Send + Sync + 'static,
    ) -> Arc<Self::Run> {
        Arc::new(Plain(run))
    }
}

/// The mode of a hook whose calls are awaited.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an `async fn` implements a hook that is none",
    label = "the hook is a `fn` in its spec",
    note = "write `fn` here, or `async fn` in the spec"
)]
pub trait Awaited {}

#[diagnostic::do_not_recommend]
impl Awaited for Sequential {}
#[diagnostic::do_not_recommend]
impl Awaited for Concurrent {}

/// The mode of a hook whose calls return at once.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a wrapper of an `async` hook has to be an `async fn`",
    label = "cannot await what is inside",
    note = "write `async fn`, take `next: AsyncNext<'_, …>`, and write `next.call().await`"
)]
pub trait Immediate {}

#[diagnostic::do_not_recommend]
impl Immediate for Synchronous {}

/// A hook whose calls return at once.
pub trait SyncHook: Hook<Mode = Synchronous> {}

impl<H: Hook<Mode = Synchronous>> SyncHook for H {}

/// A hook whose calls are awaited, on whatever thread.
pub trait AsyncHook:
    Hook<
        Mode: Awaited,
        Return: Send,
        Answer: Send,
        Error: Send,
        Kind: Kind<Self, Output: Send, Gathered: Send>,
    >
{
}

impl<H> AsyncHook for H where
    H: Hook<
            Mode: Awaited,
            Return: Send,
            Answer: Send,
            Error: Send,
            Kind: Kind<Self, Output: Send, Gathered: Send>,
        >
{
}

/// A future of a plugin, in the one box that it has.
pub type BoxedFuture<'run, T> = Pin<Box<dyn Future<Output = T> + Send + 'run>>;

/// What an implementation of an `async` hook has come to when it was started.
#[doc(hidden)]
pub struct Started<'run, R>(pub(crate) Progress<'run, R>);

pub(crate) enum Progress<'run, R> {
    /// It is a plain function, and has returned.
    Ended(R),
    /// It is to be awaited.
    Running(BoxedFuture<'run, R>),
}

impl<'run, R> Started<'run, R> {
    /// An implementation that is a plain function.
    pub fn ended(returned: R) -> Self {
        Self(Progress::Ended(returned))
    }

    /// An implementation that is to be awaited.
    pub fn running(future: impl Future<Output = R> + Send + 'run) -> Self {
        Self(Progress::Running(Box::pin(future)))
    }
}

/// Starts an implementation that is awaited before the next one is started.
pub trait Start<H: Hook>: Send + Sync {
    /// Starts it.
    fn start<'run>(&'run self, args: &'run mut H::Args<'_>) -> Started<'run, H::Return>;
}

/// Starts an implementation that is awaited together with others.
pub trait StartShared<H: Hook>: Send + Sync {
    /// Starts it.
    fn start<'run>(&'run self, args: &'run H::Args<'_>) -> Started<'run, H::Return>;
}

/// Starts a wrapper.
pub trait StartWrapper<H: Hook>: Send + Sync {
    /// Starts it.
    fn start<'run>(&'run self, next: AsyncNext<'run, H::Args<'_>>) -> BoxedFuture<'run, Ended>;
}

impl Sealed for Synchronous {}
impl Sealed for Sequential {}
impl Sealed for Concurrent {}

/// A plugin, and how one of its methods is started.
pub(crate) struct Bound<P, F> {
    pub(crate) plugin: Arc<P>,
    pub(crate) start: F,
}

/// A plain function that implements an `async` hook.
pub(crate) struct Plain<F>(pub(crate) F);

impl<H, P, F> Start<H> for Bound<P, F>
where
    H: Hook,
    P: Send + Sync,
    F: for<'run, 'call> Fn(&'run P, &'run mut H::Args<'call>) -> Started<'run, H::Return>
        + Send
        + Sync,
{
    fn start<'run>(&'run self, args: &'run mut H::Args<'_>) -> Started<'run, H::Return> {
        (self.start)(&self.plugin, args)
    }
}

impl<H, F> Start<H> for Plain<F>
where
    H: Hook,
    F: for<'run, 'call> Fn(&'run mut H::Args<'call>) -> H::Return + Send + Sync,
{
    fn start<'run>(&'run self, args: &'run mut H::Args<'_>) -> Started<'run, H::Return> {
        Started::ended((self.0)(args))
    }
}

impl<H, P, F> StartWrapper<H> for Bound<P, F>
where
    H: Hook,
    P: Send + Sync,
    F: for<'run, 'call> Fn(&'run P, AsyncNext<'run, H::Args<'call>>) -> BoxedFuture<'run, Ended>
        + Send
        + Sync,
{
    fn start<'run>(&'run self, next: AsyncNext<'run, H::Args<'_>>) -> BoxedFuture<'run, Ended> {
        (self.start)(&self.plugin, next)
    }
}

impl<H, P, F> StartShared<H> for Bound<P, F>
where
    H: Hook,
    P: Send + Sync,
    F: for<'run, 'call> Fn(&'run P, &'run H::Args<'call>) -> Started<'run, H::Return> + Send + Sync,
{
    fn start<'run>(&'run self, args: &'run H::Args<'_>) -> Started<'run, H::Return> {
        (self.start)(&self.plugin, args)
    }
}

impl<H, F> StartShared<H> for Plain<F>
where
    H: Hook,
    F: for<'run, 'call> Fn(&'run H::Args<'call>) -> H::Return + Send + Sync,
{
    fn start<'run>(&'run self, args: &'run H::Args<'_>) -> Started<'run, H::Return> {
        Started::ended((self.0)(args))
    }
}
