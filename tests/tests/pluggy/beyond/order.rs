//! Wishes by name: `before` and `after`.

use hooks_core::{
    Band, CallOrder, Closures, Method, Next, PluginManager, RegisterError, hookimpl, hookspec,
};

use crate::support::{Journal, assert_refused, methods_of, names, plugins, plugins_of, registered};

/// Hooks with many implementations.
#[hookspec]
trait Row {
    /// Tells.
    fn tell(&self, journal: &Journal);

    /// Tells too.
    fn tell_too(&self, journal: &Journal);
}

/// A plugin that implements `tell` where `place` puts it, and notes its name.
fn standing(
    name: &'static str,
    place: impl Fn(Method) -> Method + Send + Sync + 'static,
) -> Closures<Row> {
    Closures::<Row>::new(move |hooks| {
        let method = place(Method::here("tell"));
        hooks.tell().implementation(method, move |args| args.journal.note(name));
    })
}

fn add(
    plugins: &PluginManager,
    name: &'static str,
    place: impl Fn(Method) -> Method + Send + Sync + 'static,
) -> Result<std::sync::Arc<str>, RegisterError> {
    plugins.register_closures(name, standing(name, place))
}

/// What is noted, in the order in which a call runs the implementations, which is that in which
/// they are listed. Every note begins with the name of the plugin.
fn order(plugins: &PluginManager) -> String {
    let row = plugins.hooks::<Row>();
    let journal = Journal::default();
    row.tell(&journal);
    let (called, listed) = (journal.read(), plugins_of(&row.tell));
    assert_eq!(called.len(), listed.len(), "{called:?} listed as {listed:?}");
    let same = called.iter().zip(&listed).all(|(note, plugin)| note.starts_with(&**plugin));
    assert!(same, "{called:?} listed as {listed:?}");
    called.join(" ")
}

#[test]
fn a_wish_moves_within_a_band() {
    let plugins = PluginManager::new();
    for name in ["e", "d", "c", "b"] {
        add(&plugins, name, |method| method).unwrap();
    }
    add(&plugins, "a", |method| method.after("d")).unwrap();
    assert_eq!(order(&plugins), "b c d a e", "right behind the one that it waits for");
    drop(plugins.unregister("a").unwrap());
    add(&plugins, "a", |method| method).unwrap();
    assert_eq!(order(&plugins), "a b c d e");
    let plugins = PluginManager::new();
    add(&plugins, "b", |method| method.before("a")).unwrap();
    add(&plugins, "a", |method| method).unwrap();
    assert_eq!(order(&plugins), "b a");
}

#[test]
fn a_wish_moves_across_bands() {
    plugins! { First; Last; AfterLast; BeforeFirst; }

    #[hookimpl]
    impl Row for First {
        #[hookimpl(tryfirst)]
        fn tell(&self, journal: &Journal) {
            journal.note("First");
        }
    }

    #[hookimpl]
    impl Row for Last {
        #[hookimpl(trylast)]
        fn tell(&self, journal: &Journal) {
            journal.note("Last");
        }
    }

    #[hookimpl]
    impl Row for AfterLast {
        #[hookimpl(tryfirst, after = "Last")]
        fn tell(&self, journal: &Journal) {
            journal.note("AfterLast");
        }
    }

    #[hookimpl]
    impl Row for BeforeFirst {
        #[hookimpl(trylast, before = "First")]
        fn tell(&self, journal: &Journal) {
            journal.note("BeforeFirst");
        }
    }

    assert_eq!(order(&registered![BeforeFirst, First]), "BeforeFirst First");
    assert_eq!(order(&registered![First, BeforeFirst]), "BeforeFirst First");
    assert_eq!(order(&registered![AfterLast, Last]), "Last AfterLast");
    assert_eq!(order(&registered![Last, AfterLast, First]), "First Last AfterLast");
}

#[test]
fn a_wish_never_crosses_the_border_of_wrappers() {
    plugins! { Wraps; WrapsInside; Implements; Both; }

    #[hookimpl]
    impl Row for Wraps {
        #[hookimpl(wrapper)]
        fn tell(&self, journal: &Journal, next: Next<'_, TellArgs<'_>>) {
            journal.note("Wraps");
            next.call();
        }
    }

    #[hookimpl]
    impl Row for WrapsInside {
        #[hookimpl(wrapper, tryfirst, after = "Wraps", after = "Implements")]
        fn tell(&self, journal: &Journal, next: Next<'_, TellArgs<'_>>) {
            journal.note("WrapsInside");
            next.call();
        }
    }

    #[hookimpl]
    impl Row for Implements {
        #[hookimpl(before = "Wraps", before = "WrapsInside")]
        fn tell(&self, journal: &Journal) {
            journal.note("Implements");
        }
    }

    // It stands on both sides, and waits for its namesakes on each.
    #[hookimpl]
    impl Row for Both {
        #[hookimpl(wrapper, before = "Wraps")]
        fn tell(&self, journal: &Journal, next: Next<'_, TellArgs<'_>>) {
            journal.note("Both wraps");
            next.call();
        }

        #[hookimpl(hook = tell, after = "Implements")]
        fn tell_as_well(&self, journal: &Journal) {
            journal.note("Both implements");
        }
    }

    let plugins = registered![WrapsInside, Both, Wraps, Implements];
    assert_eq!(order(&plugins), "Both wraps Wraps WrapsInside Implements Both implements");
}

#[test]
fn a_name_that_is_not_there_counts_as_satisfied_until_it_comes_and_when_it_has_gone() {
    let plugins = PluginManager::new();
    add(&plugins, "a", |method| method.after("z").before("y")).unwrap();
    add(&plugins, "b", |method| method).unwrap();
    assert_eq!(order(&plugins), "b a");
    add(&plugins, "z", |method| method.band(Band::TryLast)).unwrap();
    assert_eq!(order(&plugins), "b z a");
    drop(plugins.unregister("z").unwrap());
    assert_eq!(order(&plugins), "b a");
    plugins.block("z");
    assert_eq!(order(&plugins), "b a");
    assert_eq!(methods_of(&plugins.hooks::<Row>().tell_too), [""; 0], "of another hook");
}

#[test]
fn wishes_are_repeatable_and_reach_every_implementation_of_the_named() {
    plugins! { Twice; Between; }

    #[hookimpl]
    impl Row for Twice {
        #[hookimpl(tryfirst)]
        fn tell(&self, journal: &Journal) {
            journal.note("Twice first");
        }

        #[hookimpl(hook = tell, trylast)]
        fn tell_again(&self, journal: &Journal) {
            journal.note("Twice last");
        }
    }

    #[hookimpl]
    impl Row for Between {
        #[hookimpl(after = "a", after = "b", before = "c")]
        fn tell(&self, journal: &Journal) {
            journal.note("Between");
        }
    }

    let plugins = registered![Twice];
    add(&plugins, "after both", |method| method.after("Twice")).unwrap();
    assert_eq!(order(&plugins), "Twice first Twice last after both");

    let plugins = PluginManager::new();
    add(&plugins, "b", |method| method).unwrap();
    add(&plugins, "c", |method| method.band(Band::TryLast)).unwrap();
    add(&plugins, "a", |method| method).unwrap();
    plugins.register(Between).unwrap();
    assert_eq!(order(&plugins), "a b Between c");
}

#[test]
fn a_cycle_is_reported_whole_and_nothing_is_changed() {
    let plugins = PluginManager::new();
    add(&plugins, "bystander", |method| method).unwrap();
    add(&plugins, "a", |method| method.before("b")).unwrap();
    add(&plugins, "b", |method| method.before("c")).unwrap();
    add(&plugins, "c", |method| method.before("d").after("bystander")).unwrap();
    let before = order(&plugins);
    assert_eq!(before, "a b bystander c");
    assert_refused(
        add(&plugins, "d", |method| method.before("a")),
        "the plugin `d` has no place among the implementations of `tell`: \
         `a` before `b` before `c` before `d` before `a`",
    );
    assert_eq!(order(&plugins), before);
    assert_eq!(names(&plugins), ["bystander", "a", "b", "c"]);

    let RegisterError::Cycle { name, hook, cycle, .. } =
        add(&plugins, "d", |method| method.before("b").after("c")).unwrap_err()
    else {
        panic!("refused for another reason");
    };
    assert_eq!((&*name, hook), ("d", "tell"));
    assert_eq!(cycle, ["b", "c", "d"], "without `a`, which only leads into it");

    drop(plugins.unregister("b").unwrap());
    add(&plugins, "d", |method| method.before("a")).unwrap();
    assert_eq!(order(&plugins), "bystander c d a", "there is no cycle any more");
}

#[test]
fn a_cycle_in_the_last_of_many_hooks_changes_none_of_them() {
    plugins! { Cyclic; }

    #[hookimpl]
    impl Row for Cyclic {
        #[hookimpl(wrapper)]
        fn tell(&self, next: Next<'_, TellArgs<'_>>) {
            next.call();
        }

        #[hookimpl(hook = tell)]
        fn implements(&self) {}

        #[hookimpl(before = "a", after = "a")]
        fn tell_too(&self) {}
    }

    let plugins = PluginManager::new();
    plugins
        .register_closures(
            "a",
            Closures::<Row>::new(|hooks| {
                hooks.tell_too().implementation(Method::here("tell_too"), |_| ());
            }),
        )
        .unwrap();
    assert_refused(
        plugins.register(Cyclic),
        "the plugin `Cyclic` has no place among the implementations of `tell_too`: \
         `a` before `Cyclic` before `a`",
    );
    let row = plugins.hooks::<Row>();
    assert!(row.tell.is_empty());
    assert_eq!(methods_of(&row.tell_too), ["a.tell_too"]);
    assert_eq!(names(&plugins), ["a"]);
    add(&plugins, "Cyclic", |method| method).unwrap();
    assert_eq!(order(&plugins), "Cyclic", "the name is free");
}

#[test]
fn who_names_itself_is_refused() {
    plugins! { Narcissus; }

    #[hookimpl]
    impl Row for Narcissus {
        #[hookimpl(after = "Echo")]
        fn tell(&self, journal: &Journal) {
            journal.note("Narcissus");
        }
    }

    let plugins = PluginManager::new();
    plugins.register(Narcissus).unwrap();
    assert_refused(
        plugins.register_as("Echo", Narcissus),
        "the implementation of `tell` in the plugin `Echo` asks to stand before or after `Echo`, \
         which is itself",
    );
    assert_refused(
        add(&plugins, "mirror", |method| method.before("mirror")),
        "the implementation of `tell` in the plugin `mirror` asks to stand before or after \
         `mirror`, which is itself",
    );
    assert_eq!(names(&plugins), ["Narcissus"]);
    assert_eq!(order(&plugins), "Narcissus");
}

#[test]
fn the_manager_tells_why_each_one_stands_where_it_does() {
    let plugins = PluginManager::new();
    add(&plugins, "plain", |method| method).unwrap();
    add(&plugins, "first", |method| method.band(Band::TryFirst)).unwrap();
    add(&plugins, "last", |method| method.band(Band::TryLast).after("absent")).unwrap();
    add(&plugins, "wishful", |method| method.after("plain").before("last")).unwrap();
    let CallOrder { hook, implementations, reasons, .. } =
        plugins.call_order::<Row>().swap_remove(0);
    assert_eq!(hook.name, "tell");
    let told: Vec<_> = implementations
        .iter()
        .zip(reasons)
        .map(|(implementation, reason)| format!("{}: {reason}", implementation.plugin))
        .collect();
    assert_eq!(
        told,
        [
            "first: tryfirst: the newest first",
            "plain: plain: the newest first; before, as asked by `wishful`",
            "wishful: plain: the newest first, moved back by a wish; before `last`; after `plain`",
            "last: trylast: the oldest first; after, as asked by `wishful`",
        ]
    );
}
