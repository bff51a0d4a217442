//! What happens in a scenario, in order.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::fault::Fault;

/// A log that gets longer is taken for one that never ends.
const EVENT_LIMIT: usize = 100_000;

/// One thing that happens. As JSON it is a list that begins with what sort of event it is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// An implementation begins.
    Call(String, Arguments),
    /// A wrapper begins.
    Pre(String, Arguments),
    /// The inner call of a wrapper has come back with this output.
    PostOk(String, Value),
    /// The inner call of a wrapper has come back with the failure of this tag.
    PostErr(String, String),
    /// A failure of this tag has been put on record, and the call goes on.
    Isolated(String, String),
    /// An answer to a historic call is handed to the one of this label, who asked for it.
    Taken(String, Value),
    /// The monitor of this id is told of a call of a hook with so many implementations.
    Before(String, &'static str, usize),
    /// The monitor of this id is told of the end of a call, and whether it ended well.
    After(String, &'static str, bool),
    /// An operation is over: with a value, or with an error of this tag.
    Operation(Level, &'static str, Result<Value, String>),
    /// An effect was not run, because it would have been too deep.
    DepthLimit,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Call(implementation, args) => {
                ("call", implementation, args).serialize(serializer)
            }
            Self::Pre(wrapper, args) => ("pre", wrapper, args).serialize(serializer),
            Self::PostOk(wrapper, output) => ("post_ok", wrapper, output).serialize(serializer),
            Self::PostErr(wrapper, tag) => ("post_err", wrapper, tag).serialize(serializer),
            Self::Isolated(who, tag) => ("isolated", who, tag).serialize(serializer),
            Self::Taken(label, answer) => ("cb", label, answer).serialize(serializer),
            Self::Before(id, hook, number) => ("before", id, hook, number).serialize(serializer),
            Self::After(id, hook, well) => {
                ("after", id, hook, if *well { "ok" } else { "err" }).serialize(serializer)
            }
            Self::Operation(level, name, Ok(value)) => {
                (level, name, "ok", value).serialize(serializer)
            }
            Self::Operation(level, name, Err(tag)) => {
                (level, name, "err", tag).serialize(serializer)
            }
            Self::DepthLimit => (Level::Nested, "depth-limit").serialize(serializer),
        }
    }
}

/// The arguments of a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Arguments {
    /// The first.
    pub a: Value,
    /// The second.
    pub b: Value,
}

impl Arguments {
    pub(crate) fn new(a: &Value, b: &Value) -> Self {
        Self { a: a.clone(), b: b.clone() }
    }
}

/// Where an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Among the operations of the scenario.
    Op,
    /// Among the effects of an implementation.
    Nested,
}

/// The log of a scenario while it runs.
#[derive(Default)]
pub(crate) struct Log(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    events: Vec<Event>,
    fault: Option<Fault>,
}

impl Log {
    /// Appends an event.
    pub(crate) fn record(&self, event: Event) {
        let mut entries = self.entries();
        if entries.fault.is_some() {
            return;
        }
        entries.events.push(event);
        let events = entries.events.len();
        if events == EVENT_LIMIT {
            entries.fault = Some(Fault::Endless { events });
        }
    }

    /// Ends the log before the scenario ends, unless it has ended already.
    pub(crate) fn give_up(&self, fault: Fault) {
        self.entries().fault.get_or_insert(fault);
    }

    /// Whether the log has ended before the scenario. Whoever runs it sees to it that this comes
    /// to an end too.
    pub(crate) fn is_given_up(&self) -> bool {
        self.entries().fault.is_some()
    }

    /// What was logged; or why the log has ended too soon.
    pub(crate) fn take(&self) -> Result<Vec<Event>, Fault> {
        let Entries { events, fault } = std::mem::take(&mut *self.entries());
        fault.map_or(Ok(events), Err)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
