//! The implementations of one hook as they were at one moment: what a call runs.

use std::any::Any;
use std::sync::{Arc, Weak};

use crate::background::Deferred;
use crate::entry::{AnyEntry, Entry, Run, Wrap};
use crate::hook::Hook;
use crate::monitor::Monitors;

/// The implementations and wrappers of one hook in call order, as they were at one moment.
pub(crate) struct Snapshot<H: Hook> {
    wrappers: Vec<Entry<Wrap<H>>>,
    implementations: Vec<Entry<Run<H>>>,
    /// Those that run in the background.
    background: Vec<Arc<dyn Deferred<H>>>,
    monitors: Monitors,
    /// Whether there is nothing but implementations that run in the call itself.
    bare: bool,
}

impl<H: Hook> Snapshot<H> {
    pub(crate) fn new(entries: impl IntoIterator<Item = AnyEntry<H>>, monitors: Monitors) -> Self {
        let mut wrappers = Vec::new();
        let mut implementations = Vec::new();
        let mut background = Vec::new();
        for entry in entries {
            match entry {
                AnyEntry::Wrapper(entry) => wrappers.push(entry),
                AnyEntry::Implementation(entry) => implementations.push(entry),
                AnyEntry::Background(entry) => background.push(entry),
            }
        }
        let bare = wrappers.is_empty() && background.is_empty() && monitors.is_empty();
        Self { wrappers, implementations, background, monitors, bare }
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

    pub(crate) fn background(&self) -> &[Arc<dyn Deferred<H>>] {
        &self.background
    }

    pub(crate) fn monitors(&self) -> &Monitors {
        &self.monitors
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
        Self::new(kept, self.monitors.clone())
    }
}
