//! pluggy's `test_invocations.py`: hooks called through a manager.
//!
//! | test | refused by the compiler | case under `ui/fail` |
//! |---|---|---|
//! | `test_argmismatch` | an argument that the hook does not have | `misspelled_argument` |
//! | `test_no_hookspec` | an implementation of a hook that no spec has | `misspelled_hook` |
//! | `test_wrappers_yield_twice_fails` | a second `next.call()` | `wrapper_calls_twice` |
//! | `test_old_spec_new_impl` | an argument that the spec does not have yet | `misspelled_argument` |
//! | `test_new_call_argument_is_not_delivered_by_old_spec` | a call with an argument too many | `call_with_too_many_arguments` |

use hooks_core::{Next, PluginManager, hookimpl, hookspec};

use crate::support::{Journal, assert_error, plugins, registered};

#[test]
fn test_opt_in_args() {
    /// Three arguments.
    #[hookspec]
    trait Api {
        /// Adds two of them.
        fn hello(&self, arg1: u32, arg2: u32, common_arg: u32) -> u32;
    }

    plugins! { Plugin1; Plugin2; }

    #[hookimpl]
    impl Api for Plugin1 {
        fn hello(&self, arg1: u32, common_arg: u32) -> u32 {
            arg1 + common_arg
        }
    }

    #[hookimpl]
    impl Api for Plugin2 {
        fn hello(&self, arg2: u32, common_arg: u32) -> u32 {
            arg2 + common_arg
        }
    }

    assert_eq!(registered![Plugin1, Plugin2].hooks::<Api>().hello(1, 2, 0), [2, 1]);
}

#[test]
fn test_call_order() {
    /// One argument.
    #[hookspec]
    trait Api {
        /// Asks who is there.
        fn hello(&self, arg: u32) -> u32;
    }

    plugins! { Plugin1; Plugin2; Plugin3; Plugin4(Journal); Plugin5(Journal); }

    #[hookimpl]
    impl Api for Plugin1 {
        fn hello(&self) -> u32 {
            1
        }
    }

    #[hookimpl]
    impl Api for Plugin2 {
        fn hello(&self) -> u32 {
            2
        }
    }

    #[hookimpl]
    impl Api for Plugin3 {
        fn hello(&self) -> u32 {
            3
        }
    }

    #[hookimpl]
    impl Api for Plugin4 {
        #[hookimpl(wrapper)]
        fn hello(&self, arg: u32, next: Next<'_, HelloArgs>) {
            self.0.note(format!("Plugin4 {arg} {:?}", next.call()));
        }
    }

    #[hookimpl]
    impl Api for Plugin5 {
        #[hookimpl(wrapper)]
        fn hello(&self, arg: u32, next: Next<'_, HelloArgs>) {
            self.0.note(format!("Plugin5 {arg} {:?}", next.call()));
        }
    }

    let journal = Journal::default();
    let (four, five) = (Plugin4(journal.clone()), Plugin5(journal.clone()));
    let api = registered![Plugin1, Plugin2, Plugin3, four, five].hooks::<Api>();
    assert_eq!(api.hello(0), [3, 2, 1]);
    assert_eq!(journal.read(), ["Plugin4 0 [3, 2, 1]", "Plugin5 0 [3, 2, 1]"]);
}

/// The first answer wins.
#[hookspec]
trait First {
    /// Asks for one number.
    #[hook(firstresult)]
    fn hello(&self, arg: u32) -> Option<u32>;
}

plugins! { OneMore; NoAnswer; }

#[hookimpl]
impl First for OneMore {
    fn hello(&self, arg: u32) -> Option<u32> {
        Some(arg + 1)
    }
}

#[hookimpl]
impl First for NoAnswer {
    fn hello(&self) -> Option<u32> {
        None
    }
}

#[test]
fn test_firstresult_definition() {
    plugins! { OneLess; Plugin4(Journal); Plugin5(Journal); }

    #[hookimpl]
    impl First for OneLess {
        fn hello(&self, arg: u32) -> Option<u32> {
            Some(arg - 1)
        }
    }

    #[hookimpl]
    impl First for Plugin4 {
        #[hookimpl(wrapper)]
        fn hello(&self, arg: u32, next: Next<'_, HelloArgs>) {
            self.0.note(format!("Plugin4 {arg} {:?}", next.call()));
        }
    }

    #[hookimpl]
    impl First for Plugin5 {
        #[hookimpl(wrapper)]
        fn hello(&self, arg: u32, next: Next<'_, HelloArgs>) {
            self.0.note(format!("Plugin5 {arg} {:?}", next.call()));
        }
    }

    let journal = Journal::default();
    let (four, five) = (Plugin4(journal.clone()), Plugin5(journal.clone()));
    let first = registered![OneMore, OneLess, NoAnswer, four, five].hooks::<First>();
    assert_eq!(first.hello(3), Some(2));
    assert_eq!(journal.read(), ["Plugin4 3 Some(2)", "Plugin5 3 Some(2)"]);
}

#[test]
fn test_firstresult_force_result_hookwrapper() {
    plugins! { Forces(Journal); }

    #[hookimpl]
    impl First for Forces {
        #[hookimpl(wrapper)]
        fn hello(&self, arg: u32, next: Next<'_, HelloArgs>) {
            let outcome = next.call();
            self.0.note(format!("{arg} {outcome:?}"));
            *outcome = Some(0);
        }
    }

    let journal = Journal::default();
    let first = registered![OneMore, Forces(journal.clone()), NoAnswer].hooks::<First>();
    assert_eq!(first.hello(3), Some(0));
    assert_eq!(journal.read(), ["3 Some(4)"]);
}

#[test]
fn test_firstresult_force_result() {
    plugins! { Changes(Journal); }

    #[hookimpl]
    impl First for Changes {
        #[hookimpl(wrapper)]
        fn hello(&self, next: Next<'_, HelloArgs>) {
            if let Some(answer) = next.call() {
                self.0.note(answer.to_string());
                *answer = 0;
            }
        }
    }

    let journal = Journal::default();
    let first = registered![OneMore, Changes(journal.clone()), NoAnswer].hooks::<First>();
    assert_eq!(first.hello(3), Some(0));
    assert_eq!(journal.read(), ["4"]);
}

#[test]
fn test_firstresult_returns_none() {
    assert_eq!(registered![NoAnswer].hooks::<First>().hello(3), None);
}

#[test]
fn test_firstresult_no_plugin() {
    assert_eq!(PluginManager::new().hooks::<First>().hello(3), None);
}

#[test]
fn test_non_wrapper_generator() {
    /// Answers that run when they are read.
    #[hookspec]
    trait Api {
        /// Asks for numbers.
        fn hello(&self) -> Box<dyn Iterator<Item = u32>>;
    }

    plugins! { Plugin1; Plugin2; Plugin3; }

    #[hookimpl]
    impl Api for Plugin1 {
        fn hello(&self) -> Box<dyn Iterator<Item = u32>> {
            Box::new(std::iter::once(1))
        }
    }

    #[hookimpl]
    impl Api for Plugin2 {
        fn hello(&self) -> Box<dyn Iterator<Item = u32>> {
            Box::new(2..=3)
        }
    }

    #[hookimpl]
    impl Api for Plugin3 {
        #[hookimpl(wrapper)]
        fn hello(&self, next: Next<'_, HelloArgs>) {
            next.call();
        }
    }

    let plugins = registered![Plugin1, Plugin2];
    let numbers = || plugins.hooks::<Api>().hello().into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(numbers(), [2, 3, 1]);
    plugins.register(Plugin3).unwrap();
    assert_eq!(numbers(), [2, 3, 1]);
}

#[test]
fn test_wrappers_yield_never_fails() {
    /// Stops on failure.
    #[hookspec]
    trait Api {
        /// Has a wrapper and nothing else.
        #[hook(on_failure = stop)]
        fn wrap(&self);
    }

    plugins! { Plugin; }

    #[hookimpl]
    impl Api for Plugin {
        #[hookimpl(wrapper)]
        fn wrap(&self, next: Next<'_, WrapArgs>) {
            let _ = next;
        }
    }

    let failure = registered![Plugin].hooks::<Api>().wrap().unwrap_err();
    let message = "the wrapper ended without having called `next.call()`";
    assert_error(&failure, "Plugin", "wrap", message);
}

/// pluggy's `TestHookspecDefaultArgumentValue`. There are no default values here; what is left of
/// the tests is that plugins and specs need not be of one age.
mod test_hookspec_default_argument_value {
    use super::*;

    use hooks_core::Method;

    /// A spec that has got a new argument.
    #[hookspec]
    trait Api {
        /// Asks who got what.
        fn hello(&self, arg: u32, new_arg: &str) -> String;
    }

    plugins! { NewPlugin; OldPlugin; }

    #[hookimpl]
    impl Api for NewPlugin {
        fn hello(&self, arg: u32, new_arg: &str) -> String {
            format!("new {arg} {new_arg}")
        }
    }

    #[hookimpl]
    impl Api for OldPlugin {
        fn hello(&self, arg: u32) -> String {
            format!("old {arg}")
        }
    }

    /// Adapted: the caller says what the value is where nobody chose one.
    #[test]
    fn test_basic() {
        let api = registered![NewPlugin, OldPlugin].hooks::<Api>();
        assert_eq!(api.hello(1, "default"), ["old 1", "new 1 default"]);
        assert_eq!(api.hello(1, "call"), ["old 1", "new 1 call"]);
    }

    /// Adapted: a spec is added to a manager when somebody first asks for its tables.
    #[test]
    fn test_added_after_registration() {
        let plugins = PluginManager::new();
        plugins.register(NewPlugin).unwrap();
        assert_eq!(plugins.hooks::<Api>().hello(1, "default"), ["new 1 default"]);
    }

    /// Adapted: what may be left to the implementation is an option.
    #[test]
    fn test_call_value_overrides_hookimpl_default() {
        /// A spec with something that a caller need not say.
        #[hookspec]
        trait Optional {
            /// Asks who got what.
            fn hello(&self, arg: u32, new_arg: Option<&'static str>) -> String;
        }

        plugins! { Plugin; }

        #[hookimpl]
        impl Optional for Plugin {
            fn hello(&self, new_arg: Option<&'static str>) -> String {
                new_arg.unwrap_or("impl-default").to_owned()
            }
        }

        let optional = registered![Plugin].hooks::<Optional>();
        assert_eq!(optional.hello(1, Some("call")), ["call"]);
        assert_eq!(optional.hello(1, None), ["impl-default"]);
    }

    /// Adapted: that the value is the one of the call is all that there is to see.
    #[test]
    fn test_call_value_overrides_hookimpl_default_in_wrappers() {
        plugins! { Plugin(Journal); WrapperPlugin(Journal); HookwrapperPlugin(Journal); }

        #[hookimpl]
        impl Api for Plugin {
            fn hello(&self, new_arg: &str) -> String {
                self.0.note(new_arg);
                new_arg.to_owned()
            }
        }

        #[hookimpl]
        impl Api for WrapperPlugin {
            #[hookimpl(wrapper)]
            fn hello(&self, new_arg: &str, next: Next<'_, HelloArgs<'_>>) {
                self.0.note(new_arg);
                next.call();
            }
        }

        #[hookimpl]
        impl Api for HookwrapperPlugin {
            #[hookimpl(wrapper)]
            fn hello(&self, next: Next<'_, HelloArgs<'_>>) {
                self.0.note(next.args().new_arg);
                next.call();
            }
        }

        let journal = Journal::default();
        let own = || journal.clone();
        let plugins = registered![Plugin(own()), WrapperPlugin(own()), HookwrapperPlugin(own())];
        assert_eq!(plugins.hooks::<Api>().hello(1, "call"), ["call"]);
        assert_eq!(journal.read(), ["call", "call", "call"]);
    }

    /// Adapted: values that are nothing in Python are arguments and answers like others.
    #[test]
    fn test_falsy_values_allowed_as_default() {
        type Falsy = (Option<u32>, bool, u32, String);

        /// A spec with little to say.
        #[hookspec]
        trait Little {
            /// Asks for the arguments.
            fn hello(&self, none: Option<u32>, no: bool, zero: u32, empty: &str) -> Falsy;

            /// Asks for a number.
            #[hook(firstresult)]
            fn zero(&self) -> Option<u32>;
        }

        plugins! { Plugin; Other; }

        #[hookimpl]
        impl Little for Plugin {
            fn hello(&self, none: Option<u32>, no: bool, zero: u32, empty: &str) -> Falsy {
                (none, no, zero, empty.to_owned())
            }

            fn zero(&self) -> Option<u32> {
                Some(0)
            }
        }

        #[hookimpl]
        impl Little for Other {
            #[hookimpl(trylast)]
            fn zero(&self) -> Option<u32> {
                Some(1)
            }
        }

        let little = registered![Plugin, Other].hooks::<Little>();
        assert_eq!(little.hello(None, false, 0, ""), [(None, false, 0, String::new())]);
        assert_eq!(little.zero(), Some(0));
    }

    /// Adapted: every call says both arguments, and both are replayed.
    #[test]
    fn test_historic_replay() {
        /// A spec that remembers.
        #[hookspec]
        trait Historic {
            /// Tells two things.
            #[hook(historic)]
            fn hello(&self, arg: u32, new_arg: &str);
        }

        plugins! { Plugin(Journal); }

        #[hookimpl]
        impl Historic for Plugin {
            fn hello(&self, arg: u32, new_arg: &str) {
                self.0.note(format!("{arg} {new_arg}"));
            }
        }

        let plugins = PluginManager::new();
        let historic = plugins.hooks::<Historic>();
        historic.hello(1, "spec");
        historic.hello(2, "call");
        let journal = Journal::default();
        plugins.register(Plugin(journal.clone())).unwrap();
        assert_eq!(journal.read(), ["1 spec", "2 call"]);
    }

    /// Adapted: every call says both arguments, and the extra one gets both.
    #[test]
    fn test_call_extra() {
        let api = PluginManager::new().hooks::<Api>().with(|hooks| {
            let method = Method::here("hello");
            hooks.hello().implementation(method, |args| format!("{} {}", args.arg, args.new_arg));
        });
        assert_eq!(api.hello(1, "spec"), ["1 spec"]);
        assert_eq!(api.hello(2, "call"), ["2 call"]);
    }
}
