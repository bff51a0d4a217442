//! What is awaited, while it is under way: inside of a fence in each poll, and in its destructor
//! wherever that runs. A fence stands for the time of one poll only, on the thread that polls.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::deadline::Deadline;
use crate::description::HookDescription;
use crate::dispatch::record;
use crate::entry::Head;
use crate::fence::{self, Fence, Panic};
use crate::hook::{Hook, Kind, Output, Policy};
use crate::mode::{BoxedFuture, Progress, Started};
use crate::monitor::{Busy, Monitors};
use crate::recorder::Recorder;
use crate::report::{Cause, Failure, SkipReason};
use crate::snapshot::Snapshot;

/// How long an implementation or a wrapper keeps its thread busy.
pub(crate) struct Shift<'run> {
    hook: &'static HookDescription,
    head: &'run Arc<Head>,
    monitors: &'run Monitors,
    /// How long it was busy so far; `None` if nobody asks.
    pub(crate) busy: Option<Duration>,
    /// How long it may be at one time before somebody is told.
    limit: Option<Duration>,
}

impl<'run> Shift<'run> {
    pub(crate) fn new<H: Hook, R: Recorder>(
        snapshot: &'run Snapshot<H>,
        head: &'run Arc<Head>,
    ) -> Self {
        Self {
            hook: H::DESCRIPTION,
            head,
            monitors: snapshot.monitors(),
            busy: R::TELLS.then_some(Duration::ZERO),
            limit: snapshot.gear().busy_limit,
        }
    }

    /// The same, and nobody asks how long it is busy.
    pub(crate) fn unmeasured(self) -> Self {
        Self { busy: None, ..self }
    }

    /// Runs it for the time that it keeps its thread.
    pub(crate) fn work<T>(&mut self, work: impl FnOnce() -> T) -> T {
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
pub(crate) struct Underway<'run, H: Hook, T> {
    future: Option<BoxedFuture<'run, T>>,
    pub(crate) shift: Shift<'run>,
    deadline: Deadline,
    /// Of a wrapper: whether its last poll has ended at what is inside of it.
    inside: Option<&'run AtomicBool>,
    of: PhantomData<fn() -> H>,
}

impl<'run, H: Hook, T> Underway<'run, H, T> {
    pub(crate) fn new(future: BoxedFuture<'run, T>, shift: Shift<'run>) -> Self {
        let deadline = Deadline::of(H::DESCRIPTION, shift.head);
        Self { future: Some(future), shift, deadline, inside: None, of: PhantomData }
    }

    /// The same around what says in `inside` that it is waited for: that time is not its own.
    pub(crate) fn around(mut self, inside: &'run AtomicBool) -> Self {
        self.inside = Some(inside);
        self
    }

    /// Polls the future. What it has panicked with, or that its deadline has passed, is why it
    /// failed; it is not polled again then.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<T, Cause>> {
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
    pub(crate) fn cut_short(mut self) -> Option<Failure> {
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
    #[inline]
    pub(crate) fn new(value: T, let_go: fn(T)) -> Self {
        Self { value: Some(value), let_go }
    }

    #[inline]
    pub(crate) fn as_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("it is taken at the end")
    }

    #[inline]
    pub(crate) fn take(mut self) -> T {
        self.value.take().expect("it is taken once")
    }
}

impl<T> Drop for Held<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            fence::heard(|| (self.let_go)(value));
        }
    }
}

/// The answers so far.
pub(crate) type Gathered<H> = Held<<<H as Hook>::Kind as Kind<H>>::Gathered>;

pub(crate) fn gathering<H: Hook>() -> Gathered<H> {
    Held::new(Default::default(), H::Kind::abandon)
}

/// The output of a call in which all who are to be asked were.
pub(crate) fn complete<H: Hook>(gathered: Gathered<H>, args: &mut H::Args<'_>) -> Output<H> {
    H::Policy::complete(H::Kind::output(gathered.take(), args))
}

/// An answer that waits for those before it.
/// Starts an implementation.
pub(crate) fn start<'run, R>(
    begin: impl FnOnce() -> Started<'run, R>,
) -> Result<Progress<'run, R>, Panic> {
    Fence::raise().run(begin).map(|started| started.0)
}

/// Whether an implementation may run.
pub(crate) enum Admitted {
    Yes,
    /// It is passed over.
    No,
    /// The call must not go on without it.
    Failed(Cause),
}

pub(crate) fn admit<H: Hook, R: Recorder>(recorder: &mut R, head: &Arc<Head>) -> Admitted {
    match recorder.admit(head) {
        None => Admitted::Yes,
        Some(refusal) if H::Policy::STOPS => Admitted::Failed(refusal.into()),
        Some(_) => {
            recorder.skip(head, SkipReason::Quarantined);
            Admitted::No
        }
    }
}

/// What an implementation has answered.
pub(crate) fn answer<H: Hook>(returned: H::Return) -> Result<Option<H::Answer>, Cause> {
    H::answer(returned).map_err(|error| Cause::returned(&Fence::raise(), error))
}
