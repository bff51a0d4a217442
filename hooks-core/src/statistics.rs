//! What becomes of the calls of each hook in each plugin, in figures, and how long it takes.
//!
//! Kept when the host asks for it, and without a lock on the calling path. A call in which every
//! implementation answers costs one count, in a place that belongs to its thread: who answered
//! follows from the snapshot that it ran. What is out of the ordinary is counted where it happens.
//!
//! Reading the clock takes longer than an implementation that does nothing, so a thread that calls
//! a hook in a tight loop times some of its calls only, and each of these stands for those since
//! the last one.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::description::HookDescription;
use crate::entry::Head;
use crate::histogram::Histogram;
use crate::hook::Hook;
use crate::lane::{self, Lanes};
use crate::report::{FailureKind, SkipReason, Verdict};
use crate::sync::Lock;

/// What the calls of one hook came to in one plugin, since the host switched statistics on. See
/// [`PluginManager::measure`](crate::PluginManager::measure).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookStatistics {
    /// The hook.
    pub hook: &'static HookDescription,
    /// The plugin, by the name under which it is or was registered; empty for the closures that
    /// were handed in for a call or a few.
    pub plugin: Arc<str>,
    /// How often an implementation or a wrapper ran to its end or to a failure.
    pub calls: u64,
    /// How often one answered; in a notify hook and in a wrapper, ran to its end.
    pub answers: u64,
    /// How often one ran to its end and had no answer.
    pub passes: u64,
    /// How often one failed, by kind: those kinds that there were. A failure of the kind
    /// [`Quarantined`](FailureKind::Quarantined) is none of the `calls`, because nothing ran.
    pub failures: Vec<(FailureKind, u64)>,
    /// How often one did not run, by reason: those reasons that there were.
    pub skipped: Vec<(SkipReason, u64)>,
    /// Of how many of the `calls` the time was taken. The next four are of these. All are timed,
    /// unless a thread calls the hook so fast that the clock would take more than about one part
    /// in 200 of its time: then some are, chosen by chance, one in 8,192 at least, and each counts
    /// for as many as it stands for.
    pub timed: u64,
    /// The time that half of the calls did not exceed, off by one part in 32 at most.
    pub p50: Duration,
    /// The time that 99 in 100 calls did not exceed, off by one part in 32 at most.
    pub p99: Duration,
    /// The longest time of a call.
    pub maximum: Duration,
    /// The time that all calls took together, inside of the plugin: that of a wrapper is without
    /// what is inside of it. An estimate where not every call was timed.
    pub busy: Duration,
}

impl HookStatistics {
    /// How often one failed, in any way.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.iter().map(|(_, often)| often).sum()
    }

    /// How often one failed in this way.
    #[must_use]
    pub fn failed_by(&self, kind: FailureKind) -> u64 {
        often(&self.failures, kind)
    }

    /// How often one did not run for this reason.
    #[must_use]
    pub fn skipped_for(&self, reason: SkipReason) -> u64 {
        often(&self.skipped, reason)
    }
}

fn often<K: PartialEq>(counts: &[(K, u64)], wanted: K) -> u64 {
    counts.iter().find(|(kind, _)| *kind == wanted).map_or(0, |(_, often)| *often)
}

/// The figures of one hook in one plugin.
pub(crate) struct Figures {
    hook: &'static HookDescription,
    plugin: Arc<str>,
    answers: AtomicU64,
    passes: AtomicU64,
    failures: [AtomicU64; FailureKind::ALL.len()],
    skipped: [AtomicU64; SkipReason::ALL.len()],
    timed: AtomicU64,
    latency: Histogram,
    maximum: AtomicU64,
    busy: AtomicU64,
}

impl Figures {
    fn new(hook: &'static HookDescription, plugin: Arc<str>) -> Self {
        Self {
            hook,
            plugin,
            answers: AtomicU64::default(),
            passes: AtomicU64::default(),
            failures: Default::default(),
            skipped: Default::default(),
            timed: AtomicU64::default(),
            latency: Histogram::default(),
            maximum: AtomicU64::default(),
            busy: AtomicU64::default(),
        }
    }

    /// Counts how an implementation ended.
    pub(crate) fn count(&self, verdict: &Verdict) {
        let counter = match verdict {
            Verdict::Answered => &self.answers,
            Verdict::Passed => &self.passes,
            Verdict::Failed(failure) => &self.failures[failure.kind() as usize],
            Verdict::Skipped(reason) => &self.skipped[*reason as usize],
            // It counts when it is delivered.
            Verdict::Queued => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the time that an implementation took, for as many calls as it stands for.
    pub(crate) fn took(&self, duration: Duration, weight: u64) {
        let nanoseconds = nanoseconds(duration);
        self.timed.fetch_add(1, Ordering::Relaxed);
        self.latency.add(nanoseconds, weight);
        self.maximum.fetch_max(nanoseconds, Ordering::Relaxed);
        self.busy.fetch_add(nanoseconds.saturating_mul(weight), Ordering::Relaxed);
    }

    fn read(&self) -> HookStatistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let failures = counted(FailureKind::ALL, &self.failures);
        let ran = failures.iter().filter(|(kind, _)| *kind != FailureKind::Quarantined);
        let (answers, passes) = (read(&self.answers), read(&self.passes));
        let calls = answers + passes + ran.map(|(_, often)| often).sum::<u64>();
        let latency = self.latency.read();
        let maximum = read(&self.maximum);
        let percentile = |percent| Duration::from_nanos(latency.percentile(percent).min(maximum));
        HookStatistics {
            hook: self.hook,
            plugin: Arc::clone(&self.plugin),
            calls,
            answers,
            passes,
            failures,
            skipped: counted(SkipReason::ALL, &self.skipped),
            timed: read(&self.timed),
            p50: percentile(50),
            p99: percentile(99),
            maximum: Duration::from_nanos(maximum),
            busy: Duration::from_nanos(read(&self.busy)),
        }
    }
}

/// How often there was each, of those that there were.
fn counted<K: Copy, const N: usize>(kinds: [K; N], counters: &[AtomicU64; N]) -> Vec<(K, u64)> {
    let counts = kinds.into_iter().zip(counters);
    let counts = counts.map(|(kind, counter)| (kind, counter.load(Ordering::Relaxed)));
    counts.filter(|(_, often)| *often > 0).collect()
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The figures of all hooks in all plugins of a manager.
pub(crate) struct Statistics {
    /// From when time is counted.
    beginning: Instant,
    store: Lock<Store>,
}

#[derive(Default)]
struct Store {
    figures: BTreeMap<Key, Arc<Figures>>,
    tallies: Vec<Arc<Counts>>,
}

/// By what figures are found and sorted. The type tells hooks apart that have the same names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    spec: &'static str,
    hook: &'static str,
    plugin: Arc<str>,
    id: TypeId,
}

impl Statistics {
    pub(crate) fn new() -> Self {
        Self { beginning: Instant::now(), store: Lock::default() }
    }

    /// The figures of the hook `H` in a plugin.
    pub(crate) fn figures<H: Hook>(&self, plugin: &Arc<str>) -> Arc<Figures> {
        let hook = H::DESCRIPTION;
        let key = Key {
            spec: hook.spec,
            hook: hook.name,
            plugin: Arc::clone(plugin),
            id: TypeId::of::<H>(),
        };
        let mut store = self.store.hold();
        let figures = store.figures.entry(key);
        Arc::clone(figures.or_insert_with(|| Arc::new(Figures::new(hook, Arc::clone(plugin)))))
    }

    pub(crate) fn read(&self) -> Vec<HookStatistics> {
        let store = self.store.hold();
        store.tallies.iter().for_each(|counts| counts.settle());
        store.figures.values().map(|figures| figures.read()).collect()
    }
}

/// Counts the calls that run one snapshot.
pub(crate) struct Tally {
    counts: Arc<Counts>,
    statistics: Arc<Statistics>,
}

struct Counts {
    /// The implementations in call order, with their figures.
    counted: Vec<(Arc<Head>, Arc<Figures>)>,
    lanes: Lanes<Lane>,
    /// How many calls the figures have in them.
    settled: AtomicU64,
}

/// What one thread counts.
#[derive(Default)]
struct Lane {
    /// Calls in which every implementation answered.
    whole: AtomicU64,
    /// How many calls are not timed before the next one is.
    left: AtomicU64,
    /// For how many calls the next one stands that is timed.
    weight: AtomicU64,
    /// When the last call was timed.
    timed: AtomicU64,
    is_shared: bool,
}

impl Lane {
    fn new(is_shared: bool) -> Self {
        Self { is_shared, ..Self::default() }
    }
}

/// The longest row of calls of which one is timed, on the average. The longest there can be is
/// twice as long.
const LONGEST_ROW: u64 = 4_096;
/// How far apart in time calls are, for each implementation, that can all be timed: 200
/// times what it costs.
const APART: u64 = 10_000;

impl Tally {
    pub(crate) fn new(
        statistics: &Arc<Statistics>,
        counted: Vec<(Arc<Head>, Arc<Figures>)>,
    ) -> Self {
        let counts =
            Arc::new(Counts { counted, lanes: Lanes::new(Lane::new), settled: AtomicU64::new(0) });
        statistics.store.hold().tallies.push(Arc::clone(&counts));
        Self { counts, statistics: Arc::clone(statistics) }
    }

    /// The implementations in call order, with their figures.
    pub(crate) fn counted(&self) -> &[(Arc<Head>, Arc<Figures>)] {
        &self.counts.counted
    }

    /// The turn of a call that begins on this thread.
    ///
    /// # Errors
    ///
    /// For how many calls it stands, if it is to be timed.
    #[inline]
    pub(crate) fn turn(&self) -> Result<Turn<'_>, u64> {
        let lane = self.counts.lanes.own();
        match lane.left.load(Ordering::Relaxed) {
            0 => Err(self.time(lane, Instant::now())),
            more => {
                lane.left.store(more - 1, Ordering::Relaxed);
                Ok(Turn { tally: self, lane })
            }
        }
    }

    /// Chooses the next call that is timed. For how many the one stands that begins `now`.
    #[cold]
    fn time(&self, lane: &Lane, now: Instant) -> u64 {
        let now = nanoseconds(now.saturating_duration_since(self.statistics.beginning));
        let weight = lane.weight.load(Ordering::Relaxed).max(1);
        let passed = now.saturating_sub(lane.timed.swap(now, Ordering::Relaxed)).max(1);
        let enough = APART * (self.counts.counted.len() as u64 + 1);
        let row = (enough * weight / passed).clamp(1, LONGEST_ROW);
        let next = by_chance(row, now);
        lane.weight.store(next, Ordering::Relaxed);
        lane.left.store(next - 1, Ordering::Relaxed);
        weight
    }
}

/// A call that is not timed. It ends on the thread on which it began.
pub(crate) struct Turn<'a> {
    tally: &'a Tally,
    lane: &'a Lane,
}

impl Turn<'_> {
    /// Counts the call as one in which every implementation answered.
    #[inline]
    pub(crate) fn count_whole(&self) {
        lane::count(&self.lane.whole, self.lane.is_shared);
    }

    /// Counts that all have answered from this one on.
    #[cold]
    pub(crate) fn count_answers_from(&self, first: usize) {
        let answered = &self.tally.counted()[first..];
        answered.iter().for_each(|(_, figures)| figures.count(&Verdict::Answered));
    }
}

/// A number from 1 to less than twice `row`, and `row` on the average: something that happens at every so
/// manieth call is not to be timed always, or never.
fn by_chance(row: u64, now: u64) -> u64 {
    // Fibonacci hashing: the last nanoseconds are as good as chance.
    1 + (now.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % (2 * row - 1)
}

impl Counts {
    /// Adds to the figures what was counted since this was last done. To be done under the lock.
    fn settle(&self) {
        let whole = self.lanes.all().map(|lane| lane.whole.load(Ordering::Relaxed));
        let whole = whole.fold(0, u64::wrapping_add);
        let new = whole.wrapping_sub(self.settled.swap(whole, Ordering::Relaxed));
        for (_, figures) in &self.counted {
            figures.answers.fetch_add(new, Ordering::Relaxed);
        }
    }
}

/// Nobody can count any more.
impl Drop for Tally {
    fn drop(&mut self) {
        let mut store = self.statistics.store.hold();
        self.counts.settle();
        store.tallies.retain(|counts| !Arc::ptr_eq(counts, &self.counts));
    }
}
