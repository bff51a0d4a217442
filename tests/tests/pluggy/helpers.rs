//! pluggy's `test_helpers.py`: what is known of the arguments of a hook.
//!
//! | test | refused by the compiler | case under `ui/fail` |
//! |---|---|---|
//! | `test_varnames_hookspec_without_self`, `test_varnames_legacy_noself_warns`, `test_varnames_no_legacy_noself_no_warn`, `test_varnames_legacy_noself_suppressed_for_timeout_hooks`, `test_varnames_unconventional_first_param_name` | a hook without `&self` | `hook_signature` |
//! | `test_varnames_classmethod`, `test_varnames_staticmethod` | an implementation without `&self` | `implementation_signature` |

use hooks_core::{AnyTable, HookDescription, PluginManager, Spec, hookimpl, hookspec};

use crate::support::{plugins, registered};

/// The hooks of a spec, as it describes them.
fn described<S: Spec>() -> Vec<&'static HookDescription> {
    let hooks = PluginManager::new().hooks::<S>();
    hooks.tables().into_iter().map(AnyTable::description).collect()
}

/// The names and the types of the arguments of a hook.
fn arguments(hook: &HookDescription) -> Vec<(&str, &str)> {
    hook.arguments.iter().map(|argument| (argument.name, argument.written_type)).collect()
}

/// Adapted: the names are those in the spec, and so are the types.
#[test]
fn test_varnames() {
    /// Three hooks.
    #[hookspec]
    trait Hooks {
        /// Takes a number.
        fn f(&self, x: u32);

        /// Takes two texts.
        fn g(&self, y: &str, z: &mut String);

        /// Takes nothing.
        fn h(&self);
    }

    let known: Vec<_> = described::<Hooks>().into_iter().map(arguments).collect();
    assert_eq!(known, [vec![("x", "u32")], vec![("y", "&str"), ("z", "&mut String")], vec![]]);
}

/// Adapted: what is shown is put together from the description of a hook.
#[test]
fn test_formatdef() {
    fn formatdef(hook: &HookDescription) -> String {
        let arguments = arguments(hook).into_iter().map(|(name, its)| format!("{name}: {its}"));
        let arguments: Vec<_> = arguments.collect();
        format!("{}({}) -> [{}]", hook.name, arguments.join(", "), hook.returns)
    }

    /// Three hooks.
    #[hookspec]
    trait Hooks {
        /// Takes nothing, and returns nothing.
        fn function1(&self);

        /// Takes one argument.
        fn function2(&self, arg1: u32) -> Option<u32>;

        /// Takes two arguments.
        fn function3(&self, arg1: &[u32], arg2: Option<u32>) -> Result<Vec<u32>, String>;
    }

    let formatted: Vec<_> = described::<Hooks>().into_iter().map(formatdef).collect();
    assert_eq!(
        formatted,
        [
            "function1() -> []",
            "function2(arg1: u32) -> [Option<u32>]",
            "function3(arg1: &[u32], arg2: Option<u32>) -> [Result<Vec<u32>, String>]",
        ]
    );
}

/// Adapted: what decorates a method are attributes, before `#[hookimpl]` and after it.
#[test]
fn test_varnames_decorator() {
    /// Two hooks.
    #[hookspec]
    trait Hooks {
        /// Takes two numbers.
        fn example(&self, a: u32, b: u32) -> u32;

        /// Takes two numbers.
        fn example_method(&self, x: u32, y: u32) -> u32;
    }

    plugins! { Example; }

    #[hookimpl]
    impl Hooks for Example {
        #[inline]
        fn example(&self, b: u32) -> u32 {
            b
        }

        #[inline(never)]
        #[hookimpl(tryfirst)]
        #[must_use]
        fn example_method(&self, y: u32, x: u32) -> u32 {
            x - y
        }
    }

    let known: Vec<_> = described::<Hooks>().into_iter().map(arguments).collect();
    assert_eq!(known, [[("a", "u32"), ("b", "u32")], [("x", "u32"), ("y", "u32")]]);
    let hooks = registered![Example].hooks::<Hooks>();
    assert_eq!(hooks.example(1, 2), [2]);
    assert_eq!(hooks.example_method(7, 4), [3]);
}

/// Adapted: the warning would be the compiler's.
#[test]
#[deny(warnings)]
fn test_varnames_legacy_noself_no_warn_with_self() {
    /// One hook.
    #[hookspec]
    trait MySpecs {
        /// Takes two numbers.
        fn my_hook(&self, item: u32, extra: u32);
    }

    let [my_hook] = &described::<MySpecs>()[..] else {
        panic!("another number of hooks");
    };
    assert_eq!(arguments(my_hook), [("item", "u32"), ("extra", "u32")]);
}
