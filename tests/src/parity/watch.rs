//! The monitors of a scenario.

use std::sync::Arc;

use hooks_core::{Failure, Monitor, MonitoredCall};

use super::log::{Event, Log};

/// A monitor that a scenario asks for.
pub(crate) struct Watch {
    id: String,
    log: Arc<Log>,
}

impl Watch {
    pub(crate) fn new(id: String, log: Arc<Log>) -> Self {
        Self { id, log }
    }
}

impl Monitor for Watch {
    fn before(&self, call: &MonitoredCall) {
        self.log.record(Event::Before(self.id.clone(), call.hook.name, call.implementations));
    }

    fn after(&self, call: &MonitoredCall, stopped: Option<&Failure>) {
        self.log.record(Event::After(self.id.clone(), call.hook.name, stopped.is_none()));
    }
}

/// Logs failures that are isolated, at the time at which they are put on record.
pub(crate) struct Isolations {
    log: Arc<Log>,
}

impl Isolations {
    pub(crate) fn new(log: Arc<Log>) -> Self {
        Self { log }
    }
}

impl Monitor for Isolations {
    fn failed(&self, failure: &Failure) {
        if failure.hook().ends_with("_iso") {
            let (who, tag) = (failure.method().to_owned(), failure.message().to_owned());
            self.log.record(Event::Isolated(who, tag));
        }
    }
}
