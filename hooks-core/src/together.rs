//! Awaits the implementations of a hook all together.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::slice;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::dispatch::{record, skip};
use crate::entry::{Entry, Head, Run};
use crate::fence::{self, Fence};
use crate::hook::{Hook, Kind, Output, Policy};
use crate::mode::{AsyncHook, Concurrent, Progress};
use crate::monitor::Monitors;
use crate::recorder::Recorder;
use crate::report::{Cause, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::underway::{Admitted, Held, Shift, Underway, admit, answer, complete, gathering, start};

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
    match returned.and_then(answer::<H>) {
        Ok(Some(answer)) => (Verdict::Answered, Settled::Answered(waiting(answer))),
        Ok(None) => (Verdict::Passed, Settled::Silent),
        Err(cause) => {
            let failure = record::<H>(&Fence::raise(), monitors, head, cause);
            let settled = H::Policy::stop(&failure).map_or(Settled::Silent, Settled::Stopped);
            (Verdict::Failed(failure), settled)
        }
    }
}

fn waiting<A>(answer: A) -> Held<A> {
    Held::new(answer, |answer| drop(fence::dispose(answer)))
}
