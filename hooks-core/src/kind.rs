//! How the answers of a hook's implementations become the output of a call, and what a failure
//! does to it. Types only: a hook says which it is, and the loops of dispatch are compiled for it.

use std::ops::ControlFlow;

use crate::fence;
use crate::hook::{Hook, Kind, Policy, Sealed};
use crate::report::Failure;

/// Every implementation is told; nothing comes back.
#[derive(Debug)]
pub enum Notify {}

/// Every implementation is asked; the answers come back in call order.
#[derive(Debug)]
pub enum Collect {}

/// Implementations are asked in call order until one answers.
#[derive(Debug)]
pub enum FirstResult {}

/// A value goes from one implementation to the next; each gets what the one before returned.
#[derive(Debug)]
pub enum Waterfall {}

/// Every implementation is told, and so is every one that is registered later. The answers go to
/// whoever made the call asked for them to go.
#[derive(Debug)]
pub enum Historic {}

impl<H: Hook<Answer = ()>> Kind<H> for Notify {
    type Output = ();
    type Gathered = ();

    #[inline]
    fn take((): &mut (), (): (), _args: &mut H::Args<'_>, _remaining: usize) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    #[inline]
    fn output((): (), _args: &mut H::Args<'_>) {}
}

impl<H: Hook> Kind<H> for Collect {
    type Output = Vec<H::Answer>;
    type Gathered = Vec<H::Answer>;

    #[inline]
    fn take(
        gathered: &mut Vec<H::Answer>,
        answer: H::Answer,
        _args: &mut H::Args<'_>,
        remaining: usize,
    ) -> ControlFlow<()> {
        gather(gathered, answer, remaining);
        ControlFlow::Continue(())
    }

    #[inline]
    fn output(gathered: Vec<H::Answer>, _args: &mut H::Args<'_>) -> Vec<H::Answer> {
        gathered
    }

    fn abandon(gathered: Vec<H::Answer>) {
        fence::dispose_each(gathered);
    }

    fn discard(output: Vec<H::Answer>) {
        fence::dispose_each(output);
    }
}

impl<H: Hook> Kind<H> for FirstResult {
    type Output = Option<H::Answer>;
    type Gathered = Option<H::Answer>;

    #[inline]
    fn take(
        gathered: &mut Option<H::Answer>,
        answer: H::Answer,
        _args: &mut H::Args<'_>,
        _remaining: usize,
    ) -> ControlFlow<()> {
        *gathered = Some(answer);
        ControlFlow::Break(())
    }

    #[inline]
    fn output(gathered: Option<H::Answer>, _args: &mut H::Args<'_>) -> Option<H::Answer> {
        gathered
    }
}

/// The kind of a hook around which wrappers can stand: all but [`Historic`].
#[diagnostic::on_unimplemented(
    message = "a historic hook takes no wrappers",
    label = "the hook replays past calls to one implementation at a time",
    note = "implement the hook without `wrapper`"
)]
pub trait Wrappable {}

#[diagnostic::do_not_recommend]
impl Wrappable for Notify {}
#[diagnostic::do_not_recommend]
impl Wrappable for Collect {}
#[diagnostic::do_not_recommend]
impl Wrappable for FirstResult {}
#[diagnostic::do_not_recommend]
impl Wrappable for Waterfall {}

/// A hook through which a value flows. Implemented by `#[hookspec]` for each waterfall hook.
#[doc(hidden)]
pub trait Flows: Hook<Answer: Flowing> {
    /// The argument marked `#[flow]`.
    fn flow<'run>(args: &'run mut Self::Args<'_>) -> &'run mut Self::Answer;

    /// The argument marked `#[flow]`, taken out.
    fn into_flow(args: Self::Args<'_>) -> Self::Answer;
}

/// A value that can flow through a waterfall hook.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the value of the type `{Self}` flows through a waterfall hook, but is not `Clone`",
    label = "every implementation gets its own copy",
    note = "implement `Clone` for `{Self}`"
)]
pub trait Flowing: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> Flowing for T {}

impl<H: Flows> Kind<H> for Waterfall {
    type Output = H::Answer;
    /// What flowed before the last answer. It takes the place of the value when that goes out.
    type Gathered = Option<H::Answer>;

    #[inline]
    fn take(
        spare: &mut Option<H::Answer>,
        answer: H::Answer,
        args: &mut H::Args<'_>,
        _remaining: usize,
    ) -> ControlFlow<()> {
        let replaced = std::mem::replace(H::flow(args), answer);
        // Another implementation made it, and this one has answered.
        let _ = fence::dispose(spare.replace(replaced));
        ControlFlow::Continue(())
    }

    #[inline]
    fn output(spare: Option<H::Answer>, args: &mut H::Args<'_>) -> H::Answer {
        let flow = H::flow(args);
        match spare {
            Some(spare) => std::mem::replace(flow, spare),
            None => flow.clone(),
        }
    }

    #[inline]
    fn unasked(args: H::Args<'_>) -> H::Answer {
        H::into_flow(args)
    }
}

impl<H: Hook> Kind<H> for Historic {
    type Output = Vec<H::Answer>;
    type Gathered = Vec<H::Answer>;

    #[inline]
    fn take(
        gathered: &mut Vec<H::Answer>,
        answer: H::Answer,
        _args: &mut H::Args<'_>,
        remaining: usize,
    ) -> ControlFlow<()> {
        gather(gathered, answer, remaining);
        ControlFlow::Continue(())
    }

    #[inline]
    fn output(gathered: Vec<H::Answer>, _args: &mut H::Args<'_>) -> Vec<H::Answer> {
        gathered
    }

    fn abandon(gathered: Vec<H::Answer>) {
        fence::dispose_each(gathered);
    }

    fn discard(output: Vec<H::Answer>) {
        fence::dispose_each(output);
    }
}

/// Adds an answer, with the one allocation of a call, and none where nobody answers.
#[inline]
fn gather<A>(gathered: &mut Vec<A>, answer: A, remaining: usize) {
    if gathered.is_empty() {
        gathered.reserve_exact(remaining + 1);
    }
    gathered.push(answer);
}

/// A failure is put on record, and the call goes on with the next implementation.
#[derive(Debug)]
pub enum Isolate {}

/// The first failure ends the call: for gates and approvals, which must fail closed.
#[derive(Debug)]
pub enum Stop {}

impl Policy for Isolate {
    type Whole<O: 'static> = O;

    const STOPS: bool = false;

    #[inline]
    fn complete<O: 'static>(output: O) -> O {
        output
    }

    #[inline]
    fn stop<O: 'static>(_failure: &Failure) -> Option<O> {
        None
    }

    fn stopped<O: 'static>(_whole: &O) -> Option<&Failure> {
        None
    }

    fn into_result<O: 'static>(whole: O) -> Result<O, Failure> {
        Ok(whole)
    }

    fn map<O: 'static, U: 'static>(whole: O, change: impl FnOnce(O) -> U) -> U {
        change(whole)
    }
}

impl Policy for Stop {
    type Whole<O: 'static> = Result<O, Failure>;

    const STOPS: bool = true;

    #[inline]
    fn complete<O: 'static>(output: O) -> Result<O, Failure> {
        Ok(output)
    }

    #[inline]
    fn stop<O: 'static>(failure: &Failure) -> Option<Result<O, Failure>> {
        Some(Err(failure.clone()))
    }

    fn stopped<O: 'static>(whole: &Result<O, Failure>) -> Option<&Failure> {
        whole.as_ref().err()
    }

    fn into_result<O: 'static>(whole: Result<O, Failure>) -> Result<O, Failure> {
        whole
    }

    fn map<O: 'static, U: 'static>(
        whole: Result<O, Failure>,
        change: impl FnOnce(O) -> U,
    ) -> Result<U, Failure> {
        whole.map(change)
    }
}

impl Sealed for Notify {}
impl Sealed for Collect {}
impl Sealed for FirstResult {}
impl Sealed for Waterfall {}
impl Sealed for Historic {}
impl Sealed for Isolate {}
impl Sealed for Stop {}
