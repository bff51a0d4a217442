//! What the tests share.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use hooks_core::{
    Failure, FailureKind, Hook, Implementation, PluginManager, RegisterError, Report, Table,
    Verdict,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

/// Declares plugins that are registered under the names of their types, and by hand only.
macro_rules! plugins {
    ($($name:ident $(($($field:ty),+))?;)+) => {$(
        struct $name $(($($field),+))?;

        impl hooks_core::Plugin for $name {
            const METADATA: hooks_core::PluginMetadata =
                hooks_core::PluginMetadata::new(stringify!($name));
        }
    )+};
}
pub(crate) use plugins;

/// A manager with these plugins, registered in this order.
macro_rules! registered {
    ($($plugin:expr),+ $(,)?) => {{
        let plugins = hooks_core::PluginManager::new();
        $(plugins.register($plugin).unwrap();)+
        plugins
    }};
}
pub(crate) use registered;

/// Notes in the order in which things happen. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// What was noted since the last look.
    pub(crate) fn read(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Notes when it is dropped, and then panics.
#[derive(Clone)]
pub(crate) struct Bomb {
    pub(crate) journal: Journal,
    pub(crate) name: &'static str,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        self.journal.note(self.name);
        panic!("{} blew up", self.name);
    }
}

/// The plugins in a table, in call order.
pub(crate) fn plugins_of<H: Hook>(table: &Table<H>) -> Vec<Arc<str>> {
    table.implementations().into_iter().map(|implementation| implementation.plugin).collect()
}

/// The plugins in a table and the methods that implement its hook, in call order.
pub(crate) fn methods_of<H: Hook>(table: &Table<H>) -> Vec<String> {
    let who = |Implementation { plugin, method, .. }| format!("{plugin}.{method}");
    table.implementations().into_iter().map(who).collect()
}

/// The registered names, in the order of registration.
pub(crate) fn names(plugins: &PluginManager) -> Vec<String> {
    plugins.names().iter().map(ToString::to_string).collect()
}

/// What each implementation did, in call order: `plugin: verdict`.
pub(crate) fn verdicts<O>(report: &Report<O>) -> Vec<String> {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Answered => "answered".to_owned(),
        Verdict::Passed => "passed".to_owned(),
        Verdict::Failed(failure) => format!("failed: {}", failure.message()),
        Verdict::Skipped(reason) => format!("skipped: {reason}"),
        other => unreachable!("a verdict that these tests do not know: {other:?}"),
    };
    let outcomes = report.outcomes.iter();
    outcomes.map(|outcome| format!("{}: {}", outcome.plugin, verdict(&outcome.verdict))).collect()
}

/// Asserts who failed, where, and with what error.
#[track_caller]
pub(crate) fn assert_error(failure: &Failure, plugin: &str, hook: &str, message: &str) {
    assert_eq!(failure.to_string(), format!("plugin `{plugin}`, hook `{hook}`: {message}"));
    assert_eq!(failure.kind(), FailureKind::Error);
    assert_eq!(failure.location(), None);
}

/// Asserts who failed, where, and with what panic.
#[track_caller]
pub(crate) fn assert_panic(failure: &Failure, plugin: &str, hook: &str, message: &str) {
    let location = failure.location().expect("a panic has a location");
    assert_eq!(
        failure.to_string(),
        format!("plugin `{plugin}`, hook `{hook}`: panicked: {message}, at {location}")
    );
    assert_eq!(failure.kind(), FailureKind::Panic);
}

/// Asserts that a plugin was refused, and with what message.
#[track_caller]
pub(crate) fn assert_refused(registered: Result<Arc<str>, RegisterError>, message: &str) {
    assert_eq!(registered.unwrap_err().to_string(), message);
}

/// The errors that the framework told of on this thread while `act` ran.
pub(crate) fn errors_told(act: impl FnOnce()) -> Vec<String> {
    let told = Told::default();
    let messages = told.0.clone();
    tracing::subscriber::with_default(told, act);
    messages.read()
}

/// A subscriber that notes the messages of errors.
#[derive(Default)]
struct Told(Journal);

impl Subscriber for Told {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::ERROR
    }

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Message(&self.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Message<'a>(&'a Journal);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0.note(format!("{value:?}"));
        }
    }
}
