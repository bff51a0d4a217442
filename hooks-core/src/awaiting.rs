//! Runs a snapshot of a table whose hook is `async`.
//!
//! What `dispatch` does for functions, this does for futures: wrappers around the implementations,
//! monitors around both, and all code of plugins inside of a fence. A fence stands for the time of
//! one poll only, on the thread that polls.

use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tracing::{Instrument, Span};

use crate::deadline::Deadline;
use crate::description::HookDescription;
use crate::dispatch::{Answers, is_heard, record, skip};
use crate::entry::{Entry, Head, Wrap};
use crate::fence::{self, Fence, Panic, Passage};
use crate::hook::{Arguments, Hook, Kind, Mode, Output, Policy};
use crate::mode::{
    AsyncHook, BoxedFuture, Concurrent, Ended, Progress, Sequential, StartWrapper, Started,
};
use crate::monitor::{Busy, MonitoredCall, Monitors, Occasion};
use crate::recorder::Recorder;
use crate::report::{Cause, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::spans;
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

/// How long an implementation or a wrapper keeps its thread busy.
struct Shift<'run> {
    hook: &'static HookDescription,
    head: &'run Arc<Head>,
    monitors: &'run Monitors,
    /// How long it was busy so far; `None` if nobody asks.
    busy: Option<Duration>,
    /// How long it may be at one time before somebody is told.
    limit: Option<Duration>,
}

impl<'run> Shift<'run> {
    fn new<H: Hook, R: Recorder>(snapshot: &'run Snapshot<H>, head: &'run Arc<Head>) -> Self {
        Self {
            hook: H::DESCRIPTION,
            head,
            monitors: snapshot.monitors(),
            busy: R::TELLS.then_some(Duration::ZERO),
            limit: snapshot.gear().busy_limit,
        }
    }

    /// Runs it for the time that it keeps its thread.
    fn work<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let Some(busy) = &mut self.busy else { return work() };
        let began = Instant::now();
        let done = work();
        let time = began.elapsed();
        *busy += time;
        if self.limit.is_some_and(|limit| time > limit) {
            let implementation = self.head.implementation();
            Busy { hook: self.hook, implementation, time }.tell(self.monitors);
        }
        done
    }
}

/// An implementation or a wrapper that is awaited: fenced in each poll, and in its destructor
/// wherever that runs.
struct Underway<'run, H: Hook, T> {
    future: Option<BoxedFuture<'run, T>>,
    shift: Shift<'run>,
    deadline: Deadline,
    of: PhantomData<fn() -> H>,
}

impl<'run, H: Hook, T> Underway<'run, H, T> {
    fn new(future: BoxedFuture<'run, T>, shift: Shift<'run>) -> Self {
        let deadline = Deadline::of(H::DESCRIPTION, &shift.head.origin);
        Self { future: Some(future), shift, deadline, of: PhantomData }
    }

    /// Polls the future. What it has panicked with, or that its deadline has passed, is why it
    /// failed; it is not polled again then.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<T, Cause>> {
        let future = self.future.as_mut().expect("what has ended is not polled again");
        let fence = Fence::raise();
        let polled = self.shift.work(|| fence.run(|| future.as_mut().poll(context)));
        fence.forget_caught();
        match polled {
            Ok(Poll::Ready(ready)) => Poll::Ready(self.let_go().map(|()| ready)),
            Ok(Poll::Pending) => self.deadline.poll(context).map(|passed| {
                // A panic on the way out adds nothing to the failure that it belongs to.
                let _ = self.let_go();
                Err(passed)
            }),
            Err(panic) => {
                let _ = self.let_go();
                Poll::Ready(Err(Cause::Panicked(panic)))
            }
        }
    }

    fn let_go(&mut self) -> Result<(), Cause> {
        fence::dispose(self.future.take()).map_err(Cause::Panicked)
    }
}

impl<H: Hook, T> Future for Underway<'_, H, T> {
    type Output = Result<T, Cause>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T, Cause>> {
        Underway::poll(&mut self, context)
    }
}

/// Cut short: the call was cancelled, or ended without it.
impl<H: Hook, T> Drop for Underway<'_, H, T> {
    fn drop(&mut self) {
        if let Err(cause) = self.let_go() {
            record::<H>(&Fence::raise(), self.shift.monitors, self.shift.head, cause);
        }
    }
}

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
    let mut gathered = Default::default();
    for (place, entry) in entries.iter().enumerate() {
        let rest = &entries[place + 1..];
        let mark = recorder.begin();
        let answered = match admit::<H, R>(recorder, &entry.head) {
            Admitted::No => continue,
            Admitted::Failed(cause) => Err(cause),
            Admitted::Yes => {
                let mut shift = Shift::new::<H, R>(snapshot, &entry.head);
                let started = shift.work(|| start(|| entry.run.start(args)));
                let (returned, busy) = match started {
                    Ok(Progress::Ended(returned)) => (Ok(returned), shift.busy),
                    Ok(Progress::Running(future)) => {
                        let mut underway = Underway::<H, _>::new(future, shift);
                        let returned = (&mut underway).await;
                        (returned, underway.shift.busy)
                    }
                    Err(panic) => (Err(Cause::Panicked(panic)), shift.busy),
                };
                busy.into_iter().for_each(|busy| recorder.was_busy(busy));
                returned.and_then(answer::<H>)
            }
        };
        match settle::<H, _>(snapshot.monitors(), &entry.head, recorder, &mark, answered) {
            Settled::Answered(answer) => {
                if H::Kind::take(&mut gathered, answer, args, rest.len()).is_break() {
                    skip(recorder, rest, SkipReason::AnsweredBefore);
                    break;
                }
            }
            Settled::Silent => {}
            Settled::Stopped(stopped) => {
                skip(recorder, rest, SkipReason::StoppedBefore);
                H::Kind::abandon(gathered);
                return stopped;
            }
        }
    }
    H::Policy::complete(H::Kind::output(gathered, args))
}

/// Awaits the implementations together, and makes of their answers what the kind of the hook makes
/// of them.
pub(crate) async fn concurrent<H, R>(
    snapshot: &Snapshot<H>,
    args: &mut H::Args<'_>,
    recorder: &mut R,
) -> Output<H>
where
    H: AsyncHook<Mode = Concurrent>,
    R: Recorder<Mark: Send + Sync, Place: Send> + Send,
    for<'call> H::Args<'call>: Send + Sync,
    Output<H>: Send,
{
    let mut gathered = Default::default();
    let stopped = {
        let mut together = Together::<H, R>::start(snapshot, args, recorder);
        let stopped = poll_fn(|context| together.poll(context, recorder)).await;
        together.end(recorder, stopped)
    };
    let answers = match stopped {
        Ok(answers) => answers,
        Err(stopped) => return stopped,
    };
    let count = answers.len();
    for (place, answer) in answers.into_iter().enumerate() {
        if H::Kind::take(&mut gathered, answer, args, count - place - 1).is_break() {
            break;
        }
    }
    H::Policy::complete(H::Kind::output(gathered, args))
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

/// Implementations that are awaited together.
struct Together<'run, H: Hook, R: Recorder> {
    monitors: &'run Monitors,
    places: Vec<Place<'run, H, R>>,
}

/// One of them.
struct Place<'run, H: Hook, R: Recorder> {
    head: &'run Arc<Head>,
    /// When it began.
    mark: R::Mark,
    state: State<'run, H>,
}

/// What an implementation has returned, and how long it was busy.
type Returned<H> = (Result<<H as Hook>::Return, Cause>, Option<Duration>);

enum State<'run, H: Hook> {
    /// It ended when it was started, and was busy for so long; `None` once that was looked at.
    Returned(Option<Returned<H>>),
    Running(Underway<'run, H, H::Return>),
    Ended(Option<H::Answer>),
}

impl<'run, H: AsyncHook<Mode = Concurrent>, R: Recorder> Together<'run, H, R> {
    fn start(snapshot: &'run Snapshot<H>, args: &'run H::Args<'_>, recorder: &mut R) -> Self {
        let places = snapshot.implementations().iter().map(|entry| {
            let head = &entry.head;
            let mark = recorder.begin();
            let state = match admit::<H, R>(recorder, head) {
                Admitted::No => State::Ended(None),
                Admitted::Failed(cause) => State::Returned(Some((Err(cause), None))),
                Admitted::Yes => {
                    let mut shift = Shift::new::<H, R>(snapshot, head);
                    match shift.work(|| start(|| entry.run.start(args))) {
                        Ok(Progress::Running(future)) => {
                            State::Running(Underway::new(future, shift))
                        }
                        Ok(Progress::Ended(returned)) => {
                            State::Returned(Some((Ok(returned), shift.busy)))
                        }
                        Err(panic) => {
                            State::Returned(Some((Err(Cause::Panicked(panic)), shift.busy)))
                        }
                    }
                }
            };
            Place { head, mark, state }
        });
        Self { places: places.collect(), monitors: snapshot.monitors() }
    }

    /// Polls all that have not ended. Ready when the call has: with what stopped it, if a failure
    /// did.
    fn poll(&mut self, context: &mut Context<'_>, recorder: &mut R) -> Poll<Option<Output<H>>> {
        let monitors = self.monitors;
        for place in &mut self.places {
            if let Some(stopped) = place.poll(context, monitors, recorder) {
                return Poll::Ready(Some(stopped));
            }
        }
        if self.is_decided() { Poll::Ready(None) } else { Poll::Pending }
    }

    /// Whether nobody who still runs can change the output.
    fn is_decided(&self) -> bool {
        for place in &self.places {
            match &place.state {
                State::Ended(Some(_)) if H::Kind::FIRST_ANSWER_DECIDES => return true,
                State::Ended(_) => {}
                State::Returned(_) | State::Running(_) => return false,
            }
        }
        true
    }

    /// Drops those who still run. The answers in call order, or what stopped the call.
    fn end(
        self,
        recorder: &mut R,
        stopped: Option<Output<H>>,
    ) -> Result<Vec<H::Answer>, Output<H>> {
        let reason = match stopped {
            Some(_) => SkipReason::StoppedBefore,
            None => SkipReason::AnsweredBefore,
        };
        let mut answers = Vec::new();
        for Place { head, state, .. } in self.places {
            if let State::Ended(answer) = state {
                answers.extend(answer);
            } else {
                let _ = fence::dispose(state);
                recorder.skip(head, reason);
            }
        }
        match stopped {
            None => Ok(answers),
            Some(stopped) => {
                fence::dispose_each(answers);
                Err(stopped)
            }
        }
    }
}

impl<H: AsyncHook, R: Recorder> Place<'_, H, R> {
    /// Polls it, unless it has ended. What stops the call, if its failure does.
    fn poll(
        &mut self,
        context: &mut Context<'_>,
        monitors: &Monitors,
        recorder: &mut R,
    ) -> Option<Output<H>> {
        let (returned, busy) = match &mut self.state {
            State::Returned(returned) => returned.take()?,
            State::Running(underway) => match underway.poll(context) {
                Poll::Ready(returned) => (returned, underway.shift.busy),
                Poll::Pending => return None,
            },
            State::Ended(_) => return None,
        };
        busy.into_iter().for_each(|busy| recorder.was_busy(busy));
        let answered = returned.and_then(answer::<H>);
        match settle::<H, _>(monitors, self.head, recorder, &self.mark, answered) {
            Settled::Answered(answer) => self.state = State::Ended(Some(answer)),
            Settled::Silent => self.state = State::Ended(None),
            Settled::Stopped(stopped) => {
                self.state = State::Ended(None);
                return Some(stopped);
            }
        }
        None
    }
}

/// Starts an implementation.
fn start<'run, R>(begin: impl FnOnce() -> Started<'run, R>) -> Result<Progress<'run, R>, Panic> {
    Fence::raise().run(begin).map(|started| started.0)
}

/// Whether an implementation may run.
enum Admitted {
    Yes,
    /// It is passed over.
    No,
    /// The call must not go on without it.
    Failed(Cause),
}

fn admit<H: Hook, R: Recorder>(recorder: &mut R, head: &Arc<Head>) -> Admitted {
    match recorder.admit(head) {
        None => Admitted::Yes,
        Some(refusal) if H::Policy::STOPS => Admitted::Failed(refusal.into()),
        Some(_) => {
            recorder.skip(head, SkipReason::Quarantined);
            Admitted::No
        }
    }
}

fn answer<H: Hook>(returned: H::Return) -> Result<Option<H::Answer>, Cause> {
    H::answer(returned).map_err(|error| Cause::returned(&Fence::raise(), error))
}

/// What an implementation that has ended means for the call.
enum Settled<H: Hook> {
    Answered(H::Answer),
    Silent,
    Stopped(Output<H>),
}

/// Writes down how an implementation ended.
fn settle<H: Hook, R: Recorder>(
    monitors: &Monitors,
    head: &Arc<Head>,
    recorder: &mut R,
    mark: &R::Mark,
    answered: Result<Option<H::Answer>, Cause>,
) -> Settled<H> {
    let cause = match answered {
        Ok(Some(answer)) => {
            recorder.end(head, mark, Verdict::Answered);
            return Settled::Answered(answer);
        }
        Ok(None) => {
            recorder.end(head, mark, Verdict::Passed);
            return Settled::Silent;
        }
        Err(cause) => cause,
    };
    let failure = record::<H>(&Fence::raise(), monitors, head, cause);
    let stopped = H::Policy::stop(&failure);
    recorder.end(head, mark, Verdict::Failed(failure));
    stopped.map_or(Settled::Silent, Settled::Stopped)
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
            (None, Some(output)) => output,
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
    ) -> (Result<Ended, Cause>, Option<Output<H>>) {
        let mut shift = Shift::new::<H, R>(self.snapshot, &wrapper.head);
        let mut inside = Inside {
            state: InsideState::Waiting(args, Box::new(move |args| self.run(depth + 1, args))),
            passage: Passage::default(),
        };
        let ended = {
            let next = AsyncNext::new(&mut inside);
            let started = shift.work(|| Fence::raise().run(|| wrapper.run.start(next)));
            match started {
                // What is inside keeps its thread on its own account.
                Ok(future) => Underway::<H, _>::new(future, Shift { busy: None, ..shift }).await,
                Err(panic) => Err(Cause::Panicked(panic)),
            }
        };
        inside.passage.resume();
        let output = match inside.state {
            InsideState::Waiting(..) | InsideState::Started => None,
            // The wrapper let go of its inner call; those inside did not ask for that.
            InsideState::Running(future) => Some(future.await),
            InsideState::Ready(output) => Some(output),
        };
        (ended, output)
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

/// What is inside of a wrapper: the dispatcher keeps it, and lends it to the wrapper.
struct Inside<'run, A: Arguments> {
    state: InsideState<'run, A>,
    passage: Passage,
}

enum InsideState<'run, A: Arguments> {
    /// Nobody has called it.
    Waiting(&'run mut A, Starter<'run, A>),
    /// It is about to run.
    Started,
    Running(BoxedFuture<'run, Output<A::Hook>>),
    Ready(Output<A::Hook>),
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
        polled.map(|output| self.state = InsideState::Ready(output))
    }

    fn output(&mut self) -> &mut Output<A::Hook> {
        match &mut self.state {
            InsideState::Ready(output) => output,
            _ => unreachable!("asked for when it is ready"),
        }
    }
}
