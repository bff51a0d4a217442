//! Panics of the host itself, which are nobody's failure and which nobody may keep.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hooks_core::{Closures, Method, PluginManager, hookspec};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

use crate::support::{Journal, in_a_process_of_its_own};

/// What is done.
#[hookspec]
trait Deeds {
    /// Does something.
    fn act(&self);
}

/// Panics when it is told of a failure.
pub(crate) struct Touchy;

impl Subscriber for Touchy {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "hooks_core::failure"
    }

    fn event(&self, _: &tracing::Event<'_>) {
        panic!("the subscriber cannot bear it");
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// A plugin that fails, within two wrappers, one of which keeps panics.
fn wrapped(journal: &Journal) -> PluginManager {
    let plugins = PluginManager::new();
    let fails = Closures::<Deeds>::new(|hooks| {
        hooks.act().implementation(Method::here("fail"), |_| panic!("no"));
    });
    plugins.register_closures("fails", fails).unwrap();
    let notes = journal.clone();
    let keeps = Closures::<Deeds>::new(move |hooks| {
        let notes = notes.clone();
        hooks.act().wrapper(Method::here("keep"), move |next| {
            let kept = catch_unwind(AssertUnwindSafe(|| {
                next.call();
            }));
            notes.note(format!("kept: {}", kept.is_err()));
            Ok(())
        });
    });
    plugins.register_closures("keeps", keeps).unwrap();
    let passes = Closures::<Deeds>::new(|hooks| {
        hooks.act().wrapper(Method::here("pass"), |next| {
            next.call();
            Ok(())
        });
    });
    plugins.register_closures("passes", passes).unwrap();
    plugins
}

#[test]
fn a_panic_of_the_subscriber_gets_through_wrappers_to_the_host() {
    let journal = Journal::default();
    let plugins = wrapped(&journal);
    let hooks = plugins.hooks::<Deeds>();
    let called = tracing::subscriber::with_default(Touchy, || {
        catch_unwind(AssertUnwindSafe(|| hooks.act()))
    });
    let payload = called.unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"the subscriber cannot bear it"));
    assert_eq!(journal.read(), ["kept: true"], "the wrapper was not run twice");
    let failures: Vec<_> = plugins.plugins().iter().map(|plugin| plugin.failures).collect();
    assert_eq!(failures, [1, 0, 0], "wrappers are not to blame");
}

#[test]
fn a_panic_of_the_subscriber_is_heard_from_within_wrappers() {
    let test = "host_panics::a_panic_of_the_subscriber_is_heard_from_within_wrappers";
    let child = in_a_process_of_its_own(test, &[], || {
        let hooks = wrapped(&Journal::default()).hooks::<Deeds>();
        let _ = tracing::subscriber::with_default(Touchy, || {
            catch_unwind(AssertUnwindSafe(|| hooks.act()))
        });
    });
    let Some(child) = child else { return };
    assert!(child.succeeded, "{}", child.stderr);
    assert_eq!(
        child.stderr.matches("the subscriber cannot bear it").count(),
        1,
        "{}",
        child.stderr
    );
    assert_eq!(child.stderr.matches("panicked at").count(), 1, "{}", child.stderr);
}
