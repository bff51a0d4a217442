//! pluggy's `test_hookcaller.py`: where an implementation stands among the others.
//!
//! pluggy lists a table in the order in which its loop runs backwards through it. Here a table is
//! listed in call order, so that the lists are the other way round.
//!
//! | test | refused by the compiler | case under `ui/fail` |
//! |---|---|---|
//! | `test_hookrelay_registration_by_specname_raises` | an argument that the hook does not have, under `hook = …` | `misspelled_argument_under_another_name` |
//! | the same | `hook = …` with a name that the spec does not have | `misspelled_hook_option` |

use std::sync::Arc;

use hooks_core::{Band, Closures, HookKind, Method, Next, PluginManager, Role, hookimpl, hookspec};

use crate::support::{Journal, methods_of, plugins, plugins_of};

/// One hook.
#[hookspec]
trait Hooks {
    /// Gets an argument, and journals what happens.
    fn he_method1(&self, journal: &Journal);
}

/// A table to which implementations are added one by one, each a plugin of its own.
struct Caller {
    plugins: PluginManager,
    hooks: Hooks,
}

impl Caller {
    fn new() -> Self {
        let plugins = PluginManager::new();
        let hooks = plugins.hooks();
        Self { plugins, hooks }
    }

    fn add(&self, name: &'static str, role: Role, band: Band) {
        let closures = Closures::<Hooks>::new(move |hooks| {
            let slot = hooks.he_method1();
            let method = Method::here(name).band(band);
            match role {
                Role::Wrapper => slot.wrapper(method, move |next| {
                    next.args().journal.note(name);
                    next.call();
                    Ok(())
                }),
                _ => slot.implementation(method, move |args| args.journal.note(name)),
            }
        });
        self.plugins.register_closures(name, closures).unwrap();
    }

    /// The names in the order in which a call runs them, which is that in which they are listed.
    fn order(&self) -> String {
        let journal = Journal::default();
        self.hooks.he_method1(&journal);
        let called = journal.read().join(" ");
        assert_eq!(plugins_of(&self.hooks.he_method1).join(" "), called);
        called
    }
}

#[test]
fn test_adding_nonwrappers() {
    let caller = Caller::new();
    for name in ["he_method1", "he_method2", "he_method3"] {
        caller.add(name, Role::Implementation, Band::Plain);
    }
    assert_eq!(caller.order(), "he_method3 he_method2 he_method1");
}

#[test]
fn test_adding_nonwrappers_trylast() {
    let caller = Caller::new();
    caller.add("middle", Role::Implementation, Band::Plain);
    caller.add("last", Role::Implementation, Band::TryLast);
    caller.add("b", Role::Implementation, Band::Plain);
    assert_eq!(caller.order(), "b middle last");
}

#[test]
fn test_adding_nonwrappers_trylast3() {
    let caller = Caller::new();
    caller.add("a", Role::Implementation, Band::Plain);
    caller.add("b", Role::Implementation, Band::TryLast);
    caller.add("c", Role::Implementation, Band::Plain);
    caller.add("d", Role::Implementation, Band::TryLast);
    assert_eq!(caller.order(), "c a b d");
}

#[test]
fn test_adding_nonwrappers_trylast2() {
    let caller = Caller::new();
    caller.add("middle", Role::Implementation, Band::Plain);
    caller.add("b", Role::Implementation, Band::Plain);
    caller.add("last", Role::Implementation, Band::TryLast);
    assert_eq!(caller.order(), "b middle last");
}

#[test]
fn test_adding_nonwrappers_tryfirst() {
    let caller = Caller::new();
    caller.add("first", Role::Implementation, Band::TryFirst);
    caller.add("middle", Role::Implementation, Band::Plain);
    caller.add("b", Role::Implementation, Band::Plain);
    assert_eq!(caller.order(), "first b middle");
}

#[test]
fn test_adding_wrappers_ordering() {
    let caller = Caller::new();
    caller.add("wrapper1", Role::Wrapper, Band::Plain);
    caller.add("wrapper2", Role::Wrapper, Band::Plain);
    caller.add("middle", Role::Implementation, Band::Plain);
    caller.add("wrapper3", Role::Wrapper, Band::Plain);
    caller.add("wrapper4", Role::Wrapper, Band::Plain);
    assert_eq!(caller.order(), "wrapper4 wrapper3 wrapper2 wrapper1 middle");
}

#[test]
fn test_adding_wrappers_ordering_tryfirst() {
    let caller = Caller::new();
    caller.add("wrapper1", Role::Wrapper, Band::TryFirst);
    caller.add("wrapper2", Role::Wrapper, Band::Plain);
    caller.add("wrapper3", Role::Wrapper, Band::TryFirst);
    assert_eq!(caller.order(), "wrapper3 wrapper1 wrapper2");
}

#[test]
fn test_adding_wrappers_complex() {
    use Band::{Plain, TryFirst, TryLast};
    use Role::{Implementation, Wrapper};
    let caller = Caller::new();
    assert_eq!(caller.order(), "");
    let additions = [
        ("m1", Wrapper, TryLast, "m1"),
        ("m2", Implementation, Plain, "m1 m2"),
        ("m3", Implementation, TryLast, "m1 m2 m3"),
        ("m4", Wrapper, Plain, "m4 m1 m2 m3"),
        ("m5", Wrapper, TryFirst, "m5 m4 m1 m2 m3"),
        ("m6", Implementation, TryFirst, "m5 m4 m1 m6 m2 m3"),
        ("m7", Implementation, Plain, "m5 m4 m1 m6 m7 m2 m3"),
        ("m8", Wrapper, Plain, "m5 m8 m4 m1 m6 m7 m2 m3"),
        ("m9", Implementation, TryLast, "m5 m8 m4 m1 m6 m7 m2 m3 m9"),
        ("m10", Implementation, TryFirst, "m5 m8 m4 m1 m10 m6 m7 m2 m3 m9"),
        ("m11", Wrapper, TryLast, "m5 m8 m4 m1 m11 m10 m6 m7 m2 m3 m9"),
        ("m12", Wrapper, Plain, "m5 m12 m8 m4 m1 m11 m10 m6 m7 m2 m3 m9"),
        ("m13", Implementation, Plain, "m5 m12 m8 m4 m1 m11 m10 m6 m13 m7 m2 m3 m9"),
    ];
    for (name, role, band, order) in additions {
        caller.add(name, role, band);
        assert_eq!(caller.order(), order, "after `{name}` was added");
    }
}

#[test]
fn test_hookspec() {
    /// Three hooks.
    #[hookspec]
    trait HookSpec {
        /// Says nothing of its kind.
        fn he_myhook1(&self, arg1: u32) -> Option<u32>;

        /// Says that the first answer wins.
        #[hook(firstresult)]
        fn he_myhook2(&self, arg1: u32) -> Option<u32>;

        /// Says nothing of its kind, and returns nothing.
        fn he_myhook3(&self, arg1: u32);
    }
    let hooks = PluginManager::new().hooks::<HookSpec>();
    let kinds: Vec<_> = hooks_core::Spec::tables(&hooks)
        .into_iter()
        .map(|table| (table.description().name, table.description().kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("he_myhook1", HookKind::Collect),
            ("he_myhook2", HookKind::FirstResult),
            ("he_myhook3", HookKind::Notify),
        ]
    );
}

/// Adapted: the options are seen where the manager lists implementations. There is one sort of
/// wrapper, and no option for hooks that may not exist.
#[test]
fn test_hookimpl() {
    plugins! { Plain; TryFirst; TryLast; Wrapper; }

    #[hookimpl]
    impl Hooks for Plain {
        fn he_method1(&self) {}
    }

    #[hookimpl]
    impl Hooks for TryFirst {
        #[hookimpl(tryfirst)]
        fn he_method1(&self) {}
    }

    #[hookimpl]
    impl Hooks for TryLast {
        #[hookimpl(trylast)]
        fn he_method1(&self) {}
    }

    #[hookimpl]
    impl Hooks for Wrapper {
        #[hookimpl(wrapper)]
        fn he_method1(&self, next: Next<'_, HeMethod1Args<'_>>) {
            next.call();
        }
    }

    let plugins = PluginManager::new();
    plugins.register(Plain).unwrap();
    plugins.register(TryFirst).unwrap();
    plugins.register(TryLast).unwrap();
    plugins.register(Wrapper).unwrap();
    let listed: Vec<_> = plugins.hooks::<Hooks>().he_method1.implementations();
    let listed: Vec<_> = listed
        .iter()
        .map(|implementation| (&*implementation.plugin, implementation.role, implementation.band))
        .collect();
    assert_eq!(
        listed,
        [
            ("Wrapper", Role::Wrapper, Band::Plain),
            ("TryFirst", Role::Implementation, Band::TryFirst),
            ("Plain", Role::Implementation, Band::Plain),
            ("TryLast", Role::Implementation, Band::TryLast),
        ]
    );
}

/// One hook that collects.
#[hookspec]
trait Api {
    /// Adds something to the argument.
    fn hello(&self, arg: u32) -> u32;
}

#[test]
fn test_hookrelay_registry() {
    plugins! { Plugin; }

    #[hookimpl]
    impl Api for Plugin {
        fn hello(&self, arg: u32) -> u32 {
            arg + 1
        }
    }

    let plugins = PluginManager::new();
    let hooks = plugins.hooks::<Api>();
    assert_eq!(format!("{:?}", hooks.hello), r#"Table { hook: "hello", implementations: [] }"#);
    plugins.register(Plugin).unwrap();
    assert_eq!(hooks.hello(3), [4]);
    plugins.unregister("Plugin").unwrap();
    assert!(hooks.hello(3).is_empty());
}

#[test]
fn test_hookrelay_registration_by_specname() {
    plugins! { Plugin; }

    #[hookimpl]
    impl Api for Plugin {
        #[hookimpl(hook = hello)]
        fn foo(&self, arg: u32) -> u32 {
            arg + 1
        }
    }

    let plugins = PluginManager::new();
    let hooks = plugins.hooks::<Api>();
    assert!(hooks.hello.is_empty());
    plugins.register(Plugin).unwrap();
    assert_eq!(hooks.hello(3), [4]);
    assert_eq!(methods_of(&hooks.hello), ["Plugin.foo"]);
}

/// Adapted: a spec is a namespace, so hooks of one name in two specs are two hooks. Two of one
/// name in one spec are a compile error: `hook_name` under `ui/fail`.
#[test]
fn test_hook_conflict() {
    mod api2 {
        use hooks_core::hookspec;

        /// Another spec with a hook of the same name.
        #[hookspec]
        pub(super) trait Api2 {
            /// Adds something to the argument.
            fn hello(&self, arg: u32) -> u32;
        }
    }
    use api2::Api2;

    plugins! { Plugin; Plugin2; }

    #[hookimpl]
    impl Api for Plugin {
        fn hello(&self, arg: u32) -> u32 {
            arg + 1
        }
    }

    #[hookimpl]
    impl Api2 for Plugin2 {
        fn hello(&self, arg: u32) -> u32 {
            arg + 2
        }
    }

    let plugins = PluginManager::new();
    plugins.register(Plugin).unwrap();
    plugins.register(Plugin2).unwrap();
    assert_eq!(plugins.hooks::<Api>().hello(1), [2]);
    assert_eq!(plugins.hooks::<Api2>().hello(1), [3]);
    let hooks_of = |name| plugins.hooks_of(name).unwrap().iter().map(|hook| hook.spec).collect();
    let (of_plugin, of_plugin2): (Vec<_>, Vec<_>) = (hooks_of("Plugin"), hooks_of("Plugin2"));
    assert_eq!((of_plugin, of_plugin2), (vec!["Api"], vec!["Api2"]));
}

#[test]
fn test_call_extra_hook_order() {
    /// A hook that collects, beside a journal.
    #[hookspec]
    trait Ordered {
        /// Who is asked notes it, and says who it is.
        fn ask(&self, arg: &str, journal: &Journal) -> &'static str;
    }

    plugins! { First; Plain; Last; WrapperFirst; WrapperPlain; WrapperLast; }

    #[hookimpl]
    impl Ordered for First {
        #[hookimpl(tryfirst)]
        fn ask(&self, journal: &Journal) -> &'static str {
            journal.note("1");
            "1"
        }
    }

    #[hookimpl]
    impl Ordered for Plain {
        fn ask(&self, journal: &Journal) -> &'static str {
            journal.note("2");
            "2"
        }
    }

    #[hookimpl]
    impl Ordered for Last {
        #[hookimpl(trylast)]
        fn ask(&self, journal: &Journal) -> &'static str {
            journal.note("3");
            "3"
        }
    }

    fn around(journal: Journal, name: &str, next: Next<'_, AskArgs<'_>>) {
        journal.note(format!("{name}pre"));
        next.call();
        journal.note(format!("{name}post"));
    }

    #[hookimpl]
    impl Ordered for WrapperFirst {
        #[hookimpl(wrapper, tryfirst)]
        fn ask(&self, next: Next<'_, AskArgs<'_>>) {
            around(next.args().journal.clone(), "4", next);
        }
    }

    #[hookimpl]
    impl Ordered for WrapperPlain {
        #[hookimpl(wrapper)]
        fn ask(&self, next: Next<'_, AskArgs<'_>>) {
            around(next.args().journal.clone(), "5", next);
        }
    }

    #[hookimpl]
    impl Ordered for WrapperLast {
        #[hookimpl(wrapper, trylast)]
        fn ask(&self, next: Next<'_, AskArgs<'_>>) {
            around(next.args().journal.clone(), "6", next);
        }
    }

    let plugins = PluginManager::new();
    plugins.register(First).unwrap();
    plugins.register(Plain).unwrap();
    plugins.register(Last).unwrap();
    plugins.register(WrapperFirst).unwrap();
    plugins.register(WrapperPlain).unwrap();
    plugins.register(WrapperLast).unwrap();
    let journal = Journal::default();
    let hooks = plugins.hooks::<Ordered>();
    let with_extras = hooks.with(|hooks| {
        for name in ["extra1", "extra2"] {
            hooks.ask().implementation(Method::here(name), move |args| {
                args.journal.note(name);
                name
            });
        }
    });
    assert_eq!(with_extras.ask("test", &journal), ["1", "extra2", "extra1", "2", "3"]);
    assert_eq!(
        journal.read(),
        ["4pre", "5pre", "6pre", "1", "extra2", "extra1", "2", "3", "6post", "5post", "4post"]
    );
}

/// Adapted: a plugin is taken out by its name, not by itself.
#[test]
fn test_remove_plugin_not_found_raises() {
    let caller = Caller::new();
    caller.add("plugin", Role::Implementation, Band::Plain);
    let unknown = caller.plugins.unregister("other").unwrap_err();
    assert_eq!(unknown.to_string(), "no plugin is registered as `other`");
    assert_eq!(caller.order(), "plugin");
    caller.plugins.unregister("plugin").unwrap();
    assert_eq!(caller.order(), "");
    let gone: Vec<Arc<str>> = caller.plugins.names();
    assert_eq!(gone, []);
}
