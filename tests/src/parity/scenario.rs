//! A scenario, as it is read. What can be read makes sense but for the order of its operations.
//!
//! `tests/parity/README.md` says what each part means, and what a key that is absent stands for.
//! `null` stands for the same, and keys that the format does not have are passed over.

use std::collections::BTreeMap;

use hooks_core::Band;
use serde::Deserialize;
use serde_json::Value;

use super::tag::Tag;

/// A handful of plugins, and the operations to run one after the other.
#[derive(Debug, Deserialize)]
pub struct Scenario {
    pub(crate) plugins: BTreeMap<String, Plugin>,
    pub(crate) ops: Vec<Operation>,
}

impl Scenario {
    /// Whether a failure can be isolated: that of an implementation, or that of an extra one.
    pub(crate) fn isolates(&self) -> bool {
        let implementations = || self.plugins.values().flat_map(|plugin| &plugin.impls);
        let effects = implementations().flat_map(|implementation| &implementation.effects);
        let operations = self.ops.iter().chain(effects.map(|effect| &effect.operation));
        implementations().any(|implementation| implementation.role.hook().isolates())
            || operations.into_iter().any(|operation| match operation {
                Operation::CallExtra { hook, .. } => hook.isolates(),
                _ => false,
            })
    }
}

/// A plugin: its implementations, in the order in which they are written.
#[derive(Debug, Deserialize)]
pub(crate) struct Plugin {
    pub(crate) impls: Vec<Implementation>,
}

/// One implementation or wrapper.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenImplementation")]
pub(crate) struct Implementation {
    pub(crate) band: Band,
    pub(crate) effects: Vec<Effect>,
    pub(crate) role: Role,
}

/// What it is that an implementation does when its effects are over.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    Normal { hook: Hook, answer: Answer },
    Wrapper { hook: Callable, around: Around },
}

impl Role {
    fn hook(&self) -> Hook {
        match *self {
            Self::Normal { hook, .. } => hook,
            Self::Wrapper { hook, .. } => Hook::Callable(hook),
        }
    }
}

/// What a plain implementation comes to. By itself, an extra one of a call.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    ret: Value,
    raise: Option<Tag>,
}

/// What a wrapper comes to.
#[derive(Clone, Debug)]
pub(crate) struct Around {
    /// How it fails before its inner call, if it does.
    pub(crate) pre_raise: Option<Tag>,
    /// What it makes of an output.
    pub(crate) on_ok: Decision,
    /// What it makes of a failure.
    pub(crate) on_err: Decision,
}

impl Answer {
    /// The answer to a call with these arguments; `None` if it is none.
    pub(crate) fn to(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag> {
        if let Some(tag) = self.raise {
            return Err(tag);
        }
        let answer = match self.argument() {
            Some("a") => a,
            Some("b") => b,
            _ => &self.ret,
        };
        Ok((!answer.is_null()).then(|| answer.clone()))
    }

    /// The name in `{"arg": name}`.
    fn argument(&self) -> Option<&str> {
        self.ret.as_object().filter(|object| object.len() == 1)?.get("arg")?.as_str()
    }
}

/// What a wrapper makes of what comes of its inner call.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decision {
    /// Nothing: it stays as it is.
    #[default]
    #[serde(rename = "pass", alias = "reraise")]
    Leave,
    /// This output.
    Ret(Value),
    /// A failure of its own.
    Raise(Tag),
}

/// An operation that an implementation runs.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Effect {
    #[serde(flatten)]
    pub(crate) operation: Operation,
    propagate: Option<bool>,
}

impl Effect {
    /// Whether its error becomes the failure of the implementation.
    pub(crate) fn propagates(&self) -> bool {
        self.propagate.unwrap_or_default()
    }
}

/// One operation.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Operation {
    Register { plugin: String, name: String },
    Unregister { name: String },
    SetBlocked { name: String },
    Unblock { name: String },
    Call { hook: Callable, kwargs: Kwargs },
    CallExtra { hook: Callable, kwargs: Kwargs, extras: Vec<Answer> },
    CallHistoric { hook: Historic, kwargs: Kwargs, cb: Option<String> },
    Subset { id: String, hook: Hook, remove: Vec<String> },
    CallSubset { id: String, kwargs: Kwargs },
    HistoricSubset { id: String, kwargs: Kwargs, cb: Option<String> },
    Monitor { id: String },
    Unmonitor,
    Query,
}

/// The arguments of a call.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Kwargs {
    pub(crate) a: Value,
    pub(crate) b: Value,
}

/// One of the six hooks.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "no such hook: there are `collect`, `first`, `historic`, `collect_iso`, \
                 `first_iso` and `historic_iso`"
)]
pub(crate) enum Hook {
    Callable(Callable),
    Historic(Historic),
}

/// A hook whose calls are over when they are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Callable {
    Collect,
    First,
    CollectIso,
    FirstIso,
}

/// A hook whose calls are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Historic {
    Historic,
    HistoricIso,
}

impl Hook {
    fn isolates(self) -> bool {
        match self {
            Self::Callable(hook) => hook.isolates(),
            Self::Historic(hook) => hook == Historic::HistoricIso,
        }
    }
}

impl Callable {
    fn isolates(self) -> bool {
        matches!(self, Self::CollectIso | Self::FirstIso)
    }

    /// Whether an output is one of this hook's.
    fn can_give(self, output: &Value) -> bool {
        match self {
            Self::Collect | Self::CollectIso => output.is_array(),
            Self::First | Self::FirstIso => true,
        }
    }
}

/// An implementation as it is written, which may make no sense.
#[derive(Deserialize)]
struct WrittenImplementation {
    hook: Hook,
    kind: Kind,
    tryfirst: Option<bool>,
    trylast: Option<bool>,
    effects: Option<Vec<Effect>>,
    ret: Option<Value>,
    raise: Option<Tag>,
    pre_raise: Option<Tag>,
    on_ok: Option<Decision>,
    on_err: Option<Decision>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Normal,
    Wrapper,
}

/// Why an implementation makes no sense.
#[derive(Debug, thiserror::Error)]
enum Nonsense {
    #[error("an implementation is `tryfirst` or `trylast`, but not both")]
    BothEnds,
    #[error("a historic hook takes no wrappers: write `\"kind\": \"normal\"`, or another hook")]
    HistoricWrapper,
    #[error("a wrapper of a hook that collects has `ret` {0}, which is not a list")]
    NotAList(Value),
}

impl TryFrom<WrittenImplementation> for Implementation {
    type Error = Nonsense;

    fn try_from(written: WrittenImplementation) -> Result<Self, Nonsense> {
        Ok(Self {
            band: written.band()?,
            effects: written.effects.clone().unwrap_or_default(),
            role: match written.kind {
                Kind::Normal => written.normal(),
                Kind::Wrapper => written.wrapper()?,
            },
        })
    }
}

impl WrittenImplementation {
    fn band(&self) -> Result<Band, Nonsense> {
        match (self.tryfirst.unwrap_or_default(), self.trylast.unwrap_or_default()) {
            (false, false) => Ok(Band::Plain),
            (true, false) => Ok(Band::TryFirst),
            (false, true) => Ok(Band::TryLast),
            (true, true) => Err(Nonsense::BothEnds),
        }
    }

    fn normal(self) -> Role {
        let ret = self.ret.unwrap_or_default();
        Role::Normal { hook: self.hook, answer: Answer { ret, raise: self.raise } }
    }

    fn wrapper(self) -> Result<Role, Nonsense> {
        let Hook::Callable(hook) = self.hook else {
            return Err(Nonsense::HistoricWrapper);
        };
        let fitting = |decision: Option<Decision>| match decision.unwrap_or_default() {
            Decision::Ret(output) if !hook.can_give(&output) => Err(Nonsense::NotAList(output)),
            decision => Ok(decision),
        };
        let (on_ok, on_err) = (fitting(self.on_ok)?, fitting(self.on_err)?);
        Ok(Role::Wrapper { hook, around: Around { pre_raise: self.pre_raise, on_ok, on_err } })
    }
}
