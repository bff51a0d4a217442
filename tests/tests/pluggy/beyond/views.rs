//! Views of tables: without some plugins, with some closures, and as they were.

use std::sync::Arc;

use hooks_core::{Band, FailureKind, Method, Next, PluginManager, hookimpl, hookspec};

use crate::support::{methods_of, names, plugins, plugins_of, registered, verdicts};

/// Hooks that are viewed.
#[hookspec]
trait Stage {
    /// Asks for names.
    fn ask(&self, suffix: &str) -> String;

    /// Asks for numbers.
    fn count(&self) -> u32;

    /// Takes the first answer.
    #[hook(firstresult)]
    fn pick(&self) -> Option<u32>;
}

plugins! { Names(&'static str); Counts; Wraps; }

#[hookimpl]
impl Stage for Names {
    fn ask(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.0)
    }
}

#[hookimpl]
impl Stage for Counts {
    fn count(&self) -> u32 {
        1
    }
}

#[hookimpl]
impl Stage for Wraps {
    #[hookimpl(wrapper)]
    fn ask(&self, next: Next<'_, AskArgs<'_>>) {
        next.call().push("wrapped".to_owned());
    }
}

fn add(plugins: &PluginManager, name: &'static str) -> Arc<Names> {
    let plugin = Arc::new(Names(name));
    plugins.register_as(name, Arc::clone(&plugin)).unwrap();
    plugin
}

#[test]
fn a_view_made_before_a_plugin_registers_does_not_leave_it_out() {
    let plugins = PluginManager::new();
    let stage = plugins.hooks::<Stage>();
    let without = stage.without(&["a"]);
    add(&plugins, "a");
    assert_eq!(without.ask(""), ["a"]);
    add(&plugins, "b");
    assert_eq!(without.ask(""), ["b", "a"], "the view is live");
    assert_eq!(stage.without(&["a"]).ask(""), ["b"], "one that is made now leaves it out");
}

#[test]
fn who_is_left_out_is_a_plugin_and_not_a_name() {
    let plugins = PluginManager::new();
    let a = add(&plugins, "a");
    add(&plugins, "b");
    let stage = plugins.hooks::<Stage>();
    let without = stage.without(&["a"]);
    assert_eq!(without.ask(""), ["b"]);

    drop(plugins.unregister("a").unwrap());
    plugins.register_as("a", Names("heir")).unwrap();
    assert_eq!(without.ask(""), ["heir", "b"], "another plugin of the name");

    plugins.register_as("other name", Arc::clone(&a)).unwrap();
    assert_eq!(stage.ask(""), ["a", "heir", "b"]);
    assert_eq!(without.ask(""), ["heir", "b"], "the plugin under another name");

    drop(plugins.unregister("a").unwrap());
    drop(plugins.unregister("other name").unwrap());
    plugins.register_as("a", a).unwrap();
    assert_eq!(without.ask(""), ["b"], "the plugin, registered again");
}

#[test]
fn a_view_leaves_out_of_each_hook_those_who_implement_it() {
    plugins! { Both; }

    #[hookimpl]
    impl Stage for Both {
        fn ask(&self) -> String {
            "both".to_owned()
        }

        fn count(&self) -> u32 {
            2
        }
    }

    let plugins = registered![Counts, Both];
    let without = plugins.hooks::<Stage>().without(&["Both", "nobody"]);
    assert_eq!(without.ask(""), [""; 0]);
    assert_eq!(without.count(), [1]);
}

#[test]
fn views_of_views_leave_out_what_either_does_and_wrappers_too() {
    let plugins = registered![Wraps];
    add(&plugins, "a");
    add(&plugins, "b");
    let stage = plugins.hooks::<Stage>();
    assert_eq!(stage.ask(""), ["b", "a", "wrapped"]);
    let without_a = stage.without(&["a"]);
    assert_eq!(without_a.ask(""), ["b", "wrapped"]);
    let without_both = without_a.without(&["Wraps"]);
    assert_eq!(without_both.ask(""), ["b"]);
    assert_eq!(plugins_of(&without_both.ask), ["b".into()]);
    assert_eq!(without_both.ask.len(), 1);
    add(&plugins, "c");
    assert_eq!(without_both.ask(""), ["c", "b"]);
    assert_eq!(without_a.ask(""), ["c", "b", "wrapped"], "is as it was");
    let report = without_both.reported().ask("");
    assert_eq!(verdicts(&report), ["c: answered", "b: answered"]);
}

#[test]
fn extra_closures_are_stored_nowhere() {
    let plugins = PluginManager::new();
    add(&plugins, "a");
    let stage = plugins.hooks::<Stage>();
    let with = stage.with(|hooks| {
        let method = Method::here("extra");
        hooks.ask().implementation(method, |args| format!("extra{}", args.suffix));
    });
    assert_eq!(with.ask("!"), ["extra!", "a!"]);
    assert_eq!(with.ask("?"), ["extra?", "a?"], "for a call or a few");
    assert_eq!(stage.ask("!"), ["a!"]);
    assert_eq!(plugins.hooks::<Stage>().ask("!"), ["a!"]);
    assert_eq!(names(&plugins), ["a"]);
    assert_eq!(methods_of(&stage.ask), ["a.ask"]);
    let methods: Vec<_> =
        with.ask.implementations().into_iter().map(|listed| listed.method).collect();
    assert_eq!(methods, ["extra", "ask"]);
}

#[test]
fn extra_closures_stand_with_the_plain_ones_as_the_newest() {
    plugins! { First; Last; }

    #[hookimpl]
    impl Stage for First {
        #[hookimpl(tryfirst)]
        fn ask(&self) -> String {
            "first".to_owned()
        }

        #[hookimpl(tryfirst)]
        fn pick(&self) -> Option<u32> {
            None
        }
    }

    #[hookimpl]
    impl Stage for Last {
        #[hookimpl(trylast)]
        fn ask(&self) -> String {
            "last".to_owned()
        }

        #[hookimpl(trylast)]
        fn pick(&self) -> Option<u32> {
            Some(1)
        }
    }

    let plugins = registered![Wraps, First, Last];
    add(&plugins, "plain");
    let with = plugins.hooks::<Stage>().with(|hooks| {
        for name in ["extra1", "extra2"] {
            hooks.ask().implementation(Method::here(name), move |_| name.to_owned());
        }
        hooks.pick().implementation(Method::here("extra"), |_| Some(2));
    });
    assert_eq!(with.ask(""), ["first", "extra2", "extra1", "plain", "last", "wrapped"]);
    assert_eq!(with.pick(), Some(2));
}

#[test]
fn what_extra_closures_ask_of_the_order_is_ignored() {
    let plugins = PluginManager::new();
    add(&plugins, "a");
    let with = plugins.hooks::<Stage>().with(|hooks| {
        let last = Method::here("last").band(Band::TryLast);
        hooks.ask().implementation(last, |_| "last".to_owned());
        let first = Method::here("first").band(Band::TryFirst);
        hooks.ask().implementation(first, |_| "first".to_owned());
        let after = Method::here("after").after("a");
        hooks.ask().implementation(after, |_| "after".to_owned());
        let in_a_circle = Method::here("circle").before("a").after("a");
        hooks.ask().implementation(in_a_circle, |_| "circle".to_owned());
    });
    assert_eq!(with.ask(""), ["circle", "after", "first", "last", "a"]);
}

#[test]
fn an_extra_closure_that_fails_is_on_record_as_one() {
    let plugins = PluginManager::new();
    add(&plugins, "a");
    let with = plugins.hooks::<Stage>().with(|hooks| {
        hooks.ask().implementation(Method::here("extra"), |_| panic!("no"));
    });
    let report = with.reported().ask("");
    assert_eq!(report.output, ["a"]);
    let failure = report.failures().next().unwrap();
    assert_eq!((failure.kind(), failure.message()), (FailureKind::Panic, "no"));
    assert_eq!((failure.hook(), failure.method()), ("ask", "extra"));
    assert_eq!(plugins.plugins()[0].failures, 0);
}

#[test]
fn extra_closures_go_with_the_plugins_of_the_moment_and_of_the_view() {
    let plugins = PluginManager::new();
    add(&plugins, "a");
    add(&plugins, "b");
    let stage = plugins.hooks::<Stage>();
    let extra = |view: &Stage| {
        view.with(|hooks| {
            hooks.ask().implementation(Method::here("extra"), |_| "extra".to_owned());
        })
    };
    let with = extra(&stage);
    let with_of_a_view = extra(&stage.without(&["b"]));
    add(&plugins, "c");
    assert_eq!(with.ask(""), ["extra", "b", "a"]);
    assert_eq!(with_of_a_view.ask(""), ["extra", "a"]);
    assert_eq!(extra(&with).ask(""), ["extra", "extra", "b", "a"], "the newest of extras first");
    assert_eq!(with.without(&["a"]).ask(""), ["extra", "b"]);

    let frozen = stage.frozen();
    drop(plugins.unregister("b").unwrap());
    assert_eq!(extra(&frozen).ask(""), ["extra", "c", "b", "a"], "what is frozen has it still");
}

#[test]
fn an_extra_closure_may_be_a_wrapper() {
    let plugins = PluginManager::new();
    add(&plugins, "a");
    let with = plugins.hooks::<Stage>().with(|hooks| {
        hooks.ask().wrapper(Method::here("extra"), |next| {
            next.call().push("extra".to_owned());
            Ok(())
        });
    });
    assert_eq!(with.ask(""), ["a", "extra"]);
}

#[test]
fn what_is_frozen_stays_as_it_is_and_keeps_its_plugins_alive() {
    let plugins = PluginManager::new();
    let a = Arc::downgrade(&add(&plugins, "a"));
    let stage = plugins.hooks::<Stage>();
    let frozen = stage.frozen();
    add(&plugins, "b");
    drop(plugins.unregister("a").unwrap());
    assert_eq!(stage.ask(""), ["b"]);
    assert_eq!(frozen.ask(""), ["a"]);
    assert_eq!(frozen.frozen().ask(""), ["a"], "freezing it again changes nothing");
    assert!(a.upgrade().is_some());
    drop(plugins);
    drop(stage);
    assert_eq!(frozen.ask(""), ["a"], "without a manager, too");
    drop(frozen);
    assert!(a.upgrade().is_none());
}

#[test]
fn what_is_frozen_can_be_viewed_without_plugins() {
    let plugins = PluginManager::new();
    add(&plugins, "a");
    add(&plugins, "b");
    let frozen = plugins.hooks::<Stage>().frozen();
    drop(plugins.unregister("a").unwrap());
    drop(plugins.unregister("b").unwrap());
    assert_eq!(frozen.without(&["b"]).ask(""), ["a"], "of what it has, not of what there is");
    let view = plugins.hooks::<Stage>().without(&["c"]);
    add(&plugins, "d");
    let frozen = view.frozen();
    add(&plugins, "e");
    assert_eq!(frozen.ask(""), ["d"]);
}
