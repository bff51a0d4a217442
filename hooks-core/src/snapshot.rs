//! The implementations of one hook as they were at one moment: what a call runs.

use std::any::Any;
use std::sync::{Arc, Weak};

use crate::background::Deferred;
use crate::entry::{AnyEntry, Entry, Run, Wrap};
use crate::gear::Gear;
use crate::hook::Hook;
use crate::monitor::Monitors;
use crate::statistics::Tally;

/// The implementations and wrappers of one hook in call order, as they were at one moment.
pub(crate) struct Snapshot<H: Hook> {
    wrappers: Vec<Entry<Wrap<H>>>,
    implementations: Vec<Entry<Run<H>>>,
    /// Those that run in the background.
    background: Vec<Arc<dyn Deferred<H>>>,
    monitors: Monitors,
    gear: Gear,
    /// Counts its calls; `None` while statistics are off, or if it serves one call only.
    tally: Option<Tally>,
    /// Whether a call has nothing to do but to run implementations in the call itself.
    bare: bool,
    /// Whether nobody watches, and all that is switched on can be done without a watch.
    quiet: bool,
}

impl<H: Hook> Snapshot<H> {
    pub(crate) fn new(
        entries: impl IntoIterator<Item = AnyEntry<H>>,
        monitors: Monitors,
        gear: Gear,
    ) -> Self {
        let mut wrappers = Vec::new();
        let mut implementations = Vec::new();
        let mut background = Vec::new();
        for entry in entries {
            gear.attach::<H>(entry.head());
            match entry {
                AnyEntry::Wrapper(entry) => wrappers.push(entry),
                AnyEntry::Implementation(entry) => implementations.push(entry),
                AnyEntry::Background(entry) => background.push(entry),
            }
        }
        let bare = wrappers.is_empty()
            && background.is_empty()
            && monitors.is_empty()
            && (gear.is_off() || implementations.is_empty());
        let quiet = monitors.is_empty() && gear.statistics.is_none() && gear.ward.is_some();
        Self { wrappers, implementations, background, monitors, gear, tally: None, bare, quiet }
    }

    /// The same, for many calls: ready to count them at little cost.
    pub(crate) fn lasting(mut self) -> Self {
        if let Some(statistics) = &self.gear.statistics
            && !self.implementations.is_empty()
        {
            let counted = |Entry { head, .. }: &Entry<Run<H>>| {
                Some((Arc::clone(head), self.gear.figures::<H>(head)?))
            };
            let counted = self.implementations.iter().filter_map(counted).collect();
            self.tally = Some(Tally::new(statistics, counted));
            self.quiet = self.monitors.is_empty();
        }
        self
    }

    #[inline]
    pub(crate) fn is_bare(&self) -> bool {
        self.bare
    }

    /// Whether nobody watches, and all that is switched on can be done without a watch.
    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    #[inline]
    pub(crate) fn implementations(&self) -> &[Entry<Run<H>>] {
        &self.implementations
    }

    pub(crate) fn wrappers(&self) -> &[Entry<Wrap<H>>] {
        &self.wrappers
    }

    pub(crate) fn background(&self) -> &[Arc<dyn Deferred<H>>] {
        &self.background
    }

    pub(crate) fn monitors(&self) -> &Monitors {
        &self.monitors
    }

    /// Whether a call has more to do than to run implementations in the call itself.
    #[inline]
    pub(crate) fn is_surrounded(&self) -> bool {
        !self.wrappers.is_empty() || !self.background.is_empty()
    }

    pub(crate) fn gear(&self) -> &Gear {
        &self.gear
    }

    #[inline]
    pub(crate) fn tally(&self) -> Option<&Tally> {
        self.tally.as_ref()
    }

    /// Whether a plugin is in quarantine, one of these or another.
    #[inline]
    pub(crate) fn is_troubled(&self) -> bool {
        self.gear.ward.as_ref().is_some_and(|ward| ward.is_troubled())
    }

    pub(crate) fn len(&self) -> usize {
        self.wrappers.len() + self.implementations.len() + self.background.len()
    }

    /// The entries, in call order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = AnyEntry<H>> {
        let wrappers = self.wrappers.iter().cloned().map(AnyEntry::Wrapper);
        let implementations = self.implementations.iter().cloned().map(AnyEntry::Implementation);
        let background = self.background.iter().cloned().map(AnyEntry::Background);
        wrappers.chain(implementations).chain(background)
    }
}

impl<H: Hook> Drop for Snapshot<H> {
    fn drop(&mut self) {
        self.wrappers.drain(..).map(AnyEntry::<H>::Wrapper).for_each(AnyEntry::let_go);
        self.implementations
            .drain(..)
            .map(AnyEntry::<H>::Implementation)
            .for_each(AnyEntry::let_go);
        self.background.drain(..).map(AnyEntry::Background).for_each(AnyEntry::let_go);
    }
}

impl<H: Hook> Snapshot<H> {
    /// The same, but for these plugins.
    pub(crate) fn without(&self, left_out: &[Weak<dyn Any + Send + Sync>]) -> Self {
        let kept = self.entries().filter(|entry| {
            let identity = &entry.head().origin.identity;
            !left_out.iter().any(|plugin| plugin.ptr_eq(identity))
        });
        Self::new(kept, self.monitors.clone(), self.gear.clone())
    }
}
