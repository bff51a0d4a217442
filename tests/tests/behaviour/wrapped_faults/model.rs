//! What ought to happen.

use hooks_core::{FailureKind, HookKind, Role, SkipReason};

use super::answer::{LAST_WORDS, Told};
use super::log::{Blame, Note, UNTOLD};
use super::scene::COMMON_WORDS;
use super::subject::{SOURCE, Subject};
use super::table::{Act, Change, Member, Part, Player, Saying, latecomer};
use crate::support::by_band;

/// An answer.
#[derive(Clone)]
struct Piece {
    numbers: Vec<u32>,
    charged: bool,
}

impl Piece {
    fn of(number: u32) -> Self {
        Self { numbers: vec![number], charged: false }
    }
}

/// The output of a call, or the method whose failure stopped it.
type Output = Result<Vec<Piece>, String>;

fn told(output: &Output) -> Told {
    let pieces = output.as_ref().map_err(String::clone)?;
    Ok(pieces.iter().flat_map(|piece| &piece.numbers).copied().collect())
}

/// What the report is to say of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) plugin: String,
    pub(super) method: String,
    pub(super) role: Role,
    pub(super) end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Answered,
    Passed,
    Failed(Blame),
    Skipped(SkipReason),
}

/// A member and its plugin.
#[derive(Clone)]
struct Entry {
    plugin: String,
    member: Member,
}

impl Entry {
    fn ending(&self, end: End) -> Ending {
        let Self { plugin, member } = self;
        Ending { plugin: plugin.clone(), method: member.method(), role: member.role(), end }
    }
}

/// How a member failed.
struct Fault {
    kind: FailureKind,
    message: String,
}

impl Fault {
    fn panic(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Panic, message: message.into() }
    }

    fn error(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Error, message: message.into() }
    }
}

/// A call under way.
#[derive(Default)]
pub(super) struct Expected {
    depth: u32,
    pub(super) visitors: Vec<u32>,
    pub(super) endings: Vec<Ending>,
}

/// A manager and one of its hooks.
pub(super) struct Model {
    subject: Subject,
    /// In the order of registration.
    players: Vec<Player>,
    /// The calls that a historic hook remembers: how deep they were.
    past: Vec<u32>,
    notes: Vec<Note>,
}

impl Model {
    pub(super) fn new(subject: Subject, players: &[Player]) -> Self {
        Self { subject, players: players.to_vec(), past: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.players.iter().map(|player| player.name.clone()).collect()
    }

    /// What is noted since the last look.
    pub(super) fn read(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// The numbers of the members, in call order.
    pub(super) fn order(&self) -> Vec<u32> {
        let entries = [Role::Wrapper, Role::Implementation].map(|role| self.entries(role));
        entries.iter().flatten().map(|entry| entry.member.number).collect()
    }

    pub(super) fn call(&mut self) -> (Told, Expected) {
        self.call_at(0)
    }

    fn call_at(&mut self, depth: u32) -> (Told, Expected) {
        let wrappers = self.entries(Role::Wrapper);
        let implementations = self.entries(Role::Implementation);
        if self.subject.kind() == HookKind::Historic {
            self.past.push(depth);
        }
        let mut call = Expected { depth, ..Expected::default() };
        self.began(wrappers.len() + implementations.len(), false);
        let output = told(&self.around(&wrappers, &implementations, &mut call));
        self.ended(output.clone().err());
        (output, call)
    }

    fn entries(&self, role: Role) -> Vec<Entry> {
        let entries: Vec<_> = self
            .players
            .iter()
            .flat_map(|player| player.members.iter().map(|member| (&player.name, member)))
            .filter(|(_, member)| member.role() == role)
            .collect();
        by_band(entries.into_iter().map(|entry| (entry.1.band, entry)))
            .into_iter()
            .map(|(plugin, member)| Entry { plugin: plugin.clone(), member: member.clone() })
            .collect()
    }

    fn began(&mut self, implementations: usize, replay: bool) {
        self.notes.push(Note::Began { hook: self.subject.name(), implementations, replay });
    }

    fn ended(&mut self, stopped: Option<String>) {
        self.notes.push(Note::Ended { hook: self.subject.name(), stopped });
    }

    fn visit(&mut self, entry: &Entry, call: &mut Expected) {
        let number = entry.member.number;
        self.notes.push(Note::Ran { number, depth: call.depth });
        if self.subject.kind() != HookKind::Historic {
            call.visitors.push(number);
        }
    }

    fn fail(&mut self, entry: &Entry, Fault { kind, message }: Fault) -> Blame {
        let (plugin, method) = (entry.plugin.clone(), entry.member.method());
        let hook = self.subject.name().to_owned();
        let blame = Blame { plugin, hook, method, kind, message };
        self.notes.push(Note::Failed { blame: blame.clone(), is_place_right: true });
        blame
    }

    /// The wrappers, and the implementations inside of them.
    fn around(&mut self, wrappers: &[Entry], inside: &[Entry], call: &mut Expected) -> Output {
        let Some((wrapper, rest)) = wrappers.split_first() else {
            return self.implementations(inside, call);
        };
        self.visit(wrapper, call);
        let place = call.endings.len();
        call.endings.push(wrapper.ending(End::Answered));
        let mut output = None;
        if let Err(fault) = self.wrapper(wrapper, rest, inside, call, &mut output) {
            let blame = self.fail(wrapper, fault);
            call.endings[place].end = End::Failed(blame);
            if self.subject.stops() {
                if output.is_none() {
                    skip(rest, SkipReason::StoppedBefore, call);
                    skip(inside, SkipReason::StoppedBefore, call);
                }
                return Err(wrapper.member.method());
            }
        }
        output.unwrap_or_else(|| self.around(rest, inside, call))
    }

    fn wrapper(
        &mut self,
        wrapper: &Entry,
        rest: &[Entry],
        inside: &[Entry],
        call: &mut Expected,
        output: &mut Option<Output>,
    ) -> Result<(), Fault> {
        let Part::Wrapper { before, calls, change, after } = wrapper.member.part else {
            unreachable!("it is a wrapper")
        };
        let number = wrapper.member.number;
        self.act(before, number, call.depth)?;
        if calls {
            let output = output.insert(self.around(rest, inside, call));
            self.notes.push(Note::Saw { number, inside: told(output) });
            self.change(change, number, output)?;
        }
        self.act(after, number, call.depth)?;
        if !calls {
            return Err(Fault::error("the wrapper ended without having called `next.call()`"));
        }
        Ok(())
    }

    fn change(&self, change: Change, number: u32, output: &mut Output) -> Result<(), Fault> {
        let kind = self.subject.kind();
        match (change, &mut *output) {
            (Change::Recovers, Err(_)) if kind == HookKind::Notify => *output = Ok(Vec::new()),
            (Change::Recovers, Err(_)) => *output = Ok(vec![Piece::of(number)]),
            (Change::Fails, Ok(_)) if self.subject.stops() => *output = Err("tell".to_owned()),
            (Change::Fails, Err(method)) => "tell".clone_into(method),
            (Change::Adds, Ok(pieces)) => match kind {
                HookKind::Collect => pieces.push(Piece::of(number)),
                HookKind::FirstResult => *pieces = vec![Piece::of(number)],
                HookKind::Waterfall => pieces[0].numbers.push(number),
                _ => {}
            },
            (Change::DropsAnAnswer, Ok(pieces)) => {
                let dropped = pieces.pop();
                if kind == HookKind::Waterfall {
                    pieces.push(Piece::of(number));
                }
                if dropped.is_some_and(|piece| piece.charged) {
                    return Err(Fault::panic(LAST_WORDS));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn implementations(&mut self, entries: &[Entry], call: &mut Expected) -> Output {
        let kind = self.subject.kind();
        let mut pieces = Vec::new();
        if kind == HookKind::Waterfall {
            pieces.push(Piece::of(SOURCE));
        }
        for (place, entry) in entries.iter().enumerate() {
            let rest = &entries[place + 1..];
            let end = self.implementation(entry, call);
            call.endings.push(entry.ending(end.clone()));
            match end {
                End::Failed(_) if self.subject.stops() => {
                    skip(rest, SkipReason::StoppedBefore, call);
                    return Err(entry.member.method());
                }
                End::Answered => {
                    self.take(&entry.member, &mut pieces);
                    if kind == HookKind::FirstResult {
                        skip(rest, SkipReason::AnsweredBefore, call);
                        break;
                    }
                }
                _ => {}
            }
        }
        Ok(pieces)
    }

    fn implementation(&mut self, entry: &Entry, call: &mut Expected) -> End {
        let Part::Implementation { act, saying } = entry.member.part else {
            unreachable!("it is an implementation")
        };
        self.visit(entry, call);
        match self.act(act, entry.member.number, call.depth) {
            Err(fault) => End::Failed(self.fail(entry, fault)),
            Ok(()) if saying == Saying::Passes && self.subject.is_optional() => End::Passed,
            Ok(()) => End::Answered,
        }
    }

    /// Takes the answer of an implementation.
    fn take(&self, Member { number, part, .. }: &Member, pieces: &mut Vec<Piece>) {
        let charged = matches!(part, Part::Implementation { saying: Saying::AnswersWithABomb, .. });
        match self.subject.kind() {
            HookKind::Collect | HookKind::FirstResult => {
                pieces.push(Piece { charged, ..Piece::of(*number) });
            }
            HookKind::Waterfall => {
                pieces[0].numbers.push(*number);
                pieces[0].charged = charged;
            }
            // There are none, or they go to those who asked for them, and nobody did.
            _ => {}
        }
    }

    fn act(&mut self, act: Act, number: u32, depth: u32) -> Result<(), Fault> {
        match act {
            Act::Panics => return Err(Fault::panic(format!("words of {number}"))),
            Act::PanicsLikeOthers | Act::Resumes => return Err(Fault::panic(COMMON_WORDS)),
            Act::PanicsWithABomb => {
                return Err(Fault::panic("a panic whose payload is not text"));
            }
            Act::ReturnsAnError => return Err(Fault::error(format!("error of {number}"))),
            Act::ReturnsAHostileError => return Err(Fault::error(UNTOLD)),
            Act::CallsItself if depth == 0 => {
                let (output, _) = self.call_at(1);
                self.notes.push(Note::Called { number, output });
            }
            Act::Registers => self.register(latecomer()),
            Act::Unregisters(which) if !self.players.is_empty() => {
                self.players.remove(which % self.players.len());
            }
            Act::Nothing
            | Act::CatchesItsOwnPanic
            | Act::CatchesCommonWords
            | Act::CallsOthers
            | Act::CallsItself
            | Act::Unregisters(_) => {}
        }
        Ok(())
    }

    fn register(&mut self, player: Player) {
        if self.names().contains(&player.name) {
            return;
        }
        for depth in self.past.clone() {
            for member in &player.members {
                self.began(1, true);
                self.notes.push(Note::Ran { number: member.number, depth });
                self.ended(None);
            }
        }
        self.players.push(player);
    }
}

fn skip(entries: &[Entry], reason: SkipReason, call: &mut Expected) {
    call.endings.extend(entries.iter().map(|entry| entry.ending(End::Skipped(reason))));
}
