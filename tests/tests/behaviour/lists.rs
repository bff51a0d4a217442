//! What can be asked of a manager, and what discovery finds in this very program.

use hooks_core::{
    Closures, Discovery, Fate, Method, PluginManager, Selection, SelectionList, UnknownName,
    hookspec,
};
use hooks_tests::strict::cellar::Cellar;
use hooks_tests::strict::kitchen::Kitchen;
use hooks_tests::strict::staff::{Porter, Waiter};

use crate::support::{Stage, asked, chooser, manager_of, teller};

fn names(manager: &PluginManager) -> Vec<String> {
    manager.names().iter().map(ToString::to_string).collect()
}

#[test]
fn names_and_plugins_stand_in_the_order_of_registration() {
    let manager = manager_of(["c", "a", "b"].map(|name| (name, teller(|| ()))));
    assert_eq!(names(&manager), ["c", "a", "b"]);
    manager.unregister("c").unwrap();
    manager.register_as("c", teller(|| ())).unwrap();
    assert_eq!(names(&manager), ["a", "b", "c"]);
    let plugins: Vec<_> = manager.plugins().into_iter().map(|info| info.name).collect();
    assert_eq!(plugins, manager.names());
}

#[test]
fn a_plugin_tells_what_its_metadata_says_under_the_name_that_it_was_given() {
    let manager = PluginManager::new();
    manager.register_as("other", Waiter).unwrap();
    let plugins = manager.plugins();
    let info = &plugins[0];
    assert_eq!((&*info.name, info.metadata.name), ("other", "waiter"));
    assert_eq!(info.metadata.package, "hooks-tests");
    assert_eq!(info.metadata.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(info.metadata.description, env!("CARGO_PKG_DESCRIPTION"));
    assert_eq!(info.metadata.authors, env!("CARGO_PKG_AUTHORS"));
    assert_eq!(info.metadata.repository, env!("CARGO_PKG_REPOSITORY"));
}

#[test]
fn the_hooks_of_a_plugin_are_listed_over_all_specs() {
    let manager = PluginManager::new();
    manager.register(Waiter).unwrap();
    manager.register(Porter::default()).unwrap();
    // Specs by their names, whichever was heard of first.
    let hooks_of = |name: &str| -> Vec<_> {
        manager.hooks_of(name).unwrap().iter().map(|hook| (hook.spec, hook.name)).collect()
    };
    assert_eq!(
        hooks_of("waiter"),
        [
            ("Cellar", "on_bottle"),
            ("Cellar", "temperature"),
            ("Kitchen", "on_open"),
            ("Kitchen", "wine"),
        ]
    );
    assert_eq!(hooks_of("porter"), [("Cellar", "temperature")]);
}

#[test]
fn the_hooks_of_a_plugin_stand_as_their_spec_writes_them() {
    let manager = manager_of([("a", chooser(|| None))]);
    manager.register_as("b", asked(|| None)).unwrap();
    manager.register(Waiter).unwrap();
    let hooks: Vec<_> = manager.hooks_of("waiter").unwrap();
    let of_cellar: Vec<_> =
        hooks.iter().filter(|hook| hook.spec == "Cellar").map(|hook| hook.name).collect();
    assert_eq!(of_cellar, ["on_bottle", "temperature"]);
}

#[test]
fn the_implementations_of_a_hook_are_found_by_its_name_in_every_spec() {
    /// Has a hook that the kitchen has too.
    #[hookspec]
    trait Bar {
        /// The bar opens.
        fn on_open(&self);
    }

    let manager = PluginManager::new();
    manager.register(Waiter).unwrap();
    let barkeeper = Closures::<Bar>::new(|hooks| {
        hooks.on_open().implementation(Method::here("open"), |_| ());
    });
    manager.register_closures("barkeeper", barkeeper).unwrap();
    let orders = manager.implementations("on_open");
    let found: Vec<_> = orders
        .iter()
        .map(|order| (order.hook.spec, &*order.implementations[0].plugin, &*order.reasons[0]))
        .collect();
    assert_eq!(
        found,
        [
            ("Bar", "barkeeper", "plain: the newest first"),
            ("Kitchen", "waiter", "plain: the newest first")
        ]
    );
    assert!(manager.implementations("on_close").is_empty());
}

#[test]
fn a_plugin_of_two_specs_is_called_through_both() {
    let manager = PluginManager::new();
    manager.register(Porter::default()).unwrap();
    manager.register(Waiter).unwrap();
    assert_eq!(manager.hooks::<Cellar>().temperature(), [12, 14]);
    assert_eq!(manager.hooks::<Kitchen>().wine(&Default::default()), ["a wine for "]);
    manager.block("waiter");
    assert_eq!(manager.hooks::<Cellar>().temperature(), [14]);
    assert!(manager.hooks::<Kitchen>().wine(&Default::default()).is_empty());
}

#[test]
fn a_manager_that_did_not_discover_has_discovered_nothing() {
    let Discovery { plugins, unknown, .. } = &*PluginManager::new().discovery();
    assert!(plugins.is_empty() && unknown.is_empty());
}

/// The plugins of `hooks_tests`, with what became of them.
fn found(manager: &PluginManager) -> Vec<(&'static str, String)> {
    let discovery = manager.discovery();
    discovery.plugins.iter().map(|found| (found.metadata.name, found.fate.to_string())).collect()
}

#[test]
fn discovery_registers_every_derived_plugin_in_the_order_of_names() {
    let manager = PluginManager::discover().unwrap();
    assert_eq!(names(&manager), ["cook", "porter", "waiter"]);
    assert_eq!(
        found(&manager),
        ["cook", "porter", "waiter"].map(|name| (name, "registered".to_owned()))
    );
    assert_eq!(manager.hooks::<Cellar>().temperature(), [12, 14], "the last is called first");
    assert!(manager.hooks::<Stage>().tell.is_empty(), "plugins by hand are not found");
}

#[test]
fn two_discoveries_have_plugins_of_their_own() {
    let one = PluginManager::discover().unwrap();
    let other = PluginManager::discover().unwrap();
    one.block("waiter");
    assert_eq!(other.hooks::<Cellar>().temperature(), [12, 14]);
}

#[test]
fn a_blocked_plugin_is_left_out_and_stays_blocked() {
    let manager = PluginManager::discover_with(&Selection::default().block(["porter"])).unwrap();
    assert_eq!(names(&manager), ["cook", "waiter"]);
    assert!(manager.is_blocked("porter"));
    assert!(matches!(manager.discovery().plugins[1].fate, Fate::Blocked));
    assert!(manager.register(Porter::default()).is_err());
    manager.unblock("porter");
    manager.register(Porter::default()).unwrap();
}

#[test]
fn an_allow_list_lets_in_what_is_on_it_and_nothing_else() {
    let selection = Selection::default().allow(["waiter"]).allow(["porter"]);
    let manager = PluginManager::discover_with(&selection).unwrap();
    assert_eq!(names(&manager), ["porter", "waiter"]);
    assert_eq!(found(&manager)[0], ("cook", "not allowed".to_owned()));
    assert!(!manager.is_blocked("cook"));
}

#[test]
fn block_beats_allow() {
    let selection = Selection::default().allow(["porter", "waiter"]).block(["waiter"]);
    let manager = PluginManager::discover_with(&selection).unwrap();
    assert_eq!(names(&manager), ["porter"]);
    assert_eq!(found(&manager)[2], ("waiter", "blocked".to_owned()));
}

#[test]
fn an_empty_allow_list_lets_nothing_in() {
    let selection = Selection::default().allow(Vec::<String>::new());
    assert!(names(&PluginManager::discover_with(&selection).unwrap()).is_empty());
}

#[test]
fn names_that_no_plugin_bears_are_told_with_their_list_and_the_nearest() {
    let selection = Selection::default().block(["weiter"]).allow(["porters", "zebra", "waiter"]);
    let manager = PluginManager::discover_with(&selection).unwrap();
    let unknown = &manager.discovery().unknown;
    assert_eq!(
        unknown.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "the block list names `weiter`, but no plugin is called that; did you mean `waiter`?",
            "the allow list names `porters`, but no plugin is called that; did you mean `porter`?",
            "the allow list names `zebra`, but no plugin is called that",
        ]
    );
    let UnknownName { name, list, nearest, .. } = &unknown[0];
    assert_eq!(
        (&**name, *list, &nearest[..]),
        ("weiter", SelectionList::Blocked, &["waiter".to_owned()][..])
    );
    assert!(manager.is_blocked("weiter"), "for a plugin that comes later");
}
