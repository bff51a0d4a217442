//! pluggy's `test_warnings.py`.
//!
//! | test | refused by the compiler | case under `ui/fail` |
//! |---|---|---|
//! | `test_hookspec_missing_self_warns`, `test_hookspec_staticmethod_no_warning` | a hook without `&self` | `hook_signature` |

use hooks_core::{Next, PluginManager, hookimpl, hookspec};

use crate::support::{assert_panic, plugins, registered, verdicts};

/// Adapted: a wrapper that fails after its inner call is on record under its name, and fails for
/// itself alone.
#[test]
fn test_teardown_raised_warning() {
    /// One hook.
    #[hookspec]
    trait Api {
        /// Tells.
        fn my_hook(&self);
    }

    plugins! { Plugin1; Plugin2; Plugin3; }

    #[hookimpl]
    impl Api for Plugin1 {
        fn my_hook(&self) {}
    }

    #[hookimpl]
    impl Api for Plugin2 {
        #[hookimpl(wrapper)]
        fn my_hook(&self, next: Next<'_, MyHookArgs>) {
            next.call();
            panic!("division by zero");
        }
    }

    #[hookimpl]
    impl Api for Plugin3 {
        #[hookimpl(wrapper)]
        fn my_hook(&self, next: Next<'_, MyHookArgs>) {
            next.call();
        }
    }

    let report = registered![Plugin1, Plugin2, Plugin3].hooks::<Api>().reported().my_hook();
    assert_eq!(
        verdicts(&report),
        ["Plugin3: answered", "Plugin2: failed: division by zero", "Plugin1: answered"]
    );
    assert_panic(report.failures().next().unwrap(), "Plugin2", "my_hook", "division by zero");
}

#[test]
#[deny(warnings)]
fn test_hookspec_with_self_no_warning() {
    /// One hook.
    #[hookspec]
    trait Api {
        /// Tells.
        fn my_hook(&self, item: u32, extra: u32);
    }

    PluginManager::new().hooks::<Api>().my_hook(1, 2);
}
