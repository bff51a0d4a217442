//! Does what a scenario says of one implementation.

use std::error::Error;
use std::sync::{Arc, Weak};

use hooks_core::{Method, Spec};
use serde_json::Value;

use super::hooks::ParityHooks;
use super::log::{Arguments, Event};
use super::scenario::{
    Answer, Around, Callable, Decision, Effect, Historic, Hook, Implementation, Role,
};
use super::tag::Tag;
use super::whole::Whole;
use super::world::World;

/// Where implementations of the six hooks are handed in.
type Registrar<'hooks> = <ParityHooks as Spec>::Registrar<'hooks>;

/// One implementation: what a plain one and a wrapper have in common.
pub(crate) struct Actor {
    /// What it is called in logs.
    identity: String,
    effects: Vec<Effect>,
    /// What surrounds it. Weak, because the plugins in there are made of actors.
    world: Weak<World>,
}

impl Actor {
    pub(crate) fn new(identity: String, world: &Weak<World>) -> Self {
        Self { identity, effects: Vec::new(), world: Weak::clone(world) }
    }

    /// Hands the implementation in.
    pub(crate) fn hand_in(self, implementation: &Implementation, hooks: &mut Registrar<'_>) {
        let Implementation { band, effects, role } = implementation.clone();
        let method = self.method().band(band);
        let actor = Self { effects, ..self };
        match role {
            Role::Normal { hook, answer } => Normal { actor, answer }.hand_in(hook, method, hooks),
            Role::Wrapper { hook, around } => {
                Wrapper { actor, around }.hand_in(hook, method, hooks);
            }
        }
    }

    /// Hands in an additional implementation of `hook`.
    pub(crate) fn hand_in_extra(self, hook: Callable, answer: &Answer, hooks: &mut Registrar<'_>) {
        let method = self.method();
        let normal = Normal { actor: self, answer: answer.clone() };
        normal.hand_in(Hook::Callable(hook), method, hooks);
    }

    fn method(&self) -> Method {
        Method::here(self.identity.clone())
    }

    /// Logs that the implementation begins, and runs its effects.
    fn begin(
        &self,
        event: fn(String, Arguments) -> Event,
        a: &Value,
        b: &Value,
    ) -> Result<(), Tag> {
        self.record(event, Arguments::new(a, b));
        let world = self.world();
        self.effects.iter().try_for_each(|effect| world.run_effect(effect))
    }

    fn record<T>(&self, event: fn(String, T) -> Event, what: T) {
        self.world().log.record(event(self.identity.clone(), what));
    }

    fn world(&self) -> Arc<World> {
        self.world.upgrade().expect("calls are made by a world, which outlives them")
    }
}

/// A plain implementation.
struct Normal {
    actor: Actor,
    answer: Answer,
}

impl Normal {
    fn hand_in(self, hook: Hook, method: Method, hooks: &mut Registrar<'_>) {
        match hook {
            Hook::Callable(Callable::Collect) => {
                hooks.collect().implementation(method, move |args| self.run(args.a, args.b));
            }
            Hook::Callable(Callable::First) => {
                hooks.first().implementation(method, move |args| self.run(args.a, args.b));
            }
            Hook::Historic(Historic::Historic) => {
                hooks.historic().implementation(method, move |args| self.run(args.a, args.b));
            }
            Hook::Callable(Callable::CollectIso) => {
                hooks.collect_iso().implementation(method, move |args| self.run(args.a, args.b));
            }
            Hook::Callable(Callable::FirstIso) => {
                hooks.first_iso().implementation(method, move |args| self.run(args.a, args.b));
            }
            Hook::Historic(Historic::HistoricIso) => {
                hooks.historic_iso().implementation(method, move |args| self.run(args.a, args.b));
            }
        }
    }

    fn run(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag> {
        let begun = self.actor.begin(Event::Call, a, b);
        begun.and_then(|()| self.answer.to(a, b)).map_err(Tag::raised)
    }
}

/// An implementation that stands around others.
struct Wrapper {
    actor: Actor,
    around: Around,
}

impl Wrapper {
    fn hand_in(self, hook: Callable, method: Method, hooks: &mut Registrar<'_>) {
        match hook {
            Callable::Collect => hooks.collect().wrapper(method, move |next| {
                self.run(next.args().a, next.args().b, || next.call())
            }),
            Callable::First => hooks.first().wrapper(method, move |next| {
                self.run(next.args().a, next.args().b, || next.call())
            }),
            Callable::CollectIso => hooks.collect_iso().wrapper(method, move |next| {
                self.run(next.args().a, next.args().b, || next.call())
            }),
            Callable::FirstIso => hooks.first_iso().wrapper(method, move |next| {
                self.run(next.args().a, next.args().b, || next.call())
            }),
        }
    }

    fn run<'run, W: Whole + 'run>(
        &self,
        a: &Value,
        b: &Value,
        inside: impl FnOnce() -> &'run mut W,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let ready = self.begin(a, b);
        ready.and_then(|()| self.end(inside())).map_err(|tag| tag.raised().into())
    }

    /// All that comes before the inner call.
    fn begin(&self, a: &Value, b: &Value) -> Result<(), Tag> {
        self.actor.begin(Event::Pre, a, b)?;
        self.around.pre_raise.map_or(Ok(()), Err)
    }

    /// All that comes after it.
    fn end(&self, whole: &mut impl Whole) -> Result<(), Tag> {
        let decision = match whole.read() {
            Ok(output) => {
                self.actor.record(Event::PostOk, output);
                &self.around.on_ok
            }
            Err(failure) => {
                self.actor.record(Event::PostErr, failure.message().to_owned());
                &self.around.on_err
            }
        };
        match decision {
            Decision::Leave => Ok(()),
            Decision::Ret(output) => {
                whole.replace(output);
                Ok(())
            }
            Decision::Raise(tag) => Err(*tag),
        }
    }
}
