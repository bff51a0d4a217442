//! Closures as plugins: through the same tables as everyone, with the same options.

use std::any::type_name;
use std::sync::Arc;

use hooks_core::{
    Band, Closures, Method, Next, Plugin, PluginManager, PluginMetadata, Role, hookimpl, hookspec,
};

use crate::support::{Journal, assert_error, assert_panic, assert_refused, names, plugins_of};

/// Hooks of every sort.
#[hookspec]
trait Stage {
    /// Asks for a text.
    fn ask(&self, name: &str, number: u32) -> Result<Option<String>, String>;

    /// Changes a list.
    fn extend(&self, list: &mut Vec<u32>, number: u32);

    /// Asks until somebody answers.
    #[hook(firstresult)]
    fn pick(&self, number: u32) -> Option<u32>;

    /// Hands a number on.
    #[hook(waterfall)]
    fn hand(&self, #[flow] number: u32) -> u32;

    /// Tells now and later.
    #[hook(historic)]
    fn past(&self, name: &str) -> String;
}

struct Methods;

impl Plugin for Methods {
    const METADATA: PluginMetadata = PluginMetadata::new("methods");
}

#[hookimpl]
impl Stage for Methods {
    fn ask(&self, name: &str) -> Result<Option<String>, String> {
        Ok(Some(format!("methods for {name}")))
    }
}

#[test]
fn closures_stand_among_methods_with_bands_wishes_and_places() {
    let plugins = PluginManager::new();
    let line = line!() + 4;
    plugins
        .register_closures(
            "first",
            Closures::<Stage>::new(|hooks| {
                let method = Method::here("eager").band(Band::TryFirst);
                hooks.ask().implementation(method, |args| Ok(Some(format!("first {}", args.name))));
            }),
        )
        .unwrap();
    plugins
        .register_closures(
            "late",
            Closures::<Stage>::new(|hooks| {
                let method = Method::here("late").band(Band::TryFirst).after("methods");
                hooks.ask().implementation(method, |args| Ok(Some(args.number.to_string())));
            }),
        )
        .unwrap();
    plugins.register(Methods).unwrap();
    let stage = plugins.hooks::<Stage>();
    assert_eq!(stage.ask("Anna", 7), ["first Anna", "methods for Anna", "7"]);
    assert_eq!(plugins_of(&stage.ask), ["first".into(), "methods".into(), "late".into()]);
    let first = &stage.ask.implementations()[0];
    assert_eq!(
        (&*first.method, first.band, first.role),
        ("eager", Band::TryFirst, Role::Implementation)
    );
    assert_eq!((first.file, first.line), (file!(), line + 1));
}

#[test]
fn closures_implement_hooks_of_every_sort() {
    let plugins = PluginManager::new();
    let journal = Journal::default();
    let stage = plugins.hooks::<Stage>();
    let taken = journal.clone();
    stage.past_then("early", move |answer| taken.note(answer));
    let all = Closures::<Stage>::new(|hooks| {
        hooks.extend().implementation(Method::here("extend"), |args| args.list.push(args.number));
        hooks.pick().implementation(Method::here("pick"), |args| Some(args.number));
        hooks.hand().implementation(Method::here("hand"), |args| args.number + 1);
        hooks.past().implementation(Method::here("past"), |args| format!("past {}", args.name));
        hooks.hand().wrapper(Method::here("around"), |mut next| {
            next.args_mut().number *= 10;
            *next.call() += 100;
            Ok(())
        });
    });
    plugins.register_closures("all", all).unwrap();
    assert_eq!(journal.read(), ["past early"]);
    let mut list = vec![];
    stage.extend(&mut list, 5);
    assert_eq!(list, [5]);
    assert_eq!(stage.pick(6), Some(6));
    assert_eq!(stage.hand(7), 171);
    let hooks: Vec<_> = plugins.hooks_of("all").unwrap().iter().map(|hook| hook.name).collect();
    assert_eq!(hooks, ["extend", "pick", "hand", "past"]);
}

#[test]
fn closures_that_fail_are_fenced_like_methods() {
    let plugins = PluginManager::new();
    let errs = Closures::<Stage>::new(|hooks| {
        hooks.ask().implementation(Method::here("errs"), |_| Err("no".to_owned()));
    });
    let panics = Closures::<Stage>::new(|hooks| {
        hooks.ask().implementation(Method::here("panics"), |_| panic!("never"));
        hooks.ask().wrapper(Method::here("wraps"), |next| {
            next.call().push("wrapped".to_owned());
            Err("in the end".into())
        });
    });
    plugins.register_closures("errs", errs).unwrap();
    plugins.register_closures("panics", panics).unwrap();
    plugins.register(Methods).unwrap();
    let report = plugins.hooks::<Stage>().reported().ask("Anna", 1);
    assert_eq!(report.output, ["methods for Anna", "wrapped"]);
    let [wraps, panics, errs] = &report.failures().collect::<Vec<_>>()[..] else {
        panic!("another number of failures");
    };
    assert_error(wraps, "panics", "ask", "in the end");
    assert_panic(panics, "panics", "ask", "never");
    assert_error(errs, "errs", "ask", "no");
    assert_eq!([wraps.method(), panics.method(), errs.method()], ["wraps", "panics", "errs"]);
    let failures: Vec<_> = plugins.plugins().iter().map(|plugin| plugin.failures).collect();
    assert_eq!(failures, [1, 2, 0]);
}

#[test]
fn closures_come_and_go_like_plugins() {
    let plugins = PluginManager::new();
    let asked = Arc::new(Closures::<Stage>::new(|hooks| {
        hooks.pick().implementation(Method::here("pick"), |args| Some(args.number * 2));
    }));
    let stage = plugins.hooks::<Stage>();
    plugins.register_closures("a", Arc::clone(&asked)).unwrap();
    plugins.register_closures("b", Arc::clone(&asked)).unwrap();
    assert_eq!(names(&plugins), ["a", "b"]);
    let type_name = type_name::<Closures<Stage>>();
    assert_refused(
        plugins.register_closures("a", Arc::clone(&asked)),
        &format!(
            "the plugin name `a` is taken: {type_name} bears it, and {type_name} asks for it; \
             register one of them under another name"
        ),
    );
    assert_refused(
        plugins.register_closures("", Arc::clone(&asked)),
        &format!("a plugin needs a name: {type_name} has an empty one"),
    );
    assert_eq!(stage.without(&["a"]).pick(2), None, "they are one plugin under two names");
    drop(plugins.unregister("a").unwrap());
    assert_eq!(stage.pick(2), Some(4));
    plugins.block("b");
    assert_eq!(stage.pick(2), None);
    assert_refused(
        plugins.register_closures("b", Arc::clone(&asked)),
        &format!("the plugin name `b` is blocked: unblock it before you register {type_name}"),
    );
    assert_eq!(Arc::strong_count(&asked), 1, "nobody holds on to them");
}

#[test]
fn closures_hand_in_anew_at_each_registration() {
    let journal = Journal::default();
    let handed_in = journal.clone();
    let closures = Arc::new(Closures::<Stage>::new(move |hooks| {
        handed_in.note("handed in");
        hooks.pick().implementation(Method::here("pick"), |_| None);
    }));
    let plugins = PluginManager::new();
    for _ in 0..2 {
        plugins.register_closures("a", Arc::clone(&closures)).unwrap();
        assert_eq!(journal.read(), ["handed in"]);
        plugins.hooks::<Stage>().pick(1);
        drop(plugins.unregister("a").unwrap());
        assert_eq!(journal.read(), [""; 0]);
    }
}

#[test]
fn a_wrapping_closure_takes_what_a_wrapping_method_takes() {
    fn around(next: Next<'_, ExtendArgs<'_>>) {
        next.call();
    }

    let plugins = PluginManager::new();
    let closures = Closures::<Stage>::new(|hooks| {
        hooks.extend().wrapper(Method::here("extend"), |mut next| {
            next.args_mut().list.push(1);
            around(next);
            Ok(())
        });
    });
    plugins.register_closures("wraps", closures).unwrap();
    let mut list = vec![];
    plugins.hooks::<Stage>().extend(&mut list, 5);
    assert_eq!(list, [1]);
}
