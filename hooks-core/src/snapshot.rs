//! The implementations of one hook as they were at one moment: what a call runs.

use std::any::Any;
use std::sync::Weak;

use crate::entry::{AnyEntry, Entry, Run, Wrap};
use crate::hook::Hook;
use crate::monitor::Monitors;

/// The implementations and wrappers of one hook in call order, as they were at one moment.
pub(crate) struct Snapshot<H: Hook> {
    wrappers: Vec<Entry<Wrap<H>>>,
    implementations: Vec<Entry<Run<H>>>,
    monitors: Monitors,
    /// Whether there is nothing around the implementations.
    bare: bool,
}

impl<H: Hook> Snapshot<H> {
    pub(crate) fn new(entries: impl IntoIterator<Item = AnyEntry<H>>, monitors: Monitors) -> Self {
        let mut wrappers = Vec::new();
        let mut implementations = Vec::new();
        for entry in entries {
            match entry {
                AnyEntry::Wrapper(entry) => wrappers.push(entry),
                AnyEntry::Implementation(entry) => implementations.push(entry),
            }
        }
        let bare = wrappers.is_empty() && monitors.is_empty();
        Self { wrappers, implementations, monitors, bare }
    }

    #[inline]
    pub(crate) fn is_bare(&self) -> bool {
        self.bare
    }

    #[inline]
    pub(crate) fn implementations(&self) -> &[Entry<Run<H>>] {
        &self.implementations
    }

    pub(crate) fn wrappers(&self) -> &[Entry<Wrap<H>>] {
        &self.wrappers
    }

    pub(crate) fn monitors(&self) -> &Monitors {
        &self.monitors
    }

    pub(crate) fn len(&self) -> usize {
        self.wrappers.len() + self.implementations.len()
    }

    /// The entries, in call order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = AnyEntry<H>> {
        let wrappers = self.wrappers.iter().cloned().map(AnyEntry::Wrapper);
        wrappers.chain(self.implementations.iter().cloned().map(AnyEntry::Implementation))
    }
}

impl<H: Hook> Drop for Snapshot<H> {
    fn drop(&mut self) {
        self.wrappers.drain(..).map(AnyEntry::<H>::Wrapper).for_each(AnyEntry::let_go);
        self.implementations
            .drain(..)
            .map(AnyEntry::<H>::Implementation)
            .for_each(AnyEntry::let_go);
    }
}

impl<H: Hook> Snapshot<H> {
    /// The same, but for these plugins.
    pub(crate) fn without(&self, left_out: &[Weak<dyn Any + Send + Sync>]) -> Self {
        let kept = self.entries().filter(|entry| {
            let identity = &entry.head().origin.identity;
            !left_out.iter().any(|plugin| plugin.ptr_eq(identity))
        });
        Self::new(kept, self.monitors.clone())
    }
}
