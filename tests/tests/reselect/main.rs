//! Plugins that are linked into this program come and go as a host chooses again.

use std::cell::Cell;

use hooks_core::{Discovered, Fate, Plugin, PluginManager, Selection, hookimpl, hookspec};

/// Where somebody is at the door.
#[hookspec]
trait Door {
    /// Asks who is there.
    fn who(&self) -> &'static str;
}

thread_local! {
    /// How often a cook was made.
    static COOKS: Cell<u32> = const { Cell::new(0) };
}

#[derive(Plugin)]
#[plugin(name = "cook")]
struct Cook;

impl Default for Cook {
    fn default() -> Self {
        COOKS.set(COOKS.get() + 1);
        Self
    }
}

#[hookimpl]
impl Door for Cook {
    fn who(&self) -> &'static str {
        "cook"
    }
}

#[derive(Default, Plugin)]
#[plugin(name = "waiter")]
struct Waiter;

#[hookimpl]
impl Door for Waiter {
    fn who(&self) -> &'static str {
        "waiter"
    }
}

#[derive(Plugin)]
#[plugin(name = "ghost")]
struct Ghost;

impl Default for Ghost {
    fn default() -> Self {
        panic!("boo")
    }
}

#[hookimpl]
impl Door for Ghost {
    fn who(&self) -> &'static str {
        "ghost"
    }
}

fn all() -> Selection {
    Selection::default()
}

fn discovered(selection: &Selection) -> PluginManager {
    PluginManager::discover_with(selection).expect("the names differ")
}

/// Those that came or went, and what became of them.
fn reselected(plugins: &PluginManager, selection: &Selection) -> Vec<String> {
    let changed = plugins.reselect(selection).expect("the names differ");
    let told = |plugin: &Discovered| format!("{}: {}", plugin.metadata.name, plugin.fate);
    changed.iter().map(told).collect()
}

fn who(plugins: &PluginManager) -> Vec<&'static str> {
    plugins.hooks::<Door>().who()
}

#[test]
fn one_that_is_blocked_gets_no_further_call_and_one_that_is_not_gets_them_again() {
    let plugins = discovered(&all());
    let door = plugins.hooks::<Door>();
    assert_eq!(door.who(), ["waiter", "cook"], "the newest first");
    assert_eq!(reselected(&plugins, &all().block(["cook"])), ["cook: blocked"]);
    assert_eq!(door.who(), ["waiter"]);
    assert!(plugins.is_blocked("cook"));
    let made = COOKS.get();
    assert_eq!(reselected(&plugins, &all()), ["cook: registered"]);
    assert_eq!(COOKS.get(), made + 1, "it is made anew");
    assert_eq!(door.who(), ["cook", "waiter"], "it is the newest now");
    assert!(!plugins.is_blocked("cook"));
}

#[test]
fn one_that_is_not_allowed_goes_and_comes_back() {
    let plugins = discovered(&all());
    let changed = reselected(&plugins, &all().allow(["cook"]));
    assert_eq!(changed, ["ghost: not allowed", "waiter: not allowed"]);
    assert_eq!(who(&plugins), ["cook"]);
    assert!(!plugins.is_blocked("waiter"), "a host may register one under that name");
    let changed = reselected(&plugins, &all().allow(["waiter", "cook"]));
    assert_eq!(changed, ["waiter: registered"]);
    assert_eq!(who(&plugins).len(), 2);
}

#[test]
fn nothing_happens_where_nothing_has_changed() {
    let selection = all().block(["waiter", "nobody"]);
    let plugins = discovered(&selection);
    let made = COOKS.get();
    assert_eq!(reselected(&plugins, &selection), [""; 0]);
    assert_eq!(COOKS.get(), made);
    assert_eq!(who(&plugins), ["cook"]);
}

#[test]
fn one_that_cannot_be_made_is_told_when_it_is_asked_for_again() {
    let plugins = discovered(&all().block(["ghost"]));
    let changed = plugins.reselect(&all()).expect("the names differ");
    assert_eq!(changed.len(), 1);
    assert!(matches!(&changed[0].fate, Fate::Failed(panic) if panic.message() == "boo"));
    assert_eq!(reselected(&plugins, &all()), [""; 0], "and not again");
}

#[test]
fn what_is_known_of_the_selection_is_the_latest() {
    let plugins = discovered(&all().block(["nobody"]));
    assert!(plugins.is_blocked("nobody"));
    reselected(&plugins, &all().block(["waitr"]));
    assert!(!plugins.is_blocked("nobody"));
    assert!(plugins.is_blocked("waitr"));
    let discovery = plugins.discovery();
    let unknown: Vec<String> = discovery.unknown.iter().map(ToString::to_string).collect();
    let expected =
        "the block list names `waitr`, but no plugin is called that; did you mean `waiter`?";
    assert_eq!(unknown, [expected]);
    assert!(matches!(discovery.plugins[0].fate, Fate::Registered));
}

#[test]
fn one_that_the_host_took_out_stays_out() {
    let plugins = discovered(&all());
    drop(plugins.unregister("cook").expect("registered"));
    assert_eq!(reselected(&plugins, &all()), [""; 0]);
    assert_eq!(who(&plugins), ["waiter"]);
}
