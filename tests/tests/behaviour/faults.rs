//! Random tables with random faults: whatever some plugins do, the others are called, once and
//! in order, and every failure is laid at the right door.

use std::error::Error;
use std::fmt;
use std::panic::{catch_unwind, panic_any, resume_unwind};

use hooks_core::{
    Band, Failure, Plugin, PluginManager, PluginMetadata, Verdict, hookimpl, hookspec,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{Journal, Stage, teller};

type Answer = Result<Option<u32>, Box<dyn Error + Send + Sync>>;

#[hookspec]
trait Field {
    /// Everybody answers, passes or fails.
    fn collect(&self, journal: &Journal) -> Result<Option<u32>, Box<dyn Error + Send + Sync>>;

    /// Asked until somebody answers.
    #[hook(firstresult)]
    fn first(&self, journal: &Journal) -> Result<Option<u32>, Box<dyn Error + Send + Sync>>;
}

/// What an implementation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Answers,
    Passes,
    PanicsWithText,
    PanicsWithAValue,
    PanicsWithABomb,
    Resumes,
    ReturnsAnError,
    ReturnsAHostileError,
    CatchesItsOwnPanic,
    CallsHooksThatFail,
}

const ACTS: [Act; 10] = [
    Act::Answers,
    Act::Passes,
    Act::PanicsWithText,
    Act::PanicsWithAValue,
    Act::PanicsWithABomb,
    Act::Resumes,
    Act::ReturnsAnError,
    Act::ReturnsAHostileError,
    Act::CatchesItsOwnPanic,
    Act::CallsHooksThatFail,
];

impl Act {
    /// How the message of the failure begins, if it is one.
    fn failure(self, number: u32) -> Option<String> {
        match self {
            Self::Answers | Self::Passes | Self::CatchesItsOwnPanic | Self::CallsHooksThatFail => {
                None
            }
            Self::PanicsWithText => Some(format!("text of {number}")),
            Self::PanicsWithAValue | Self::PanicsWithABomb => {
                Some("a panic whose payload is not text".into())
            }
            Self::Resumes => Some(format!("resumed by {number}")),
            Self::ReturnsAnError => Some(format!("error of {number}")),
            Self::ReturnsAHostileError => Some("an error that panicked".into()),
        }
    }

    fn answers(self) -> bool {
        matches!(self, Self::Answers | Self::CatchesItsOwnPanic | Self::CallsHooksThatFail)
    }
}

/// Panics when somebody asks what it is, and when it is dropped.
#[derive(Debug)]
struct HostileError;

impl fmt::Display for HostileError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("shy");
    }
}

impl Error for HostileError {}

impl Drop for HostileError {
    fn drop(&mut self) {
        panic!("and in a bad mood");
    }
}

/// What one implementation knows.
struct Player {
    number: u32,
    act: Act,
    /// Hooks in which somebody fails.
    others: Stage,
}

impl Player {
    fn play(&self, journal: &Journal) -> Answer {
        let Self { number, act, .. } = *self;
        journal.note(number.to_string());
        match act {
            Act::Answers => {}
            Act::Passes => return Ok(None),
            Act::PanicsWithText => panic!("text of {number}"),
            Act::PanicsWithAValue => panic_any(number),
            Act::PanicsWithABomb => panic_any(HostileError),
            Act::Resumes => resume_unwind(Box::new(format!("resumed by {number}"))),
            Act::ReturnsAnError => return Err(format!("error of {number}").into()),
            Act::ReturnsAHostileError => return Err(Box::new(HostileError)),
            Act::CatchesItsOwnPanic => drop(catch_unwind(|| panic!("text of {number}"))),
            Act::CallsHooksThatFail => {
                let report = self.others.reported().tell();
                assert_eq!(report.failures().map(Failure::message).collect::<Vec<_>>(), ["inner"]);
            }
        }
        Ok(Some(number))
    }
}

macro_rules! players {
    ($($name:ident $option:ident),*) => { $(
        struct $name(Player);

        impl Plugin for $name {
            const METADATA: PluginMetadata = PluginMetadata::new(stringify!($name));
        }

        #[hookimpl]
        impl Field for $name {
            #[hookimpl($option)]
            fn collect(&self, journal: &Journal) -> Result<Option<u32>, Box<dyn Error + Send + Sync>> {
                self.0.play(journal)
            }

            #[hookimpl($option, firstresult)]
            fn first(&self, journal: &Journal) -> Result<Option<u32>, Box<dyn Error + Send + Sync>> {
                self.0.play(journal)
            }
        }
    )* };
}

players!(Early tryfirst, Late trylast);

struct Plain(Player);

impl Plugin for Plain {
    const METADATA: PluginMetadata = PluginMetadata::new("plain");
}

#[hookimpl]
impl Field for Plain {
    fn collect(&self, journal: &Journal) -> Result<Option<u32>, Box<dyn Error + Send + Sync>> {
        self.0.play(journal)
    }

    #[hookimpl(firstresult)]
    fn first(&self, journal: &Journal) -> Result<Option<u32>, Box<dyn Error + Send + Sync>> {
        self.0.play(journal)
    }
}

/// What happens to the manager before the call.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register(Band, Act),
    /// Takes out one of those that are there, if there are any.
    Unregister(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let band = select(vec![Band::TryFirst, Band::Plain, Band::TryLast]);
    let register = (band, select(ACTS.to_vec())).prop_map(|(band, act)| Step::Register(band, act));
    let step = prop_oneof![4 => register, 1 => any::<usize>().prop_map(Step::Unregister)];
    prop::collection::vec(step, 0..24)
}

/// Does the steps, and returns those who are left as they are to be called.
fn prepare(manager: &PluginManager, steps: &[Step]) -> Vec<(u32, Act)> {
    manager.register_as("inner", teller(|| panic!("inner"))).unwrap();
    let mut registered = Vec::new();
    for (number, step) in (0..).zip(steps) {
        match *step {
            Step::Register(band, act) => {
                let player = Player { number, act, others: manager.hooks() };
                let name = number.to_string();
                match band {
                    Band::TryFirst => manager.register_as(&name, Early(player)).unwrap(),
                    Band::Plain => manager.register_as(&name, Plain(player)).unwrap(),
                    Band::TryLast => manager.register_as(&name, Late(player)).unwrap(),
                };
                registered.push((band, number, act));
            }
            Step::Unregister(which) if !registered.is_empty() => {
                let (_, number, _) = registered.remove(which % registered.len());
                manager.unregister(&number.to_string()).unwrap();
            }
            Step::Unregister(_) => {}
        }
    }
    let of_band = |band| registered.iter().filter(move |player| player.0 == band);
    let early = of_band(Band::TryFirst).rev();
    let plain = of_band(Band::Plain).rev();
    let late = of_band(Band::TryLast);
    early.chain(plain).chain(late).map(|&(_, number, act)| (number, act)).collect()
}

fn check_failures(
    failures: &[&Failure],
    players: &[(u32, Act)],
    hook: &str,
) -> Result<(), TestCaseError> {
    let expected: Vec<_> = players
        .iter()
        .filter_map(|&(number, act)| Some((number.to_string(), act.failure(number)?)))
        .collect();
    prop_assert_eq!(failures.len(), expected.len());
    for (failure, (plugin, message)) in failures.iter().zip(expected) {
        prop_assert_eq!(failure.plugin(), plugin);
        prop_assert!(failure.message().starts_with(&message), "{} is not {}", failure, message);
        prop_assert_eq!((failure.spec(), failure.hook(), failure.method()), ("Field", hook, hook));
    }
    Ok(())
}

fn numbers(players: &[(u32, Act)]) -> Vec<String> {
    players.iter().map(|(number, _)| number.to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_is_called_once_in_order_and_failures_are_laid_at_the_right_door(
        steps in steps()
    ) {
        let manager = PluginManager::new();
        let players = prepare(&manager, &steps);
        let journal = Journal::default();
        let field = manager.hooks::<Field>();
        let answers: Vec<_> = players.iter().filter(|(_, act)| act.answers()).map(|player| player.0).collect();

        prop_assert_eq!(&field.collect(&journal), &answers);
        prop_assert_eq!(journal.read(), numbers(&players));

        let report = field.reported().collect(&journal);
        prop_assert_eq!(journal.read(), numbers(&players));
        prop_assert_eq!(&report.output, &answers);
        let called: Vec<_> = report.outcomes.iter().map(|outcome| outcome.plugin.to_string()).collect();
        prop_assert_eq!(called, numbers(&players));
        check_failures(&report.failures().collect::<Vec<_>>(), &players, "collect")?;
    }

    #[test]
    fn the_first_answer_is_found_behind_any_failures(steps in steps()) {
        let manager = PluginManager::new();
        let players = prepare(&manager, &steps);
        let journal = Journal::default();
        let report = manager.hooks::<Field>().reported().first(&journal);
        let winner = players.iter().position(|(_, act)| act.answers());
        let asked = winner.map_or(players.len(), |winner| winner + 1);
        prop_assert_eq!(report.output, winner.map(|winner| players[winner].0));
        prop_assert_eq!(journal.read(), numbers(&players[..asked]));
        check_failures(&report.failures().collect::<Vec<_>>(), &players[..asked], "first")?;
        for outcome in &report.outcomes[asked..] {
            prop_assert!(matches!(outcome.verdict, Verdict::Skipped(_)));
        }
        prop_assert_eq!(report.outcomes.len(), players.len());
    }
}
