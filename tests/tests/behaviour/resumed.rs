//! Panics that somebody catches, and may resume: whose place is told.

use std::error::Error;
use std::fmt;
use std::panic::{catch_unwind, resume_unwind};

use hooks_core::{Closures, Failure, Method, Monitor, Next, PluginManager, Report, Spec, hookspec};

/// What is done.
#[hookspec]
trait Deeds {
    /// Does something.
    fn act(&self);

    /// Does something that may fail.
    fn attempt(&self) -> Result<(), Told>;
}

/// The words of every panic here: it is not the words that tell one from the other.
const WORDS: &str = "the same words";

type Registrar<'hooks> = <Deeds as Spec>::Registrar<'hooks>;

/// Registers closures under a name.
fn register(
    plugins: &PluginManager,
    name: &str,
    hand_in: impl for<'hooks> Fn(&mut Registrar<'hooks>) + Send + Sync + 'static,
) {
    plugins.register_closures(name, Closures::<Deeds>::new(hand_in)).unwrap();
}

/// A manager with a plugin that resumes a panic which never arose.
fn with_one_who_resumes() -> PluginManager {
    let plugins = PluginManager::new();
    register(&plugins, "resumes", |hooks| {
        hooks.act().implementation(Method::here("resume"), |_| resume_unwind(Box::new(WORDS)));
        hooks.attempt().implementation(Method::here("resume"), |_| resume_unwind(Box::new(WORDS)));
    });
    plugins
}

fn around(
    plugins: &PluginManager,
    name: &str,
    wrap: impl Fn(Next<'_, ActArgs>) + Clone + Send + Sync + 'static,
) {
    register(plugins, name, move |hooks| {
        let wrap = wrap.clone();
        hooks.act().wrapper(Method::here("around"), move |next| {
            wrap(next);
            Ok(())
        });
    });
}

fn catch() {
    let _ = catch_unwind(|| panic!("{WORDS}"));
}

/// The line at which a plugin failed with the common words.
#[track_caller]
fn line_of(report: &Report<()>, plugin: &str) -> Option<u32> {
    let failure = report.failures().find(|failure| failure.plugin() == plugin);
    let failure = failure.expect("it has failed");
    assert_eq!(failure.message(), WORDS);
    failure.location().map(|location| location.line)
}

#[test]
fn what_a_wrapper_caught_before_its_inner_call_is_nobodys_place_inside() {
    let plugins = with_one_who_resumes();
    around(&plugins, "catches", |next| {
        catch();
        next.call();
    });
    let report = plugins.hooks::<Deeds>().reported().act();
    assert_eq!(line_of(&report, "resumes"), None);
}

#[test]
fn what_a_wrapper_caught_that_never_calls_is_nobodys_place_inside() {
    let plugins = with_one_who_resumes();
    around(&plugins, "catches", |_| catch());
    let report = plugins.hooks::<Deeds>().reported().act();
    assert_eq!(line_of(&report, "resumes"), None);
}

#[test]
fn what_an_inner_wrapper_caught_is_not_the_place_of_an_outer_one() {
    let plugins = PluginManager::new();
    around(&plugins, "catches", |next| {
        next.call();
        catch();
    });
    around(&plugins, "resumes", |next| {
        next.call();
        resume_unwind(Box::new(WORDS));
    });
    let report = plugins.hooks::<Deeds>().reported().act();
    assert_eq!(line_of(&report, "resumes"), None);
}

#[test]
fn a_wrapper_may_resume_after_its_inner_call_what_it_caught_before() {
    const LINE: u32 = line!() + 5;
    let plugins = PluginManager::new();
    register(&plugins, "acts", |hooks| hooks.act().implementation(Method::here("act"), |_| ()));
    around(&plugins, "resumes", |next| {
        let caught = catch_unwind(|| {
            panic!("{WORDS}");
        });
        next.call();
        resume_unwind(caught.unwrap_err());
    });
    let report = plugins.hooks::<Deeds>().reported().act();
    assert_eq!(line_of(&report, "resumes"), Some(LINE));
}

#[test]
fn a_wrapper_that_calls_what_is_inside_while_it_unwinds_keeps_its_place() {
    const LINE: u32 = line!() + 13;
    /// Calls at the last moment.
    struct AtLast<'run>(Option<Next<'run, ActArgs>>);

    impl Drop for AtLast<'_> {
        fn drop(&mut self) {
            self.0.take().expect("nobody has called yet").call();
        }
    }

    let plugins = with_one_who_resumes();
    around(&plugins, "unwinds", |next| {
        let _at_last = AtLast(Some(next));
        panic!("{WORDS}");
    });
    let report = plugins.hooks::<Deeds>().reported().act();
    assert_eq!(line_of(&report, "unwinds"), Some(LINE));
    assert_eq!(line_of(&report, "resumes"), None);
}

/// An error that catches a panic of its own when it is told.
#[derive(Debug)]
struct Told;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        catch();
        f.write_str("told")
    }
}

impl Error for Told {}

#[test]
fn what_an_error_caught_while_it_was_told_is_nobodys_place() {
    let plugins = with_one_who_resumes();
    register(&plugins, "errs", |hooks| {
        hooks.attempt().implementation(Method::here("err"), |_| Err(Told));
    });
    let report = plugins.hooks::<Deeds>().reported().attempt();
    assert_eq!(line_of(&report, "resumes"), None);
}

#[test]
fn what_a_monitor_caught_is_nobodys_place() {
    /// Catches a panic whenever it is told something.
    struct Catches;

    impl Monitor for Catches {
        fn before(&self, _: &hooks_core::MonitoredCall) {
            catch();
        }

        fn failed(&self, _: &Failure) {
            catch();
        }
    }

    let plugins = with_one_who_resumes();
    register(&plugins, "fails", |hooks| {
        hooks.act().implementation(Method::here("fail"), |_| panic!("other words"));
    });
    let guard = plugins.monitor(Catches);
    let report = plugins.hooks::<Deeds>().reported().act();
    assert_eq!(line_of(&report, "resumes"), None);
    drop(guard);
}
