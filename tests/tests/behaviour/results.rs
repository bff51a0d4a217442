//! What a call returns.

use std::error::Error;

use hooks_core::{Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

use crate::support::{Journal, Stage, asked, chooser, manager_of};

#[test]
fn a_hook_that_nobody_implements_answers_nothing() {
    let stage = PluginManager::new().hooks::<Stage>();
    stage.tell();
    stage.attempt();
    assert!(stage.ask().is_empty());
    assert_eq!(stage.choose(), None);
}

#[test]
fn answers_are_collected_in_call_order_without_those_who_have_none() {
    let manager = manager_of(
        [("a", Some(1)), ("b", None), ("c", Some(3)), ("d", None)]
            .map(|(name, answer)| (name, asked(move || answer))),
    );
    assert_eq!(manager.hooks::<Stage>().ask(), [3, 1]);
}

#[test]
fn the_first_answer_wins_and_nobody_is_asked_after_it() {
    let journal = Journal::default();
    let manager =
        manager_of([("a", Some(1)), ("b", Some(2)), ("c", None)].map(|(name, answer)| {
            let journal = journal.clone();
            let choose = move || {
                journal.note(name);
                answer
            };
            (name, chooser(choose))
        }));
    assert_eq!(manager.hooks::<Stage>().choose(), Some(2));
    assert_eq!(journal.read(), ["c", "b"]);
}

#[test]
fn a_failure_is_no_answer_and_the_next_one_is_asked() {
    let manager = PluginManager::new();
    manager.register_as("answers", chooser(|| Some(7))).unwrap();
    manager.register_as("panics", chooser(|| panic!("no choice"))).unwrap();
    assert_eq!(manager.hooks::<Stage>().choose(), Some(7));
}

#[test]
fn what_was_collected_before_a_failure_is_kept() {
    let manager = PluginManager::new();
    manager.register_as("after", asked(|| Some(3))).unwrap();
    manager.register_as("panics", asked(|| panic!("no answer"))).unwrap();
    manager.register_as("before", asked(|| Some(1))).unwrap();
    assert_eq!(manager.hooks::<Stage>().ask(), [1, 3]);
}

#[hookspec]
trait Till {
    /// A price, or why there is none.
    fn price(&self) -> Result<u32, Box<dyn Error + Send + Sync>>;

    /// A discount for some.
    fn discount(&self) -> Result<Option<u32>, String>;

    /// The first who takes the money.
    #[hook(firstresult)]
    fn cashier(&self) -> std::io::Result<Option<&'static str>>;

    /// Values that are only moved.
    fn receipt(&self) -> Box<str>;
}

/// Says what it is told to say.
#[derive(Clone, Copy)]
enum Clerk {
    Answers(u32),
    Passes,
    Fails,
}

impl Plugin for Clerk {
    const METADATA: PluginMetadata = PluginMetadata::new("clerk");
}

#[hookimpl]
impl Till for Clerk {
    fn price(&self) -> Result<u32, Box<dyn Error + Send + Sync>> {
        match *self {
            Self::Answers(price) => Ok(price),
            Self::Passes | Self::Fails => Err("no price".into()),
        }
    }

    fn discount(&self) -> Result<Option<u32>, String> {
        match *self {
            Self::Answers(discount) => Ok(Some(discount)),
            Self::Passes => Ok(None),
            Self::Fails => Err("no discount".into()),
        }
    }

    fn cashier(&self) -> std::io::Result<Option<&'static str>> {
        match self {
            Self::Answers(_) => Ok(Some("me")),
            Self::Passes => Ok(None),
            Self::Fails => Err(std::io::Error::other("asleep")),
        }
    }

    fn receipt(&self) -> Box<str> {
        "paid".into()
    }
}

#[test]
fn the_values_of_results_are_collected_and_the_errors_are_failures() {
    use Clerk::{Answers, Fails, Passes};
    let manager = manager_of([("a", Answers(1)), ("b", Fails), ("c", Passes), ("d", Answers(4))]);
    let till = manager.hooks::<Till>();
    assert_eq!(till.price(), [4, 1]);
    assert_eq!(till.discount(), [4, 1]);
    assert_eq!(till.reported().price().failures().count(), 2);
    assert_eq!(till.reported().discount().failures().count(), 1);
    assert_eq!(till.receipt().len(), 4);
}

#[test]
fn an_error_does_not_end_the_search_for_the_first_answer() {
    use Clerk::{Answers, Fails, Passes};
    let manager = manager_of([("a", Answers(1)), ("b", Fails), ("c", Passes)]);
    assert_eq!(manager.hooks::<Till>().cashier(), Some("me"));
    manager.unregister("a").unwrap();
    assert_eq!(manager.hooks::<Till>().cashier(), None);
}
