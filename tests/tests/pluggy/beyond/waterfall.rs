//! Waterfalls: a value that goes from one implementation to the next.

use std::sync::Arc;

use hooks_core::{Closures, Method, Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

use crate::support::{Bomb, Journal, plugins, registered, verdicts};

/// A value that is handed on.
#[hookspec]
trait River {
    /// Always answers.
    #[hook(waterfall)]
    fn text(&self, #[flow] text: String, suffix: &str, times: usize) -> String;

    /// May have no answer.
    #[hook(waterfall)]
    fn maybe(&self, #[flow] number: u32) -> Option<u32>;

    /// May fail.
    #[hook(waterfall)]
    fn tried(&self, #[flow] list: Vec<u32>) -> Result<Vec<u32>, String>;

    /// May have no answer, and may fail.
    #[hook(waterfall)]
    fn either(&self, #[flow] number: u32) -> Result<Option<u32>, String>;

    /// Is dangerous to drop.
    #[hook(waterfall)]
    fn bomb(&self, #[flow] bomb: Flowing, journal: &Journal) -> Flowing;

    /// Is dangerous to drop. Stops on failure.
    #[hook(waterfall, on_failure = stop)]
    fn checked(&self, #[flow] bomb: Flowing, journal: &Journal) -> Result<Flowing, String>;
}

/// Something whose last clone is a bomb.
type Flowing = Option<Arc<Bomb>>;

#[test]
fn each_implementation_gets_what_the_one_before_returned() {
    plugins! { First; Plain; Last; }

    #[hookimpl]
    impl River for Last {
        #[hookimpl(trylast)]
        fn text(&self, text: String) -> String {
            text + ", last"
        }
    }

    #[hookimpl]
    impl River for Plain {
        fn text(&self, text: String, suffix: &str, times: usize) -> String {
            text + &suffix.repeat(times)
        }
    }

    #[hookimpl]
    impl River for First {
        #[hookimpl(tryfirst)]
        fn text(&self, text: String) -> String {
            text + ", first"
        }
    }

    let plugins = registered![Last, First, Plain];
    let text = plugins.hooks::<River>().text("begin".to_owned(), ", x", 2);
    assert_eq!(text, "begin, first, x, x, last");
}

#[test]
fn with_nobody_in_it_the_value_comes_back() {
    let river = PluginManager::new().hooks::<River>();
    assert_eq!(river.text("alone".to_owned(), "", 0), "alone");
    assert_eq!(river.maybe(7), 7);
    assert_eq!(river.tried(vec![7]), [7]);
    let report = river.reported().either(7);
    assert_eq!((report.output, verdicts(&report)), (7, vec![]));
}

#[test]
fn who_fails_leaves_the_value_as_it_was() {
    plugins! { Adds; Errs; Panics; }

    #[hookimpl]
    impl River for Adds {
        fn tried(&self, mut list: Vec<u32>) -> Result<Vec<u32>, String> {
            list.push(1);
            Ok(list)
        }
    }

    #[hookimpl]
    impl River for Errs {
        fn tried(&self, mut list: Vec<u32>) -> Result<Vec<u32>, String> {
            list.clear();
            Err("spoilt".to_owned())
        }
    }

    #[hookimpl]
    impl River for Panics {
        fn tried(&self, mut list: Vec<u32>) -> Result<Vec<u32>, String> {
            list.push(99);
            panic!("spilt");
        }
    }

    let plugins = registered![Adds, Errs, Panics];
    plugins.register_as("newest", Adds).unwrap();
    let report = plugins.hooks::<River>().reported().tried(vec![0]);
    assert_eq!(report.output, [0, 1, 1]);
    assert_eq!(
        verdicts(&report),
        ["newest: answered", "Panics: failed: spilt", "Errs: failed: spoilt", "Adds: answered",]
    );
}

#[test]
fn who_has_no_answer_leaves_the_value_as_it_was() {
    let plugins = PluginManager::new();
    for (name, limit) in [("small", 10), ("large", 1000), ("medium", 100)] {
        let doubles = Closures::<River>::new(move |hooks| {
            hooks.maybe().implementation(Method::here("maybe"), move |args| {
                (args.number < limit).then_some(args.number * 2)
            });
            hooks.either().implementation(Method::here("either"), move |args| match args.number {
                13 => Err("unlucky".to_owned()),
                number => Ok((number < limit).then_some(number * 2)),
            });
        });
        plugins.register_closures(name, doubles).unwrap();
    }
    let river = plugins.hooks::<River>();
    let report = river.reported().maybe(60);
    assert_eq!(report.output, 240);
    assert_eq!(verdicts(&report), ["medium: answered", "large: answered", "small: passed"]);
    let report = river.reported().either(13);
    assert_eq!(report.output, 13);
    assert_eq!(report.failures().count(), 3);
    assert_eq!(river.either(4), 16);
}

#[test]
fn nothing_of_the_value_is_left_behind_by_those_who_had_it() {
    plugins! { Keeps; Drops; Panics; }

    #[hookimpl]
    impl River for Keeps {
        fn bomb(&self, bomb: Flowing) -> Flowing {
            bomb
        }
    }

    #[hookimpl]
    impl River for Drops {
        fn bomb(&self, bomb: Flowing) -> Flowing {
            let another = bomb.clone();
            drop(bomb);
            another
        }
    }

    #[hookimpl]
    impl River for Panics {
        fn bomb(&self, bomb: Flowing) -> Flowing {
            panic!("with a bomb in hand: {}", bomb.is_some());
        }
    }

    let plugins = registered![Keeps, Panics, Drops];
    let journal = Journal::default();
    let bomb = Arc::new(Bomb { journal: journal.clone(), name: "kept" });
    let report = plugins.hooks::<River>().reported().bomb(Some(Arc::clone(&bomb)), &journal);
    assert_eq!(
        verdicts(&report),
        ["Drops: answered", "Panics: failed: with a bomb in hand: true", "Keeps: answered"]
    );
    assert!(Arc::ptr_eq(&report.output.unwrap(), &bomb));
    assert_eq!(Arc::strong_count(&bomb), 1);
    assert_eq!(journal.read(), [""; 0]);
    std::mem::forget(bomb);
}

/// Gives a new bomb in the place of the one that it gets.
struct Replaces(&'static str);

impl Plugin for Replaces {
    const METADATA: PluginMetadata = PluginMetadata::new("Replaces");
}

#[hookimpl]
impl River for Replaces {
    fn bomb(&self, journal: &Journal) -> Flowing {
        Some(Arc::new(Bomb { journal: journal.clone(), name: self.0 }))
    }

    fn checked(&self, journal: &Journal) -> Result<Flowing, String> {
        Ok(Some(Arc::new(Bomb { journal: journal.clone(), name: self.0 })))
    }
}

#[test]
fn a_value_that_panics_when_it_is_replaced_harms_nobody() {
    let plugins = PluginManager::new();
    for name in ["a", "b", "c"] {
        plugins.register_as(name, Replaces(name)).unwrap();
    }
    let journal = Journal::default();
    let report = plugins.hooks::<River>().reported().bomb(None, &journal);
    assert_eq!(journal.read(), ["c", "b"], "each one that was replaced, once");
    assert_eq!(verdicts(&report), ["c: answered", "b: answered", "a: answered"]);
    let output = report.output.unwrap();
    assert_eq!(output.name, "a");
    std::mem::forget(output);
}

#[test]
fn a_value_that_panics_when_a_failure_ends_the_call_does_not_reach_the_caller() {
    plugins! { Fails; }

    #[hookimpl]
    impl River for Fails {
        fn checked(&self) -> Result<Flowing, String> {
            Err("closed".to_owned())
        }
    }

    let plugins = registered![Fails];
    plugins.register_as("newest", Replaces("partial")).unwrap();
    let journal = Journal::default();
    let report = plugins.hooks::<River>().reported().checked(None, &journal);
    assert_eq!(journal.read(), ["partial"]);
    assert_eq!(verdicts(&report), ["newest: answered", "Fails: failed: closed"]);
    let failure = plugins.hooks::<River>().checked(None, &journal).err().unwrap();
    assert_eq!(failure.to_string(), "plugin `Fails`, hook `checked`: closed");
    assert_eq!(journal.read(), ["partial"]);
}
