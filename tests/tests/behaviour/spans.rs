//! What `tracing` is told of calls that go well, when somebody listens.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use hooks_core::{Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Metadata, Subscriber};

use crate::support::{Journal, Stage, chooser, in_a_process_of_its_own, manager_of, teller};

/// Notes spans and events of calls.
#[derive(Clone, Default)]
struct Listener {
    journal: Journal,
    spans: Arc<Mutex<Vec<BTreeMap<&'static str, String>>>>,
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("hooks_core") && *metadata.level() == Level::DEBUG
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let of = |name| &*fields.0[name];
        assert!(!of("duration").is_empty());
        let (plugin, method, verdict) = (of("plugin"), of("method"), of("verdict"));
        self.journal.note(format!("{}: {plugin}.{method} {verdict}", event.metadata().target()));
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        let of = |name| &*fields.0[name];
        let (spec, hook, implementations) = (of("spec"), of("hook"), of("implementations"));
        self.journal.note(format!("{} {spec}.{hook} {implementations}", span.metadata().name()));
        let mut spans = self.spans.lock().unwrap();
        spans.push(fields.0);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, span: &Id) {
        self.journal.note(format!("enter {}", span.into_u64()));
    }
    fn exit(&self, span: &Id) {
        self.journal.note(format!("exit {}", span.into_u64()));
    }
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

#[test]
fn a_call_is_a_span_and_each_implementation_an_event_in_it() {
    let plugins = PluginManager::new();
    plugins.register_as("late", chooser(|| None)).unwrap();
    plugins.register_as("answers", chooser(|| Some(1))).unwrap();
    plugins.register_as("passes", chooser(|| None)).unwrap();
    let hooks = plugins.hooks::<Stage>();
    let listener = Listener::default();
    let journal = listener.journal.clone();
    tracing::subscriber::with_default(listener, || hooks.choose());
    assert_eq!(
        journal.read(),
        [
            "hooks_core::call Stage.choose 3",
            "enter 1",
            "hooks_core::implementation: passes.choose passed",
            "hooks_core::implementation: answers.choose answered",
            "hooks_core::implementation: late.choose skipped",
            "exit 1",
        ]
    );
    hooks.choose();
    assert!(journal.read().is_empty(), "nobody listens any more");
}

#[test]
fn a_call_of_nobody_is_no_span() {
    let hooks = PluginManager::new().hooks::<Stage>();
    let listener = Listener::default();
    let journal = listener.journal.clone();
    tracing::subscriber::with_default(listener, || hooks.tell());
    assert!(journal.read().is_empty());
}

/// What is awaited.
#[hookspec]
trait Errands {
    /// Runs errands, one after the other.
    async fn in_turn(&self);
    /// Runs errands, all at the same time.
    #[hook(concurrent)]
    async fn together(&self);
}

struct Runner;

impl Plugin for Runner {
    const METADATA: PluginMetadata = PluginMetadata::new("runner");
}

#[hookimpl]
impl Errands for Runner {
    async fn in_turn(&self) {
        tokio::task::yield_now().await;
    }
    async fn together(&self) {
        tokio::task::yield_now().await;
    }
}

/// What is told of a call that is awaited to its end, on this thread.
fn told_of(call: impl Future<Output = ()>) -> Vec<String> {
    let listener = Listener::default();
    let journal = listener.journal.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(listener, || runtime.block_on(call));
    let notes = journal.read();
    notes.into_iter().filter(|note| note.starts_with("hooks_core")).collect()
}

#[test]
fn a_plain_call_that_is_awaited_is_a_span_too() {
    let plugins = PluginManager::new();
    plugins.register(Runner).unwrap();
    let hooks = plugins.hooks::<Errands>();
    assert_eq!(
        told_of(hooks.in_turn()),
        [
            "hooks_core::call Errands.in_turn 1",
            "hooks_core::implementation: runner.in_turn answered",
        ]
    );
    assert_eq!(
        told_of(hooks.together()),
        [
            "hooks_core::call Errands.together 1",
            "hooks_core::implementation: runner.together answered",
        ]
    );
}

/// Panics at every event of an implementation that went well.
struct Panics;

impl Subscriber for Panics {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "hooks_core::implementation"
    }

    fn event(&self, _: &tracing::Event<'_>) {
        panic!("the subscriber of the host");
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn a_subscriber_that_panics_is_heard_and_nobody_else_is_blamed() {
    let test = "spans::a_subscriber_that_panics_is_heard_and_nobody_else_is_blamed";
    let child = in_a_process_of_its_own(test, &[], || {
        let plugins = manager_of([("fine", teller(|| ()))]);
        let hooks = plugins.hooks::<Stage>();
        let panic = tracing::subscriber::with_default(Panics, || {
            catch_unwind(AssertUnwindSafe(|| hooks.tell())).unwrap_err()
        });
        assert_eq!(*panic.downcast::<&str>().unwrap(), "the subscriber of the host");
        assert_eq!(plugins.plugins()[0].failures, 0);
    });
    let Some(child) = child else { return };
    assert!(child.succeeded, "{}", child.stderr);
    assert!(child.stderr.contains("the subscriber of the host"), "{}", child.stderr);
}
