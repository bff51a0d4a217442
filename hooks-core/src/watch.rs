//! The recorder of a call that is watched: by monitors, by `tracing`, by statistics that take the
//! time of it, or because a plugin is in quarantine. Passes on what it sees to whoever writes it
//! down.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::entry::Head;
use crate::fence::Fence;
use crate::hook::Hook;
use crate::monitor::{MonitoredCall, Monitors};
use crate::quarantine::{QuarantineChange, Refused, Visit};
use crate::recorder::Recorder;
use crate::report::{Outcome, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::spans;

/// The recorder of a call that is watched.
pub(crate) struct Watch<'a, R> {
    fence: &'a Fence,
    monitors: &'a Monitors,
    call: MonitoredCall,
    /// Whether `tracing` hears of it.
    is_heard: bool,
    /// For how many calls the times of this one stand.
    weight: u64,
    /// What it has to do with the quarantine; `None` if that is off.
    visit: Option<Visit>,
    /// When the last one ended, if nothing that takes time has happened since.
    reached: Option<Instant>,
    /// How long those have taken that stand within the same wrapper.
    inside: Duration,
    /// Who writes it down.
    recorder: &'a mut R,
}

impl<'a, R> Watch<'a, R> {
    pub(crate) fn new<H: Hook>(
        fence: &'a Fence,
        snapshot: &'a Snapshot<H>,
        call: MonitoredCall,
        is_heard: bool,
        recorder: &'a mut R,
    ) -> Self {
        // A plugin that past calls are replayed to is not there yet.
        let is_guarded = snapshot.gear().ward.is_some() && !call.replay;
        Self {
            fence,
            monitors: snapshot.monitors(),
            call,
            is_heard,
            weight: 1,
            visit: is_guarded.then(Visit::default),
            reached: None,
            inside: Duration::ZERO,
            recorder,
        }
    }

    /// The same, for a call that stands for as many in statistics.
    pub(crate) fn weighing(self, weight: u64) -> Self {
        Self { weight, ..self }
    }

    /// Whether somebody is told of each implementation.
    fn tells(&self) -> bool {
        self.is_heard || !self.monitors.is_empty()
    }

    /// `own` is how long it ran without what is inside of it.
    fn end_of(&mut self, entry: &Arc<Head>, duration: Duration, own: Duration, verdict: &Verdict) {
        self.count(entry, own, verdict);
        self.tell(entry, duration, verdict);
        if let Some(visit) = &mut self.visit
            && let Some(change) = visit.end(entry, verdict.failure())
        {
            self.announce(&change);
        }
    }

    fn count(&self, entry: &Head, own: Duration, verdict: &Verdict) {
        let Some(figures) = entry.figures() else { return };
        figures.count(verdict);
        if verdict.ran() {
            figures.took(own, self.weight);
        }
    }

    fn tell(&self, entry: &Head, duration: Duration, verdict: &Verdict) {
        if self.is_heard {
            let hook = self.call.hook;
            self.fence.outside(|| spans::implementation(hook, entry, duration, verdict));
        }
        if !self.monitors.is_empty() {
            let outcome = Outcome::new(&entry.implementation(), duration, verdict.clone());
            self.monitors.ended(self.fence, &self.call, &outcome);
        }
    }

    fn announce(&mut self, change: &QuarantineChange) {
        self.reached = None;
        change.tell(self.fence, self.monitors);
    }
}

impl<R: Recorder> Recorder for Watch<'_, R> {
    type Mark = (Instant, R::Mark);
    type Place = (R::Place, Duration);
    type Refusal = Refused;

    const TELLS: bool = true;

    /// Where nobody is told, one look at the clock ends one implementation and begins the next.
    fn begin(&self) -> Self::Mark {
        (self.reached.unwrap_or_else(Instant::now), self.recorder.begin())
    }

    fn admit(&mut self, entry: &Arc<Head>) -> Option<Refused> {
        let (refused, change) = self.visit.as_mut()?.admit(entry);
        if let Some(change) = change {
            self.announce(&change);
        }
        refused
    }

    fn end(&mut self, entry: &Arc<Head>, (began, mark): &Self::Mark, verdict: Verdict) {
        let now = Instant::now();
        let duration = now.saturating_duration_since(*began);
        self.inside += duration;
        self.reached = (!self.tells()).then_some(now);
        self.end_of(entry, duration, duration, &verdict);
        self.recorder.end(entry, mark, verdict);
    }

    fn skip(&mut self, entry: &Arc<Head>, reason: SkipReason) {
        let verdict = Verdict::Skipped(reason);
        self.count(entry, Duration::ZERO, &verdict);
        self.tell(entry, Duration::ZERO, &verdict);
        self.recorder.skip(entry, reason);
    }

    fn enter(&mut self, wrapper: &Arc<Head>) -> Self::Place {
        self.reached = None;
        (self.recorder.enter(wrapper), std::mem::take(&mut self.inside))
    }

    fn leave(
        &mut self,
        (place, before): Self::Place,
        wrapper: &Arc<Head>,
        (began, mark): &Self::Mark,
        verdict: Verdict,
    ) {
        let duration = began.elapsed();
        let own = duration.saturating_sub(self.inside);
        self.inside = before + duration;
        self.reached = None;
        self.end_of(wrapper, duration, own, &verdict);
        self.recorder.leave(place, wrapper, mark, verdict);
    }
}
