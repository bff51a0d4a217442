//! Sees how each implementation ended, for a report. The loops are compiled once for each
//! recorder, so the plain call pays nothing for the reported one.

use std::time::{Duration, Instant};

use crate::entry::Head;
use crate::report::{Outcome, SkipReason, Verdict};

/// Sees how each implementation ended.
pub(crate) trait Recorder {
    /// When an implementation began.
    type Mark;
    /// Where the outcome of one belongs that others begin before the end of: of a wrapper, or of
    /// an implementation that is awaited together with others.
    type Place: Copy;

    fn begin(&self) -> Self::Mark;
    fn end(&mut self, entry: &Head, mark: &Self::Mark, verdict: Verdict);
    fn skip(&mut self, entry: &Head, reason: SkipReason);
    fn enter(&mut self, entry: &Head) -> Self::Place;
    fn leave(&mut self, place: Self::Place, entry: &Head, mark: &Self::Mark, verdict: Verdict);
}

/// The recorder of the plain call.
pub(crate) struct Unrecorded;

impl Recorder for Unrecorded {
    type Mark = ();
    type Place = ();

    #[inline]
    fn begin(&self) {}
    #[inline]
    fn end(&mut self, _entry: &Head, (): &(), _verdict: Verdict) {}
    #[inline]
    fn skip(&mut self, _entry: &Head, _reason: SkipReason) {}
    #[inline]
    fn enter(&mut self, _entry: &Head) {}
    #[inline]
    fn leave(&mut self, (): (), _entry: &Head, (): &(), _verdict: Verdict) {}
}

/// The recorder of the reported call.
impl Recorder for Vec<Outcome> {
    type Mark = Instant;
    type Place = usize;

    fn begin(&self) -> Instant {
        Instant::now()
    }

    fn end(&mut self, entry: &Head, mark: &Instant, verdict: Verdict) {
        self.push(Outcome::new(&entry.implementation(), mark.elapsed(), verdict));
    }

    fn skip(&mut self, entry: &Head, reason: SkipReason) {
        let verdict = Verdict::Skipped(reason);
        self.push(Outcome::new(&entry.implementation(), Duration::ZERO, verdict));
    }

    fn enter(&mut self, entry: &Head) -> usize {
        self.push(Outcome::new(&entry.implementation(), Duration::ZERO, Verdict::Answered));
        self.len() - 1
    }

    fn leave(&mut self, place: usize, _entry: &Head, mark: &Instant, verdict: Verdict) {
        self[place].duration = mark.elapsed();
        self[place].verdict = verdict;
    }
}
