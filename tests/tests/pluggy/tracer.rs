//! pluggy's `test_tracer.py`: who watches calls, and what is made of values that cannot be shown.
//!
//! pluggy's tracer formats arguments and results. Monitors are told of calls and failures, not of
//! values; what is formatted are errors, and what is left of the tests is what happens when that
//! goes wrong.

use std::error::Error;
use std::fmt;
use std::panic::panic_any;
use std::sync::atomic::{AtomicUsize, Ordering};

use hooks_core::{Failure, Monitor, MonitoredCall, PluginManager, hookimpl, hookspec};

use crate::support::{Journal, assert_error, plugins, registered};

/// Says what it is told of, indented by how deep it is in calls.
struct Tracer {
    depth: AtomicUsize,
    lines: Journal,
}

impl Tracer {
    fn new(lines: &Journal) -> Self {
        Self { depth: AtomicUsize::new(0), lines: lines.clone() }
    }

    fn line(&self, depth: usize, text: &str) {
        self.lines.note(format!("{}{text}", "  ".repeat(depth)));
    }
}

impl Monitor for Tracer {
    fn before(&self, call: &MonitoredCall) {
        let depth = self.depth.fetch_add(1, Ordering::Relaxed);
        self.line(depth, &format!("{} of {}", call.hook.name, call.implementations));
    }

    fn after(&self, call: &MonitoredCall, stopped: Option<&Failure>) {
        let depth = self.depth.fetch_sub(1, Ordering::Relaxed) - 1;
        let end = stopped.map_or("finish", Failure::message);
        self.line(depth, &format!("{end} {}", call.hook.name));
    }
}

/// One hook.
#[hookspec]
trait Api {
    /// Asks for numbers.
    fn hello(&self, arg: u32) -> u32;
}

/// Adapted: the depth is that of calls within calls.
#[test]
fn test_indent() {
    /// A hook from which another is called.
    #[hookspec]
    trait Outer {
        /// Tells.
        fn tell(&self, api: &Api);
    }

    plugins! { Teller; Greeter; }

    #[hookimpl]
    impl Outer for Teller {
        fn tell(&self, api: &Api) {
            api.hello(1);
            api.hello(2);
        }
    }

    #[hookimpl]
    impl Api for Greeter {
        fn hello(&self, arg: u32) -> u32 {
            arg
        }
    }

    let plugins = registered![Teller, Greeter];
    let lines = Journal::default();
    let _guard = plugins.monitor(Tracer::new(&lines));
    plugins.hooks::<Outer>().tell(&plugins.hooks());
    assert_eq!(
        lines.read(),
        [
            "tell of 1",
            "  hello of 1",
            "  finish hello",
            "  hello of 1",
            "  finish hello",
            "finish tell",
        ]
    );
}

/// Adapted: the lines tell neither arguments nor answers.
#[test]
fn test_plugin_tracing() {
    plugins! { Plugin; }

    #[hookimpl]
    impl Api for Plugin {
        fn hello(&self, arg: u32) -> u32 {
            arg + 1
        }
    }

    let plugins = registered![Plugin];
    let lines = Journal::default();
    let _guard = plugins.monitor(Tracer::new(&lines));
    assert_eq!(plugins.hooks::<Api>().hello(3), [4]);
    assert_eq!(lines.read(), ["hello of 1", "finish hello"]);
}

/// Adapted: the lines tell neither arguments nor answers.
#[test]
fn test_dbl_plugin_tracing() {
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
    }

    let plugins = registered![Plugin];
    let api = plugins.hooks::<Api>();
    let lines = Journal::default();
    let _guard = plugins.monitor(Tracer::new(&lines));
    assert_eq!(api.hello(3), [103, 4]);
    assert_eq!(lines.read(), ["hello of 2", "finish hello"]);
    plugins.unregister("Plugin").unwrap();
    assert!(api.hello(3).is_empty());
    assert_eq!(lines.read(), ["hello of 0", "finish hello"]);
}

/// An error whose `Display` is a function.
struct Shown(fn(&mut fmt::Formatter<'_>) -> fmt::Result);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("nobody asks for this")
    }
}

impl Error for Shown {}

/// Stops on failure.
#[hookspec]
trait Failing {
    /// Fails.
    #[hook(on_failure = stop)]
    fn fail(&self) -> Result<(), Shown>;
}

plugins! { Fails(fn(&mut fmt::Formatter<'_>) -> fmt::Result); }

#[hookimpl]
impl Failing for Fails {
    fn fail(&self) -> Result<(), Shown> {
        Err(Shown(self.0))
    }
}

/// The failure with an error that is shown like this.
fn failure(shown: fn(&mut fmt::Formatter<'_>) -> fmt::Result) -> Failure {
    let plugins: PluginManager = registered![Fails(shown)];
    plugins.hooks::<Failing>().fail().unwrap_err()
}

/// The message of a failure with an error that panics when it is shown, without the place.
#[track_caller]
fn broken(shown: fn(&mut fmt::Formatter<'_>) -> fmt::Result) -> String {
    let failure = failure(shown);
    let (message, place) = failure.message().rsplit_once(", at ").unwrap();
    assert!(place.starts_with(file!()), "{place}");
    message.to_owned()
}

/// Adapted: a value that is not ASCII is the message of an error.
#[test]
fn test_non_ascii_values_are_kept() {
    assert_error(&failure(|f| f.write_str("héllo wörld")), "Fails", "fail", "héllo wörld");
}

/// Adapted: what cannot be shown is an error.
#[test]
fn test_broken_repr_value_does_not_raise() {
    assert_eq!(
        broken(|_| panic!("display is broken")),
        "an error that panicked when it was asked what it is: display is broken"
    );
}

/// Adapted: the panic of an error that cannot be shown may have nothing to say.
#[test]
fn test_broken_exception_repr_falls_back_to_type_name() {
    struct BadError;

    assert_eq!(
        broken(|_| panic_any(BadError)),
        "an error that panicked when it was asked what it is: a panic whose payload is not text"
    );
}

/// Adapted: the panic of an error that cannot be shown may be as hostile as the error.
#[test]
fn test_error_from_exception_repr_is_not_rendered() {
    struct Unpresentable;

    impl Drop for Unpresentable {
        fn drop(&mut self) {
            panic!("drop is broken");
        }
    }

    assert_eq!(
        broken(|_| panic_any(Unpresentable)),
        "an error that panicked when it was asked what it is: a panic whose payload is not text"
    );
}
