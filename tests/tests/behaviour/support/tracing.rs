//! A subscriber that remembers what the framework tells.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Level, Metadata, Subscriber};

/// An event that the framework emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) level: Level,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

impl Event {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(crate) fn message(&self) -> &str {
        self.field("message").unwrap_or_default()
    }
}

/// Runs `act`, and returns what the framework told meanwhile on this thread, but for what is told
/// of each call.
pub(crate) fn recorded<T>(act: impl FnOnce() -> T) -> (T, Vec<Event>) {
    /// While a process has just one subscriber, `tracing` asks whoever meets an event first
    /// whether it is wanted, and remembers that for all: another test on another thread says no.
    static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Recorder::default()));
    LazyLock::force(&ANOTHER);
    let recorder = Recorder::default();
    let events = Arc::clone(&recorder.0);
    let returned = tracing::subscriber::with_default(recorder, act);
    let events = std::mem::take(&mut *events.lock().unwrap());
    (returned, events)
}

/// Remembers what the framework tells on all threads from now on: for a process of its own.
pub(crate) fn recorded_everywhere() -> Told {
    let recorder = Recorder::default();
    let told = Told(Arc::clone(&recorder.0));
    tracing::subscriber::set_global_default(recorder).unwrap();
    told
}

/// What the framework tells on all threads.
pub(crate) struct Told(Arc<Mutex<Vec<Event>>>);

impl Told {
    /// What was told since the last look.
    pub(crate) fn read(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[derive(Default)]
struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("hooks_core") && *metadata.level() <= Level::INFO
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = *event.metadata().level();
        self.0.lock().unwrap().push(Event { level, fields: fields.0 });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
