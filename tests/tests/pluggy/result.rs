//! pluggy's `test_result.py`.

use hooks_core::{Next, hookimpl, hookspec};

use crate::support::{assert_error, plugins, registered, verdicts};

/// Adapted: a failure that is handed on stays the same one, and tells no more each time.
#[test]
fn test_exceptions_traceback_doesnt_get_longer_and_longer() {
    /// Stops on failure.
    #[hookspec]
    trait Api {
        /// Fails.
        #[hook(on_failure = stop)]
        fn bad(&self) -> Result<(), String>;
    }

    plugins! { Bad; Once; Twice; }

    #[hookimpl]
    impl Api for Bad {
        fn bad(&self) -> Result<(), String> {
            Err("division by zero".to_owned())
        }
    }

    #[hookimpl]
    impl Api for Once {
        #[hookimpl(wrapper)]
        fn bad(&self, next: Next<'_, BadArgs>) {
            let output = next.call();
            *output = output.clone();
        }
    }

    #[hookimpl]
    impl Api for Twice {
        #[hookimpl(wrapper)]
        fn bad(&self, next: Next<'_, BadArgs>) {
            let output = next.call();
            *output = output.clone();
        }
    }

    let report = registered![Bad, Once, Twice].hooks::<Api>().reported().bad();
    let failed = "Bad: failed: division by zero";
    assert_eq!(verdicts(&report), ["Twice: answered", "Once: answered", failed]);
    let of_the_implementation = report.failures().next();
    assert_eq!(report.output.as_ref().err(), of_the_implementation);
    assert_error(of_the_implementation.unwrap(), "Bad", "bad", "division by zero");
}
