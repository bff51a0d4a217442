//! What happens, in the order in which it does.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex};

use hooks_core::{Failure, FailureKind, Monitor, MonitoredCall};

use super::answer::Told;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// An implementation or a wrapper began.
    Ran { number: u32, depth: u32 },
    /// A wrapper saw what is inside of it.
    Saw { number: u32, inside: Told },
    /// Somebody called the hook from within.
    Called { number: u32, output: Told },
    /// A monitor was told of a beginning,
    Began { hook: &'static str, implementations: usize, replay: bool },
    /// of a failure, and where it arose,
    Failed { blame: Blame, is_place_right: bool },
    /// and of an end.
    Ended { hook: &'static str, stopped: Option<String> },
}

/// Who failed, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blame {
    pub(super) plugin: String,
    pub(super) hook: String,
    pub(super) method: String,
    pub(super) kind: FailureKind,
    pub(super) message: String,
}

/// How the message begins for an error that does not say what it is.
pub(super) const UNTOLD: &str = "an error that panicked when it was asked what it is";

impl From<&Failure> for Blame {
    fn from(failure: &Failure) -> Self {
        let message = failure.message();
        Self {
            plugin: failure.plugin().to_owned(),
            hook: failure.hook().to_owned(),
            method: failure.method().to_owned(),
            kind: failure.kind(),
            message: if message.starts_with(UNTOLD) { UNTOLD } else { message }.to_owned(),
        }
    }
}

/// Notes that everybody can add to. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    notes: Vec<Note>,
    /// By method: the line at which it panicked last.
    places: BTreeMap<String, u32>,
}

impl Log {
    pub(super) fn note(&self, note: Note) {
        self.0.lock().unwrap().notes.push(note);
    }

    /// What was noted since the last look.
    pub(super) fn read(&self) -> Vec<Note> {
        mem::take(&mut self.0.lock().unwrap().notes)
    }

    /// Says that a method is about to panic at a line, or to fail without a place.
    pub(super) fn place(&self, method: String, line: Option<u32>) {
        let places = &mut self.0.lock().unwrap().places;
        match line {
            Some(line) => places.insert(method, line),
            None => places.remove(&method),
        };
    }

    fn is_place_right(&self, failure: &Failure) -> bool {
        let line = self.0.lock().unwrap().places.get(failure.method()).copied();
        failure.location().map(|location| location.line) == line
            && failure.location().is_none_or(|location| location.file.contains("wrapped_faults"))
    }
}

impl Monitor for Log {
    fn before(&self, call: &MonitoredCall) {
        let &MonitoredCall { hook, implementations, replay, .. } = call;
        self.note(Note::Began { hook: hook.name, implementations, replay });
    }

    fn failed(&self, failure: &Failure) {
        let is_place_right = self.is_place_right(failure);
        self.note(Note::Failed { blame: failure.into(), is_place_right });
    }

    fn after(&self, call: &MonitoredCall, stopped: Option<&Failure>) {
        let stopped = stopped.map(|failure| failure.method().to_owned());
        self.note(Note::Ended { hook: call.hook.name, stopped });
    }
}
