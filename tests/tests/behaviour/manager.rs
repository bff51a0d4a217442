//! Plugins come and go.

use std::sync::Arc;

use hooks_core::{Blocked, PluginManager, RegisterError, UnknownPlugin};

use crate::support::{Asked, Journal, Stage, Teller, asked, manager_of, teller};

/// Makes a closure own what it mentions.
fn drop_with_me<T>(_: &T) {}

const TELLER: &str = "behaviour::support::stage::Teller";
const ASKED: &str = "behaviour::support::stage::Asked";

#[test]
fn a_plugin_is_registered_under_the_name_in_its_metadata_or_one_of_the_hosts_choice() {
    let manager = PluginManager::new();
    assert_eq!(&*manager.register(teller(|| ())).unwrap(), "teller");
    assert_eq!(&*manager.register_as("other", teller(|| ())).unwrap(), "other");
    assert_eq!(manager.hooks::<Stage>().tell.len(), 2);
}

#[test]
fn a_taken_name_is_refused_with_the_names_of_both_holders() {
    let manager = manager_of([("one", teller(|| ()))]);
    let refused = manager.register_as("one", asked(|| None)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "the plugin name `one` is taken: {TELLER} bears it, and {ASKED} asks for it; \
             register one of them under another name"
        )
    );
    assert_eq!(
        refused,
        RegisterError::NameTaken { name: "one".into(), holder: TELLER, newcomer: ASKED }
    );
}

#[test]
fn a_blocked_name_is_refused_by_name() {
    let manager = PluginManager::new();
    manager.block("one");
    let refused = manager.register_as("one", teller(|| ())).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("the plugin name `one` is blocked: unblock it before you register {TELLER}")
    );
    assert!(matches!(refused, RegisterError::Blocked { name, plugin: TELLER } if name == "one"));
}

#[test]
fn an_empty_name_is_refused() {
    let refused = PluginManager::new().register_as("", teller(|| ())).unwrap_err();
    assert_eq!(refused.to_string(), format!("a plugin needs a name: {TELLER} has an empty one"));
    assert_eq!(refused, RegisterError::EmptyName { plugin: TELLER });
}

#[test]
fn a_blocked_name_that_is_taken_too_counts_as_blocked() {
    let manager = manager_of([("one", teller(|| ()))]);
    manager.block("one");
    let refused = manager.register_as("one", teller(|| ())).unwrap_err();
    assert!(matches!(refused, RegisterError::Blocked { .. }), "{refused}");
}

#[test]
fn a_refused_plugin_changes_nothing_and_is_dropped() {
    let journal = Journal::default();
    let manager = manager_of([("one", teller(|| ())), ("two", teller(|| ()))]);
    manager.block("no");
    let before = (manager.names(), manager.call_order::<Stage>());
    for name in ["one", "no", ""] {
        let bomb = journal.bomb("dropped");
        assert!(manager.register_as(name, teller(move || drop_with_me(&bomb))).is_err());
        assert_eq!(journal.read(), ["dropped"]);
    }
    assert_eq!((manager.names(), manager.call_order::<Stage>()), before);
    assert!(manager.is_blocked("no"));
}

#[test]
fn names_that_nobody_bears_are_unknown_and_near_ones_are_named() {
    let manager = manager_of(
        ["bernstein-plugin-slack", "bernstein-plugin-stack", "greeter"]
            .map(|name| (name, teller(|| ()))),
    );
    let unknown = |name: &str| manager.unregister(name).unwrap_err().to_string();
    assert_eq!(unknown("gretter"), "no plugin is registered as `gretter`; did you mean `greeter`?");
    assert_eq!(
        unknown("slack"),
        "no plugin is registered as `slack`; did you mean one of `bernstein-plugin-slack`, \
         `bernstein-plugin-stack`?"
    );
    assert_eq!(unknown("zzz"), "no plugin is registered as `zzz`");
    assert_eq!(unknown(""), "no plugin is registered as ``");
    assert_eq!(
        manager.hooks_of("gretter").unwrap_err(),
        UnknownPlugin { name: "gretter".into(), nearest: vec!["greeter".into()] }
    );
}

#[test]
fn unregistering_gives_the_plugin_back_whole() {
    let manager = manager_of([("one", asked(|| Some(4)))]);
    let plugin = manager.unregister("one").unwrap().downcast::<Asked>().unwrap();
    assert!(manager.hooks::<Stage>().ask().is_empty());
    let plugin = Arc::into_inner(plugin).expect("nobody else has it");
    manager.register_as("two", plugin).unwrap();
    assert_eq!(manager.hooks::<Stage>().ask(), [4]);
}

#[test]
fn unregistering_does_not_block() {
    let manager = manager_of([("one", teller(|| ()))]);
    manager.unregister("one").unwrap();
    assert!(!manager.is_blocked("one"));
    manager.register_as("one", teller(|| ())).unwrap();
}

#[test]
fn blocking_drops_the_holder_and_holds_for_plugins_not_yet_seen() {
    let journal = Journal::default();
    let bomb = journal.bomb("dropped");
    let manager = manager_of([("one", teller(move || drop_with_me(&bomb)))]);
    manager.block("one");
    assert_eq!(journal.read(), ["dropped"]);
    assert!(manager.names().is_empty() && manager.hooks::<Stage>().tell.is_empty());
    manager.block("later");
    assert!(manager.is_blocked("one") && manager.is_blocked("later"));
    assert!(manager.register_as("later", teller(|| ())).is_err());
}

#[test]
fn a_block_tells_whom_it_met() {
    let manager = manager_of([("teller", teller(|| ()))]);
    let Blocked::Nobody(unknown) = manager.block("taller") else { panic!("nobody bears it") };
    assert_eq!(unknown.to_string(), "no plugin is registered as `taller`; did you mean `teller`?");
    assert!(manager.is_blocked("taller"), "for whoever comes later");
    assert_eq!(manager.block("teller"), Blocked::Holder);
}

#[test]
fn a_name_is_blocked_until_it_is_unblocked_however_often_it_was_blocked() {
    let manager = PluginManager::new();
    manager.block("one");
    manager.block("one");
    assert!(manager.unblock("one"));
    assert!(!manager.unblock("one"));
    assert!(!manager.is_blocked("one"));
    manager.register_as("one", teller(|| ())).unwrap();
}

#[test]
fn the_plugin_that_a_block_took_out_does_not_come_back_by_itself() {
    let manager = manager_of([("one", teller(|| ()))]);
    manager.block("one");
    manager.unblock("one");
    assert!(manager.names().is_empty());
}

#[test]
fn a_plugin_is_got_by_its_name_and_its_type() {
    let manager = manager_of([("one", asked(|| Some(4)))]);
    assert!(manager.get::<Asked>("one").is_some());
    assert!(manager.get::<Teller>("one").is_none());
    assert!(manager.get::<Asked>("two").is_none());
}

#[test]
fn two_plugins_of_one_type_are_apart() {
    let manager =
        manager_of([1, 2].map(|answer| (answer.to_string(), asked(move || Some(answer)))));
    assert_eq!(manager.hooks::<Stage>().ask(), [2, 1]);
    manager.unregister("2").unwrap();
    assert_eq!(manager.hooks::<Stage>().ask(), [1]);
}

#[test]
fn tables_are_live() {
    let manager = PluginManager::new();
    let held_before = manager.hooks::<Stage>();
    let table = held_before.ask.clone();
    manager.register_as("one", asked(|| Some(1))).unwrap();
    assert_eq!(held_before.ask(), [1]);
    assert_eq!((table.len(), table.is_empty()), (1, false));
    manager.clone().unregister("one").unwrap();
    assert!(held_before.clone().ask().is_empty());
    assert!(table.is_empty());
}

#[test]
fn a_spec_that_is_asked_for_after_its_plugins_came_has_them() {
    let manager = manager_of([("one", asked(|| Some(1)))]);
    assert_eq!(manager.hooks::<Stage>().ask(), [1]);
}

#[test]
fn managers_are_apart() {
    let one = manager_of([("one", asked(|| Some(1)))]);
    let other = PluginManager::new();
    assert!(other.hooks::<Stage>().ask().is_empty());
    other.block("one");
    assert_eq!(one.hooks::<Stage>().ask(), [1]);
}

#[test]
fn what_is_frozen_stays_as_it_was() {
    let manager = manager_of([("one", asked(|| Some(1)))]);
    let frozen = manager.hooks::<Stage>().frozen();
    manager.register_as("two", asked(|| Some(2))).unwrap();
    assert_eq!(frozen.ask(), [1]);
    manager.unregister("one").unwrap();
    assert_eq!(frozen.ask(), [1]);
    assert_eq!(frozen.frozen().ask(), [1]);
    assert_eq!(manager.hooks::<Stage>().ask(), [2]);
}

#[test]
fn the_framework_isolates_when_panics_unwind() {
    assert!(PluginManager::isolates());
}

#[test]
fn handles_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let manager = PluginManager::new();
    let stage = manager.hooks::<Stage>();
    shared(&manager);
    shared(&stage);
    shared(&stage.tell);
}
