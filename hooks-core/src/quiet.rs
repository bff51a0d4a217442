//! The recorder of a plain call while statistics are kept or quarantine is on, and nobody watches.

use std::sync::Arc;

use crate::entry::Head;
use crate::fence::Fence;
use crate::hook::Hook;
use crate::quarantine::{self, Refused};
use crate::recorder::Recorder;
use crate::report::{Failure, SkipReason, Verdict};
use crate::snapshot::Snapshot;
use crate::statistics::{Tally, Turn};

/// Counts a call in which every implementation answers as one, and takes no time.
///
/// For calls that ask implementations in call order: those have answered of which it does not
/// hear, between two of which it does.
pub(crate) struct Quiet<'a, H: Hook> {
    fence: &'a Fence,
    snapshot: &'a Snapshot<H>,
    /// Where the call is counted.
    turn: Option<Turn<'a>>,
    /// How many implementations are counted.
    counted: usize,
    /// Whether a plugin has gone into quarantine since the call began.
    is_alert: bool,
}

impl<'a, H: Hook> Quiet<'a, H> {
    /// The recorder for a plain call of a snapshot that is [quiet](Snapshot::is_quiet).
    ///
    /// # Errors
    ///
    /// For how many calls this one stands, if it is to be watched.
    #[inline]
    pub(crate) fn of(fence: &'a Fence, snapshot: &'a Snapshot<H>) -> Result<Self, u64> {
        if snapshot.is_troubled() {
            return Err(1);
        }
        let turn = snapshot.tally().map(Tally::turn).transpose()?;
        Ok(Self { fence, snapshot, turn, counted: 0, is_alert: false })
    }

    /// Counts something else than an answer, and the answers before it.
    #[inline(never)]
    fn count(&mut self, entry: &Arc<Head>, verdict: &Verdict) {
        let Some(tally) = self.snapshot.tally() else { return };
        let rest = &tally.counted()[self.counted..];
        let Some(answered) = rest.iter().position(|(head, _)| Arc::ptr_eq(head, entry)) else {
            // A wrapper, of which the tally does not know.
            return count(entry, verdict);
        };
        let (answered, others) = rest.split_at(answered);
        answered.iter().for_each(|(_, figures)| figures.count(&Verdict::Answered));
        others[0].1.count(verdict);
        self.counted += answered.len() + 1;
    }

    #[cold]
    fn fail(&mut self, entry: &Arc<Head>, failure: &Failure) {
        if let Some(change) = quarantine::fail(entry, failure) {
            change.tell(self.fence, self.snapshot.monitors());
        }
        self.is_alert = self.snapshot.is_troubled();
    }
}

impl<H: Hook> Recorder for Quiet<'_, H> {
    type Mark = ();
    type Place = ();
    type Refusal = Refused;

    #[inline]
    fn begin(&self) {}

    #[inline]
    fn is_alert(&self) -> bool {
        self.is_alert
    }

    fn admit(&mut self, entry: &Arc<Head>) -> Option<Refused> {
        quarantine::refuse(entry)
    }

    #[inline]
    fn end(&mut self, entry: &Arc<Head>, (): &(), verdict: Verdict) {
        if matches!(verdict, Verdict::Answered) {
            return;
        }
        self.count(entry, &verdict);
        if let Verdict::Failed(failure) = &verdict {
            self.fail(entry, failure);
        }
    }

    #[inline]
    fn skip(&mut self, entry: &Arc<Head>, reason: SkipReason) {
        self.count(entry, &Verdict::Skipped(reason));
    }

    #[inline]
    fn finish(&mut self) {
        let Some(turn) = &self.turn else { return };
        match self.counted {
            0 => turn.count_whole(),
            counted => {
                turn.count_answers_from(counted);
            }
        }
    }

    #[inline]
    fn enter(&mut self, _wrapper: &Arc<Head>) {}

    /// The tally knows of implementations only.
    fn leave(&mut self, (): (), wrapper: &Arc<Head>, (): &(), verdict: Verdict) {
        count(wrapper, &verdict);
        if let Verdict::Failed(failure) = &verdict {
            self.fail(wrapper, failure);
        }
    }
}

/// Counts what became of an entry.
fn count(entry: &Head, verdict: &Verdict) {
    if let Some(figures) = entry.figures() {
        figures.count(verdict);
    }
}
