//! Runs a table: the one loop over implementations, whatever the kind of the hook.
//!
//! The loop owns the rule of isolation. An implementation that fails is counted, told to
//! `tracing` and to the recorder, and the next one is called.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::fence::Fence;
use crate::report::{Cause, Failure, Outcome, SkipReason, Verdict};
use crate::spec::{Hook, HookKind, Output};
use crate::table::AnyEntry;

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
    fn end<H: Hook>(&mut self, entry: &AnyEntry<H>, mark: &Self::Mark, verdict: Verdict);
    fn skip<H: Hook>(&mut self, entry: &AnyEntry<H>, reason: SkipReason);
}

/// The recorder of the plain call.
pub(crate) struct Unrecorded;

impl Recorder for Unrecorded {
    type Mark = ();

    #[inline]
    fn begin(&self) {}
    #[inline]
    fn end<H: Hook>(&mut self, _entry: &AnyEntry<H>, (): &(), _verdict: Verdict) {}
    #[inline]
    fn skip<H: Hook>(&mut self, _entry: &AnyEntry<H>, _reason: SkipReason) {}
}

/// The recorder of the reported call.
impl Recorder for Vec<Outcome> {
    type Mark = Instant;

    fn begin(&self) -> Instant {
        Instant::now()
    }

    fn end<H: Hook>(&mut self, entry: &AnyEntry<H>, mark: &Instant, verdict: Verdict) {
        self.push(Outcome::new(&entry.implementation(), mark.elapsed(), verdict));
    }

    fn skip<H: Hook>(&mut self, entry: &AnyEntry<H>, reason: SkipReason) {
        let verdict = Verdict::Skipped(reason);
        self.push(Outcome::new(&entry.implementation(), Duration::ZERO, verdict));
    }
}

/// Calls the implementations in order, fenced, and returns what the kind of the hook makes of
/// their answers.
#[inline]
pub(crate) fn run<H: Hook>(
    entries: &[Arc<AnyEntry<H>>],
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    let fence = Fence::raise();
    let mut call = Call::<H, _> {
        fence: &fence,
        entries,
        position: 0,
        output: Output::<H>::default(),
        mark: recorder.begin(),
        recorder,
    };
    // One fence serves all implementations up to the first that fails, and the next one those
    // after it: a call in which nothing fails catches once, however many there are.
    loop {
        let cause = match fence.run(|| call.advance(args)) {
            Ok(None) => return call.output,
            Ok(Some(error)) => Cause::returned(&fence, error),
            Err(panic) => Cause::Panicked(panic),
        };
        call.fail(&fence, cause);
    }
}

/// A call under way.
struct Call<'a, H: Hook, R: Recorder> {
    fence: &'a Fence,
    entries: &'a [Arc<AnyEntry<H>>],
    /// The implementation that runs, or runs next.
    position: usize,
    output: Output<H>,
    /// When it began.
    mark: R::Mark,
    recorder: &'a mut R,
}

impl<H: Hook, R: Recorder> Call<'_, H, R> {
    /// Runs implementations until one returns an error, or no other is to be asked.
    #[inline]
    fn advance(&mut self, args: &mut H::Args<'_>) -> Option<H::Error> {
        while let Some(entry) = self.entries.get(self.position) {
            self.mark = self.recorder.begin();
            let answer = H::answer((entry.run)(args));
            self.fence.forget_caught();
            match answer {
                Ok(Some(answer)) => {
                    self.end(Verdict::Answered);
                    let remaining = self.entries.len() - self.position;
                    if H::Kind::take(&mut self.output, answer, remaining).is_break() {
                        self.skip_rest(SkipReason::AnsweredBefore);
                    }
                }
                Ok(None) => self.end(Verdict::Passed),
                Err(error) => return Some(error),
            }
        }
        None
    }

    /// Puts a failure of the implementation that ran on record, and goes on to the next.
    #[cold]
    fn fail(&mut self, fence: &Fence, cause: Cause) {
        let failure = record(fence, &self.entries[self.position], cause);
        self.end(Verdict::Failed(failure));
    }

    #[inline]
    fn end(&mut self, verdict: Verdict) {
        self.recorder.end(&self.entries[self.position], &self.mark, verdict);
        self.position += 1;
    }

    #[inline]
    fn skip_rest(&mut self, reason: SkipReason) {
        for entry in &self.entries[self.position..] {
            self.recorder.skip(entry, reason);
        }
        self.position = self.entries.len();
    }
}

/// Puts a failure on record.
#[cold]
fn record<H: Hook>(fence: &Fence, entry: &AnyEntry<H>, cause: Cause) -> Failure {
    entry.origin().count_failure();
    let failure = Failure::new(H::DESCRIPTION, entry.implementation(), cause);
    // The subscriber is the host's: a panic of its own is to be heard.
    fence.outside(|| {
        tracing::error!(
            target: "hooks_core::failure",
            plugin = failure.plugin(),
            spec = failure.spec(),
            hook = failure.hook(),
            method = failure.method(),
            kind = %failure.kind(),
            location = failure.location().map(tracing::field::display),
            "a hook implementation failed: {}",
            failure.message(),
        );
    });
    failure
}
