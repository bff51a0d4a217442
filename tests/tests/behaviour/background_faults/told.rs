//! A monitor that keeps what it is told of deliveries.

use std::sync::{Arc, Mutex};

use hooks_core::{Dropped, Failure, Monitor, MonitoredCall, Outcome, Verdict};

/// What monitors are told.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Inside>>);

#[derive(Default)]
pub(crate) struct Inside {
    pub(crate) failures: Vec<Failure>,
    pub(crate) drops: Vec<Dropped>,
    /// What became of each delivery that was begun.
    pub(crate) deliveries: Vec<Outcome>,
}

impl Told {
    /// What was told since the last look.
    pub(crate) fn read(&self) -> Inside {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Monitor for Told {
    fn failed(&self, failure: &Failure) {
        self.0.lock().unwrap().failures.push(failure.clone());
    }

    fn dropped(&self, dropped: &Dropped) {
        self.0.lock().unwrap().drops.push(dropped.clone());
    }

    fn ended(&self, call: &MonitoredCall, outcome: &Outcome) {
        if call.delivery {
            self.0.lock().unwrap().deliveries.push(outcome.clone());
        }
    }
}

/// A verdict in a word.
pub(crate) fn named(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Answered => "answered".to_owned(),
        Verdict::Failed(_) => "failed".to_owned(),
        Verdict::Queued => "queued".to_owned(),
        Verdict::Skipped(reason) => format!("skipped: {reason}"),
        other => panic!("{other:?}"),
    }
}
