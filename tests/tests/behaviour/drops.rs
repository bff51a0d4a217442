//! Destructors that panic: of plugins, of answers, of arguments.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use hooks_core::{Closures, Method, Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

use crate::support::{Bomb, Journal, Stage, manager_of, recorded, teller};

/// A plugin that notes, and panics, when it is dropped.
struct Bomber(#[expect(dead_code, reason = "is dropped")] Bomb);

impl Plugin for Bomber {
    const METADATA: PluginMetadata = PluginMetadata::new("bomber");
}

#[hookimpl]
impl Stage for Bomber {
    fn tell(&self) {}

    fn ask(&self) -> Option<u32> {
        None
    }
}

fn bomber(journal: &Journal, name: &str) -> Bomber {
    Bomber(journal.bomb(name).charged("boom"))
}

/// What `act` tells of plugins that panicked while they were dropped.
fn drops_told(act: impl FnOnce()) -> Vec<(String, String)> {
    let ((), events) = recorded(act);
    let errors = events.into_iter().filter(|event| event.level == tracing::Level::ERROR);
    errors
        .map(|event| (event.field("plugin").unwrap().to_owned(), event.message().to_owned()))
        .collect()
}

#[track_caller]
fn assert_told(told: &[(String, String)], names: &[&str]) {
    let plugins: Vec<_> = told.iter().map(|(plugin, _)| plugin).collect();
    assert_eq!(plugins, names);
    for (_, message) in told {
        assert!(
            message.starts_with("a plugin panicked while it was dropped: boom, at "),
            "{message}"
        );
        assert!(message.contains("journal.rs:"), "{message}");
    }
}

#[test]
fn a_plugin_that_panics_when_it_is_dropped_by_a_block_is_told_of() {
    let journal = Journal::default();
    let manager = manager_of([("bomb", bomber(&journal, "dropped"))]);
    assert!(manager.hooks::<Stage>().ask().is_empty(), "makes a snapshot that holds it, too");
    let told = drops_told(|| drop(manager.block("bomb")));
    assert_told(&told, &["bomb"]);
    assert_eq!(journal.read(), ["dropped"]);
}

#[test]
fn a_plugin_that_panics_when_it_is_refused_is_told_of() {
    let journal = Journal::default();
    let manager = manager_of([("taken", teller(|| ()))]);
    let told = drops_told(|| {
        assert!(manager.register_as("taken", bomber(&journal, "dropped")).is_err());
    });
    assert_told(&told, &["taken"]);
    assert_eq!(journal.read(), ["dropped"]);
}

#[test]
fn plugins_that_panic_when_the_manager_is_dropped_are_told_of_all_of_them() {
    let journal = Journal::default();
    let manager = manager_of(["a", "b", "c"].map(|name| (name, bomber(&journal, name))));
    let stage = manager.hooks::<Stage>();
    stage.tell();
    drop(stage);
    let told = drops_told(|| drop(manager));
    assert_told(&told, &["a", "b", "c"]);
    assert_eq!(journal.read(), ["a", "b", "c"], "each once");
}

#[test]
fn plugins_that_panic_when_the_last_table_is_dropped_are_told_of_all_of_them() {
    let journal = Journal::default();
    let manager = manager_of(["a", "b"].map(|name| (name, bomber(&journal, name))));
    let stage = manager.hooks::<Stage>();
    let frozen = stage.frozen();
    drop(manager);
    drop(stage);
    assert_eq!(journal.read(), [""; 0], "the frozen table keeps them");
    let mut told = drops_told(|| drop(frozen));
    told.sort();
    assert_told(&told, &["a", "b"]);
}

#[test]
fn a_plugin_that_panics_when_the_call_that_outlived_it_ends_is_told_of() {
    let journal = Journal::default();
    let manager = PluginManager::new();
    manager.register_as("bomb", bomber(&journal, "dropped")).unwrap();
    let inner = manager.clone();
    manager.register_as("blocks", teller(move || drop(inner.block("bomb")))).unwrap();
    let told = drops_told(|| manager.hooks::<Stage>().tell());
    assert_told(&told, &["bomb"]);
    assert_eq!(journal.read(), ["dropped"]);
}

#[test]
fn a_plugin_that_panics_when_the_host_drops_what_it_was_given_back_is_told_of() {
    let journal = Journal::default();
    let manager = manager_of([("bomb", bomber(&journal, "dropped"))]);
    let told = drops_told(|| {
        let held = catch_unwind(AssertUnwindSafe(|| drop(manager.unregister("bomb").unwrap())));
        assert!(held.is_ok(), "the panic of the plugin got through to the host");
    });
    assert_told(&told, &["bomb"]);
}

#[test]
fn plugins_are_dropped_while_the_host_unwinds() {
    let journal = Journal::default();
    let manager = manager_of(["a", "b"].map(|name| (name, bomber(&journal, name))));
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let _manager = manager;
        std::panic::resume_unwind(Box::new("of the host"));
    }));
    assert_eq!(*panic.unwrap_err().downcast::<&str>().unwrap(), "of the host");
    assert_eq!(journal.read(), ["a", "b"]);
}

/// Panics when it is cloned.
struct Uncopyable;

impl Clone for Uncopyable {
    fn clone(&self) -> Self {
        panic!("uncopyable");
    }
}

/// An answer that may panic when it is dropped.
struct Answer(#[expect(dead_code, reason = "is dropped")] Bomb);

#[hookspec]
trait Values {
    /// A copy for everybody.
    fn copies(&self, copy: Uncopyable);

    /// Answers that are dropped by whoever has them.
    fn answer(&self, journal: &Journal) -> Answer;
}

struct Taker;

impl Plugin for Taker {
    const METADATA: PluginMetadata = PluginMetadata::new("taker");
}

#[hookimpl]
impl Values for Taker {
    fn copies(&self, copy: Uncopyable) {
        let _ = copy;
    }

    fn answer(&self, journal: &Journal) -> Answer {
        Answer(journal.bomb("answer"))
    }
}

struct Bystander(Mutex<u32>);

impl Plugin for Bystander {
    const METADATA: PluginMetadata = PluginMetadata::new("bystander");
}

#[hookimpl]
impl Values for Bystander {
    fn copies(&self) {
        *self.0.lock().unwrap() += 1;
    }

    fn answer(&self) -> Answer {
        let journal = Journal::default();
        let _local = journal.bomb("local").charged("a local");
        Answer(journal.bomb("taken along"))
    }
}

#[test]
fn an_argument_that_panics_when_it_is_copied_fails_those_who_take_it() {
    let manager = PluginManager::new();
    manager.register(Bystander(Mutex::new(0))).unwrap();
    manager.register(Taker).unwrap();
    let report = manager.hooks::<Values>().reported().copies(Uncopyable);
    let failures: Vec<_> =
        report.failures().map(|failure| (failure.plugin(), failure.message())).collect();
    assert_eq!(failures, [("taker", "uncopyable")]);
    assert_eq!(*manager.get::<Bystander>("bystander").unwrap().0.lock().unwrap(), 1);
}

#[test]
fn a_local_that_panics_when_it_is_dropped_takes_the_answer_with_it() {
    let manager = PluginManager::new();
    manager.register(Taker).unwrap();
    manager.register(Bystander(Mutex::new(0))).unwrap();
    let journal = Journal::default();
    let report = manager.hooks::<Values>().reported().answer(&journal);
    let failures: Vec<_> =
        report.failures().map(|failure| (failure.plugin(), failure.message())).collect();
    assert_eq!(failures, [("bystander", "a local")]);
    assert_eq!(report.output.len(), 1);
    drop(report);
    assert_eq!(journal.read(), ["answer"]);
}

#[test]
fn an_argument_that_a_wrapper_put_in_the_place_of_another_is_dropped_inside_of_a_fence() {
    /// Panics when it is dropped, if it is charged.
    #[derive(Clone)]
    struct Parcel {
        is_charged: bool,
    }

    impl Drop for Parcel {
        fn drop(&mut self) {
            assert!(!self.is_charged, "boom");
        }
    }

    /// Parcels.
    #[hookspec]
    trait Post {
        /// A parcel is handed on.
        fn hand_on(&self, parcel: Parcel);
    }

    let manager = PluginManager::new();
    let swaps = Closures::<Post>::new(|hooks| {
        hooks.hand_on().wrapper(Method::here("swap"), |mut next| {
            next.args_mut().parcel.is_charged = true;
            next.call();
            Ok(())
        });
    });
    manager.register_closures("swaps", swaps).unwrap();
    let ((), told) = recorded(|| manager.hooks::<Post>().hand_on(Parcel { is_charged: false }));
    let [event] = &told[..] else { panic!("{told:?}") };
    assert_eq!(event.field("hook"), Some("hand_on"));
    assert!(
        event
            .message()
            .starts_with("the arguments of a call panicked while they were dropped: boom"),
        "{event:?}"
    );
}
