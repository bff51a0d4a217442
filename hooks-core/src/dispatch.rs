//! Runs a snapshot of a table: wrappers around the loop over implementations, monitors around
//! both.
//!
//! ```text
//! monitors ( wrapper ( wrapper ( implementation, implementation, … ) ) )
//! ```
//!
//! There is one loop, for every kind of hook and for both policies of failure, and one recursion
//! through wrappers. All code of plugins runs inside of the fence.

use crate::background::{self, Sent};
use crate::entry::{Entry, Head, Run, Wrap};
use crate::fence::{self, Fence, Passage};
use crate::hook::{Hook, Kind, Output, Policy};
use crate::mode::SyncHook;
use crate::monitor::{MonitoredCall, Monitors, Occasion};
use crate::recorder::Recorder;
use crate::report::{Cause, Failure, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::watch::Watch;
use crate::wrapper::Next;

/// What the kind of a hook makes of the answers.
pub(crate) type Answers<H> = <<H as Hook>::Kind as Kind<H>>::Output;

/// Runs a call.
#[inline]
pub(crate) fn run<H: SyncHook>(
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    let fence = Fence::raise();
    if snapshot.is_bare() {
        return implementations(&fence, snapshot, args, recorder);
    }
    watched(&fence, snapshot, args, recorder, Occasion::Call)
}

/// Runs a past call through the one implementation in `alone`.
pub(crate) fn replay<H: SyncHook>(
    alone: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    watched(&Fence::raise(), alone, args, recorder, Occasion::Replay)
}

/// Delivers an earlier call to the one implementation in `alone`.
pub(crate) fn deliver<H: SyncHook>(
    alone: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    watched(&Fence::raise(), alone, args, recorder, Occasion::Delivery)
}

/// The output of a call for which there is nobody.
#[inline]
pub(crate) fn unasked<H: Hook>(args: H::Args<'_>) -> Output<H> {
    H::Policy::complete(H::Kind::unasked(args))
}

/// Runs a call that monitors watch, that wrappers stand around or that goes into the background.
#[cold]
fn watched<H: SyncHook>(
    fence: &Fence,
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
    occasion: Occasion,
) -> Output<H> {
    let monitors = snapshot.monitors();
    if monitors.is_empty() {
        return Nest { snapshot, recorder }.run(fence, 0, args);
    }
    let call = MonitoredCall::new(H::DESCRIPTION, snapshot.len(), occasion);
    monitors.before(fence, &call);
    let mut watch = Watch { fence, monitors, call, recorder };
    let output = Nest { snapshot, recorder: &mut watch }.run(fence, 0, args);
    let stopped = H::Policy::stopped::<Answers<H>>(&output);
    monitors.after(fence, &call, stopped);
    output
}

/// Calls the implementations in order, and returns what the kind of the hook makes of their
/// answers.
#[inline]
pub(crate) fn implementations<H: SyncHook>(
    fence: &Fence,
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    let mut call = Call::<H, _> {
        fence,
        monitors: snapshot.monitors(),
        entries: snapshot.implementations(),
        position: 0,
        gathered: Default::default(),
        mark: recorder.begin(),
        recorder,
    };
    // One fence serves all implementations up to the first that fails, and the next one those
    // after it: a call in which nothing fails catches once, however many there are.
    loop {
        let cause = match fence.run(|| call.advance(args)) {
            Ok(None) => return H::Policy::complete(H::Kind::output(call.gathered, args)),
            Ok(Some(error)) => Cause::returned(fence, error),
            Err(panic) => Cause::Panicked(panic),
        };
        if let Some(stopped) = call.fail(cause) {
            return stopped;
        }
    }
}

/// The loop over implementations, under way.
struct Call<'a, H: SyncHook, R: Recorder> {
    fence: &'a Fence,
    monitors: &'a Monitors,
    entries: &'a [Entry<Run<H>>],
    /// The implementation that runs, or runs next.
    position: usize,
    gathered: <H::Kind as Kind<H>>::Gathered,
    /// When it began.
    mark: R::Mark,
    recorder: &'a mut R,
}

impl<H: SyncHook, R: Recorder> Call<'_, H, R> {
    /// Runs implementations until one returns an error, or no other is to be asked.
    #[inline]
    fn advance(&mut self, args: &mut H::Args<'_>) -> Option<H::Error> {
        let Self { fence, entries, position, gathered, mark, recorder, .. } = self;
        for (running, entry) in entries.iter().enumerate().skip(*position) {
            // Written down before it runs: if it panics, this tells who did.
            *position = running;
            *mark = recorder.begin();
            let answer = H::answer((entry.run)(args));
            fence.forget_caught();
            match answer {
                Ok(Some(answer)) => {
                    recorder.end(&entry.head, mark, Verdict::Answered);
                    let rest = &entries[running + 1..];
                    if H::Kind::take(gathered, answer, args, rest.len()).is_break() {
                        skip(*recorder, rest, SkipReason::AnsweredBefore);
                        break;
                    }
                }
                Ok(None) => recorder.end(&entry.head, mark, Verdict::Passed),
                Err(error) => return Some(error),
            }
        }
        None
    }

    /// Puts a failure of the implementation that ran on record, and goes on to the next. The
    /// whole of the call, if the failure stops it.
    #[cold]
    fn fail(&mut self, cause: Cause) -> Option<Output<H>> {
        let entry = &self.entries[self.position];
        self.position += 1;
        let failure = record::<H>(self.fence, self.monitors, &entry.head, cause);
        self.recorder.end(&entry.head, &self.mark, Verdict::Failed(failure.clone()));
        let stopped = H::Policy::stop(&failure)?;
        skip(self.recorder, &self.entries[self.position..], SkipReason::StoppedBefore);
        H::Kind::abandon(std::mem::take(&mut self.gathered));
        Some(stopped)
    }
}

/// Tells the recorder of entries that are not run.
#[inline]
pub(crate) fn skip<R: ?Sized>(recorder: &mut impl Recorder, rest: &[Entry<R>], reason: SkipReason) {
    rest.iter().for_each(|entry| recorder.skip(&entry.head, reason));
}

/// Puts a call into the queues of those that run it in the background.
fn send<H: Hook>(
    fence: &Fence,
    snapshot: &Snapshot<H>,
    args: &H::Args<'_>,
    recorder: &mut impl Recorder,
) {
    let Some(first) = snapshot.background().first() else { return };
    // To clone the arguments is the host's own code, and so is who listens to what is dropped.
    let call = fence.outside(|| first.keep(args));
    for addressee in snapshot.background() {
        let mark = recorder.begin();
        match fence.outside(|| background::send(addressee, &call)) {
            Sent::Queued => recorder.end(addressee.head(), &mark, Verdict::Queued),
            Sent::Refused => recorder.skip(addressee.head(), SkipReason::QueueFull),
        }
    }
}

/// Wrappers within wrappers, and the implementations within them.
struct Nest<'a, H: SyncHook, R: Recorder> {
    snapshot: &'a Snapshot<H>,
    recorder: &'a mut R,
}

impl<H: SyncHook, R: Recorder> Nest<'_, H, R> {
    /// Runs the wrappers from `depth` on, and the implementations inside of them.
    fn run(&mut self, fence: &Fence, depth: usize, args: &mut H::Args<'_>) -> Output<H> {
        let snapshot = self.snapshot;
        let Some(wrapper) = snapshot.wrappers().get(depth) else {
            let output = implementations(fence, snapshot, args, self.recorder);
            send(fence, snapshot, args, self.recorder);
            return output;
        };
        let place = self.recorder.enter(&wrapper.head);
        let mark = self.recorder.begin();
        // Here and not with the wrapper: one that panics after its inner call loses nothing.
        let mut output = None;
        let failure = self
            .around(fence, depth, wrapper, args, &mut output)
            .map(|cause| record::<H>(fence, snapshot.monitors(), &wrapper.head, cause));
        let stopped = failure.as_ref().and_then(H::Policy::stop::<Answers<H>>);
        self.recorder.leave(
            place,
            &wrapper.head,
            &mark,
            failure.map_or(Verdict::Answered, Verdict::Failed),
        );
        match (stopped, output) {
            (Some(stopped), output) => {
                self.give_up(depth + 1, output);
                stopped
            }
            (None, Some(output)) => output,
            // No plugin can silence the others: what a wrapper has not called runs all the same.
            (None, None) => self.run(fence, depth + 1, args),
        }
    }

    /// Runs one wrapper. Why it failed, if it did.
    fn around(
        &mut self,
        fence: &Fence,
        depth: usize,
        wrapper: &Entry<Wrap<H>>,
        args: &mut H::Args<'_>,
        output: &mut Option<Output<H>>,
    ) -> Option<Cause> {
        let mut passage = Passage::default();
        let mut inside =
            |args: &mut H::Args<'_>| passage.through(|| self.run(&fence.within(), depth + 1, args));
        let ended = fence.run(|| (wrapper.run)(Next::new(args, output, &mut inside)));
        passage.resume();
        fence.forget_caught();
        match ended {
            Err(panic) => Some(Cause::Panicked(panic)),
            Ok(Err(error)) => Some(Cause::returned(fence, error)),
            Ok(Ok(())) => output.is_none().then(Cause::silent_wrapper),
        }
    }

    /// Drops what came of the inside of a wrapper that ends the call, or skips it.
    fn give_up(&mut self, depth: usize, output: Option<Output<H>>) {
        match output.map(H::Policy::into_result::<Answers<H>>) {
            Some(Ok(output)) => H::Kind::discard(output),
            // The failure is on record already.
            Some(Err(_)) => {}
            None => {
                let wrappers = &self.snapshot.wrappers()[depth..];
                skip(self.recorder, wrappers, SkipReason::StoppedBefore);
                skip(self.recorder, self.snapshot.implementations(), SkipReason::StoppedBefore);
            }
        }
    }
}

/// Drops the arguments of a call inside of a fence: a wrapper or a closure may have put something
/// of its own in the place of one.
#[inline]
pub(crate) fn release<H: Hook>(args: H::Args<'_>) {
    if let Err(panic) = fence::dispose(args) {
        tracing::error!(
            target: "hooks_core::drop",
            hook = H::DESCRIPTION.name,
            "the arguments of a call panicked while they were dropped: {panic}",
        );
    }
}

/// Puts a failure on record.
#[cold]
pub(crate) fn record<H: Hook>(
    fence: &Fence,
    monitors: &Monitors,
    head: &Head,
    cause: Cause,
) -> Failure {
    head.origin.count_failure();
    let failure = Failure::new(H::DESCRIPTION, head.implementation(), cause);
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
    monitors.failed(fence, &failure);
    // Those that formatting the failure left behind.
    fence.forget_caught();
    failure
}
