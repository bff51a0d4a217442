//! What is registered: plain data, for the stage and for the model.

use hooks_core::{Band, Role};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::subject::Subject;

/// A plugin.
#[derive(Clone, Debug)]
pub(super) struct Player {
    pub(super) name: String,
    pub(super) members: Vec<Member>,
}

/// One of its implementations.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// No other member has the same.
    pub(super) number: u32,
    pub(super) band: Band,
    pub(super) part: Part,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Implementation { act: Act, saying: Saying },
    Wrapper { before: Act, calls: bool, change: Change, after: Act },
}

/// What code of a plugin does beside its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Nothing,
    Panics,
    /// With the words that others use too.
    PanicsLikeOthers,
    /// With a payload that panics when it is dropped.
    PanicsWithABomb,
    Resumes,
    ReturnsAnError,
    /// One that panics when it is displayed, and when it is dropped.
    ReturnsAHostileError,
    CatchesItsOwnPanic,
    /// One with the words that others use too.
    CatchesCommonWords,
    /// Calls a hook in which somebody fails.
    CallsOthers,
    /// Calls the hook that is called, once.
    CallsItself,
    /// Registers a plugin, if it is not there.
    Registers,
    /// Takes one of those out that are there, if there are any.
    Unregisters(usize),
}

/// What an implementation answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    Answers,
    /// With something that panics when it is dropped.
    AnswersWithABomb,
    Passes,
}

/// What a wrapper does to the output.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Nothing,
    Adds,
    DropsAnAnswer,
    /// Puts a value in the place of a failure.
    Recovers,
    /// Puts a failure in the place of a value.
    Fails,
}

impl Member {
    pub(super) fn method(&self) -> String {
        format!("m{}", self.number)
    }

    pub(super) fn role(&self) -> Role {
        match self.part {
            Part::Implementation { .. } => Role::Implementation,
            Part::Wrapper { .. } => Role::Wrapper,
        }
    }

    /// The same, doing nothing that its hook has no room for.
    fn fit_for(mut self, subject: Subject) -> Self {
        if let Part::Implementation { act, saying } = &mut self.part {
            let returns = matches!(act, Act::ReturnsAnError | Act::ReturnsAHostileError);
            if returns && !subject.is_fallible() {
                *act = Act::Panics;
            }
            if *saying == Saying::Passes && !subject.is_optional() {
                *saying = Saying::Answers;
            }
        }
        self
    }
}

/// The plugin that [`Act::Registers`] registers.
pub(super) fn latecomer() -> Player {
    let part = Part::Implementation { act: Act::Nothing, saying: Saying::Answers };
    let member = Member { number: 99, band: Band::Plain, part };
    Player { name: "late".to_owned(), members: vec![member] }
}

/// Plugins for a hook.
pub(super) fn players(subject: Subject) -> impl Strategy<Value = Vec<Player>> {
    vec(vec((bands(), parts(subject)), 0..4), 0..6).prop_map(move |players| {
        let mut numbers = 1..;
        let member = |(band, part), number| Member { number, band, part }.fit_for(subject);
        let players = players.into_iter().enumerate().map(|(place, members)| Player {
            name: format!("p{place}"),
            members: members.into_iter().zip(&mut numbers).map(|(it, n)| member(it, n)).collect(),
        });
        players.collect()
    })
}

fn bands() -> impl Strategy<Value = Band> {
    select(vec![Band::TryFirst, Band::Plain, Band::TryLast])
}

fn parts(subject: Subject) -> BoxedStrategy<Part> {
    let act = prop_oneof![9 => acts(1), 1 => Just(Act::CatchesCommonWords)];
    let implementation =
        (act, sayings()).prop_map(|(act, saying)| Part::Implementation { act, saying });
    if !subject.takes_wrappers() {
        return implementation.boxed();
    }
    let calls = prop::bool::weighted(0.85);
    let wrapper = (around(), calls, changes()).prop_map(|((before, after), calls, change)| {
        Part::Wrapper { before, calls, change, after }
    });
    prop_oneof![3 => implementation, 2 => wrapper].boxed()
}

/// What a wrapper does before its inner call and after it.
fn around() -> impl Strategy<Value = (Act, Act)> {
    // Which of two panics with the same words it resumes, nobody can tell.
    let resumes_nothing = acts(3).prop_filter("resumes", |act| !matches!(act, Act::Resumes));
    prop_oneof![
        4 => (acts(5), acts(3)),
        1 => (Just(Act::CatchesCommonWords), resumes_nothing),
    ]
}

/// What code of a plugin does: the more `peaceful`, the fewer faults.
fn acts(peaceful: u32) -> impl Strategy<Value = Act> {
    use Act::*;
    let faults = vec![
        Panics,
        PanicsLikeOthers,
        PanicsWithABomb,
        Resumes,
        ReturnsAnError,
        ReturnsAHostileError,
    ];
    let rest = vec![Nothing, Nothing, CatchesItsOwnPanic, CallsOthers, CallsItself, Registers];
    prop_oneof![
        2 => select(faults),
        2 * peaceful => select(rest),
        1 => (0..9_usize).prop_map(Unregisters),
    ]
}

fn sayings() -> impl Strategy<Value = Saying> {
    select(vec![Saying::Answers, Saying::AnswersWithABomb, Saying::Passes])
}

fn changes() -> impl Strategy<Value = Change> {
    use Change::*;
    select(vec![Nothing, Nothing, Adds, DropsAnAnswer, Recovers, Fails])
}
