//! A registration that goes wrong leaves nothing behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hooks_core::{Closures, Method, PluginManager, RegisterError, hookspec};

use crate::support::{Journal, recorded};

/// Hooks that go wrong.
#[hookspec]
trait Doors {
    /// Somebody comes.
    fn on_come(&self);

    /// Somebody goes.
    fn on_go(&self);

    /// Told to those who come later too.
    #[hook(historic)]
    fn on_rule(&self, number: usize);

    /// The same, but nobody may fail.
    #[hook(historic, on_failure = stop)]
    fn on_law(&self) -> Result<(), String>;
}

/// A closure that does nothing, with this wish.
fn wishing(wish: fn(Method) -> Method) -> Closures<Doors> {
    Closures::<Doors>::new(move |hooks| {
        hooks.on_go().implementation(wish(Method::here("go")), |_| ());
    })
}

#[test]
fn of_a_plugin_in_a_circle_no_implementation_stays_and_no_wish_counts() {
    let plugins = PluginManager::new();
    plugins.register_closures("a", wishing(|method| method.before("b"))).unwrap();
    let closes = Closures::<Doors>::new(|hooks| {
        hooks.on_come().implementation(Method::here("come").before("c"), |_| ());
        hooks.on_go().implementation(Method::here("go").before("a"), |_| ());
    });
    let refused = plugins.register_closures("b", closes).unwrap_err();
    assert!(matches!(&refused, RegisterError::Cycle { name, .. } if name == "b"), "{refused}");
    let hooks = plugins.hooks::<Doors>();
    assert_eq!((hooks.on_come.len(), hooks.on_go.len()), (0, 1));
    let comes = Closures::<Doors>::new(|hooks| {
        hooks.on_come().implementation(Method::here("come").before("b"), |_| ());
    });
    plugins.register_closures("c", comes).expect("the wish of the refused one is forgotten");
    plugins.register_closures("b", wishing(|method| method)).expect("the name is free");
}

#[test]
fn a_newcomer_without_wishes_can_close_a_circle_by_its_name() {
    let plugins = PluginManager::new();
    plugins.register_closures("a", wishing(|method| method.before("m"))).unwrap();
    plugins.register_closures("z", wishing(|method| method.after("m").before("a"))).unwrap();
    let refused = plugins.register_closures("m", wishing(|method| method)).unwrap_err();
    let RegisterError::Cycle { mut cycle, .. } = refused else { panic!("{refused}") };
    let a = cycle.iter().position(|name| name == "a").unwrap();
    cycle.rotate_left(a);
    assert_eq!(cycle, ["a", "m", "z"]);
}

#[test]
fn the_empty_name_asks_for_nothing() {
    let plugins = PluginManager::new();
    plugins.register_closures("a", wishing(|method| method.before("").after(""))).unwrap();
    let extra = plugins.hooks::<Doors>().with(|hooks| {
        hooks.on_go().implementation(Method::here("extra"), |_| ());
    });
    assert_eq!(extra.on_go.implementations()[0].method, "extra");
    assert_eq!(plugins.implementations("on_go")[0].reasons, ["plain: the newest first"]);
}

#[test]
fn closures_that_are_refused_are_dropped_inside_of_a_fence() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    plugins.register_closures("taken", wishing(|method| method)).unwrap();
    let inside = journal.clone();
    let closures = Closures::<Doors>::new(move |hooks| {
        let bomb = inside.bomb("an implementation was dropped").charged("boom");
        hooks.on_come().implementation(Method::here("come"), move |_| {
            let _ = &bomb;
        });
    });
    let (refused, told) = recorded(|| plugins.register_closures("taken", closures));
    assert!(matches!(refused, Err(RegisterError::NameTaken { .. })));
    assert_eq!(journal.read(), ["an implementation was dropped"]);
    let [event] = &told[..] else { panic!("{told:?}") };
    assert_eq!(event.field("plugin"), Some("taken"));
    assert!(event.message().starts_with("a plugin panicked while it was dropped: boom"));
}

/// Does something while the past is told to it, and counts what it is told.
fn meddler(told: &Arc<AtomicUsize>, meddle: impl Fn() + Send + Sync + 'static) -> Closures<Doors> {
    let told = Arc::clone(told);
    let meddle = Arc::new(meddle);
    Closures::<Doors>::new(move |hooks| {
        let (told, meddle) = (Arc::clone(&told), Arc::clone(&meddle));
        hooks.on_rule().implementation(Method::here("rule"), move |_| {
            told.fetch_add(1, Ordering::Relaxed);
            meddle();
        });
    })
}

/// A manager that remembers two calls.
fn with_two_rules() -> PluginManager {
    let plugins = PluginManager::new();
    plugins.hooks::<Doors>().on_rule(1);
    plugins.hooks::<Doors>().on_rule(2);
    plugins
}

#[test]
fn a_plugin_that_is_unregistered_during_its_replay_is_told_no_more_and_has_not_joined() {
    let plugins = with_two_rules();
    let told = Arc::default();
    let inside = plugins.clone();
    let meddler = meddler(&told, move || drop(inside.unregister("meddler").unwrap()));
    let refused = plugins.register_closures("meddler", meddler).unwrap_err();
    assert_eq!(refused, RegisterError::Withdrawn { name: "meddler".to_owned() });
    assert_eq!(
        refused.to_string(),
        "the plugin `meddler` was unregistered or blocked before it had got the calls that are \
         remembered"
    );
    assert_eq!(told.load(Ordering::Relaxed), 1);
    assert!(plugins.names().is_empty());
    assert!(plugins.hooks::<Doors>().on_rule.is_empty());
}

#[test]
fn a_plugin_that_is_blocked_during_its_replay_has_not_joined_and_stays_blocked() {
    let plugins = with_two_rules();
    let told = Arc::default();
    let inside = plugins.clone();
    let meddler = meddler(&told, move || drop(inside.block("meddler")));
    let refused = plugins.register_closures("meddler", meddler).unwrap_err();
    assert_eq!(refused, RegisterError::Withdrawn { name: "meddler".to_owned() });
    assert!(plugins.is_blocked("meddler"));
    assert!(plugins.hooks::<Doors>().on_rule.is_empty());
}

#[test]
fn a_replay_that_fails_takes_the_implementations_back_that_have_joined() {
    let plugins = PluginManager::new();
    plugins.hooks::<Doors>().on_law().unwrap();
    let lawless = Closures::<Doors>::new(|hooks| {
        hooks.on_come().implementation(Method::here("come"), |_| ());
        hooks.on_law().implementation(Method::here("law"), |_| Err("never".to_owned()));
    });
    let refused = plugins.register_closures("lawless", lawless).unwrap_err();
    let RegisterError::Replay(failure) = refused else { panic!("{refused}") };
    assert_eq!(failure.message(), "never");
    assert!(plugins.hooks::<Doors>().on_come.is_empty());
    assert!(plugins.names().is_empty());
}
