//! Tells monitors what became of each implementation, and passes it on to whoever writes it down.

use std::time::{Duration, Instant};

use crate::entry::Head;
use crate::fence::Fence;
use crate::monitor::{MonitoredCall, Monitors};
use crate::recorder::Recorder;
use crate::report::{Outcome, SkipReason, Verdict};

/// The recorder of a call that monitors watch.
pub(crate) struct Watch<'a, R, F> {
    pub(crate) fence: F,
    pub(crate) monitors: &'a Monitors,
    pub(crate) call: MonitoredCall,
    /// Who writes it down.
    pub(crate) recorder: &'a mut R,
}

/// Where the fence comes from that stands while monitors are told.
pub(crate) trait Fences {
    fn with(&self, tell: impl FnOnce(&Fence));
}

/// The fence of the call.
impl Fences for &Fence {
    fn with(&self, tell: impl FnOnce(&Fence)) {
        tell(self);
    }
}

/// A fence for each time: a call that is awaited has none of its own, because it may go on on
/// another thread.
pub(crate) struct Anew;

impl Fences for Anew {
    fn with(&self, tell: impl FnOnce(&Fence)) {
        tell(&Fence::raise());
    }
}

impl<R, F: Fences> Watch<'_, R, F> {
    fn tell(&self, entry: &Head, duration: Duration, verdict: Verdict) {
        let outcome = Outcome::new(&entry.implementation(), duration, verdict);
        self.fence.with(|fence| self.monitors.ended(fence, &self.call, &outcome));
    }
}

impl<R: Recorder, F: Fences> Recorder for Watch<'_, R, F> {
    type Mark = (Instant, R::Mark);
    type Place = R::Place;

    fn begin(&self) -> Self::Mark {
        (Instant::now(), self.recorder.begin())
    }

    fn end(&mut self, entry: &Head, (began, mark): &Self::Mark, verdict: Verdict) {
        self.tell(entry, began.elapsed(), verdict.clone());
        self.recorder.end(entry, mark, verdict);
    }

    fn skip(&mut self, entry: &Head, reason: SkipReason) {
        self.tell(entry, Duration::ZERO, Verdict::Skipped(reason));
        self.recorder.skip(entry, reason);
    }

    fn enter(&mut self, entry: &Head) -> R::Place {
        self.recorder.enter(entry)
    }

    fn leave(
        &mut self,
        place: R::Place,
        entry: &Head,
        (began, mark): &Self::Mark,
        verdict: Verdict,
    ) {
        self.tell(entry, began.elapsed(), verdict.clone());
        self.recorder.leave(place, entry, mark, verdict);
    }
}
