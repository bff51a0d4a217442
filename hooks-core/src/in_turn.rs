//! Awaits the implementations of a hook one after the other.

use std::future::{Future, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use crate::deadline::Deadline;
use crate::dispatch::{record, skip};
use crate::entry::{Entry, Run};
use crate::fence::{self, Fence};
use crate::hook::{Hook, Kind, Output, Policy};
use crate::mode::{AsyncHook, BoxedFuture, Progress, Sequential};
use crate::recorder::Recorder;
use crate::report::{Cause, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::underway::{
    Admitted, Gathered, Held, Shift, Underway, admit, answer, complete, gathering, start,
};

/// Awaits the implementations one after the other, and makes of their answers what the kind of the
/// hook makes of them.
pub(crate) async fn sequential<H, R>(
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut R,
) -> Output<H>
where
    H: AsyncHook<Mode = Sequential>,
    R: Recorder<Mark: Send + Sync, Place: Send> + Send,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    let entries = snapshot.implementations();
    let mut turns = Turns {
        snapshot,
        position: 0,
        gathered: gathering::<H>(),
        mark: recorder.begin(),
        recorder,
    };
    while let Some(entry) = entries.get(turns.position) {
        let failed = if R::TELLS
            || turns.recorder.is_alert()
            || Deadline::is_set(H::DESCRIPTION, &entry.head)
        {
            turns.advance_by_step(args).await
        } else {
            turns.advance_by_run(args).await
        };
        if let Some(stopped) = failed.and_then(|cause| turns.fail(cause)) {
            return stopped;
        }
    }
    turns.recorder.finish();
    complete::<H>(turns.gathered, args)
}

/// Implementations that are awaited in turn.
struct Turns<'run, H: AsyncHook, R: Recorder> {
    snapshot: &'run Snapshot<H>,
    /// The implementation that runs, or runs next.
    position: usize,
    gathered: Gathered<H>,
    /// When it began.
    mark: R::Mark,
    recorder: &'run mut R,
}

impl<H, R> Turns<'_, H, R>
where
    H: AsyncHook<Mode = Sequential>,
    R: Recorder<Mark: Send + Sync, Place: Send> + Send,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    /// Awaits implementations until one fails, no other is to be asked, or the next one has a
    /// deadline. In each poll, one fence serves all.
    async fn advance_by_run(&mut self, args: &mut H::Args<'_>) -> Option<Cause> {
        let mut run = pin!(self.run_on(args));
        let poll =
            |context: &mut Context<'_>| match Fence::raise().run(|| run.as_mut().poll(context)) {
                Ok(polled) => polled.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            };
        match poll_fn(poll).await {
            Ok(None) => None,
            Ok(Some(error)) => Some(Cause::returned(&Fence::raise(), error)),
            Err(panic) => Some(Cause::Panicked(panic)),
        }
    }

    async fn run_on(&mut self, args: &mut H::Args<'_>) -> Option<H::Error> {
        let Self { snapshot, position, gathered, mark, recorder } = self;
        let entries = snapshot.implementations();
        let mut left = &entries[*position..];
        while let [entry, rest @ ..] = left {
            left = rest;
            if Deadline::is_set(H::DESCRIPTION, &entry.head) {
                return None;
            }
            *mark = recorder.begin();
            let returned = match entry.run.start(args).0 {
                Progress::Ended(returned) => returned,
                Progress::Running(future) => {
                    Passenger { future: Some(future), is_polled: false, entry, snapshot: *snapshot }
                        .await
                }
            };
            let answer = H::answer(returned);
            fence::forget_caught();
            match answer {
                Ok(Some(answer)) => {
                    let flow = H::Kind::take(gathered.as_mut(), answer, args, rest.len());
                    recorder.end(&entry.head, mark, Verdict::Answered);
                    if flow.is_break() {
                        skip(*recorder, rest, SkipReason::AnsweredBefore);
                        *position = entries.len();
                        return None;
                    }
                }
                Ok(None) => recorder.end(&entry.head, mark, Verdict::Passed),
                Err(error) => return Some(error),
            }
            *position += 1;
        }
        None
    }

    /// Awaits one implementation, with fences of its own, so that the recorder and the clock of a
    /// deadline are outside; and with the question whether it may run.
    async fn advance_by_step(&mut self, args: &mut H::Args<'_>) -> Option<Cause> {
        let entries = self.snapshot.implementations();
        let entry = &entries[self.position];
        let rest = &entries[self.position + 1..];
        self.mark = self.recorder.begin();
        match admit::<H, R>(self.recorder, &entry.head) {
            Admitted::Yes => {}
            Admitted::No => {
                self.position += 1;
                return None;
            }
            Admitted::Failed(cause) => return Some(cause),
        }
        let mut shift = Shift::new::<H, R>(self.snapshot, &entry.head);
        let (returned, busy) = match shift.work(|| start(|| entry.run.start(args))) {
            Ok(Progress::Ended(returned)) => (Ok(returned), shift.busy),
            Ok(Progress::Running(future)) => {
                let mut underway = Underway::<H, _>::new(future, shift);
                let returned = (&mut underway).await;
                (returned, underway.shift.busy)
            }
            Err(panic) => (Err(Cause::Panicked(panic)), shift.busy),
        };
        busy.into_iter().for_each(|busy| self.recorder.was_busy(busy));
        let answer = match returned.and_then(answer::<H>) {
            Ok(answer) => answer,
            Err(cause) => return Some(cause),
        };
        self.position += 1;
        let verdict = if answer.is_some() { Verdict::Answered } else { Verdict::Passed };
        self.recorder.end(&entry.head, &self.mark, verdict);
        if let Some(answer) = answer
            && H::Kind::take(self.gathered.as_mut(), answer, args, rest.len()).is_break()
        {
            skip(self.recorder, rest, SkipReason::AnsweredBefore);
            self.position = entries.len();
        }
        None
    }

    /// Puts a failure of the implementation that ran on record, and goes on to the next. The
    /// whole of the call, if the failure stops it.
    #[cold]
    fn fail(&mut self, cause: Cause) -> Option<Output<H>> {
        let entries = self.snapshot.implementations();
        let entry = &entries[self.position];
        self.position += 1;
        let failure = record::<H>(&Fence::raise(), self.snapshot.monitors(), &entry.head, cause);
        let stopped = H::Policy::stop(&failure);
        self.recorder.end(&entry.head, &self.mark, Verdict::Failed(failure));
        let stopped = stopped?;
        skip(self.recorder, &entries[self.position..], SkipReason::StoppedBefore);
        Some(stopped)
    }
}

/// An implementation that is awaited inside of a fence that others share.
struct Passenger<'run, H: Hook> {
    /// `None` once it has ended.
    future: Option<BoxedFuture<'run, H::Return>>,
    /// Whether a poll has begun that has not ended: it panics, and the fence sees that.
    is_polled: bool,
    entry: &'run Entry<Run<H>>,
    snapshot: &'run Snapshot<H>,
}

impl<H: Hook> Future for Passenger<'_, H> {
    type Output = H::Return;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<H::Return> {
        self.is_polled = true;
        let future = self.future.as_mut().expect("what has ended is not polled again");
        let polled = future.as_mut().poll(context);
        if polled.is_pending() {
            self.is_polled = false;
            return polled;
        }
        if !mem::needs_drop::<H::Return>() {
            self.future = None;
            return polled;
        }
        // The future may panic on its way out, and the answer after it.
        let polled = Held::new(polled, |polled| drop(fence::dispose(polled)));
        self.future = None;
        polled.take()
    }
}

/// Cut short by its own panic, to which a second one adds nothing; or because the call was
/// cancelled.
impl<H: Hook> Drop for Passenger<'_, H> {
    #[inline]
    fn drop(&mut self) {
        if let Some(future) = self.future.take() {
            self.cut_short(future);
        }
    }
}

impl<'run, H: Hook> Passenger<'run, H> {
    #[cold]
    fn cut_short(&self, future: BoxedFuture<'run, H::Return>) {
        if let (Err(panic), false) = (fence::dispose(future), self.is_polled) {
            let (monitors, head) = (self.snapshot.monitors(), &self.entry.head);
            let cause = Cause::Panicked(panic);
            fence::heard(|| drop(record::<H>(&Fence::raise(), monitors, head, cause)));
        }
    }
}
