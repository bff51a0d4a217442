//! Keeps plugins that fail again and again from being called.
//!
//! Each registration of a plugin has a circuit breaker, which all of its implementations share.
//! While all breakers of a manager are closed, a call reads one atomic, and nothing else. What
//! fails pays more, and so does every call while a plugin is in quarantine.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::circuit::{Admission, Circuit, Refuses, Terms, Turn};
use crate::entry::Head;
use crate::fence::Fence;
use crate::monitor::Monitors;
use crate::report::{Cause, Failure};
use crate::sync::{AtomicU64, AtomicUsize, Lock, Shelf};

/// When a plugin is left out because it fails, and for how long. See
/// [`PluginManager::quarantine`](crate::PluginManager::quarantine).
///
/// By default, 5 failures within 60 seconds put a plugin into quarantine, it is tried again after
/// 30 seconds, and the third time it stays there.
///
/// ```
/// use std::time::Duration;
///
/// use hooks_core::Quarantine;
///
/// let strict = Quarantine::default().failures(1).cool_down(Duration::from_secs(300));
/// ```
#[derive(Clone)]
#[must_use = "a policy does nothing until a manager has it"]
pub struct Quarantine {
    terms: Terms,
    clock: Option<Clock>,
}

type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

impl Default for Quarantine {
    fn default() -> Self {
        let terms = Terms {
            failures: 5,
            window: Duration::from_secs(60),
            cool_down: Duration::from_secs(30),
            openings: 3,
        };
        Self { terms, clock: None }
    }
}

impl Quarantine {
    /// The default policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many failures put a plugin into quarantine; at least one does.
    pub fn failures(mut self, failures: u32) -> Self {
        self.terms.failures = failures;
        self
    }

    /// Within what time that many failures are too many.
    pub fn window(mut self, window: Duration) -> Self {
        self.terms.window = window;
        self
    }

    /// How long a plugin is left out before one of its implementations is tried.
    pub fn cool_down(mut self, cool_down: Duration) -> Self {
        self.terms.cool_down = cool_down;
        self
    }

    /// At which opening of the quarantine a plugin stays there, until the host
    /// [readmits](crate::PluginManager::readmit) it. A probe that fails is an opening too, and
    /// success does not make earlier ones undone. At one and below it is the first.
    pub fn openings(mut self, openings: u32) -> Self {
        self.terms.openings = openings;
        self
    }

    /// Another clock than [`Instant::now`], for tests. It is asked when something fails and when
    /// something is left out.
    pub fn with_clock(mut self, clock: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    fn now(&self) -> Instant {
        self.clock.as_ref().map_or_else(Instant::now, |clock| clock())
    }
}

impl fmt::Debug for Quarantine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Terms { failures, window, cool_down, openings } = &self.terms;
        f.debug_struct("Quarantine")
            .field("failures", failures)
            .field("window", window)
            .field("cool_down", cool_down)
            .field("openings", openings)
            .finish_non_exhaustive()
    }
}

/// A plugin goes into quarantine, is tried, or comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuarantineChange {
    /// The plugin, by the name under which it is registered.
    pub plugin: Arc<str>,
    /// What happens to it.
    pub step: QuarantineStep,
    /// How often it has gone into quarantine since it was registered or readmitted.
    pub openings: u32,
    /// The failure that put it there last.
    pub failure: Option<Failure>,
}

/// What happens to a plugin that fails too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuarantineStep {
    /// It is left out, until one of its implementations is tried.
    Opened {
        /// How long that takes.
        cool_down: Duration,
    },
    /// It is left out for good, until the host readmits it.
    Kept,
    /// One of its implementations is tried.
    Probing,
    /// The one that was tried has not failed: it is called again.
    Closed,
    /// The host has readmitted it: it is called again.
    Readmitted,
}

impl From<Turn> for QuarantineStep {
    fn from(turn: Turn) -> Self {
        match turn {
            Turn::Opened { cool_down } => Self::Opened { cool_down },
            Turn::Kept => Self::Kept,
            Turn::Closed => Self::Closed,
        }
    }
}

impl QuarantineChange {
    /// Tells monitors and `tracing`. The subscriber is the host's: a panic of its own is to be
    /// heard.
    pub(crate) fn tell(&self, fence: &Fence, monitors: &Monitors) {
        fence.outside(|| self.trace());
        monitors.quarantine(fence, self);
    }

    fn trace(&self) {
        let plugin = &*self.plugin;
        let openings = self.openings;
        match self.step {
            QuarantineStep::Opened { cool_down } => tracing::warn!(
                target: "hooks_core::quarantine",
                plugin,
                openings,
                ?cool_down,
                "a plugin failed too often, and is in quarantine: {}",
                self.reason(),
            ),
            QuarantineStep::Kept => tracing::warn!(
                target: "hooks_core::quarantine",
                plugin,
                openings,
                "a plugin failed too often, and stays in quarantine: {}",
                self.reason(),
            ),
            QuarantineStep::Probing => tracing::info!(
                target: "hooks_core::quarantine",
                plugin,
                openings,
                "a plugin in quarantine is tried",
            ),
            QuarantineStep::Closed => tracing::info!(
                target: "hooks_core::quarantine",
                plugin,
                openings,
                "a plugin is out of quarantine",
            ),
            QuarantineStep::Readmitted => tracing::info!(
                target: "hooks_core::quarantine",
                plugin,
                openings,
                "a plugin was readmitted",
            ),
        }
    }

    fn reason(&self) -> String {
        self.failure.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

/// What the breakers of a manager share.
pub(crate) struct Ward {
    policy: Shelf<Quarantine>,
    /// How many breakers are not closed: spares a call the look at those of its plugins.
    troubled: AtomicUsize,
    /// From when time is counted.
    beginning: Instant,
}

impl Ward {
    pub(crate) fn new(policy: Quarantine) -> Self {
        let beginning = policy.now();
        let ward = Self { policy: Shelf::empty(), troubled: AtomicUsize::new(0), beginning };
        ward.set(policy);
        ward
    }

    /// Goes by another policy from now on.
    pub(crate) fn set(&self, policy: Quarantine) {
        self.policy.put(Some(Arc::new(policy)));
    }

    /// Whether a plugin is in quarantine.
    #[inline]
    pub(crate) fn is_troubled(&self) -> bool {
        self.troubled.load(Ordering::Acquire) != 0
    }

    fn policy(&self) -> Arc<Quarantine> {
        self.policy.load_full().expect("a ward has a policy from the beginning")
    }

    fn nanoseconds(&self, time: Instant) -> u64 {
        let passed = time.saturating_duration_since(self.beginning).as_nanos();
        u64::try_from(passed).unwrap_or(u64::MAX)
    }
}

/// The breaker of one registration of a plugin.
pub(crate) struct Breaker {
    plugin: Arc<str>,
    ward: Arc<Ward>,
    /// [`OPEN_TO_ALL`], [`OPEN_TO_NONE`], or else the time from which on somebody may probe.
    gate: AtomicU64,
    inside: Lock<Inside>,
}

const OPEN_TO_ALL: u64 = 0;
const OPEN_TO_NONE: u64 = u64::MAX;

#[derive(Default)]
struct Inside {
    circuit: Circuit,
    /// What put the plugin into quarantine last.
    failure: Option<Failure>,
}

impl Breaker {
    pub(crate) fn new(plugin: Arc<str>, ward: Arc<Ward>) -> Self {
        Self { plugin, ward, gate: AtomicU64::new(OPEN_TO_ALL), inside: Lock::default() }
    }

    /// Whether the plugin is not in quarantine.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.gate.load(Ordering::Acquire) == OPEN_TO_ALL
    }

    /// Whether an implementation may run.
    fn ask(&self) -> Admission {
        let probed_from = match self.gate.load(Ordering::Acquire) {
            OPEN_TO_ALL => return Admission::Runs,
            OPEN_TO_NONE => return Admission::Refused,
            probed_from => probed_from,
        };
        let now = self.ward.policy().now();
        if self.ward.nanoseconds(now) < probed_from {
            return Admission::Refused;
        }
        self.change(|inside| inside.circuit.ask(now))
    }

    /// An implementation has failed that was no probe.
    #[cold]
    fn fail(&self, failure: &Failure) -> Option<QuarantineChange> {
        let policy = self.ward.policy();
        let now = policy.now();
        self.turn(Some(failure), |circuit| circuit.fail(now, &policy.terms))
    }

    /// A probe has ended, with a failure or well.
    fn end_probe(&self, probe: u64, failure: Option<&Failure>) -> Option<QuarantineChange> {
        let policy = self.ward.policy();
        let now = policy.now();
        self.turn(failure, |circuit| {
            circuit.end_probe(probe, failure.is_none(), now, &policy.terms)
        })
    }

    fn abandon_probe(&self, probe: u64) {
        self.change(|inside| inside.circuit.abandon_probe(probe));
    }

    /// Closes the breaker, whatever has happened. `None` if it is closed.
    pub(crate) fn readmit(&self) -> Option<QuarantineChange> {
        self.change(|inside| {
            let was_closed = inside.circuit.is_closed();
            inside.circuit.reset();
            let failure = inside.failure.take();
            (!was_closed).then(|| self.report(QuarantineStep::Readmitted, 0, failure))
        })
    }

    fn turn(
        &self,
        failure: Option<&Failure>,
        turn: impl FnOnce(&mut Circuit) -> Option<Turn>,
    ) -> Option<QuarantineChange> {
        self.change(|inside| {
            let turn = turn(&mut inside.circuit)?;
            if failure.is_some() {
                inside.failure = failure.cloned();
            }
            Some(self.report(turn.into(), inside.circuit.openings(), inside.failure.clone()))
        })
    }

    fn probing(&self) -> QuarantineChange {
        let inside = self.inside.hold();
        let failure = inside.failure.clone();
        self.report(QuarantineStep::Probing, inside.circuit.openings(), failure)
    }

    fn report(
        &self,
        step: QuarantineStep,
        openings: u32,
        failure: Option<Failure>,
    ) -> QuarantineChange {
        QuarantineChange { plugin: Arc::clone(&self.plugin), step, openings, failure }
    }

    /// Changes what is inside, and what can be seen of it without the lock.
    fn change<T>(&self, change: impl FnOnce(&mut Inside) -> T) -> T {
        let mut inside = self.inside.hold();
        let was_closed = inside.circuit.is_closed();
        let changed = change(&mut inside);
        let gate = match inside.circuit.refuses() {
            Refuses::Nothing => OPEN_TO_ALL,
            Refuses::Everything => OPEN_TO_NONE,
            Refuses::Until(from, time) => {
                let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
                // One more than it is, because none is for all.
                self.ward.nanoseconds(from).saturating_add(time).max(OPEN_TO_ALL + 1)
            }
        };
        self.gate.store(gate, Ordering::Release);
        match (was_closed, inside.circuit.is_closed()) {
            (true, false) => _ = self.ward.troubled.fetch_add(1, Ordering::AcqRel),
            (false, true) => _ = self.ward.troubled.fetch_sub(1, Ordering::AcqRel),
            (true, true) | (false, false) => {}
        }
        changed
    }

    /// Since when the plugin is in quarantine, and why.
    fn explain(&self) -> String {
        let now = self.ward.policy().now();
        let inside = self.inside.hold();
        let since = inside.circuit.since();
        let time = since.map(|since| now.saturating_duration_since(since)).unwrap_or_default();
        let plugin = &self.plugin;
        match &inside.failure {
            Some(failure) => {
                format!("`{plugin}` has been in quarantine for {time:.1?}, because of {failure}")
            }
            None => format!("`{plugin}` was in quarantine a moment ago"),
        }
    }
}

/// The plugin is gone, and whoever comes after it has a breaker of its own.
impl Drop for Breaker {
    fn drop(&mut self) {
        if !self.is_closed() {
            self.ward.troubled.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// An implementation that does not run because its plugin is in quarantine.
pub(crate) struct Refused(Arc<Head>);

impl From<Refused> for Cause {
    fn from(Refused(head): Refused) -> Self {
        Self::Quarantined(head.origin.breaker().map(Breaker::explain).unwrap_or_default())
    }
}

/// An implementation that must not start now: a call that has begun leaves probes to the next.
pub(crate) fn refuse(head: &Arc<Head>) -> Option<Refused> {
    let is_refused = !head.origin.breaker()?.is_closed();
    is_refused.then(|| Refused(Arc::clone(head)))
}

/// What one call has to do with the quarantine.
#[derive(Default)]
pub(crate) struct Visit {
    /// Whose breakers it has tried, and has not told the end.
    probes: Vec<(Arc<Head>, u64)>,
}

impl Visit {
    /// Whether an implementation may run, and what is to be told of that.
    pub(crate) fn admit(
        &mut self,
        head: &Arc<Head>,
    ) -> (Option<Refused>, Option<QuarantineChange>) {
        let Some(breaker) = head.origin.breaker() else { return (None, None) };
        match breaker.ask() {
            Admission::Runs => (None, None),
            Admission::Refused => (Some(Refused(Arc::clone(head))), None),
            Admission::Probes(probe) => {
                self.probes.push((Arc::clone(head), probe));
                (None, Some(breaker.probing()))
            }
        }
    }

    /// An implementation that was admitted has ended, with a failure or well. What is to be told
    /// of that.
    pub(crate) fn end(
        &mut self,
        head: &Arc<Head>,
        failure: Option<&Failure>,
    ) -> Option<QuarantineChange> {
        let place = self.probes.iter().rposition(|(probing, _)| Arc::ptr_eq(probing, head));
        match (place, failure) {
            (Some(place), failure) => {
                let (_, probe) = self.probes.swap_remove(place);
                head.origin.breaker()?.end_probe(probe, failure)
            }
            (None, Some(failure)) => fail(head, failure),
            (None, None) => None,
        }
    }
}

/// An implementation has failed that was no probe. What is to be told of that.
#[cold]
pub(crate) fn fail(head: &Head, failure: &Failure) -> Option<QuarantineChange> {
    head.origin.breaker()?.fail(failure)
}

/// A panic of the host, or a call that is cancelled: nobody knows how the probe would have ended.
impl Drop for Visit {
    fn drop(&mut self) {
        for (head, probe) in self.probes.drain(..) {
            if let Some(breaker) = head.origin.breaker() {
                breaker.abandon_probe(probe);
            }
        }
    }
}
