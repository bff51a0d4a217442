//! Awaits what stands around the implementations of a hook: wrappers, and monitors around them.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tracing::{Instrument, Span};

use crate::dispatch::{Answers, is_heard, record, skip};
use crate::entry::{Entry, Wrap};
use crate::fence::{Fence, Passage};
use crate::hook::{Arguments, Hook, Kind, Mode, Output, Policy};
use crate::in_turn::sequential;
use crate::mode::{AsyncHook, BoxedFuture, Concurrent, Ended, Sequential, StartWrapper};
use crate::monitor::{MonitoredCall, Occasion};
use crate::recorder::Recorder;
use crate::report::{Cause, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::spans;
use crate::together::concurrent;
use crate::underway::{Admitted, Held, Shift, Underway, admit};
use crate::watch::{Anew, Watch};
use crate::wrapper::{AsyncNext, Rest};

/// Runs a call that monitors watch or that wrappers stand around.
pub(crate) async fn surrounded<H, R>(
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut R,
) -> Output<H>
where
    H: AsyncHook<Mode: Gather<H>>,
    R: Recorder<Mark: Send + Sync, Place: Send> + Send,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    let monitors = snapshot.monitors();
    // Of a call for which there is nobody, there is nothing to tell.
    let is_heard = snapshot.len() > 0 && is_heard(&Fence::raise());
    if monitors.is_empty() && snapshot.gear().is_off() && !is_heard {
        return Nest { snapshot, recorder }.run(0, args).await;
    }
    let call = MonitoredCall::new(H::DESCRIPTION, snapshot.len(), Occasion::Call);
    monitors.before(&Fence::raise(), &call);
    let mut watch = Watch::new(Anew, snapshot, call, is_heard, recorder);
    let span = if is_heard { spans::call(&call) } else { Span::none() };
    let output = Nest { snapshot, recorder: &mut watch }.run(0, args).instrument(span).await;
    let stopped = H::Policy::stopped::<Answers<H>>(&output);
    monitors.after(&Fence::raise(), &call, stopped);
    output
}

/// Runs the implementations inside of all that surrounds them.
pub(crate) trait Gather<H: AsyncHook>: Mode<H, Wrap = dyn StartWrapper<H>> {
    fn gather<'run, 'call: 'run, R: Recorder<Mark: Send + Sync, Place: Send> + Send>(
        snapshot: &'run Snapshot<H>,
        args: &'run mut H::Args<'call>,
        recorder: &'run mut R,
    ) -> BoxedFuture<'run, Output<H>>;
}

impl<H> Gather<H> for Sequential
where
    H: AsyncHook<Mode = Self>,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    fn gather<'run, 'call: 'run, R: Recorder<Mark: Send + Sync, Place: Send> + Send>(
        snapshot: &'run Snapshot<H>,
        args: &'run mut H::Args<'call>,
        recorder: &'run mut R,
    ) -> BoxedFuture<'run, Output<H>> {
        Box::pin(sequential(snapshot, args, recorder))
    }
}

impl<H> Gather<H> for Concurrent
where
    H: AsyncHook<Mode = Self>,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    fn gather<'run, 'call: 'run, R: Recorder<Mark: Send + Sync, Place: Send> + Send>(
        snapshot: &'run Snapshot<H>,
        args: &'run mut H::Args<'call>,
        recorder: &'run mut R,
    ) -> BoxedFuture<'run, Output<H>> {
        Box::pin(concurrent(snapshot, args, recorder))
    }
}

/// Wrappers within wrappers, and the implementations within them.
struct Nest<'run, H: Hook, R> {
    snapshot: &'run Snapshot<H>,
    recorder: &'run mut R,
}

impl<H, R> Nest<'_, H, R>
where
    H: AsyncHook<Mode: Gather<H>>,
    R: Recorder<Mark: Send + Sync, Place: Send> + Send,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    /// Runs the wrappers from `depth` on, and the implementations inside of them.
    fn run<'run, 'call: 'run>(
        &'run mut self,
        depth: usize,
        args: &'run mut H::Args<'call>,
    ) -> BoxedFuture<'run, Output<H>> {
        match self.snapshot.wrappers().get(depth) {
            None => H::Mode::gather(self.snapshot, args, self.recorder),
            Some(wrapper) => Box::pin(self.wrapped(depth, wrapper, args)),
        }
    }

    async fn wrapped(
        &mut self,
        depth: usize,
        wrapper: &Entry<Wrap<H>>,
        args: &mut H::Args<'_>,
    ) -> Output<H> {
        let monitors = self.snapshot.monitors();
        let refusal = match admit::<H, R>(self.recorder, &wrapper.head) {
            Admitted::Yes => None,
            Admitted::No => return self.run(depth + 1, args).await,
            Admitted::Failed(cause) => Some(cause),
        };
        let place = self.recorder.enter(&wrapper.head);
        let mark = self.recorder.begin();
        let (ended, output) = match refusal {
            None => self.around(depth, wrapper, args).await,
            Some(cause) => (Err(cause), None),
        };
        let cause = match ended {
            Err(cause) => Some(cause),
            Ok(Err(error)) => Some(Cause::returned(&Fence::raise(), error)),
            Ok(Ok(())) => output.is_none().then(Cause::silent_wrapper),
        };
        let failure =
            cause.map(|cause| record::<H>(&Fence::raise(), monitors, &wrapper.head, cause));
        let stopped = failure.as_ref().and_then(H::Policy::stop::<Answers<H>>);
        let verdict = failure.map_or(Verdict::Answered, Verdict::Failed);
        self.recorder.leave(place, &wrapper.head, &mark, verdict);
        match (stopped, output) {
            (Some(stopped), output) => {
                self.give_up(depth + 1, output);
                stopped
            }
            (None, Some(output)) => output.take(),
            // No plugin can silence the others: what a wrapper has not called runs all the same.
            (None, None) => self.run(depth + 1, args).await,
        }
    }

    /// Runs one wrapper: how it ended, and the output of what is inside, if it was called.
    async fn around(
        &mut self,
        depth: usize,
        wrapper: &Entry<Wrap<H>>,
        args: &mut H::Args<'_>,
    ) -> (Result<Ended, Cause>, Option<Held<Output<H>>>) {
        let mut shift = Shift::new::<H, R>(self.snapshot, &wrapper.head);
        let waited_for = AtomicBool::new(false);
        let mut inside = Inside {
            waited_for: &waited_for,
            state: InsideState::Waiting(args, Box::new(move |args| self.run(depth + 1, args))),
            passage: Passage::default(),
        };
        let ended = {
            let next = AsyncNext::new(&mut inside);
            let started = shift.work(|| Fence::raise().run(|| wrapper.run.start(next)));
            match started {
                Ok(future) => {
                    // What is inside keeps its thread on its own account.
                    Underway::<H, _>::new(future, shift.unmeasured()).around(&waited_for).await
                }
                Err(panic) => Err(Cause::Panicked(panic)),
            }
        };
        inside.passage.resume();
        let output = match inside.state {
            InsideState::Waiting(..) | InsideState::Started => None,
            // The wrapper let go of its inner call; those inside did not ask for that.
            InsideState::Running(future) => Some(held::<H>(future.await)),
            InsideState::Ready(output) => Some(output),
        };
        (ended, output)
    }

    /// Drops what came of the inside of a wrapper that ends the call, or skips it.
    fn give_up(&mut self, depth: usize, output: Option<Held<Output<H>>>) {
        if output.is_none() {
            let wrappers = &self.snapshot.wrappers()[depth..];
            skip(self.recorder, wrappers, SkipReason::StoppedBefore);
            skip(self.recorder, self.snapshot.implementations(), SkipReason::StoppedBefore);
        }
    }
}

/// An output that a wrapper may still change, or lose.
fn held<H: Hook>(output: Output<H>) -> Held<Output<H>> {
    Held::new(output, |output| {
        // A failure is on record already.
        if let Ok(output) = H::Policy::into_result::<Answers<H>>(output) {
            H::Kind::discard(output);
        }
    })
}

/// What is inside of a wrapper: the dispatcher keeps it, and lends it to the wrapper.
struct Inside<'run, A: Arguments> {
    state: InsideState<'run, A>,
    passage: Passage,
    /// Set when a poll of the wrapper has come to here, and to no end.
    waited_for: &'run AtomicBool,
}

enum InsideState<'run, A: Arguments> {
    /// Nobody has called it.
    Waiting(&'run mut A, Starter<'run, A>),
    /// It is about to run.
    Started,
    Running(BoxedFuture<'run, Output<A::Hook>>),
    Ready(Held<Output<A::Hook>>),
}

type Starter<'run, A> =
    Box<dyn FnOnce(&'run mut A) -> BoxedFuture<'run, Output<<A as Arguments>::Hook>> + Send + 'run>;

impl<A: Arguments> Rest<A> for Inside<'_, A> {
    fn args(&self) -> &A {
        match &self.state {
            InsideState::Waiting(args, _) => args,
            _ => unreachable!("`call` takes `next` by value"),
        }
    }

    fn args_mut(&mut self) -> &mut A {
        match &mut self.state {
            InsideState::Waiting(args, _) => args,
            _ => unreachable!("`call` takes `next` by value"),
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let InsideState::Waiting(..) = &self.state
            && let InsideState::Waiting(args, starter) =
                mem::replace(&mut self.state, InsideState::Started)
        {
            self.state = InsideState::Running(starter(args));
        }
        let InsideState::Running(future) = &mut self.state else { return Poll::Ready(()) };
        let polled = self.passage.through(|| future.as_mut().poll(context));
        self.waited_for.store(polled.is_pending(), Ordering::Relaxed);
        polled.map(|output| self.state = InsideState::Ready(held::<A::Hook>(output)))
    }

    fn output(&mut self) -> &mut Output<A::Hook> {
        match &mut self.state {
            InsideState::Ready(output) => output.as_mut(),
            _ => unreachable!("asked for when it is ready"),
        }
    }
}
