//! Errors as hostile as code can be.

use std::error::Error;
use std::fmt::{self, Debug, Display};

use hooks_core::{Failure, FailureKind, Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

use crate::support::{Bomb, Journal, Stage, failing};

/// An error that does what a test tells it to.
struct Hostile {
    display: fn(&mut fmt::Formatter<'_>) -> fmt::Result,
    source: fn(&Self) -> Option<&(dyn Error + 'static)>,
    _bomb: Option<Bomb>,
}

impl Default for Hostile {
    fn default() -> Self {
        Self { display: |f| f.write_str("hostile"), source: |_| None, _bomb: None }
    }
}

impl Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.display)(f)
    }
}

impl Debug for Hostile {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("not to be debugged");
    }
}

impl Error for Hostile {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        (self.source)(self)
    }
}

/// The failure of an implementation that returns what `error` makes, after which another one
/// runs.
fn failure(error: impl Fn() -> Hostile + Send + Sync + 'static) -> Failure {
    let journal = Journal::default();
    let notes = journal.clone();
    let manager = PluginManager::new();
    let next = move || {
        notes.note("went on");
        Ok(())
    };
    manager.register_as("next", failing(next)).unwrap();
    manager.register_as("hostile", failing(move || Err(error().into()))).unwrap();
    let report = manager.hooks::<Stage>().reported().attempt();
    assert_eq!(journal.read(), ["went on"]);
    let failure = report.failures().next().unwrap().clone();
    assert_eq!((failure.plugin(), failure.kind()), ("hostile", FailureKind::Error));
    failure
}

#[test]
fn an_error_that_panics_when_it_is_displayed_is_put_on_record() {
    let failure = failure(|| Hostile { display: |_| panic!("shy"), ..Hostile::default() });
    let line = line!() - 1;
    assert!(
        failure
            .message()
            .starts_with("an error that panicked when it was asked what it is: shy, at "),
        "{failure}"
    );
    assert!(failure.message().contains(&format!("{}:{line}:", file!())), "{failure}");
}

#[test]
fn an_error_that_cannot_be_formatted_is_put_on_record() {
    let failure = failure(|| Hostile { display: |_| Err(fmt::Error), ..Hostile::default() });
    assert!(failure.message().starts_with("an error that panicked"), "{failure}");
}

#[test]
fn an_error_is_not_debugged() {
    assert_eq!(failure(Hostile::default).message(), "hostile");
}

#[test]
fn an_error_that_panics_when_it_is_dropped_is_put_on_record() {
    let journal = Journal::default();
    let bombs = journal.clone();
    let failure = failure(move || Hostile {
        _bomb: Some(bombs.bomb("dropped").charged("the error")),
        ..Hostile::default()
    });
    assert_eq!(failure.message(), "hostile");
    assert_eq!(journal.read(), ["dropped"], "once");
}

#[test]
fn an_error_that_panics_in_every_way_is_put_on_record() {
    let journal = Journal::default();
    let bombs = journal.clone();
    let failure = failure(move || Hostile {
        display: |_| panic!("shy"),
        source: |_| panic!("secretive"),
        _bomb: Some(bombs.bomb("dropped").charged("the error")),
    });
    assert!(failure.message().starts_with("an error that panicked"), "{failure}");
    assert_eq!(journal.read(), ["dropped"]);
}

#[test]
fn an_error_whose_source_panics_is_put_on_record() {
    let failure = failure(|| Hostile { source: |_| panic!("secretive"), ..Hostile::default() });
    assert_eq!(failure.message(), "hostile");
}

#[test]
fn an_error_that_is_its_own_source_ends() {
    let failure = failure(|| Hostile { source: |this| Some(this), ..Hostile::default() });
    assert!(failure.message().starts_with("hostile: hostile: hostile"), "{failure}");
    assert!(failure.message().len() < 1000, "{failure}");
}

#[test]
fn an_error_tells_its_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("no soup")]
    struct NoSoup(#[source] NoPot);

    #[derive(Debug, thiserror::Error)]
    #[error("no pot")]
    struct NoPot(#[source] std::num::ParseIntError);

    let manager = PluginManager::new();
    let attempt = || Err(NoSoup(NoPot("x".parse::<u32>().unwrap_err())).into());
    manager.register(failing(attempt)).unwrap();
    let report = manager.hooks::<Stage>().reported().attempt();
    assert_eq!(
        report.failures().next().unwrap().message(),
        "no soup: no pot: invalid digit found in string"
    );
}

/// An error that panics when it becomes a box.
struct Unboxable;

impl From<Unboxable> for Box<dyn Error + Send + Sync> {
    fn from(_: Unboxable) -> Self {
        panic!("unboxable");
    }
}

#[hookspec]
trait Odd {
    /// An error that is no `Error` and converts into one.
    fn convert(&self) -> Result<u32, Unboxable>;
}

struct Converts;

impl Plugin for Converts {
    const METADATA: PluginMetadata = PluginMetadata::new("converts");
}

#[hookimpl]
impl Odd for Converts {
    fn convert(&self) -> Result<u32, Unboxable> {
        Err(Unboxable)
    }
}

#[test]
fn an_error_that_panics_when_it_is_converted_is_put_on_record() {
    let manager = PluginManager::new();
    manager.register(Converts).unwrap();
    let report = manager.hooks::<Odd>().reported().convert();
    assert!(report.failures().next().unwrap().message().contains("unboxable"));
}
