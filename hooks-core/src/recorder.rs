//! Sees how each implementation ended, for a report. The loops are compiled once for each
//! recorder, so the plain call pays nothing for the reported one.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::entry::Head;
use crate::report::{Cause, Outcome, SkipReason, Verdict};

/// Sees how each implementation ended.
pub(crate) trait Recorder {
    /// When an implementation began.
    type Mark;
    /// Where the outcome of one belongs that others begin before the end of: of a wrapper, or of
    /// an implementation that is awaited together with others.
    type Place: Copy;
    /// Says that an implementation is not to run, and why.
    type Refusal: Into<Cause>;

    /// Whether it is that of the plain call, in whose place there may be another one.
    const IS_PLAIN: bool = false;
    /// Whether it runs code of the host. That must not be inside of a fence, or the plugin whose
    /// turn it is would be blamed for its panics.
    const TELLS: bool = false;

    /// Whether implementations are to be asked for whether they may run, from now until one fails.
    fn is_alert(&self) -> bool {
        false
    }
    /// Whether an implementation or a wrapper is not to run.
    fn admit(&mut self, entry: &Arc<Head>) -> Option<Self::Refusal>;
    fn begin(&self) -> Self::Mark;
    fn end(&mut self, entry: &Arc<Head>, mark: &Self::Mark, verdict: Verdict);
    fn skip(&mut self, entry: &Arc<Head>, reason: SkipReason);
    /// The next one to end was busy for so long, and waited for the rest of its time.
    fn was_busy(&mut self, _busy: Duration) {}
    /// All implementations have had their turn.
    fn finish(&mut self) {}
    fn enter(&mut self, wrapper: &Arc<Head>) -> Self::Place;
    fn leave(
        &mut self,
        place: Self::Place,
        wrapper: &Arc<Head>,
        mark: &Self::Mark,
        verdict: Verdict,
    );
}

/// The recorder of the plain call.
pub(crate) struct Unrecorded;

impl Recorder for Unrecorded {
    type Mark = ();
    type Place = ();
    type Refusal = Infallible;

    const IS_PLAIN: bool = true;

    #[inline]
    fn admit(&mut self, _entry: &Arc<Head>) -> Option<Infallible> {
        None
    }
    #[inline]
    fn begin(&self) {}
    #[inline]
    fn end(&mut self, _entry: &Arc<Head>, (): &(), _verdict: Verdict) {}
    #[inline]
    fn skip(&mut self, _entry: &Arc<Head>, _reason: SkipReason) {}
    #[inline]
    fn enter(&mut self, _wrapper: &Arc<Head>) {}
    #[inline]
    fn leave(&mut self, (): (), _wrapper: &Arc<Head>, (): &(), _verdict: Verdict) {}
}

/// The recorder of the reported call.
impl Recorder for Vec<Outcome> {
    type Mark = Instant;
    type Place = usize;
    type Refusal = Infallible;

    fn admit(&mut self, _entry: &Arc<Head>) -> Option<Infallible> {
        None
    }

    fn begin(&self) -> Instant {
        Instant::now()
    }

    fn end(&mut self, entry: &Arc<Head>, mark: &Instant, verdict: Verdict) {
        self.push(Outcome::new(&entry.implementation(), mark.elapsed(), verdict));
    }

    fn skip(&mut self, entry: &Arc<Head>, reason: SkipReason) {
        let verdict = Verdict::Skipped(reason);
        self.push(Outcome::new(&entry.implementation(), Duration::ZERO, verdict));
    }

    fn enter(&mut self, wrapper: &Arc<Head>) -> usize {
        self.push(Outcome::new(&wrapper.implementation(), Duration::ZERO, Verdict::Answered));
        self.len() - 1
    }

    fn leave(&mut self, place: usize, _wrapper: &Arc<Head>, mark: &Instant, verdict: Verdict) {
        self[place].duration = mark.elapsed();
        self[place].verdict = verdict;
    }
}
