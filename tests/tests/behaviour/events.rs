//! What `tracing` is told.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hooks_core::{PluginManager, Selection};
use tracing::{Level, Metadata, Subscriber, span};

use crate::support::{
    Event, Stage, asked, failing, in_a_process_of_its_own, manager_of, recorded, teller,
};

fn errors(events: &[Event]) -> Vec<&Event> {
    events.iter().filter(|event| event.level == Level::ERROR).collect()
}

#[test]
fn every_failure_is_told_once_with_plugin_and_hook() {
    let manager = PluginManager::new();
    manager.register_as("fine", teller(|| ())).unwrap();
    manager.register_as("bad", teller(|| panic!("no way"))).unwrap();
    let line = line!() - 1;
    let stage = manager.hooks::<Stage>();
    let ((), events) = recorded(|| stage.tell());
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!(event.level, Level::ERROR);
    assert_eq!(event.field("plugin"), Some("bad"));
    assert_eq!(event.field("spec"), Some("Stage"));
    assert_eq!(event.field("hook"), Some("tell"));
    assert_eq!(event.field("method"), Some("tell"));
    assert_eq!(event.field("kind"), Some("panic"));
    assert!(event.field("location").unwrap().starts_with(&format!("{}:{line}:", file!())));
    assert_eq!(event.message(), "a hook implementation failed: no way");
}

#[test]
fn an_error_is_told_without_a_location() {
    let manager = manager_of([("bad", failing(|| Err("no bread".into())))]);
    let stage = manager.hooks::<Stage>();
    let ((), events) = recorded(|| stage.attempt());
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].field("kind"), Some("error"));
    assert_eq!(events[0].field("location"), None);
    assert_eq!(events[0].message(), "a hook implementation failed: no bread");
}

#[test]
fn a_reported_call_tells_failures_too() {
    let manager = manager_of([("bad", teller(|| panic!("no way")))]);
    let stage = manager.hooks::<Stage>();
    let (report, events) = recorded(|| stage.reported().tell());
    assert_eq!((report.failures().count(), errors(&events).len()), (1, 1));
}

#[test]
fn calls_without_failures_tell_nothing() {
    let manager = manager_of([("fine", asked(|| None))]);
    let stage = manager.hooks::<Stage>();
    let (_, events) = recorded(|| (stage.ask(), stage.reported().ask()));
    assert_eq!(events, []);
}

#[test]
fn the_coming_and_going_of_plugins_is_told() {
    let ((), events) = recorded(|| {
        let manager = manager_of([("one", teller(|| ()))]);
        manager.unregister("one").unwrap();
        manager.register_as("two", teller(|| ())).unwrap();
        manager.block("two");
    });
    let told: Vec<_> =
        events.iter().map(|event| (event.field("plugin").unwrap(), event.message())).collect();
    assert_eq!(
        told,
        [
            ("one", "a plugin was registered"),
            ("one", "a plugin was unregistered"),
            ("two", "a plugin was registered"),
            ("two", "a plugin was blocked"),
        ]
    );
    assert!(events.iter().all(|event| event.level == Level::INFO));
}

#[test]
fn discovery_warns_of_names_that_nobody_bears_and_tells_who_was_left_out() {
    let selection = Selection::default().block(["porter", "weiter"]);
    let (_, events) = recorded(|| PluginManager::discover_with(&selection).unwrap());
    let of = |level| events.iter().filter(move |event| event.level == level);
    let warnings: Vec<_> =
        of(Level::WARN).map(|event| (event.field("name"), event.message())).collect();
    assert_eq!(
        warnings,
        [(
            Some("weiter"),
            "the block list names `weiter`, but no plugin is called that; did you mean `waiter`?"
        )]
    );
    let infos: Vec<_> =
        of(Level::INFO).map(|event| (event.field("plugin").unwrap(), event.message())).collect();
    assert_eq!(
        infos,
        [
            ("cook", "a plugin was registered"),
            ("porter", "a plugin was left out: blocked"),
            ("waiter", "a plugin was registered"),
        ]
    );
}

/// A subscriber that panics at every event.
struct Panics;

impl Subscriber for Panics {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("hooks_core")
    }

    fn event(&self, _: &tracing::Event<'_>) {
        panic!("the subscriber of the host");
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn a_subscriber_of_the_host_that_panics_is_heard() {
    let test = "events::a_subscriber_of_the_host_that_panics_is_heard";
    let child = in_a_process_of_its_own(test, &[], || {
        let manager = manager_of([("bad", teller(|| panic!("the plugin")))]);
        let stage = manager.hooks::<Stage>();
        let panic = tracing::subscriber::with_default(Panics, || {
            catch_unwind(AssertUnwindSafe(|| stage.tell())).unwrap_err()
        });
        assert_eq!(*panic.downcast::<&str>().unwrap(), "the subscriber of the host");
        let report = stage.reported().tell();
        let failure = report.failures().next().unwrap();
        assert_eq!(failure.message(), "the plugin", "the fence stands as before");
        assert!(failure.location().is_some());
    });
    let Some(child) = child else { return };
    assert!(child.succeeded, "{}", child.stderr);
    assert!(child.stderr.contains("the subscriber of the host"), "{}", child.stderr);
    assert!(!child.stderr.contains("the plugin"), "{}", child.stderr);
}

#[test]
fn a_subscriber_of_the_host_that_panics_during_discovery_is_heard() {
    let test = "events::a_subscriber_of_the_host_that_panics_during_discovery_is_heard";
    let child = in_a_process_of_its_own(test, &[], || {
        let discovered = tracing::subscriber::with_default(Panics, || {
            catch_unwind(|| PluginManager::discover().is_ok())
        });
        assert!(discovered.is_err());
    });
    let Some(child) = child else { return };
    assert!(child.succeeded, "{}", child.stderr);
    assert!(child.stderr.contains("the subscriber of the host"), "{}", child.stderr);
}

#[test]
fn a_subscriber_may_call_hooks() {
    struct Calls(Stage);

    impl Subscriber for Calls {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target().starts_with("hooks_core")
        }

        fn event(&self, _: &tracing::Event<'_>) {
            assert_eq!(self.0.ask(), [5]);
        }

        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }

        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    let manager = manager_of([("bad", teller(|| panic!("the plugin")))]);
    manager.register_as("asked", asked(|| Some(5))).unwrap();
    let stage = manager.hooks::<Stage>();
    let report =
        tracing::subscriber::with_default(Calls(stage.clone()), || stage.reported().tell());
    assert_eq!(report.failures().next().unwrap().message(), "the plugin");
}
