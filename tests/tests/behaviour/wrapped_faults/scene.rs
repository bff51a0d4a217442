//! Does what a table says, with a real manager.

use std::error::Error;
use std::fmt;
use std::panic::{catch_unwind, panic_any, resume_unwind};

use hooks_core::{
    Closures, Failure, HookKind, Method, Output, PluginManager, Slot, SyncHook, Wrappable,
};

use super::answer::{Answer, Fault, LAST_PLACE, Returned, Whole};
use super::log::{Log, Note};
use super::subject::{Acting, Called, Field, Subject};
use super::table::{Act, Change, Member, Part, Player, Saying, latecomer};
use crate::support::{Stage, manager_of, teller};

/// What implementations are given to act with.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) subject: Subject,
    pub(super) manager: PluginManager,
    pub(super) log: Log,
    /// Hooks of another manager, in which somebody fails,
    others: Stage,
    /// and how.
    failure: Failure,
    /// How many calls there are around this one.
    depth: u32,
}

/// What others say who fail.
pub(super) const OTHERS: &str = "inner";

/// What more than one of them says.
pub(super) const COMMON_WORDS: &str = "the same words";

impl Scene {
    pub(super) fn new(subject: Subject, players: &[Player]) -> Self {
        let others = manager_of([("others", teller(|| panic!("{OTHERS}")))]).hooks::<Stage>();
        let failure = others.reported().tell().failures().next().cloned().expect("a failure");
        let (manager, log) = (PluginManager::new(), Log::default());
        let scene = Self { subject, manager, log, others, failure, depth: 0 };
        for player in players {
            scene.register(player.clone());
        }
        scene
    }

    pub(super) fn call(&self) -> Called {
        self.subject.call(&self.manager.hooks::<Field>(), self)
    }

    pub(super) fn report(&self) -> Called {
        self.subject.report(&self.manager.hooks::<Field>(), self)
    }

    /// Forgets the calls that hold this scene.
    pub(super) fn end(&self) {
        let hooks = self.manager.hooks::<Field>();
        hooks.history.forget();
        hooks.history_stop.forget();
    }

    fn register(&self, Player { name, members }: Player) {
        let subject = self.subject;
        let closures = Closures::<Field>::new(move |hooks| {
            members.iter().for_each(|member| subject.hand_in(member, hooks));
        });
        let is_new = !self.manager.names().iter().any(|taken| **taken == *name);
        assert_eq!(self.manager.register_closures(&name, closures).is_ok(), is_new);
    }

    fn unregister(&self, which: usize) {
        let names = self.manager.names();
        if !names.is_empty() {
            self.manager.unregister(&names[which % names.len()]).expect("it is there");
        }
    }
}

impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scene").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Panics when somebody asks what it is, and when it is dropped.
#[derive(Debug)]
struct Hostile;

impl fmt::Display for Hostile {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("{COMMON_WORDS}");
    }
}

impl Error for Hostile {}

impl Drop for Hostile {
    fn drop(&mut self) {
        panic!("{COMMON_WORDS}");
    }
}

/// Hands a member in.
pub(super) fn hand_in<H>(slot: Slot<'_, H>, member: &Member)
where
    H: SyncHook<Return: Returned, Kind: Wrappable>,
    Output<H>: Whole,
    for<'call> H::Args<'call>: Acting,
{
    let Part::Wrapper { before, calls, change, after } = member.part else {
        return hand_in_implementation(slot, member);
    };
    let member = member.clone();
    slot.wrapper(member.place(), move |mut next| {
        next.args_mut().visit(member.number);
        let scene = next.args().scene().clone();
        member.begin(&scene);
        member.act(before, &scene)?;
        if calls {
            member.change(change, next.call(), &scene);
        }
        member.act(after, &scene)
    });
}

/// Hands a member in that is no wrapper.
pub(super) fn hand_in_implementation<H>(slot: Slot<'_, H>, member: &Member)
where
    H: SyncHook<Return: Returned>,
    for<'call> H::Args<'call>: Acting,
{
    let Part::Implementation { act, saying } = member.part else {
        unreachable!("no wrapper is made for a hook that takes none");
    };
    let member = member.clone();
    slot.implementation(member.place(), move |args| {
        args.visit(member.number);
        member.begin(args.scene());
        let acted = member.act(act, args.scene());
        H::Return::returned(acted.map(|()| member.say(saying, args)))
    });
}

impl Member {
    fn place(&self) -> Method {
        Method::here(self.method()).band(self.band)
    }

    fn begin(&self, scene: &Scene) {
        scene.log.note(Note::Ran { number: self.number, depth: scene.depth });
    }

    fn act(&self, act: Act, scene: &Scene) -> Result<(), Fault> {
        let number = self.number;
        let place = |line| scene.log.place(self.method(), line);
        place(None);
        match act {
            Act::Nothing => {}
            Act::Panics => {
                place(Some(line!() + 1));
                panic!("words of {number}");
            }
            Act::PanicsLikeOthers => {
                place(Some(line!() + 1));
                panic!("{COMMON_WORDS}");
            }
            Act::PanicsWithABomb => {
                place(Some(line!() + 1));
                panic_any(Hostile);
            }
            Act::Resumes => resume_unwind(Box::new(COMMON_WORDS)),
            Act::ReturnsAnError => return Err(format!("error of {number}").into()),
            Act::ReturnsAHostileError => return Err(Box::new(Hostile)),
            Act::CatchesItsOwnPanic => drop(catch_unwind(|| panic!("caught by {number}"))),
            Act::CatchesCommonWords => drop(catch_unwind(|| panic!("{COMMON_WORDS}"))),
            Act::CallsOthers => {
                let report = scene.others.reported().tell();
                assert_eq!(report.failures().map(Failure::message).collect::<Vec<_>>(), [OTHERS]);
            }
            Act::CallsItself if scene.depth == 0 => {
                let Called { output, .. } = Scene { depth: 1, ..scene.clone() }.call();
                scene.log.note(Note::Called { number, output });
            }
            Act::CallsItself => {}
            Act::Registers => scene.register(latecomer()),
            Act::Unregisters(which) => scene.unregister(which),
        }
        Ok(())
    }

    fn say(&self, saying: Saying, args: &impl Acting) -> Option<Answer> {
        let is_asked = args.scene().subject.kind() != HookKind::Notify;
        (is_asked && saying != Saying::Passes).then(|| {
            let so_far = args.so_far().map(|answer| &*answer.numbers).unwrap_or_default();
            let numbers = so_far.iter().copied().chain([self.number]).collect();
            Answer::new(numbers, saying == Saying::AnswersWithABomb)
        })
    }

    fn change(&self, change: Change, output: &mut impl Whole, scene: &Scene) {
        let number = self.number;
        scene.log.note(Note::Saw { number, inside: output.told() });
        match change {
            Change::Nothing => {}
            Change::Adds => output.add(number),
            Change::DropsAnAnswer => {
                scene.log.place(self.method(), Some(LAST_PLACE));
                drop(output.take_one(number));
            }
            Change::Recovers => output.recover(number),
            Change::Fails => output.fail(&scene.failure),
        }
    }
}
