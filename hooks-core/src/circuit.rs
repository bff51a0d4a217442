//! A circuit breaker as a state machine: it is told what happens and when, and has no clock.
//!
//! ```text
//!            too many failures            cooled down, and somebody asks
//!   closed ────────────────────▶ open ────────────────────────────────▶ probing
//!      ▲                          ▲                                      │  │
//!      │                          └──────────── the probe fails ─────────┘  │
//!      └─────────────────────────────────────── the probe ends well ────────┘
//!
//!   the last opening that there may be: kept open, until it is reset
//! ```

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What a breaker goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// How many failures open it.
    pub(crate) failures: u32,
    /// Within what time.
    pub(crate) window: Duration,
    /// How long it stays open before a probe.
    pub(crate) cool_down: Duration,
    /// At which opening it stays open.
    pub(crate) openings: u32,
}

/// A circuit breaker.
#[derive(Debug, Default)]
pub(crate) struct Circuit {
    phase: Phase,
    /// The failures while it was closed, of which so many are kept as are needed.
    recent: VecDeque<Instant>,
    /// How often it has opened since it was made or reset.
    openings: u32,
    /// How many probes there were.
    probes: u64,
}

#[derive(Clone, Copy, Debug, Default)]
enum Phase {
    #[default]
    Closed,
    Open(Cooling),
    /// Somebody has the probe of this number.
    Probing(Cooling, u64),
    Kept {
        since: Instant,
    },
}

#[derive(Clone, Copy, Debug)]
struct Cooling {
    /// When it was last closed.
    since: Instant,
    from: Instant,
    time: Duration,
}

/// Whether something may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Runs,
    /// As the probe of this number, whose end is to be told.
    Probes(u64),
    Refused,
}

/// A change that is of interest outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Opened { cool_down: Duration },
    Kept,
    Closed,
}

/// How long it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuses {
    Nothing,
    /// All, until it has cooled down from then on for so long.
    Until(Instant, Duration),
    /// All, until it is told something.
    Everything,
}

impl Circuit {
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    pub(crate) fn openings(&self) -> u32 {
        self.openings
    }

    /// Since when it has not been closed.
    pub(crate) fn since(&self) -> Option<Instant> {
        match self.phase {
            Phase::Closed => None,
            Phase::Open(cooling) | Phase::Probing(cooling, _) => Some(cooling.since),
            Phase::Kept { since } => Some(since),
        }
    }

    pub(crate) fn refuses(&self) -> Refuses {
        match self.phase {
            Phase::Closed => Refuses::Nothing,
            Phase::Open(Cooling { from, time, .. }) => Refuses::Until(from, time),
            Phase::Probing(..) | Phase::Kept { .. } => Refuses::Everything,
        }
    }

    /// Somebody asks whether it may run, at the time `now`.
    pub(crate) fn ask(&mut self, now: Instant) -> Admission {
        match self.phase {
            Phase::Closed => Admission::Runs,
            Phase::Open(cooling) if cooling.is_over(now) => {
                self.probes += 1;
                self.phase = Phase::Probing(cooling, self.probes);
                Admission::Probes(self.probes)
            }
            Phase::Open(_) | Phase::Probing(..) | Phase::Kept { .. } => Admission::Refused,
        }
    }

    /// Something has failed that was no probe. What ran when the breaker opened may fail after
    /// that, and tells nothing new.
    pub(crate) fn fail(&mut self, now: Instant, terms: &Terms) -> Option<Turn> {
        if !self.is_closed() {
            return None;
        }
        let enough = terms.failures.max(1) as usize;
        self.recent.push_back(now);
        let surplus = self.recent.len().saturating_sub(enough);
        self.recent.drain(..surplus);
        let oldest = *self.recent.front()?;
        let opens =
            self.recent.len() == enough && now.saturating_duration_since(oldest) <= terms.window;
        opens.then(|| self.open(now, now, terms))
    }

    /// A probe has ended, well or not.
    pub(crate) fn end_probe(
        &mut self,
        probe: u64,
        ended_well: bool,
        now: Instant,
        terms: &Terms,
    ) -> Option<Turn> {
        match self.phase {
            Phase::Probing(_, current) if current == probe && ended_well => {
                self.close();
                Some(Turn::Closed)
            }
            Phase::Probing(Cooling { since, .. }, current) if current == probe => {
                Some(self.open(since, now, terms))
            }
            _ if ended_well => None,
            // It was reset in the meantime.
            _ => self.fail(now, terms),
        }
    }

    /// A probe has ended and nobody knows how: another one may take its place at once.
    pub(crate) fn abandon_probe(&mut self, probe: u64) {
        if let Phase::Probing(cooling, current) = self.phase
            && current == probe
        {
            self.phase = Phase::Open(cooling);
        }
    }

    /// Closes it and forgets that it was ever open.
    pub(crate) fn reset(&mut self) {
        self.close();
        self.openings = 0;
    }

    fn close(&mut self) {
        self.phase = Phase::Closed;
        self.recent.clear();
    }

    fn open(&mut self, since: Instant, now: Instant, terms: &Terms) -> Turn {
        self.openings = self.openings.saturating_add(1);
        if self.openings >= terms.openings {
            self.phase = Phase::Kept { since };
            return Turn::Kept;
        }
        self.phase = Phase::Open(Cooling { since, from: now, time: terms.cool_down });
        Turn::Opened { cool_down: terms.cool_down }
    }
}

impl Cooling {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.from) >= self.time
    }
}
