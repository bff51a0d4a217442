//! Hooks that stop on failure: the first one ends the call, whatever its kind.

use hooks_core::{Closures, Method, Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

use crate::support::{Bomb, Journal, assert_error, assert_panic, plugins, registered, verdicts};

/// One hook of each kind, which stops on failure.
#[hookspec]
trait Gate {
    /// Tells.
    #[hook(on_failure = stop)]
    fn told(&self, journal: &Journal);

    /// Asks everybody.
    #[hook(on_failure = stop)]
    fn asked(&self) -> Result<u32, String>;

    /// Asks until somebody answers.
    #[hook(firstresult, on_failure = stop)]
    fn picked(&self) -> Result<Option<u32>, String>;

    /// Hands a number on.
    #[hook(waterfall, on_failure = stop)]
    fn handed(&self, #[flow] number: u32) -> Result<Option<u32>, String>;

    /// Collects what is dangerous to drop.
    #[hook(on_failure = stop)]
    fn bombs(&self, journal: &Journal) -> Option<Bomb>;
}

const SKIPPED: &str = "skipped: an earlier implementation failed, which ended the call";

plugins! { Answers; Passes; Fails; }

#[hookimpl]
impl Gate for Answers {
    fn told(&self, journal: &Journal) {
        journal.note("Answers");
    }

    fn asked(&self) -> Result<u32, String> {
        Ok(1)
    }

    fn picked(&self) -> Result<Option<u32>, String> {
        Ok(Some(1))
    }

    fn handed(&self, number: u32) -> Result<Option<u32>, String> {
        Ok(Some(number + 1))
    }
}

#[hookimpl]
impl Gate for Passes {
    fn told(&self, journal: &Journal) {
        journal.note("Passes");
    }

    fn picked(&self) -> Result<Option<u32>, String> {
        Ok(None)
    }

    fn handed(&self) -> Result<Option<u32>, String> {
        Ok(None)
    }
}

#[hookimpl]
impl Gate for Fails {
    fn told(&self) {
        panic!("closed");
    }

    fn asked(&self) -> Result<u32, String> {
        Err("closed".to_owned())
    }

    fn picked(&self) -> Result<Option<u32>, String> {
        Err("closed".to_owned())
    }

    fn handed(&self) -> Result<Option<u32>, String> {
        Err("closed".to_owned())
    }
}

#[test]
fn a_failure_ends_a_notify_call() {
    let journal = Journal::default();
    let gate = registered![Answers, Fails, Passes].hooks::<Gate>();
    let report = gate.reported().told(&journal);
    assert_eq!(journal.read(), ["Passes"]);
    let skipped = format!("Answers: {SKIPPED}");
    assert_eq!(verdicts(&report), ["Passes: answered", "Fails: failed: closed", &skipped]);
    assert_panic(&report.output.unwrap_err(), "Fails", "told", "closed");
}

#[test]
fn a_failure_ends_a_collecting_call_and_the_answers_before_it_are_dropped() {
    let plugins = registered![Answers, Fails];
    plugins.register_as("newest", Answers).unwrap();
    let report = plugins.hooks::<Gate>().reported().asked();
    let skipped = format!("Answers: {SKIPPED}");
    assert_eq!(verdicts(&report), ["newest: answered", "Fails: failed: closed", &skipped]);
    assert_error(&report.output.unwrap_err(), "Fails", "asked", "closed");
}

#[test]
fn a_failure_ends_a_firstresult_call_unless_an_answer_came_first() {
    let picked = |plugins: PluginManager| plugins.hooks::<Gate>().reported().picked();
    let report = picked(registered![Answers, Fails, Passes]);
    let skipped = format!("Answers: {SKIPPED}");
    assert_eq!(verdicts(&report), ["Passes: passed", "Fails: failed: closed", &skipped]);
    assert_error(&report.output.unwrap_err(), "Fails", "picked", "closed");

    let report = picked(registered![Fails, Answers, Passes]);
    let skipped = "Fails: skipped: an earlier implementation answered";
    assert_eq!(verdicts(&report), ["Passes: passed", "Answers: answered", skipped]);
    assert_eq!(report.output, Ok(Some(1)));
}

#[test]
fn a_failure_ends_a_waterfall() {
    let plugins = registered![Answers, Fails, Passes];
    plugins.register_as("newest", Answers).unwrap();
    let report = plugins.hooks::<Gate>().reported().handed(7);
    let skipped = format!("Answers: {SKIPPED}");
    assert_eq!(
        verdicts(&report),
        ["newest: answered", "Passes: passed", "Fails: failed: closed", &skipped]
    );
    assert_error(&report.output.unwrap_err(), "Fails", "handed", "closed");
    assert_eq!(registered![Answers, Passes].hooks::<Gate>().handed(7), Ok(8));
}

#[test]
fn a_call_with_nobody_in_it_does_not_fail() {
    let gate = PluginManager::new().hooks::<Gate>();
    let journal = Journal::default();
    assert_eq!(gate.told(&journal), Ok(()));
    assert_eq!(gate.asked(), Ok(vec![]));
    assert_eq!(gate.picked(), Ok(None));
    assert_eq!(gate.handed(7), Ok(7));
}

#[test]
fn partial_results_are_dropped_once_even_if_that_panics() {
    struct Gives(&'static str);

    impl Plugin for Gives {
        const METADATA: PluginMetadata = PluginMetadata::new("Gives");
    }

    #[hookimpl]
    impl Gate for Gives {
        fn bombs(&self, journal: &Journal) -> Option<Bomb> {
            Some(Bomb { journal: journal.clone(), name: self.0 })
        }
    }

    plugins! { Panics; }

    #[hookimpl]
    impl Gate for Panics {
        fn bombs(&self, journal: &Journal) -> Option<Bomb> {
            journal.note("fails");
            panic!("closed")
        }
    }

    let journal = Journal::default();
    let plugins = registered![Gives("never asked"), Panics];
    plugins.register_as("second", Gives("second")).unwrap();
    plugins.register_as("first", Gives("first")).unwrap();
    let report = plugins.hooks::<Gate>().reported().bombs(&journal);
    assert_eq!(journal.read(), ["fails", "first", "second"]);
    let skipped = format!("Gives: {SKIPPED}");
    assert_eq!(
        verdicts(&report),
        ["first: answered", "second: answered", "Panics: failed: closed", &skipped]
    );
    let failure = report.output.err().unwrap();
    assert_panic(&failure, "Panics", "bombs", "closed");
    let failures: Vec<_> = plugins.plugins().iter().map(|plugin| plugin.failures).collect();
    assert_eq!(failures, [0, 1, 0, 0], "what a destructor does is nobody's failure");
}

#[test]
fn each_call_stops_for_itself() {
    let plugins = PluginManager::new();
    let gate = plugins.hooks::<Gate>();
    plugins.register(Answers).unwrap();
    assert_eq!(gate.asked(), Ok(vec![1]));
    plugins.register(Fails).unwrap();
    let (first, second) = (gate.asked().unwrap_err(), gate.asked().unwrap_err());
    assert_ne!(first, second, "two failures, however alike");
    assert_eq!(first.to_string(), second.to_string());
    plugins.unregister("Fails").unwrap();
    assert_eq!(gate.asked(), Ok(vec![1]));
}

#[test]
fn closures_stop_as_methods_do() {
    let plugins = PluginManager::new();
    let answers = Closures::<Gate>::new(|hooks| {
        hooks.asked().implementation(Method::here("yes"), |_| Ok(1));
    });
    let fails = Closures::<Gate>::new(|hooks| {
        hooks.asked().implementation(Method::here("no"), |_| Err("closed".to_owned()));
    });
    plugins.register_closures("answers", answers).unwrap();
    plugins.register_closures("fails", fails).unwrap();
    let failure = plugins.hooks::<Gate>().asked().unwrap_err();
    assert_error(&failure, "fails", "asked", "closed");
    assert_eq!(failure.method(), "no");
}
