//! Runs a table: the one loop over implementations, whatever the kind of the hook.
//!
//! The loop owns the rule of isolation. An implementation that fails is counted, told to
//! `tracing` and to the recorder, and the next one is called.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::fence::Fence;
use crate::report::{Cause, Failure, Outcome, SkipReason, Verdict};
use crate::spec::{Hook, HookKind, Output};
use crate::table::{AnyEntry, Snapshot};

/// How the answers of a hook's implementations become the output of the call.
///
/// Implemented by [`Notify`], [`Collect`] and [`FirstResult`], and by nothing else.
pub trait Kind<A>: sealed::Sealed {
    /// What a call returns.
    type Output: Default;
    /// The same kind as a value.
    const KIND: HookKind;

    /// Takes an answer, with `remaining` implementations still to be asked; breaks if none of
    /// them needs to be.
    #[doc(hidden)]
    fn take(output: &mut Self::Output, answer: A, remaining: usize) -> ControlFlow<()>;
}

/// Every implementation is told; nothing comes back.
#[derive(Debug)]
pub enum Notify {}

/// Every implementation is asked; the answers come back in call order.
#[derive(Debug)]
pub enum Collect {}

/// Implementations are asked in call order until one answers.
#[derive(Debug)]
pub enum FirstResult {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Notify {}
    impl Sealed for super::Collect {}
    impl Sealed for super::FirstResult {}
}

impl Kind<()> for Notify {
    type Output = ();
    const KIND: HookKind = HookKind::Notify;

    #[inline]
    fn take((): &mut (), (): (), _remaining: usize) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<A> Kind<A> for Collect {
    type Output = Vec<A>;
    const KIND: HookKind = HookKind::Collect;

    #[inline]
    fn take(output: &mut Vec<A>, answer: A, remaining: usize) -> ControlFlow<()> {
        if output.is_empty() {
            // The one allocation of a call, and none where nobody answers.
            output.reserve_exact(remaining + 1);
        }
        output.push(answer);
        ControlFlow::Continue(())
    }
}

impl<A> Kind<A> for FirstResult {
    type Output = Option<A>;
    const KIND: HookKind = HookKind::FirstResult;

    #[inline]
    fn take(output: &mut Option<A>, answer: A, _remaining: usize) -> ControlFlow<()> {
        *output = Some(answer);
        ControlFlow::Break(())
    }
}

/// Sees how each implementation ended. The loop is compiled once for each recorder, so the plain
/// call pays nothing for the reported one.
pub(crate) trait Recorder {
    /// When an implementation began.
    type Mark;

    fn begin(&self) -> Self::Mark;
    fn end<H: Hook>(&mut self, entry: &AnyEntry<H>, mark: Self::Mark, verdict: Verdict);
    fn skip<H: Hook>(&mut self, entry: &AnyEntry<H>, reason: SkipReason);
}

/// The recorder of the plain call.
pub(crate) struct Unrecorded;

impl Recorder for Unrecorded {
    type Mark = ();

    #[inline]
    fn begin(&self) {}
    #[inline]
    fn end<H: Hook>(&mut self, _entry: &AnyEntry<H>, (): (), _verdict: Verdict) {}
    #[inline]
    fn skip<H: Hook>(&mut self, _entry: &AnyEntry<H>, _reason: SkipReason) {}
}

/// The recorder of the reported call.
impl Recorder for Vec<Outcome> {
    type Mark = Instant;

    fn begin(&self) -> Instant {
        Instant::now()
    }

    fn end<H: Hook>(&mut self, entry: &AnyEntry<H>, mark: Instant, verdict: Verdict) {
        self.push(Outcome::new(&entry.implementation(), mark.elapsed(), verdict));
    }

    fn skip<H: Hook>(&mut self, entry: &AnyEntry<H>, reason: SkipReason) {
        let verdict = Verdict::Skipped(reason);
        self.push(Outcome::new(&entry.implementation(), Duration::ZERO, verdict));
    }
}

/// Calls the implementations in order, each inside of the fence.
#[inline]
pub(crate) fn run<H: Hook>(
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    let mut output = Output::<H>::default();
    let entries = snapshot.entries();
    let fence = Fence::raise();
    for (position, entry) in entries.iter().enumerate() {
        let mark = recorder.begin();
        let cause = match fence.run(|| H::answer((entry.run)(args))) {
            Ok(Ok(Some(answer))) => {
                recorder.end(entry, mark, Verdict::Answered);
                let rest = &entries[position + 1..];
                match H::Kind::take(&mut output, answer, rest.len()) {
                    ControlFlow::Continue(()) => continue,
                    ControlFlow::Break(()) => {
                        for entry in rest {
                            recorder.skip(entry, SkipReason::AnsweredBefore);
                        }
                        break;
                    }
                }
            }
            Ok(Ok(None)) => {
                recorder.end(entry, mark, Verdict::Passed);
                continue;
            }
            Ok(Err(error)) => Cause::returned(&fence, error),
            Err(panic) => Cause::Panicked(panic),
        };
        let failure = fail(&fence, entry, cause);
        recorder.end(entry, mark, Verdict::Failed(failure));
    }
    output
}

/// Puts a failure on record.
#[cold]
fn fail<H: Hook>(fence: &Fence, entry: &AnyEntry<H>, cause: Cause) -> Failure {
    entry.origin().count_failure();
    let failure = Failure::new(H::DESCRIPTION, entry.implementation(), cause);
    // The subscriber is the host's: a panic of its own is to be heard.
    fence.outside(|| {
        tracing::error!(
            plugin = failure.plugin(),
            spec = failure.spec(),
            hook = failure.hook(),
            method = failure.method(),
            kind = %failure.kind(),
            location = failure.location().map(tracing::field::display),
            backtrace = failure.backtrace(),
            "a hook implementation failed: {}",
            failure.message(),
        );
    });
    failure
}
