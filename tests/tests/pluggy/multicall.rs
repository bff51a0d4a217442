//! pluggy's `test_multicall.py`: the loop over implementations, and wrappers around it.
//!
//! The hooks here stop on failure, as every hook of pluggy does. pluggy's two sorts of wrapper are
//! one.
//!
//! | test | refused by the compiler | case under `ui/fail` |
//! |---|---|---|
//! | `test_tags_call_error` | a call that leaves an argument out | `call_with_a_wrong_argument` |
//! | `test_hookwrapper_two_yields`, `test_wrapper_two_yields`, `test_hookwrapper_too_many_yield`, `test_wrapper_too_many_yield` | a second `next.call()` | `wrapper_calls_twice` |
//! | `test_hookwrapper_not_yield` | a wrapper that takes no `next` | `wrappers` |

use std::error::Error;
use std::fmt;
use std::panic::panic_any;

use hooks_core::{Failure, Next, PluginManager, hookimpl, hookspec};

use crate::support::{Journal, assert_error, assert_panic, plugins, registered, verdicts};

/// One hook that collects, and one whose first answer wins.
#[hookspec]
trait Foo {
    /// Asks everybody.
    #[hook(on_failure = stop)]
    fn all(&self) -> Result<Option<u32>, String>;

    /// Asks until somebody answers.
    #[hook(firstresult, on_failure = stop)]
    fn first(&self) -> Result<Option<u32>, String>;
}

/// Asks for a sum.
#[hookspec]
trait Sums {
    /// Asks for a sum of the two.
    fn sum(&self, x: u32, y: u32) -> u32;
}

#[test]
fn test_keyword_args() {
    plugins! { F; A; }

    #[hookimpl]
    impl Sums for F {
        fn sum(&self, x: u32) -> u32 {
            x + 1
        }
    }

    #[hookimpl]
    impl Sums for A {
        fn sum(&self, x: u32, y: u32) -> u32 {
            x + y
        }
    }

    assert_eq!(registered![F, A].hooks::<Sums>().sum(23, 24), [24 + 23, 24]);
}

/// Adapted: there are no default values. An implementation has a value of its own in the place of
/// an argument that the hook does not have.
#[test]
fn test_keyword_args_with_defaultargs() {
    plugins! { F; }

    #[hookimpl]
    impl Sums for F {
        fn sum(&self, x: u32) -> u32 {
            let z = 1;
            x + z
        }
    }

    assert_eq!(registered![F].hooks::<Sums>().sum(23, 24), [24]);
}

#[test]
fn test_call_none_is_no_result() {
    plugins! { M1; M2; }

    #[hookimpl]
    impl Foo for M1 {
        fn all(&self) -> Result<Option<u32>, String> {
            Ok(Some(1))
        }

        fn first(&self) -> Result<Option<u32>, String> {
            Ok(Some(1))
        }
    }

    #[hookimpl]
    impl Foo for M2 {
        fn all(&self) -> Result<Option<u32>, String> {
            Ok(None)
        }

        fn first(&self) -> Result<Option<u32>, String> {
            Ok(None)
        }
    }

    let foo = registered![M1, M2].hooks::<Foo>();
    assert_eq!(foo.first(), Ok(Some(1)));
    assert_eq!(foo.all(), Ok(vec![1]));
}

#[test]
fn test_hookwrapper() {
    plugins! { M1(Journal); M2(Journal); }

    #[hookimpl]
    impl Foo for M1 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("m1 init");
            next.call();
            self.0.note("m1 finish");
        }

        #[hookimpl(wrapper)]
        fn first(&self, next: Next<'_, FirstArgs>) {
            self.0.note("m1 init");
            next.call();
            self.0.note("m1 finish");
        }
    }

    #[hookimpl]
    impl Foo for M2 {
        fn all(&self) -> Result<Option<u32>, String> {
            self.0.note("m2");
            Ok(Some(2))
        }

        fn first(&self) -> Result<Option<u32>, String> {
            self.0.note("m2");
            Ok(Some(2))
        }
    }

    let journal = Journal::default();
    let foo = registered![M2(journal.clone()), M1(journal.clone())].hooks::<Foo>();
    assert_eq!(foo.all(), Ok(vec![2]));
    assert_eq!(journal.read(), ["m1 init", "m2", "m1 finish"]);
    assert_eq!(foo.first(), Ok(Some(2)));
    assert_eq!(journal.read(), ["m1 init", "m2", "m1 finish"]);
}

#[test]
fn test_wrapper() {
    plugins! { M1(Journal); M2(Journal); }

    #[hookimpl]
    impl Foo for M1 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("m1 init");
            if let Ok(answers) = next.call() {
                answers.extend_from_within(..);
            }
            self.0.note("m1 finish");
        }

        #[hookimpl(wrapper)]
        fn first(&self, next: Next<'_, FirstArgs>) {
            self.0.note("m1 init");
            if let Ok(Some(answer)) = next.call() {
                *answer *= 2;
            }
            self.0.note("m1 finish");
        }
    }

    #[hookimpl]
    impl Foo for M2 {
        fn all(&self) -> Result<Option<u32>, String> {
            self.0.note("m2");
            Ok(Some(2))
        }

        fn first(&self) -> Result<Option<u32>, String> {
            self.0.note("m2");
            Ok(Some(2))
        }
    }

    let journal = Journal::default();
    let foo = registered![M2(journal.clone()), M1(journal.clone())].hooks::<Foo>();
    assert_eq!(foo.all(), Ok(vec![2, 2]));
    assert_eq!(journal.read(), ["m1 init", "m2", "m1 finish"]);
    assert_eq!(foo.first(), Ok(Some(4)));
    assert_eq!(journal.read(), ["m1 init", "m2", "m1 finish"]);
}

/// Wrappers that note when they begin and when they end, and change nothing.
macro_rules! noting_wrappers {
    ($($name:ident),+) => {$(
        plugins! { $name(Journal); }

        #[hookimpl]
        impl Foo for $name {
            #[hookimpl(wrapper)]
            fn all(&self, next: Next<'_, AllArgs>) {
                self.0.note(concat!(stringify!($name), " init"));
                next.call();
                self.0.note(concat!(stringify!($name), " finish"));
            }
        }
    )+};
}

#[test]
fn test_hookwrapper_order() {
    noting_wrappers!(M1, M2, M3, M4);
    let journal = Journal::default();
    let own = || journal.clone();
    let foo = registered![M4(own()), M3(own()), M2(own()), M1(own())].hooks::<Foo>();
    assert_eq!(foo.all(), Ok(vec![]));
    assert_eq!(
        journal.read(),
        [
            "M1 init",
            "M2 init",
            "M3 init",
            "M4 init",
            "M4 finish",
            "M3 finish",
            "M2 finish",
            "M1 finish",
        ]
    );
}

/// A wrapper that may call what is inside, but does not.
macro_rules! idle_wrapper {
    ($name:ident) => {
        plugins! { $name; }

        #[hookimpl]
        impl Foo for $name {
            #[hookimpl(wrapper)]
            fn all(&self, next: Next<'_, AllArgs>) {
                let _ = next;
            }

            #[hookimpl(wrapper)]
            fn first(&self, next: Next<'_, FirstArgs>) {
                let _ = next;
            }
        }
    };
}

#[test]
fn test_hookwrapper_yield_not_executed() {
    idle_wrapper!(M1);
    let failure = registered![M1].hooks::<Foo>().all().unwrap_err();
    assert_error(&failure, "M1", "all", "the wrapper ended without having called `next.call()`");
}

#[test]
fn test_wrapper_yield_not_executed() {
    idle_wrapper!(M1);
    let failure = registered![M1].hooks::<Foo>().first().unwrap_err();
    assert_error(&failure, "M1", "first", "the wrapper ended without having called `next.call()`");
}

plugins! { Returns(&'static str); Panics(&'static str); }

#[hookimpl]
impl Foo for Returns {
    fn all(&self) -> Result<Option<u32>, String> {
        Err(self.0.to_owned())
    }
}

#[hookimpl]
impl Foo for Panics {
    fn all(&self) -> Result<Option<u32>, String> {
        panic!("{}", self.0);
    }
}

/// Adapted: in the place of the two exceptions there are an error and a panic.
#[test]
fn test_hookwrapper_exception() {
    plugins! { M1(Journal); }

    #[hookimpl]
    impl Foo for M1 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("m1 init");
            let outcome = next.call();
            self.0.note(format!("m1 finish: {}", outcome.as_ref().unwrap_err().message()));
        }
    }

    let journal = Journal::default();
    let foo = registered![Returns("m2"), M1(journal.clone())].hooks::<Foo>();
    assert_error(&foo.all().unwrap_err(), "Returns", "all", "m2");
    assert_eq!(journal.read(), ["m1 init", "m1 finish: m2"]);

    let foo = registered![Panics("m2"), M1(journal.clone())].hooks::<Foo>();
    assert_panic(&foo.all().unwrap_err(), "Panics", "all", "m2");
    assert_eq!(journal.read(), ["m1 init", "m1 finish: m2"]);
}

/// A failure in the place of another.
#[derive(Debug)]
struct InPlaceOf(&'static str, Failure);

impl fmt::Display for InPlaceOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for InPlaceOf {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.1)
    }
}

/// Adapted: a wrapper forces an exception by returning an error.
#[test]
fn test_hookwrapper_force_exception() {
    plugins! { M1(Journal); M2(Journal); M3(Journal); }

    #[hookimpl]
    impl Foo for M1 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("m1 init");
            let outcome = next.call();
            if let Err(failure) = outcome {
                *outcome = Err(failure.clone());
            }
            self.0.note("m1 finish");
        }
    }

    #[hookimpl]
    impl Foo for M2 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) -> Result<(), InPlaceOf> {
            self.0.note("m2 init");
            let outcome = next.call();
            self.0.note("m2 finish");
            outcome.as_ref().map(|_| ()).map_err(|failure| InPlaceOf("m2", failure.clone()))
        }
    }

    #[hookimpl]
    impl Foo for M3 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("m3 init");
            next.call();
            self.0.note("m3 finish");
        }
    }

    let journal = Journal::default();
    let own = || journal.clone();
    let plugins = registered![Returns("m4"), M3(own()), M2(own()), M1(own())];
    let failure = plugins.hooks::<Foo>().all().unwrap_err();
    assert_error(&failure, "M2", "all", "m2: plugin `Returns`, hook `all`: m4");
    assert_eq!(
        journal.read(),
        ["m1 init", "m2 init", "m3 init", "m3 finish", "m2 finish", "m1 finish"]
    );
}

/// Adapted: in the place of the two exceptions there are an error and a panic.
#[test]
fn test_wrapper_exception() {
    plugins! { M1(Journal); M2(Journal); }

    #[hookimpl]
    impl Foo for M1 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("m1 init");
            assert!(next.call().is_err());
            self.0.note("m1 finish");
        }
    }

    /// Notes that it runs, and lets the next one fail.
    #[hookimpl]
    impl Foo for M2 {
        fn all(&self) -> Result<Option<u32>, String> {
            self.0.note("m2 init");
            Ok(None)
        }
    }

    let journal = Journal::default();
    let own = || journal.clone();
    let foo = registered![Returns("exc"), M2(own()), M1(own())].hooks::<Foo>();
    assert_error(&foo.all().unwrap_err(), "Returns", "all", "exc");
    assert_eq!(journal.read(), ["m1 init", "m2 init", "m1 finish"]);

    let foo = registered![Panics("exc"), M2(own()), M1(own())].hooks::<Foo>();
    assert_panic(&foo.all().unwrap_err(), "Panics", "all", "exc");
    assert_eq!(journal.read(), ["m1 init", "m2 init", "m1 finish"]);
}

/// Adapted: a failure names the causes that its error has. That another one went before it, which
/// Python chains by itself, is seen in the report.
#[test]
fn test_wrapper_exception_chaining() {
    plugins! { M2; M3; M4; }

    #[hookimpl]
    impl Foo for M2 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) -> Result<(), String> {
            next.call().as_ref().map(|_| ()).map_err(|_| "m2".to_owned())
        }
    }

    #[hookimpl]
    impl Foo for M3 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            if let Ok(answers) = next.call() {
                *answers = vec![10];
            }
        }
    }

    #[hookimpl]
    impl Foo for M4 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) -> Result<(), InPlaceOf> {
            let outcome = next.call();
            outcome.as_ref().map(|_| ()).map_err(|failure| InPlaceOf("m4", failure.clone()))
        }
    }

    let plugins = registered![Returns("m1"), M2, M3, M4];
    let report = plugins.hooks::<Foo>().reported().all();
    assert_eq!(
        verdicts(&report),
        [
            "M4: failed: m4: plugin `M2`, hook `all`: m2",
            "M3: answered",
            "M2: failed: m2",
            "Returns: failed: m1",
        ]
    );
    let failure = report.output.unwrap_err();
    assert_error(&failure, "M4", "all", "m4: plugin `M2`, hook `all`: m2");
}

#[test]
fn test_unwind_inner_wrapper_teardown_exc() {
    plugins! { M1(Journal); M2(Journal); }

    #[hookimpl]
    impl Foo for M1 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("m1 init");
            match next.call() {
                Ok(_) => self.0.note("m1 unreachable"),
                Err(_) => self.0.note("m1 teardown"),
            }
            self.0.note("m1 cleanup");
        }
    }

    #[hookimpl]
    impl Foo for M2 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) -> Result<(), String> {
            self.0.note("m2 init");
            next.call();
            self.0.note("m2 raise");
            Err("value".to_owned())
        }
    }

    let journal = Journal::default();
    let foo = registered![M2(journal.clone()), M1(journal.clone())].hooks::<Foo>();
    let failure = foo.all().unwrap_err();
    journal.note("finally");
    assert_error(&failure, "M2", "all", "value");
    assert_eq!(
        journal.read(),
        ["m1 init", "m2 init", "m2 raise", "m1 teardown", "m1 cleanup", "finally"]
    );
}

/// Adapted: `StopIteration` is what Python's generators end with; in its place there is a panic
/// with a payload that is no text.
#[test]
fn test_wrapper_stopiteration_passtrough() {
    struct StopIteration;

    plugins! { Wrap(Journal); WrapPath2; Stop(Journal); }

    #[hookimpl]
    impl Foo for Wrap {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            self.0.note("wrap");
            next.call();
            self.0.note("wrap done");
        }
    }

    #[hookimpl]
    impl Foo for WrapPath2 {
        #[hookimpl(wrapper)]
        fn all(&self, next: Next<'_, AllArgs>) {
            next.call();
        }
    }

    #[hookimpl]
    impl Foo for Stop {
        fn all(&self) -> Result<Option<u32>, String> {
            self.0.note("stop");
            panic_any(StopIteration);
        }
    }

    let journal = Journal::default();
    let plugins = registered![Stop(journal.clone()), Wrap(journal.clone()), WrapPath2];
    let failure = plugins.hooks::<Foo>().all().unwrap_err();
    assert_panic(&failure, "Stop", "all", "a panic whose payload is not text");
    assert_eq!(journal.read(), ["wrap", "stop", "wrap done"]);
}

/// Adapted: an output keeps its type, so that one answer takes the place of another answer, not of
/// a list.
#[test]
fn test_suppress_inner_wrapper_teardown_exc() {
    plugins! { M1(Journal); M2(Journal); M3(Journal); }

    #[hookimpl]
    impl Foo for M1 {
        #[hookimpl(wrapper)]
        fn first(&self, next: Next<'_, FirstArgs>) {
            self.0.note("m1 init");
            let outcome = next.call();
            self.0.note(format!("m1 finish: {outcome:?}"));
        }
    }

    #[hookimpl]
    impl Foo for M2 {
        #[hookimpl(wrapper)]
        fn first(&self, next: Next<'_, FirstArgs>) {
            self.0.note("m2 init");
            let outcome = next.call();
            assert_error(outcome.as_ref().unwrap_err(), "M3", "first", "value");
            self.0.note("m2 suppress");
            *outcome = Ok(Some(22));
        }
    }

    #[hookimpl]
    impl Foo for M3 {
        #[hookimpl(wrapper)]
        fn first(&self, next: Next<'_, FirstArgs>) -> Result<(), String> {
            self.0.note("m3 init");
            next.call();
            self.0.note("m3 raise");
            Err("value".to_owned())
        }
    }

    let journal = Journal::default();
    let plugins: PluginManager =
        registered![M3(journal.clone()), M2(journal.clone()), M1(journal.clone())];
    assert_eq!(plugins.hooks::<Foo>().first(), Ok(Some(22)));
    assert_eq!(
        journal.read(),
        ["m1 init", "m2 init", "m3 init", "m3 raise", "m2 suppress", "m1 finish: Ok(Some(22))",]
    );
}
