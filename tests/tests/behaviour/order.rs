//! In which order implementations are called.

use hooks_core::{Band, Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

use crate::support::{Journal, Stage, first_teller, last_teller, manager_of, teller};

#[test]
fn what_was_registered_last_is_called_first() {
    let journal = Journal::default();
    let manager = manager_of(["a", "b", "c"].map(|name| {
        let journal = journal.clone();
        (name, teller(move || journal.note(name)))
    }));
    manager.hooks::<Stage>().tell();
    assert_eq!(journal.read(), ["c", "b", "a"]);
}

#[test]
fn tryfirst_goes_before_plain_before_trylast_whatever_the_order_of_registration() {
    let journal = Journal::default();
    let manager = PluginManager::new();
    let note = |name: &'static str| {
        let journal = journal.clone();
        move || journal.note(name)
    };
    manager.register_as("last-1", last_teller(note("last-1"))).unwrap();
    manager.register_as("first-1", first_teller(note("first-1"))).unwrap();
    manager.register_as("plain-1", teller(note("plain-1"))).unwrap();
    manager.register_as("last-2", last_teller(note("last-2"))).unwrap();
    manager.register_as("plain-2", teller(note("plain-2"))).unwrap();
    manager.register_as("first-2", first_teller(note("first-2"))).unwrap();
    manager.register_as("last-3", last_teller(note("last-3"))).unwrap();
    manager.hooks::<Stage>().tell();
    assert_eq!(
        journal.read(),
        ["first-2", "first-1", "plain-2", "plain-1", "last-1", "last-2", "last-3"]
    );
}

#[test]
fn a_plugin_that_comes_back_is_the_newest() {
    let journal = Journal::default();
    let act = |name: &'static str| {
        let journal = journal.clone();
        teller(move || journal.note(name))
    };
    let manager = manager_of(["a", "b", "c"].map(|name| (name, act(name))));
    manager.unregister("a").unwrap();
    manager.register_as("a", act("a")).unwrap();
    manager.hooks::<Stage>().tell();
    assert_eq!(journal.read(), ["a", "c", "b"]);
}

#[test]
fn a_trylast_plugin_that_comes_back_is_called_after_all_others() {
    let journal = Journal::default();
    let act = |name: &'static str| {
        let journal = journal.clone();
        last_teller(move || journal.note(name))
    };
    let manager = manager_of(["a", "b", "c"].map(|name| (name, act(name))));
    manager.unregister("a").unwrap();
    manager.register_as("a", act("a")).unwrap();
    manager.hooks::<Stage>().tell();
    assert_eq!(journal.read(), ["b", "c", "a"]);
}

#[hookspec]
trait Steps {
    /// A step is made.
    fn step(&self, journal: &Journal);
}

struct Walker(&'static str);

impl Plugin for Walker {
    const METADATA: PluginMetadata = PluginMetadata::new("walker");
}

// The names are against the order of the alphabet, which is not to matter.
#[hookimpl]
impl Steps for Walker {
    #[hookimpl(hook = step)]
    fn second(&self, journal: &Journal) {
        journal.note(format!("{} second", self.0));
    }

    #[hookimpl(hook = step, trylast)]
    fn last(&self, journal: &Journal) {
        journal.note(format!("{} last", self.0));
    }

    fn step(&self, journal: &Journal) {
        journal.note(format!("{} step", self.0));
    }

    #[hookimpl(trylast, hook = step)]
    fn after_last(&self, journal: &Journal) {
        journal.note(format!("{} after last", self.0));
    }

    #[hookimpl(hook = step, tryfirst)]
    fn before(&self, journal: &Journal) {
        journal.note(format!("{} before", self.0));
    }
}

#[test]
fn methods_of_one_plugin_count_as_registered_in_the_order_in_which_they_are_written() {
    let manager = manager_of([("walker", Walker("a"))]);
    let journal = Journal::default();
    manager.hooks::<Steps>().step(&journal);
    assert_eq!(journal.read(), ["a before", "a step", "a second", "a last", "a after last"]);
}

#[test]
fn the_implementations_of_two_plugins_interleave_by_band() {
    let manager = manager_of([("a", Walker("a")), ("b", Walker("b"))]);
    let journal = Journal::default();
    manager.hooks::<Steps>().step(&journal);
    assert_eq!(
        journal.read(),
        [
            "b before",
            "a before",
            "b step",
            "b second",
            "a step",
            "a second",
            "a last",
            "a after last",
            "b last",
            "b after last"
        ]
    );
}

#[test]
fn the_call_order_can_be_asked_for_with_plugin_method_band_and_place() {
    let manager = manager_of([("walker", Walker("a"))]);
    let order = manager.call_order::<Steps>();
    let [steps] = &*order else { panic!("one hook, not {order:?}") };
    assert_eq!((steps.hook.spec, steps.hook.name), ("Steps", "step"));
    let told: Vec<_> = steps
        .implementations
        .iter()
        .map(|implementation| {
            (&*implementation.plugin, &*implementation.method, implementation.band)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("walker", "before", Band::TryFirst),
            ("walker", "step", Band::Plain),
            ("walker", "second", Band::Plain),
            ("walker", "last", Band::TryLast),
            ("walker", "after_last", Band::TryLast),
        ]
    );
    let places: Vec<_> = steps.implementations.iter().map(|written| written.line).collect();
    let source = include_str!("order.rs");
    let line_of = |text: &str| {
        u32::try_from(source.lines().position(|line| line.contains(text)).unwrap() + 1).unwrap()
    };
    assert_eq!(places[0], line_of("fn before("));
    assert_eq!(places[4], line_of("fn after_last("));
    assert!(steps.implementations.iter().all(|written| written.file.ends_with("order.rs")));
    assert_eq!(manager.hooks::<Steps>().step.implementations(), steps.implementations);
}

#[test]
fn the_hooks_of_a_call_order_stand_as_the_spec_writes_them() {
    let order = PluginManager::new().call_order::<Stage>();
    let names: Vec<_> = order.iter().map(|of_hook| of_hook.hook.name).collect();
    assert_eq!(names, ["tell", "ask", "choose", "attempt"]);
    assert!(order.iter().all(|of_hook| of_hook.implementations.is_empty()));
}
