//! pluggy's `test_pluginmanager.py`: plugins come and go.
//!
//! pluggy tells plugins apart by themselves, and makes up names for those that have none. Here a
//! plugin has a name, and goes by it.
//!
//! | test | refused by the compiler | case under `ui/fail` |
//! |---|---|---|
//! | `test_register_hookimpl_above_classmethod`, `test_register_hookimpl_above_staticmethod` | an implementation without `&self` | `implementation_signature` |
//! | `test_hookspec_lookup_ignores_properties` | an item of a spec that is no method | `spec_shape` |
//! | `test_register_ignores_none` | what is no plugin, registered | `not_a_plugin_registered` |
//! | `test_register_mismatch_method`, `test_check_pending_nonspec_hook`, `test_check_pending_skips_underscore`, `test_check_pending_optionalhook` | an implementation of a hook that no spec has | `misspelled_hook` |
//! | `test_register_mismatch_arg`, `test_register_verifies_spec_added_by_historic_replay` | an argument that the hook does not have | `misspelled_argument` |
//! | `test_register_hookwrapper_not_a_generator_function` | a wrapper that takes no `next` | `wrappers` |
//! | `test_register_historic_incompat_hookwrapper`, `test_register_historic_incompat_wrapper` | a wrapper of a historic hook | `wrapper_of_a_historic_hook` |
//! | `test_add_hookspecs_nohooks` | a spec without hooks | `spec_shape` |

use std::any::type_name;
use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::panic::panic_any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hooks_core::{
    Closures, Failure, Fate, Method, Monitor, MonitoredCall, Plugin, PluginManager, Selection,
    Unregistered, hookimpl, hookspec,
};

use crate::support::{
    Journal, assert_error, assert_panic, assert_refused, methods_of, names, plugins, plugins_of,
    registered,
};

/// Whether what a manager gave back, or holds, is this plugin.
fn is<P: Plugin>(returned: Unregistered, plugin: &Arc<P>) -> bool {
    returned.downcast::<P>().is_ok_and(|returned| Arc::ptr_eq(&returned, plugin))
}

fn holds<P: Plugin>(plugins: &PluginManager, name: &str, plugin: &Arc<P>) -> bool {
    plugins.get::<P>(name).is_some_and(|held| Arc::ptr_eq(&held, plugin))
}

/// A plugin that implements nothing.
struct A;

impl Plugin for A {
    const METADATA: hooks_core::PluginMetadata = hooks_core::PluginMetadata::new("A");
}

/// Adapted: one plugin may be registered under two names; it has its implementations twice then.
#[test]
fn test_plugin_double_register() {
    let plugins = PluginManager::new();
    let plugin = Arc::new(A);
    plugins.register_as("abc", Arc::clone(&plugin)).unwrap();
    let a = type_name::<A>();
    assert_refused(
        plugins.register_as("abc", Arc::clone(&plugin)),
        &format!(
            "the plugin name `abc` is taken: {a} bears it, and {a} asks for it; \
             register one of them under another name"
        ),
    );
    plugins.register_as("def", plugin).unwrap();
    assert_eq!(names(&plugins), ["abc", "def"]);
}

#[test]
fn test_pm() {
    let plugins = PluginManager::new();
    let (a1, a2) = (Arc::new(A), Arc::new(A));
    assert_eq!(&*plugins.register(Arc::clone(&a1)).unwrap(), "A");
    assert_eq!(&*plugins.register_as("hello", Arc::clone(&a2)).unwrap(), "hello");
    assert!(holds(&plugins, "A", &a1));
    assert!(holds(&plugins, "hello", &a2));
    assert_eq!(names(&plugins), ["A", "hello"]);
    assert!(is(plugins.unregister("A").unwrap(), &a1));
    assert!(plugins.get::<A>("A").is_none());
    assert_eq!(names(&plugins), ["hello"]);
    assert!(holds(&plugins, "hello", &a2));
}

#[test]
fn test_has_plugin() {
    let plugins = PluginManager::new();
    plugins.register_as("hello", A).unwrap();
    assert!(plugins.get::<A>("hello").is_some());
    assert_eq!(names(&plugins), ["hello"]);
}

#[test]
fn test_pm_name() {
    let plugins = PluginManager::new();
    let a1 = Arc::new(A);
    let name = plugins.register_as("hello", Arc::clone(&a1)).unwrap();
    assert_eq!(&*name, "hello");
    for _ in 0..2 {
        plugins.unregister("hello").unwrap();
        assert!(plugins.get::<A>("hello").is_none());
        assert_eq!(plugins.plugins(), []);
        assert_eq!(plugins.register_as("hello", Arc::clone(&a1)).unwrap(), name);
    }
}

#[test]
fn test_set_blocked() {
    let plugins = PluginManager::new();
    let name = plugins.register(A).unwrap();
    assert!(!plugins.is_blocked(&name));
    assert_eq!(names(&plugins), ["A"]);

    plugins.block(&name);
    assert!(plugins.is_blocked(&name));
    assert_eq!(plugins.plugins(), []);

    plugins.block("somename");
    assert!(plugins.is_blocked("somename"));
    assert_refused(
        plugins.register_as("somename", A),
        &format!(
            "the plugin name `somename` is blocked: unblock it before you register {}",
            type_name::<A>()
        ),
    );
    let unknown = plugins.unregister("somename").unwrap_err();
    assert_eq!(unknown.to_string(), "no plugin is registered as `somename`");
    assert!(plugins.is_blocked("somename"));
    assert_eq!(plugins.plugins(), []);

    assert!(!plugins.unblock("someothername"));
    assert!(plugins.unblock("somename"));
    assert!(!plugins.is_blocked("somename"));
    assert!(!plugins.unblock("somename"));
    plugins.register_as("somename", A).unwrap();
    assert_eq!(names(&plugins), ["somename"]);
}

/// One hook that collects.
#[hookspec]
trait He {
    /// Asks for numbers.
    fn he_method1(&self, arg: u32) -> u32;
}

/// Adapted: what gives away attributes that it does not have is a type that derefs to another one.
#[test]
fn test_register_dynamic_attr() {
    plugins! { Other; Derefs(Other); }

    #[hookimpl]
    impl He for Other {
        fn he_method1(&self, arg: u32) -> u32 {
            arg
        }
    }

    impl Deref for Derefs {
        type Target = Other;

        fn deref(&self) -> &Other {
            &self.0
        }
    }

    let derefs = Derefs(Other);
    assert_eq!(derefs.he_method1(42), 42);
    let plugins = registered![derefs];
    assert_eq!(hooks_of(&plugins, "Derefs"), [""; 0]);
    assert!(plugins.hooks::<He>().he_method1.is_empty());
}

/// Adapted: a property is a method. None is run when a plugin is registered or listed, whether it
/// implements a hook or not.
#[test]
fn test_register_ignores_properties() {
    plugins! { PluginWithProperties(Journal); }

    impl PluginWithProperties {
        fn some_func(&self) -> u32 {
            self.0.note("some_func");
            1
        }
    }

    #[hookimpl]
    impl He for PluginWithProperties {
        fn he_method1(&self, arg: u32) -> u32 {
            self.0.note("he_method1");
            arg + self.some_func()
        }
    }

    let journal = Journal::default();
    let plugins = registered![PluginWithProperties(journal.clone())];
    assert_eq!(hooks_of(&plugins, "PluginWithProperties"), ["he_method1"]);
    assert_eq!(methods_of(&plugins.hooks::<He>().he_method1), ["PluginWithProperties.he_method1"]);
    assert_eq!(journal.read(), [""; 0]);
    assert_eq!(plugins.hooks::<He>().he_method1(1), [2]);
    assert_eq!(journal.read(), ["he_method1", "some_func"]);
}

/// Adapted: a function that belongs to no type is a closure, and is handed the arguments alone.
#[test]
fn test_register_instance_attribute_function_is_not_bound() {
    fn he_method1(arg: u32) -> u32 {
        arg
    }
    let plugins = PluginManager::new();
    let plugin = Closures::<He>::new(|hooks| {
        hooks.he_method1().implementation(Method::here("he_method1"), |args| he_method1(args.arg));
    });
    plugins.register_closures("plugin", plugin).unwrap();
    assert_eq!(plugins.hooks::<He>().he_method1(1), [1]);
}

/// Adapted: a method that is bound to an object of its own is a closure that holds the object.
#[test]
fn test_register_instance_attribute_bound_method() {
    struct Impl(u32);
    let object = Arc::new(Impl(40));
    let plugin = Closures::<He>::new(move |hooks| {
        let object = Arc::clone(&object);
        let method = Method::here("he_method1");
        hooks.he_method1().implementation(method, move |args| object.0 + args.arg);
    });
    let plugins = PluginManager::new();
    plugins.register_closures("plugin", plugin).unwrap();
    assert_eq!(plugins.hooks::<He>().he_method1(1), [41]);
}

/// Adapted: a slot is an option, and one that holds nothing hands nothing in.
#[test]
fn test_register_slot_attribute_function_is_not_bound() {
    fn he_method1(arg: u32) -> u32 {
        arg
    }
    let slots = [Some(he_method1), None];
    let plugin = Closures::<He>::new(move |hooks| {
        for function in slots.into_iter().flatten() {
            let method = Method::here("he_method1");
            hooks.he_method1().implementation(method, move |args| function(args.arg));
        }
    });
    let plugins = PluginManager::new();
    plugins.register_closures("plugin", plugin).unwrap();
    assert_eq!(plugins.hooks::<He>().he_method1(1), [1]);
}

/// Adapted: what is not marked are the methods in blocks of their own.
#[test]
fn test_register_ignores_unmarked_class_and_static_methods() {
    plugins! { Plugin; }

    impl Plugin {
        fn not_a_hook_either(&self) -> u32 {
            1
        }

        fn not_a_hook() -> u32 {
            2
        }
    }

    #[hookimpl]
    impl He for Plugin {
        fn he_method1(&self, arg: u32) -> u32 {
            arg * (self.not_a_hook_either() + Self::not_a_hook())
        }
    }

    let plugins = registered![Plugin];
    assert_eq!(methods_of(&plugins.hooks::<He>().he_method1), ["Plugin.he_method1"]);
    assert_eq!(plugins.hooks::<He>().he_method1(1), [3]);
}

/// Adapted: an implementation that can be refused at run time asks to stand before itself.
#[test]
fn test_register_validation_failure_leaves_no_state() {
    /// Another hook.
    #[hookspec]
    trait New {
        /// Tells.
        fn a_new_hook(&self);
    }

    plugins! { Hello; }

    #[hookimpl]
    impl New for Hello {
        fn a_new_hook(&self) {}
    }

    #[hookimpl]
    impl He for Hello {
        fn he_method1(&self, arg: u32) -> u32 {
            arg
        }

        #[hookimpl(hook = he_method1, before = "Hello")]
        fn he_method1_invalid(&self, arg: u32) -> u32 {
            arg
        }
    }

    let plugins = PluginManager::new();
    assert_refused(
        plugins.register(Hello),
        "the implementation of `he_method1` in the plugin `Hello` asks to stand before or after \
         `Hello`, which is itself",
    );
    assert_eq!(plugins.plugins(), []);
    assert!(plugins.hooks::<He>().he_method1.is_empty());
    assert!(plugins.hooks::<New>().a_new_hook.is_empty());
}

#[test]
fn test_register() {
    plugins! { MyPlugin; }

    #[hookimpl]
    impl He for MyPlugin {
        fn he_method1(&self, arg: u32) -> u32 {
            arg
        }
    }

    let plugins = PluginManager::new();
    plugins.register_as("my", MyPlugin).unwrap();
    plugins.register_as("my2", MyPlugin).unwrap();
    assert_eq!(names(&plugins), ["my", "my2"]);
    plugins.unregister("my").unwrap();
    assert_eq!(names(&plugins), ["my2"]);
    let unknown = plugins.unregister("my").unwrap_err();
    assert_eq!(unknown.to_string(), "no plugin is registered as `my`; did you mean `my2`?");
}

/// Adapted: unregistering what is blocked is an error each time, because nobody is registered.
#[test]
fn test_unregister_blocked() {
    let plugins = PluginManager::new();
    plugins.block("error");
    plugins.register_as("error", A).unwrap_err();
    for _ in 0..2 {
        let unknown = plugins.unregister("error").unwrap_err();
        assert_eq!(unknown.to_string(), "no plugin is registered as `error`");
        assert!(plugins.is_blocked("error"));
    }
}

/// Adapted: a manager comes to know a spec when somebody implements it or asks for its tables.
#[test]
fn test_register_unknown_hooks() {
    plugins! { Plugin1; }

    #[hookimpl]
    impl He for Plugin1 {
        fn he_method1(&self, arg: u32) -> u32 {
            arg + 1
        }
    }

    let plugins = PluginManager::new();
    let name = plugins.register(Plugin1).unwrap();
    assert_eq!(plugins.hooks::<He>().he_method1(1), [2]);
    let hooks: Vec<_> = plugins.hooks_of(&name).unwrap().iter().map(|hook| hook.name).collect();
    assert_eq!(hooks, ["he_method1"]);
}

mod historic {
    //! One hook that remembers.

    use super::*;

    /// Remembers its calls.
    #[hookspec]
    trait Hooks {
        /// Asks for numbers.
        #[hook(historic)]
        fn he_method1(&self, arg: u32) -> u32;
    }

    /// Notes what it was told, that many times over.
    struct Times(u32, Journal);

    impl Plugin for Times {
        const METADATA: hooks_core::PluginMetadata = hooks_core::PluginMetadata::new("Times");
    }

    #[hookimpl]
    impl Hooks for Times {
        fn he_method1(&self, arg: u32) -> u32 {
            let answer = arg * self.0;
            self.1.note(answer.to_string());
            answer
        }
    }

    #[test]
    fn test_register_historic() {
        let journal = Journal::default();
        let plugins = PluginManager::new();
        let hooks = plugins.hooks::<Hooks>();
        hooks.he_method1(1);
        plugins.register_as("one", Times(1, journal.clone())).unwrap();
        assert_eq!(journal.read(), ["1"]);
        plugins.register_as("ten", Times(10, journal.clone())).unwrap();
        assert_eq!(journal.read(), ["10"]);
        hooks.he_method1(12);
        assert_eq!(journal.read(), ["120", "12"]);
    }

    #[test]
    fn test_historic_with_subset_hook_caller() {
        let journal = Journal::default();
        let plugins = PluginManager::new();
        plugins.register_as("one", Times(1, journal.clone())).unwrap();
        plugins.hooks::<Hooks>().without(&["one"]).he_method1(1);
        assert_eq!(journal.read(), [""; 0]);
        plugins.register_as("ten", Times(10, journal.clone())).unwrap();
        assert_eq!(journal.read(), ["10"]);
        plugins.register_as("another", Times(1, journal.clone())).unwrap();
        assert_eq!(journal.read(), ["1"]);
    }

    #[test]
    fn test_with_result_memorized() {
        let (told, taken) = (Journal::default(), Journal::default());
        let plugins = PluginManager::new();
        let hooks = plugins.hooks::<Hooks>();
        plugins.register_as("one", Times(10, told.clone())).unwrap();
        let takes = taken.clone();
        hooks.he_method1_then(1, move |answer| takes.note(answer.to_string()));
        plugins.register_as("two", Times(10, told.clone())).unwrap();
        assert_eq!(taken.read(), ["10", "10"]);

        hooks.he_method1(1);
        plugins.unregister("two").unwrap();
        plugins.register_as("two", Times(10, told)).unwrap();
        assert_eq!(taken.read(), ["10"], "of the first call, which has somebody who takes answers");
    }

    #[test]
    fn test_with_callbacks_immediately_executed() {
        let (told, taken) = (Journal::default(), Journal::default());
        let plugins = PluginManager::new();
        plugins.register_as("ten", Times(10, told.clone())).unwrap();
        plugins.register_as("twenty", Times(20, told.clone())).unwrap();
        let takes = taken.clone();
        plugins.hooks::<Hooks>().he_method1_then(1, move |answer| takes.note(answer.to_string()));
        assert_eq!(taken.read(), ["20", "10"]);
        plugins.register_as("thirty", Times(30, told)).unwrap();
        assert_eq!(taken.read(), ["30"]);
    }
}

#[test]
fn test_call_extra() {
    let with_extra = PluginManager::new().hooks::<He>().with(|hooks| {
        hooks.he_method1().implementation(Method::here("he_method1"), |args| args.arg * 10);
    });
    assert_eq!(with_extra.he_method1(1), [10]);
}

/// Adapted: the error reaches the caller of a hook that stops on failure. A call that leaves an
/// argument out is a compile error: `call_with_a_wrong_argument` under `ui/fail`.
#[test]
fn test_call_with_too_few_args() {
    /// Stops on failure.
    #[hookspec]
    trait Hooks {
        /// Asks for a number.
        #[hook(on_failure = stop)]
        fn he_method1(&self, arg: u32) -> u32;
    }

    plugins! { Plugin1; }

    #[hookimpl]
    impl Hooks for Plugin1 {
        fn he_method1(&self, arg: u32) -> u32 {
            1 / arg
        }
    }

    let failure = registered![Plugin1].hooks::<Hooks>().he_method1(0).unwrap_err();
    assert_panic(&failure, "Plugin1", "he_method1", "attempt to divide by zero");
}

#[test]
fn test_subset_hook_caller() {
    /// Notes what it was told, that many times over.
    #[hookspec]
    trait Hooks {
        /// Tells.
        fn he_method1(&self, arg: u32);
    }

    plugins! { Plugin1(Journal); Plugin2(Journal); PluginNo; }

    #[hookimpl]
    impl Hooks for Plugin1 {
        fn he_method1(&self, arg: u32) {
            self.0.note(arg.to_string());
        }
    }

    #[hookimpl]
    impl Hooks for Plugin2 {
        fn he_method1(&self, arg: u32) {
            self.0.note((arg * 10).to_string());
        }
    }

    let journal = Journal::default();
    let plugins = registered![Plugin1(journal.clone()), Plugin2(journal.clone()), PluginNo];
    let hooks = plugins.hooks::<Hooks>();
    hooks.he_method1(1);
    assert_eq!(journal.read(), ["10", "1"]);

    hooks.without(&["Plugin1"]).he_method1(2);
    assert_eq!(journal.read(), ["20"]);

    let without = hooks.without(&["Plugin2"]);
    without.he_method1(2);
    assert_eq!(journal.read(), ["2"]);

    plugins.unregister("Plugin1").unwrap();
    without.he_method1(2);
    assert_eq!(journal.read(), [""; 0]);

    hooks.he_method1(1);
    assert_eq!(journal.read(), ["10"]);
    assert_eq!(
        format!("{:?}", without.he_method1),
        r#"Table { hook: "he_method1", implementations: [] }"#
    );
}

#[test]
fn test_subset_hook_caller_with_specname() {
    /// Two hooks.
    #[hookspec]
    trait Hooks {
        /// Asks for a number.
        fn he_method1(&self) -> u32;

        /// Asks for another.
        fn he_method2(&self) -> u32;
    }

    plugins! { Plugin1; Plugin2; Plugin3; }

    #[hookimpl]
    impl Hooks for Plugin1 {
        #[hookimpl(hook = he_method1)]
        fn alias(&self) -> u32 {
            1
        }
    }

    #[hookimpl]
    impl Hooks for Plugin2 {
        fn he_method1(&self) -> u32 {
            2
        }
    }

    #[hookimpl]
    impl Hooks for Plugin3 {
        #[hookimpl(hook = he_method2)]
        fn he_method1(&self) -> u32 {
            3
        }
    }

    let hooks = registered![Plugin1, Plugin2, Plugin3].hooks::<Hooks>().without(&["Plugin1"]);
    assert_eq!(hooks.he_method1(), [2]);
    assert_eq!(hooks.he_method2(), [3]);
}

#[test]
fn test_get_hookimpls() {
    plugins! { Plugin1; Plugin2; PluginNo; }

    #[hookimpl]
    impl He for Plugin1 {
        fn he_method1(&self) -> u32 {
            1
        }
    }

    #[hookimpl]
    impl He for Plugin2 {
        fn he_method1(&self) -> u32 {
            2
        }
    }

    let plugins = PluginManager::new();
    let hooks = plugins.hooks::<He>();
    assert_eq!(hooks.he_method1.implementations(), []);
    plugins.register(Plugin1).unwrap();
    plugins.register(Plugin2).unwrap();
    plugins.register(PluginNo).unwrap();
    assert_eq!(methods_of(&hooks.he_method1), ["Plugin2.he_method1", "Plugin1.he_method1"]);
}

/// The names of the hooks that a plugin implements.
fn hooks_of(plugins: &PluginManager, name: &str) -> Vec<&'static str> {
    plugins.hooks_of(name).unwrap().iter().map(|hook| hook.name).collect()
}

#[test]
fn test_get_hookcallers() {
    /// Two hooks.
    #[hookspec]
    trait Hooks {
        /// Tells.
        fn he_method1(&self);

        /// Tells.
        fn he_method2(&self);
    }

    plugins! { Plugin1; Plugin2; Plugin3; }

    #[hookimpl]
    impl Hooks for Plugin1 {
        fn he_method1(&self) {}

        fn he_method2(&self) {}
    }

    #[hookimpl]
    impl Hooks for Plugin2 {
        fn he_method1(&self) {}
    }

    #[hookimpl]
    impl Hooks for Plugin3 {
        fn he_method2(&self) {}
    }

    let plugins = registered![Plugin1, Plugin2, Plugin3];
    assert_eq!(hooks_of(&plugins, "Plugin1"), ["he_method1", "he_method2"]);
    assert_eq!(hooks_of(&plugins, "Plugin2"), ["he_method1"]);
    assert_eq!(hooks_of(&plugins, "Plugin3"), ["he_method2"]);
    let unknown = plugins.hooks_of("object").unwrap_err();
    assert_eq!(unknown.to_string(), "no plugin is registered as `object`");
}

/// Adapted: plugins are found by the linker. They are made once for each discovery.
#[test]
fn test_load_setuptools_instantiation() {
    static MADE: AtomicUsize = AtomicUsize::new(0);

    #[derive(Plugin)]
    #[plugin(name = "myname")]
    struct PseudoPlugin {
        x: u32,
    }

    impl Default for PseudoPlugin {
        fn default() -> Self {
            MADE.fetch_add(1, Ordering::Relaxed);
            Self { x: 42 }
        }
    }

    let selection = Selection::default().allow(["myname"]);
    let plugins = PluginManager::discover_with(&selection).unwrap();
    assert_eq!(names(&plugins), ["myname"]);
    assert_eq!(plugins.get::<PseudoPlugin>("myname").unwrap().x, 42);
    let discovery = plugins.discovery();
    let found = discovery.plugins.iter().find(|found| found.metadata.name == "myname").unwrap();
    assert!(matches!(found.fate, Fate::Registered));
    assert_eq!(found.metadata.package, env!("CARGO_PKG_NAME"));
    assert_eq!(plugins.plugins()[0].metadata, found.metadata);
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
}

/// Notes what it is told of.
struct Noting(Journal);

impl Monitor for Noting {
    fn before(&self, call: &MonitoredCall) {
        self.0.note(format!("before {} {}", call.hook.name, call.implementations));
    }

    fn after(&self, call: &MonitoredCall, stopped: Option<&Failure>) {
        let end = stopped.map_or("ok".to_owned(), ToString::to_string);
        self.0.note(format!("after {} {} {end}", call.hook.name, call.implementations));
    }
}

#[test]
fn test_add_tracefuncs() {
    plugins! { Api1(Journal); Api2(Journal); }

    #[hookimpl]
    impl He for Api1 {
        fn he_method1(&self) -> u32 {
            self.0.note("he_method1-api1");
            1
        }
    }

    #[hookimpl]
    impl He for Api2 {
        fn he_method1(&self) -> u32 {
            self.0.note("he_method1-api2");
            2
        }
    }

    let journal = Journal::default();
    let plugins = registered![Api1(journal.clone()), Api2(journal.clone())];
    let hooks = plugins.hooks::<He>();
    let undo = plugins.monitor(Noting(journal.clone()));
    hooks.he_method1(1);
    assert_eq!(
        journal.read(),
        ["before he_method1 2", "he_method1-api2", "he_method1-api1", "after he_method1 2 ok"]
    );
    drop(undo);
    hooks.he_method1(1);
    assert_eq!(journal.read(), ["he_method1-api2", "he_method1-api1"]);
}

/// Adapted: a monitor that indents what it says keeps the depth itself.
#[test]
fn test_hook_tracing() {
    /// Stops on failure.
    #[hookspec]
    trait Hooks {
        /// Tells.
        #[hook(on_failure = stop)]
        fn he_method1(&self) -> Result<(), String>;
    }

    #[derive(Clone, Default)]
    struct Depth(Arc<AtomicUsize>);

    impl Depth {
        fn now(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    struct Indenting(Depth, Journal);

    impl Monitor for Indenting {
        fn before(&self, call: &MonitoredCall) {
            self.0.0.fetch_add(1, Ordering::Relaxed);
            self.1.note(call.hook.name);
        }

        fn after(&self, call: &MonitoredCall, stopped: Option<&Failure>) {
            let end = stopped.map_or("finish".to_owned(), ToString::to_string);
            self.1.note(format!("{end} {}", call.hook.name));
            self.0.0.fetch_sub(1, Ordering::Relaxed);
        }
    }

    plugins! { Api1(Depth, Journal); Api2(Depth, Journal); }

    #[hookimpl]
    impl Hooks for Api1 {
        fn he_method1(&self) -> Result<(), String> {
            self.1.note(format!("depth {}", self.0.now()));
            Ok(())
        }
    }

    #[hookimpl]
    impl Hooks for Api2 {
        fn he_method1(&self) -> Result<(), String> {
            self.1.note(format!("depth {}", self.0.now()));
            Err("value".to_owned())
        }
    }

    let (depth, journal) = (Depth::default(), Journal::default());
    let plugins = registered![Api1(depth.clone(), journal.clone())];
    let hooks = plugins.hooks::<Hooks>();
    let _guard = plugins.monitor(Indenting(depth.clone(), journal.clone()));
    assert_eq!(hooks.he_method1(), Ok(()));
    assert_eq!(journal.read(), ["he_method1", "depth 1", "finish he_method1"]);
    assert_eq!(depth.now(), 0);

    plugins.register(Api2(depth.clone(), journal.clone())).unwrap();
    assert_error(&hooks.he_method1().unwrap_err(), "Api2", "he_method1", "value");
    let end = "plugin `Api2`, hook `he_method1`: value he_method1";
    assert_eq!(journal.read(), ["he_method1", "depth 1", end]);
    assert_eq!(depth.now(), 0);
}

/// Adapted: what is formatted here, and may break while it is, are errors.
#[test]
fn test_hook_tracing_with_broken_repr() {
    #[derive(Debug)]
    struct BrokenDisplay;

    impl fmt::Display for BrokenDisplay {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic_any("display is broken")
        }
    }

    impl Error for BrokenDisplay {}

    /// May fail.
    #[hookspec]
    trait Hooks {
        /// Asks for a number.
        fn he_method1(&self) -> Result<u32, BrokenDisplay>;
    }

    plugins! { Api1; Api2; }

    #[hookimpl]
    impl Hooks for Api1 {
        fn he_method1(&self) -> Result<u32, BrokenDisplay> {
            Ok(1)
        }
    }

    #[hookimpl]
    impl Hooks for Api2 {
        fn he_method1(&self) -> Result<u32, BrokenDisplay> {
            Err(BrokenDisplay)
        }
    }

    let plugins = registered![Api1, Api2];
    let journal = Journal::default();
    let _guard = plugins.monitor(Noting(journal.clone()));
    let report = plugins.hooks::<Hooks>().reported().he_method1();
    assert_eq!(report.output, [1]);
    assert_eq!(journal.read(), ["before he_method1 2", "after he_method1 2 ok"]);
    let failure = report.failures().next().unwrap();
    let (message, place) = failure.message().rsplit_once(", at ").unwrap();
    assert_eq!(message, "an error that panicked when it was asked what it is: display is broken");
    assert!(place.starts_with(file!()), "{place}");
}

mod test_register_while_calling {
    //! pluggy runs this test with `historic` and without it.

    use super::*;

    /// A hook that remembers its calls, and one that does not.
    #[hookspec]
    trait Hooks {
        /// Asks for numbers.
        fn configure(&self) -> u32;

        /// Asks for numbers.
        #[hook(historic)]
        fn configure_ever(&self, arg: &str) -> u32;
    }

    /// Implements both hooks alike.
    macro_rules! configuring {
        ($($name:ident: $number:literal $($option:ident)?;)+) => {$(
            plugins! { $name; }

            #[hookimpl]
            impl Hooks for $name {
                $(#[hookimpl($option)])?
                fn configure(&self) -> u32 {
                    $number
                }

                $(#[hookimpl($option)])?
                fn configure_ever(&self) -> u32 {
                    $number
                }
            }
        )+};
    }

    configuring! { Plugin1: 1; Plugin3: 3; Plugin4: 4 tryfirst; Plugin5: 5; Plugin6: 6 trylast; }

    /// Registers three others when it is first called.
    struct Plugin2(Mutex<Option<PluginManager>>);

    impl Plugin for Plugin2 {
        const METADATA: hooks_core::PluginMetadata = hooks_core::PluginMetadata::new("Plugin2");
    }

    impl Plugin2 {
        fn register_others(&self) {
            if let Some(plugins) = self.0.lock().unwrap().take() {
                plugins.register(Plugin4).unwrap();
                plugins.register(Plugin5).unwrap();
                plugins.register(Plugin6).unwrap();
            }
        }
    }

    #[hookimpl]
    impl Hooks for Plugin2 {
        fn configure(&self) -> u32 {
            self.register_others();
            2
        }

        fn configure_ever(&self) -> u32 {
            self.register_others();
            2
        }
    }

    fn three_plugins() -> PluginManager {
        let plugins = registered![Plugin1];
        plugins.register(Plugin2(Mutex::new(Some(plugins.clone())))).unwrap();
        plugins.register(Plugin3).unwrap();
        plugins
    }

    #[test]
    fn without_history() {
        let hooks = three_plugins().hooks::<Hooks>();
        assert_eq!(hooks.configure(), [3, 2, 1]);
        assert_eq!(hooks.configure(), [4, 5, 3, 2, 1, 6]);
    }

    #[test]
    fn historic() {
        let hooks = three_plugins().hooks::<Hooks>();
        let taken = Journal::default();
        let takes = taken.clone();
        hooks.configure_ever_then("", move |answer| takes.note(answer.to_string()));
        assert_eq!(taken.read(), ["4", "5", "6", "3", "2", "1"]);
        let takes = taken.clone();
        hooks.configure_ever_then("", move |answer| takes.note(answer.to_string()));
        assert_eq!(taken.read(), ["4", "5", "3", "2", "1", "6"]);
    }
}

mod several_implementations_of_one_hook {
    //! A plugin that implements one hook twice.

    use super::*;

    /// Two hooks.
    #[hookspec]
    trait Api {
        /// Asks for numbers.
        fn hello(&self, arg: u32) -> u32;

        /// Asks for numbers.
        fn goodbye(&self, arg: u32) -> u32;
    }

    plugins! { Plugin; }

    #[hookimpl]
    impl Api for Plugin {
        fn hello(&self, arg: u32) -> u32 {
            arg + 1
        }

        #[hookimpl(hook = hello)]
        fn hello_again(&self, arg: u32) -> u32 {
            arg + 100
        }

        fn goodbye(&self, arg: u32) -> u32 {
            arg + 200
        }
    }

    #[test]
    fn test_unregister_plugin_with_multi_hookimpls() {
        let plugins = registered![Plugin];
        let api = plugins.hooks::<Api>();
        assert_eq!(methods_of(&api.hello), ["Plugin.hello_again", "Plugin.hello"]);
        assert_eq!(api.hello(3), [103, 4]);
        plugins.unregister("Plugin").unwrap();
        assert!(api.hello(3).is_empty());
        assert_eq!(api.hello.implementations(), []);
    }

    #[test]
    fn test_get_hookcallers_no_duplicates() {
        let plugins = registered![Plugin];
        assert_eq!(hooks_of(&plugins, "Plugin"), ["hello", "goodbye"]);
        let api = plugins.hooks::<Api>();
        assert_eq!(api.hello(1), [101, 2]);
        assert_eq!(api.goodbye(1), [201]);
    }
}

/// Adapted: a plugin is unregistered by its name alone, and what comes back is the one of the name.
#[test]
fn test_unregister_plugin_and_name_must_agree() {
    plugins! { Plugin; }

    #[hookimpl]
    impl He for Plugin {
        fn he_method1(&self, arg: u32) -> u32 {
            arg
        }
    }

    let plugins = PluginManager::new();
    let (a, b) = (Arc::new(Plugin), Arc::new(Plugin));
    plugins.register_as("a", Arc::clone(&a)).unwrap();
    plugins.register_as("b", Arc::clone(&b)).unwrap();
    let unknown = plugins.unregister("unknown").unwrap_err();
    assert_eq!(unknown.to_string(), "no plugin is registered as `unknown`");
    assert!(holds(&plugins, "a", &a));
    assert!(holds(&plugins, "b", &b));
    assert!(!holds(&plugins, "b", &a));
    assert_eq!(plugins.hooks::<He>().he_method1(1), [1, 1]);
    let other = plugins.unregister("a").unwrap().downcast::<A>().err().unwrap();
    assert!(is(other, &a), "it is still there after it was taken for another type");
    assert_eq!(names(&plugins), ["b"]);
    assert!(is(plugins.unregister("b").unwrap(), &b));
}

/// Adapted: what counts for nothing in Rust has no size. Plugins of that sort are told apart.
#[test]
fn test_unregister_falsy_plugin() {
    plugins! { Nothing; }

    #[hookimpl]
    impl He for Nothing {
        fn he_method1(&self, arg: u32) -> u32 {
            arg
        }
    }

    assert_eq!(size_of::<Nothing>(), 0);
    let plugins = PluginManager::new();
    let (plugin, other) = (Arc::new(Nothing), Arc::new(Nothing));
    plugins.register_as("falsy", Arc::clone(&plugin)).unwrap();
    plugins.register_as("other", Arc::clone(&other)).unwrap();
    let hooks = plugins.hooks::<He>();
    assert_eq!(hooks.he_method1(1), [1, 1]);
    assert_eq!(plugins_of(&hooks.without(&["falsy"]).he_method1), ["other".into()]);
    assert!(is(plugins.unregister("falsy").unwrap(), &plugin));
    assert_eq!(plugins_of(&hooks.he_method1), ["other".into()]);
    assert!(holds(&plugins, "other", &other));
    plugins.register_as("falsy", plugin).unwrap();
    assert_eq!(names(&plugins), ["other", "falsy"]);
}
