//! What the host has switched on for the hooks of a manager: who watches, what is counted, and
//! who is left out.

use std::sync::Arc;

use crate::entry::Head;
use crate::hook::Hook;
use crate::monitor::MonitorList;
use crate::quarantine::Ward;
use crate::statistics::{Figures, Statistics};
use crate::sync::Lock;

/// What the tables of one manager share. Every one of them looks here when it makes a snapshot.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) monitors: MonitorList,
    gear: Lock<Gear>,
}

impl Around {
    pub(crate) fn gear(&self) -> Gear {
        self.gear.hold().clone()
    }

    /// Switches something on.
    pub(crate) fn switch<T>(&self, switch: impl FnOnce(&mut Gear) -> T) -> T {
        switch(&mut self.gear.hold())
    }
}

/// What is switched on.
#[derive(Clone, Default)]
pub(crate) struct Gear {
    pub(crate) statistics: Option<Arc<Statistics>>,
    pub(crate) ward: Option<Arc<Ward>>,
}

impl Gear {
    pub(crate) fn is_off(&self) -> bool {
        self.statistics.is_none() && self.ward.is_none()
    }

    /// Attaches to an entry of the hook `H` what calls are to find there.
    pub(crate) fn attach<H: Hook>(&self, head: &Head) {
        if let Some(ward) = &self.ward {
            head.origin.guard(ward);
        }
        if self.statistics.is_some() {
            self.figures::<H>(head);
        }
    }

    /// The figures of an entry of the hook `H`.
    pub(crate) fn figures<H: Hook>(&self, head: &Head) -> Option<Arc<Figures>> {
        let statistics = self.statistics.as_ref()?;
        Some(Arc::clone(head.measure(|| statistics.figures::<H>(&head.origin.plugin))))
    }
}
