//! Runs a snapshot of a table whose hook is `async`.
//!
//! What `dispatch` does for functions, this does for futures: wrappers around the implementations,
//! monitors around both, and all code of plugins inside of a fence. A fence stands for the time of
//! one poll only, on the thread that polls.

use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::mem;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tracing::{Instrument, Span};

use crate::deadline::Deadline;
use crate::description::HookDescription;
use crate::dispatch::{Answers, is_heard, record, skip};
use crate::entry::{Entry, Head, Run, Wrap};
use crate::fence::{self, Fence, Panic, Passage};
use crate::hook::{Arguments, Hook, Kind, Mode, Output, Policy};
use crate::mode::{
    AsyncHook, BoxedFuture, Concurrent, Ended, Progress, Sequential, StartWrapper, Started,
};
use crate::monitor::{Busy, MonitoredCall, Monitors, Occasion};
use crate::recorder::Recorder;
use crate::report::{Cause, Failure, SkipReason, Verdict};
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
    /// Of a wrapper: whether its last poll has ended at what is inside of it.
    inside: Option<&'run AtomicBool>,
    of: PhantomData<fn() -> H>,
}

impl<'run, H: Hook, T> Underway<'run, H, T> {
    fn new(future: BoxedFuture<'run, T>, shift: Shift<'run>) -> Self {
        let deadline = Deadline::of(H::DESCRIPTION, &shift.head.origin);
        Self { future: Some(future), shift, deadline, inside: None, of: PhantomData }
    }

    /// The same around what says in `inside` that it is waited for: that time is not its own.
    fn around(mut self, inside: &'run AtomicBool) -> Self {
        self.inside = Some(inside);
        self
    }

    /// Polls the future. What it has panicked with, or that its deadline has passed, is why it
    /// failed; it is not polled again then.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<T, Cause>> {
        let future = self.future.as_mut().expect("what has ended is not polled again");
        let polled = self.shift.work(|| Fence::raise().run(|| future.as_mut().poll(context)));
        match polled {
            Ok(Poll::Ready(ready)) => Poll::Ready(self.let_go().map(|()| ready)),
            Ok(Poll::Pending) => {
                let waits = self.inside.is_some_and(|inside| inside.swap(false, Ordering::Relaxed));
                self.deadline.poll(context, waits).map(|passed| {
                    // A panic on the way out adds nothing to the failure that it belongs to.
                    let _ = self.let_go();
                    Err(passed)
                })
            }
            Err(panic) => {
                let _ = self.let_go();
                Poll::Ready(Err(Cause::Panicked(panic)))
            }
        }
    }

    fn let_go(&mut self) -> Result<(), Cause> {
        fence::dispose(self.future.take()).map_err(Cause::Panicked)
    }

    /// Lets go of the future before it is ready. Its failure, if it panics on the way out.
    fn cut_short(mut self) -> Option<Failure> {
        let cause = self.let_go().err()?;
        Some(record::<H>(&Fence::raise(), self.shift.monitors, self.shift.head, cause))
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
            let Shift { monitors, head, .. } = self.shift;
            fence::heard(|| drop(record::<H>(&Fence::raise(), monitors, head, cause)));
        }
    }
}

/// What plugins have made, while the call is under way: let go of inside of a fence, if the call
/// is cancelled.
pub(crate) struct Held<T> {
    /// `None` once it was taken.
    value: Option<T>,
    let_go: fn(T),
}

impl<T> Held<T> {
    pub(crate) fn new(value: T, let_go: fn(T)) -> Self {
        Self { value: Some(value), let_go }
    }

    pub(crate) fn as_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("it is taken at the end")
    }

    pub(crate) fn take(mut self) -> T {
        self.value.take().expect("it is taken once")
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            fence::heard(|| (self.let_go)(value));
        }
    }
}

/// The answers so far.
type Gathered<H> = Held<<<H as Hook>::Kind as Kind<H>>::Gathered>;

fn gathering<H: Hook>() -> Gathered<H> {
    Held::new(Default::default(), H::Kind::abandon)
}

/// The output of a call in which all who are to be asked were.
fn complete<H: Hook>(gathered: Gathered<H>, args: &mut H::Args<'_>) -> Output<H> {
    H::Policy::complete(H::Kind::output(gathered.take(), args))
}

/// An answer that waits for those before it.
fn waiting<A>(answer: A) -> Held<A> {
    Held::new(answer, |answer| drop(fence::dispose(answer)))
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
    let monitors = snapshot.monitors();
    let entries = snapshot.implementations();
    let mut gathered = gathering::<H>();
    for (place, entry) in entries.iter().enumerate() {
        let rest = &entries[place + 1..];
        let mark = recorder.begin();
        let returned = match admit::<H, R>(recorder, &entry.head) {
            Admitted::No => continue,
            Admitted::Failed(cause) => Err(cause),
            Admitted::Yes => {
                let mut shift = Shift::new::<H, R>(snapshot, &entry.head);
                let (returned, busy) = match shift.work(|| start(|| entry.run.start(args))) {
                    Ok(Progress::Ended(returned)) => (Ok(returned), shift.busy),
                    Ok(Progress::Running(future)) => {
                        let mut underway = Underway::<H, _>::new(future, shift);
                        let returned = (&mut underway).await;
                        (returned, underway.shift.busy)
                    }
                    Err(panic) => (Err(Cause::Panicked(panic)), shift.busy),
                };
                busy.into_iter().for_each(|busy| recorder.was_busy(busy));
                returned
            }
        };
        let (verdict, settled) = settle::<H>(monitors, &entry.head, returned);
        recorder.end(&entry.head, &mark, verdict);
        match settled {
            Settled::Answered(answer) => {
                if H::Kind::take(gathered.as_mut(), answer.take(), args, rest.len()).is_break() {
                    skip(recorder, rest, SkipReason::AnsweredBefore);
                    break;
                }
            }
            Settled::Silent => {}
            Settled::Stopped(stopped) => {
                skip(recorder, rest, SkipReason::StoppedBefore);
                return stopped;
            }
        }
    }
    complete::<H>(gathered, args)
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
    let mut gathered = gathering::<H>();
    let mut entries = snapshot.implementations().iter();
    // A plain function has ended when it was started: the answers of those before the first that
    // is to be awaited have nothing to wait for.
    let first = loop {
        let Some(entry) = entries.next() else { return complete::<H>(gathered, args) };
        let Some(place) = Place::<H, R>::start(entry, args, snapshot, recorder) else { continue };
        let settled = match place.settled() {
            Ok(settled) => settled,
            Err(place) => break place,
        };
        match settled {
            Settled::Answered(answer) => {
                let remaining = entries.len();
                if H::Kind::take(gathered.as_mut(), answer.take(), args, remaining).is_break() {
                    skip(recorder, entries.as_slice(), SkipReason::AnsweredBefore);
                    return complete::<H>(gathered, args);
                }
            }
            Settled::Silent => {}
            Settled::Stopped(stopped) => {
                skip(recorder, entries.as_slice(), SkipReason::StoppedBefore);
                return stopped;
            }
        }
    };
    let mut together = Together { snapshot, places: Vec::with_capacity(1 + entries.len()) };
    together.places.push(first);
    if together.start(&mut entries, args, recorder).is_continue() {
        poll_fn(|context| together.poll(context, recorder)).await;
    }
    let ended = together.end(recorder);
    skip(recorder, entries.as_slice(), SkipReason::StoppedBefore);
    let answers = match ended {
        Ok(answers) => answers,
        Err(stopped) => return stopped,
    };
    let mut answers = answers.take().into_iter();
    while let Some(answer) = answers.next() {
        if H::Kind::take(gathered.as_mut(), answer, args, answers.len()).is_break() {
            break;
        }
    }
    fence::dispose_each(answers.collect());
    complete::<H>(gathered, args)
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
    snapshot: &'run Snapshot<H>,
    places: Vec<Place<'run, H, R>>,
}

/// One of them.
struct Place<'run, H: Hook, R: Recorder> {
    head: &'run Arc<Head>,
    /// Where its outcome belongs: they are in call order, whoever ends first.
    place: R::Place,
    /// When it began.
    mark: R::Mark,
    state: State<'run, H>,
}

enum State<'run, H: Hook> {
    Running(Underway<'run, H, H::Return>),
    Settled(Settled<H>),
}

impl<'run, H: AsyncHook<Mode = Concurrent>, R: Recorder> Together<'run, H, R> {
    /// Starts those that are left; breaks if one stops the call.
    fn start<'table: 'run>(
        &mut self,
        entries: &mut slice::Iter<'table, Entry<Run<H>>>,
        args: &'run H::Args<'_>,
        recorder: &mut R,
    ) -> ControlFlow<()> {
        for entry in entries {
            let Some(place) = Place::start(entry, args, self.snapshot, recorder) else { continue };
            let stops = place.stops();
            self.places.push(place);
            if stops {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Polls all that have not ended. Ready as soon as nobody who still runs can change the
    /// output.
    fn poll(&mut self, context: &mut Context<'_>, recorder: &mut R) -> Poll<()> {
        let mut all_ended = true;
        for place in &mut self.places {
            place.poll(context, self.snapshot.monitors(), recorder);
            match &place.state {
                State::Settled(Settled::Stopped(_)) => return Poll::Ready(()),
                State::Settled(Settled::Answered(_))
                    if all_ended && H::Kind::FIRST_ANSWER_DECIDES =>
                {
                    return Poll::Ready(());
                }
                State::Settled(_) => {}
                State::Running(_) => all_ended = false,
            }
        }
        if all_ended { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Lets go of those who still run. The answers in call order, or what stopped the call.
    fn end(self, recorder: &mut R) -> Result<Held<Vec<H::Answer>>, Output<H>> {
        let reason = match self.places.iter().any(Place::stops) {
            true => SkipReason::StoppedBefore,
            false => SkipReason::AnsweredBefore,
        };
        let mut answers = Held::new(Vec::new(), fence::dispose_each);
        let mut stop = None;
        for place in self.places {
            match place.state {
                State::Settled(Settled::Answered(answer)) => answers.as_mut().push(answer.take()),
                State::Settled(Settled::Silent) => {}
                State::Settled(Settled::Stopped(stopped)) => stop = Some(stopped),
                State::Running(underway) => {
                    let failure = underway.cut_short();
                    let verdict = failure.map_or(Verdict::Skipped(reason), Verdict::Failed);
                    recorder.leave(place.place, place.head, &place.mark, verdict);
                }
            }
        }
        stop.map_or(Ok(answers), Err)
    }
}

impl<'run, H: AsyncHook<Mode = Concurrent>, R: Recorder> Place<'run, H, R> {
    /// Starts an implementation; one that is a plain function has ended then. `None` if it is passed
    /// over.
    fn start(
        entry: &'run Entry<Run<H>>,
        args: &'run H::Args<'_>,
        snapshot: &'run Snapshot<H>,
        recorder: &mut R,
    ) -> Option<Self> {
        let Entry { head, run } = entry;
        let admitted = admit::<H, R>(recorder, head);
        if matches!(admitted, Admitted::No) {
            return None;
        }
        let place = recorder.enter(head);
        let mark = recorder.begin();
        let mut shift = Shift::new::<H, R>(snapshot, head);
        let started = match admitted {
            Admitted::Failed(cause) => Err(cause),
            _ => shift.work(|| start(|| run.start(args))).map_err(Cause::Panicked),
        };
        let returned = match started {
            Ok(Progress::Running(future)) => {
                let state = State::Running(Underway::new(future, shift));
                return Some(Self { head, place, mark, state });
            }
            Ok(Progress::Ended(returned)) => Ok(returned),
            Err(cause) => Err(cause),
        };
        shift.busy.into_iter().for_each(|busy| recorder.was_busy(busy));
        let (verdict, settled) = settle::<H>(snapshot.monitors(), head, returned);
        recorder.leave(place, head, &mark, verdict);
        Some(Self { head, place, mark, state: State::Settled(settled) })
    }

    /// Polls it, unless it has ended.
    fn poll(&mut self, context: &mut Context<'_>, monitors: &Monitors, recorder: &mut R) {
        let State::Running(underway) = &mut self.state else { return };
        let Poll::Ready(returned) = underway.poll(context) else { return };
        underway.shift.busy.into_iter().for_each(|busy| recorder.was_busy(busy));
        let (verdict, settled) = settle::<H>(monitors, self.head, returned);
        recorder.leave(self.place, self.head, &self.mark, verdict);
        self.state = State::Settled(settled);
    }

    /// What came of it if it has ended, or else it itself.
    #[allow(clippy::result_large_err)] // it goes on, and is moved once either way
    fn settled(self) -> Result<Settled<H>, Self> {
        match self.state {
            State::Settled(settled) => Ok(settled),
            State::Running(_) => Err(self),
        }
    }

    /// Whether its failure stops the call.
    fn stops(&self) -> bool {
        matches!(self.state, State::Settled(Settled::Stopped(_)))
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

/// What an implementation that has ended means for the call.
enum Settled<H: Hook> {
    Answered(Held<H::Answer>),
    Silent,
    Stopped(Output<H>),
}

/// What it means for the call how an implementation has ended. A failure is put on record.
fn settle<H: Hook>(
    monitors: &Monitors,
    head: &Head,
    returned: Result<H::Return, Cause>,
) -> (Verdict, Settled<H>) {
    let answered = returned.and_then(|returned| {
        H::answer(returned).map_err(|error| Cause::returned(&Fence::raise(), error))
    });
    match answered {
        Ok(Some(answer)) => (Verdict::Answered, Settled::Answered(waiting(answer))),
        Ok(None) => (Verdict::Passed, Settled::Silent),
        Err(cause) => {
            let failure = record::<H>(&Fence::raise(), monitors, head, cause);
            let settled = H::Policy::stop(&failure).map_or(Settled::Silent, Settled::Stopped);
            (Verdict::Failed(failure), settled)
        }
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
                    let shift = Shift { busy: None, ..shift };
                    Underway::<H, _>::new(future, shift).around(&waited_for).await
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
