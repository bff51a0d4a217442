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
use crate::fence::{self, Fence, Panic, Passage};
use crate::hook::{Hook, Kind, Output, Policy};
use crate::mode::SyncHook;
use crate::monitor::{MonitoredCall, Monitors, Occasion};
use crate::quiet::Quiet;
use crate::recorder::{Recorder, Unrecorded};
use crate::report::{Cause, Failure, FailureKind, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::spans;
use crate::watch::Watch;
use crate::wrapper::Next;

/// What the kind of a hook makes of the answers.
pub(crate) type Answers<H> = <<H as Hook>::Kind as Kind<H>>::Output;

/// Runs a call.
#[inline]
pub(crate) fn run<H: SyncHook, R: Recorder>(
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut R,
) -> Output<H> {
    let fence = Fence::raise();
    if snapshot.is_bare() && !spans::may_be_heard() {
        return implementations(&fence, snapshot, args, recorder);
    }
    if R::IS_PLAIN && snapshot.is_quiet() && !is_heard(&fence) {
        return quietly(&fence, snapshot, args);
    }
    watched(&fence, snapshot, args, recorder, Occasion::Call, 1)
}

/// Runs a past call through the one implementation in `alone`.
pub(crate) fn replay<H: SyncHook>(
    alone: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    watched(&Fence::raise(), alone, args, recorder, Occasion::Replay, 1)
}

/// Delivers an earlier call to the one implementation in `alone`.
pub(crate) fn deliver<H: SyncHook>(
    alone: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
) -> Output<H> {
    watched(&Fence::raise(), alone, args, recorder, Occasion::Delivery, 1)
}

/// Puts on record that an earlier call could not be delivered to the one implementation in `alone`,
/// because an argument that is passed by value has panicked while it was copied.
#[cold]
pub(crate) fn fail_delivery<H: SyncHook>(alone: &Snapshot<H>, panic: Panic) {
    let fence = &Fence::raise();
    let monitors = alone.monitors();
    let is_heard = is_heard(fence);
    let call = MonitoredCall::new(H::DESCRIPTION, alone.len(), Occasion::Delivery);
    let span = is_heard.then(|| fence.outside(|| spans::call(&call).entered()));
    monitors.before(fence, &call);
    let mut unrecorded = Unrecorded;
    let mut watch = Watch::new(fence, alone, call, is_heard, &mut unrecorded);
    let head = &alone.implementations()[0].head;
    let mark = watch.begin();
    if watch.admit(head).is_some() {
        watch.skip(head, SkipReason::Quarantined);
    } else {
        let failure = record::<H>(fence, monitors, head, Cause::Panicked(panic));
        watch.end(head, &mark, Verdict::Failed(failure));
    }
    monitors.after(fence, &call, None);
    fence.outside(|| drop(span));
}

/// The output of a call for which there is nobody.
#[inline]
pub(crate) fn unasked<H: Hook>(args: H::Args<'_>) -> Output<H> {
    H::Policy::complete(H::Kind::unasked(args))
}

/// Runs a plain call that nobody watches, unless its time is to be taken or a plugin is in
/// quarantine.
#[inline]
fn quietly<H: SyncHook>(
    fence: &Fence,
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
) -> Output<H> {
    let weight = match Quiet::of(fence, snapshot) {
        Ok(mut quiet) if !snapshot.is_surrounded() => {
            return implementations(fence, snapshot, args, &mut quiet);
        }
        Ok(mut quiet) => return Nest { snapshot, recorder: &mut quiet }.run(fence, 0, args),
        Err(weight) => weight,
    };
    watched(fence, snapshot, args, &mut Unrecorded, Occasion::Call, weight)
}

/// Runs a call that somebody may watch. In statistics its times stand for `weight` calls.
#[cold]
fn watched<H: SyncHook>(
    fence: &Fence,
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut impl Recorder,
    occasion: Occasion,
    weight: u64,
) -> Output<H> {
    let monitors = snapshot.monitors();
    // Of a call for which there is nobody, there is nothing to tell.
    let is_heard = snapshot.len() > 0 && is_heard(fence);
    if monitors.is_empty() && snapshot.gear().is_off() && !is_heard {
        return Nest { snapshot, recorder }.run(fence, 0, args);
    }
    let call = MonitoredCall::new(H::DESCRIPTION, snapshot.len(), occasion);
    let span = is_heard.then(|| fence.outside(|| spans::call(&call).entered()));
    monitors.before(fence, &call);
    let mut watch = Watch::new(fence, snapshot, call, is_heard, recorder).weighing(weight);
    let output = Nest { snapshot, recorder: &mut watch }.run(fence, 0, args);
    let stopped = H::Policy::stopped::<Answers<H>>(&output);
    monitors.after(fence, &call, stopped);
    fence.outside(|| drop(span));
    output
}

/// Whether `tracing` is to be told of calls. Who says so is the host's.
#[inline]
pub(crate) fn is_heard(fence: &Fence) -> bool {
    spans::may_be_heard() && fence.outside(spans::are_heard)
}

/// Calls the implementations in order, and returns what the kind of the hook makes of their
/// answers.
#[inline]
pub(crate) fn implementations<H: SyncHook, R: Recorder>(
    fence: &Fence,
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut R,
) -> Output<H> {
    let mut call = Call::<H, R> {
        fence,
        monitors: snapshot.monitors(),
        entries: snapshot.implementations(),
        position: 0,
        gathered: Default::default(),
        mark: recorder.begin(),
        recorder,
    };
    loop {
        let failed = if R::TELLS || call.recorder.is_alert() {
            call.advance_by_step(args)
        } else {
            call.advance_by_run(args)
        };
        let Some(cause) = failed else {
            call.recorder.finish();
            return H::Policy::complete(H::Kind::output(call.gathered, args));
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
    /// Runs implementations until one fails, or no other is to be asked. One fence serves all: a
    /// call in which nothing fails catches once, however many there are.
    #[inline]
    fn advance_by_run(&mut self, args: &mut H::Args<'_>) -> Option<Cause> {
        let fence = self.fence;
        match fence.run(|| self.run_on(args)) {
            Ok(None) => None,
            Ok(Some(error)) => Some(Cause::returned(fence, error)),
            Err(panic) => Some(Cause::Panicked(panic)),
        }
    }

    #[inline]
    fn run_on(&mut self, args: &mut H::Args<'_>) -> Option<H::Error> {
        let Self { fence, entries, position, gathered, mark, recorder, .. } = self;
        let mut left = &entries[*position..];
        while let [entry, rest @ ..] = left {
            left = rest;
            // Written down before it runs: if it panics, this tells who did.
            *position = entries.len() - rest.len() - 1;
            *mark = recorder.begin();
            let answer = H::answer((entry.run)(args));
            fence.forget_caught();
            match answer {
                Ok(Some(answer)) => {
                    recorder.end(&entry.head, mark, Verdict::Answered);
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

    /// The same, with a fence for each implementation, so that the recorder is outside; and with
    /// the question whether it may run.
    fn advance_by_step(&mut self, args: &mut H::Args<'_>) -> Option<Cause> {
        while let Some(entry) = self.entries.get(self.position) {
            self.mark = self.recorder.begin();
            if let Some(refusal) = self.recorder.admit(&entry.head) {
                if H::Policy::STOPS {
                    return Some(refusal.into());
                }
                self.recorder.skip(&entry.head, SkipReason::Quarantined);
                self.position += 1;
                continue;
            }
            let Self { fence, gathered, .. } = self;
            let rest = &self.entries[self.position + 1..];
            let asked = fence.run(|| {
                let answer = H::answer((entry.run)(args));
                fence.forget_caught();
                let take = |answer| H::Kind::take(gathered, answer, args, rest.len());
                answer.map(|answer| answer.map(take))
            });
            let flow = match asked {
                Ok(Ok(flow)) => flow,
                Ok(Err(error)) => return Some(Cause::returned(fence, error)),
                Err(panic) => return Some(Cause::Panicked(panic)),
            };
            self.position += 1;
            let verdict = if flow.is_some() { Verdict::Answered } else { Verdict::Passed };
            self.recorder.end(&entry.head, &self.mark, verdict);
            if flow.is_some_and(|flow| flow.is_break()) {
                skip(self.recorder, rest, SkipReason::AnsweredBefore);
                self.position = self.entries.len();
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
            Sent::Refused(reason) => recorder.skip(addressee.head(), reason),
        }
    }
    fence.outside(|| background::release(call, H::DESCRIPTION));
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
        let refusal = self.recorder.admit(&wrapper.head);
        if refusal.is_some() && !H::Policy::STOPS {
            self.recorder.skip(&wrapper.head, SkipReason::Quarantined);
            return self.run(fence, depth + 1, args);
        }
        let place = self.recorder.enter(&wrapper.head);
        let mark = self.recorder.begin();
        // Here and not with the wrapper: one that panics after its inner call loses nothing.
        let mut output = None;
        let cause = match refusal {
            Some(refusal) => Some(refusal.into()),
            None => self.around(fence, depth, wrapper, args, &mut output),
        };
        let failure =
            cause.map(|cause| record::<H>(fence, snapshot.monitors(), &wrapper.head, cause));
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
    let failure = Failure::new(H::DESCRIPTION, head.implementation(), cause);
    if failure.kind() != FailureKind::Quarantined {
        head.origin.count_failure();
    }
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
