//! What each operation of a scenario does with the framework.

use std::sync::Arc;

use hooks_core::{Failure, RegisterError};
use serde_json::{Map, Value, json};

use super::actor::Actor;
use super::fault::Fault;
use super::hooks::ParityHooks;
use super::log::Event;
use super::scenario::{Answer, Callable, Historic, Hook, Kwargs, Operation};
use super::watch::Watch;
use super::whole::Whole;
use super::world::{Subset, World};

/// Why an operation has no value.
pub(crate) enum Trouble {
    /// It has ended with an error, which is logged under this tag.
    Tagged(String),
    /// It makes no sense.
    Fault(Fault),
}

impl From<&Failure> for Trouble {
    fn from(failure: &Failure) -> Self {
        Self::Tagged(failure.message().to_owned())
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

type Done = Result<Value, Trouble>;

impl World {
    /// Runs an operation. Its name, and its value.
    pub(crate) fn perform(self: &Arc<Self>, operation: &Operation) -> (&'static str, Done) {
        match operation {
            Operation::Register { plugin, name } => ("register", self.register(plugin, name)),
            Operation::Unregister { name } => ("unregister", Ok(self.unregister(name))),
            Operation::SetBlocked { name } => ("set_blocked", Ok(self.set_blocked(name))),
            Operation::Unblock { name } => ("unblock", Ok(self.manager.unblock(name).into())),
            Operation::Call { hook, kwargs } => ("call", call(&self.hooks, *hook, kwargs)),
            Operation::CallExtra { hook, kwargs, extras } => {
                ("call_extra", self.call_extra(*hook, kwargs, extras))
            }
            Operation::CallHistoric { hook, kwargs, cb } => {
                ("call_historic", self.call_historic(&self.hooks, *hook, kwargs, cb.as_deref()))
            }
            Operation::Subset { id, hook, remove } => {
                ("subset", Ok(self.subset(id, *hook, remove)))
            }
            Operation::CallSubset { id, kwargs } => ("call_subset", self.call_subset(id, kwargs)),
            Operation::HistoricSubset { id, kwargs, cb } => {
                ("historic_subset", self.historic_subset(id, kwargs, cb.as_deref()))
            }
            Operation::Monitor { id } => ("monitor", Ok(self.monitor(id))),
            Operation::Unmonitor => ("unmonitor", Ok(self.unmonitor())),
            Operation::Query => ("query", Ok(self.query())),
        }
    }

    fn register(&self, key: &str, name: &str) -> Done {
        let Some(plugin) = self.plugins.get(key) else {
            return Err(Fault::UnknownPlugin { plugin: key.to_owned() }.into());
        };
        if self.state().bearers.values().any(|bearer| bearer == key) {
            return self.register_again(name);
        }
        // Before a replay looks: it is to see the plugin under its name.
        let is_vacant = !self.state().bearers.contains_key(name);
        if is_vacant {
            self.state().bearers.insert(name.to_owned(), key.to_owned());
        }
        let registered = self.manager.register_closures(name, Arc::clone(plugin));
        if is_vacant && registered.is_err() {
            self.state().bearers.remove(name);
        }
        match registered {
            Ok(name) => Ok(Value::from(&*name)),
            Err(RegisterError::Blocked { .. }) => Ok(Value::Null),
            Err(RegisterError::NameTaken { .. }) => Err(Trouble::Tagged("NameTaken".to_owned())),
            Err(RegisterError::Replay(failure)) => Err(Trouble::from(&failure)),
            Err(refused) => Err(Fault::from(refused).into()),
        }
    }

    /// What comes of registering a plugin that is registered. It is only pluggy that minds, and
    /// only if it does not mind the name.
    fn register_again(&self, name: &str) -> Done {
        if self.manager.is_blocked(name) {
            return Ok(Value::Null);
        }
        let is_taken = self.manager.names().iter().any(|taken| **taken == *name);
        let tag = if is_taken { "NameTaken" } else { "AlreadyRegistered" };
        Err(Trouble::Tagged(tag.to_owned()))
    }

    fn unregister(&self, name: &str) -> Value {
        if self.manager.unregister(name).is_err() {
            return Value::Null;
        }
        Value::from(self.state().bearers.remove(name))
    }

    fn set_blocked(&self, name: &str) -> Value {
        self.manager.block(name);
        let mut state = self.state();
        state.bearers.remove(name);
        state.blocked.insert(name.to_owned());
        Value::Null
    }

    fn call_extra(self: &Arc<Self>, hook: Callable, kwargs: &Kwargs, extras: &[Answer]) -> Done {
        let world = Arc::downgrade(self);
        let hooks = self.hooks.with(|hooks| {
            for (index, extra) in extras.iter().enumerate() {
                Actor::new(format!("extra.{index}"), &world).hand_in_extra(hook, extra, hooks);
            }
        });
        call(&hooks, hook, kwargs)
    }

    fn call_historic(
        &self,
        hooks: &ParityHooks,
        hook: Historic,
        Kwargs { a, b }: &Kwargs,
        cb: Option<&str>,
    ) -> Done {
        let taker = cb.map(|label| {
            let (log, label) = (Arc::clone(&self.log), label.to_owned());
            move |answer| log.record(Event::Taken(label.clone(), answer))
        });
        match (hook, taker) {
            (Historic::Historic, None) => done(&hooks.historic(a, b)),
            (Historic::Historic, Some(taker)) => done(&hooks.historic_then(a, b, taker)),
            (Historic::HistoricIso, None) => done(&hooks.historic_iso(a, b)),
            (Historic::HistoricIso, Some(taker)) => done(&hooks.historic_iso_then(a, b, taker)),
        }
    }

    fn subset(&self, id: &str, hook: Hook, remove: &[String]) -> Value {
        let remove: Vec<&str> = remove.iter().map(String::as_str).collect();
        let hooks = self.hooks.without(&remove);
        self.state().subsets.insert(id.to_owned(), Subset { hook, hooks });
        Value::Null
    }

    fn call_subset(&self, id: &str, kwargs: &Kwargs) -> Done {
        let Subset { hook, hooks } = self.made_subset("call_subset", id)?;
        match hook {
            Hook::Callable(hook) => call(&hooks, hook, kwargs),
            Hook::Historic(_) => Err(wrong_subset("call_subset", id, "historic_subset")),
        }
    }

    fn historic_subset(&self, id: &str, kwargs: &Kwargs, cb: Option<&str>) -> Done {
        let Subset { hook, hooks } = self.made_subset("historic_subset", id)?;
        match hook {
            Hook::Historic(hook) => self.call_historic(&hooks, hook, kwargs, cb),
            Hook::Callable(_) => Err(wrong_subset("historic_subset", id, "call_subset")),
        }
    }

    fn made_subset(&self, operation: &'static str, id: &str) -> Result<Subset, Fault> {
        let subset = self.state().subsets.get(id).cloned();
        subset.ok_or_else(|| Fault::UnknownSubset { operation, id: id.to_owned() })
    }

    fn monitor(&self, id: &str) -> Value {
        let guard = self.manager.monitor(Watch::new(id.to_owned(), Arc::clone(&self.log)));
        self.state().monitors.push(guard);
        Value::Null
    }

    fn unmonitor(&self) -> Value {
        let last = self.state().monitors.pop();
        drop(last);
        Value::Null
    }

    fn query(&self) -> Value {
        let names = self.manager.names();
        let orders = self.manager.call_order::<ParityHooks>();
        let implementations: Map<String, Value> = orders
            .into_iter()
            .map(|order| {
                let methods = order.implementations.iter().map(|each| each.method.as_ref());
                (order.hook.name.to_owned(), methods.collect())
            })
            .collect();
        let state = self.state();
        let names: Vec<_> =
            names.iter().map(|name| (&**name, state.bearers.get(&**name))).collect();
        let blocked: Vec<_> =
            state.blocked.iter().filter(|name| self.manager.is_blocked(name)).collect();
        json!({ "names": names, "blocked": blocked, "impls": implementations })
    }
}

fn call(hooks: &ParityHooks, hook: Callable, Kwargs { a, b }: &Kwargs) -> Done {
    match hook {
        Callable::Collect => done(&hooks.collect(a, b)),
        Callable::First => done(&hooks.first(a, b)),
        Callable::CollectIso => done(&hooks.collect_iso(a, b)),
        Callable::FirstIso => done(&hooks.first_iso(a, b)),
    }
}

fn done(whole: &impl Whole) -> Done {
    Ok(whole.read()?)
}

fn wrong_subset(operation: &'static str, id: &str, instead: &'static str) -> Trouble {
    Fault::WrongSubset { operation, id: id.to_owned(), instead }.into()
}
