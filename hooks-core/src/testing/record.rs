//! What happened, written down by a monitor.

use std::fmt;
use std::sync::Arc;

use super::probe;
use crate::description::HookDescription;
use crate::monitor::{Monitor, MonitoredCall};
use crate::plugin::Role;
use crate::report::{Failure, Outcome, Verdict};
use crate::sync::Lock;

/// A call of a hook, and what became of each implementation so far.
///
/// Its `Display` is a line such as ``cook: `soup-cook` answered``.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The hook.
    pub hook: &'static HookDescription,
    /// Whether a past call was replayed to a plugin that was registered.
    pub replay: bool,
    /// Whether an earlier call was delivered to a plugin, in the background.
    pub delivery: bool,
    /// One outcome per implementation, in the order in which they ended: a wrapper after all that
    /// is inside of it.
    pub outcomes: Vec<Outcome>,
}

impl Call {
    fn of(call: &MonitoredCall) -> Self {
        let &MonitoredCall { hook, replay, delivery, .. } = call;
        Self { hook, replay, delivery, outcomes: Vec::new() }
    }

    /// Whether somebody called the hook, and no earlier call came to a plugin.
    pub(super) fn is_made(&self) -> bool {
        !self.replay && !self.delivery
    }

    fn text_of(&self, outcome: &Outcome) -> String {
        let Outcome { plugin, method, role, verdict, .. } = outcome;
        let who = if plugin.is_empty() { "a closure".into() } else { format!("`{plugin}`") };
        let which = match role {
            Role::Implementation if **method == *self.hook.name => String::new(),
            Role::Implementation => format!(" by `{method}`"),
            Role::Wrapper => " around it".to_owned(),
        };
        let end = match verdict {
            Verdict::Answered => "answered".to_owned(),
            Verdict::Passed => "passed".to_owned(),
            Verdict::Failed(failure) => format!("failed ({})", failure.cause()),
            Verdict::Queued => "was queued".to_owned(),
            Verdict::Skipped(reason) => format!("was skipped ({reason})"),
        };
        format!("{who}{which} {end}")
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hook.name)?;
        match (self.replay, self.delivery) {
            (true, _) => f.write_str(", replayed")?,
            (_, true) => f.write_str(", delivered")?,
            (false, false) => {}
        }
        let outcomes: Vec<_> = self.outcomes.iter().map(|outcome| self.text_of(outcome)).collect();
        match &outcomes[..] {
            [] => f.write_str(": nobody"),
            outcomes => write!(f, ": {}", outcomes.join(", ")),
        }
    }
}

/// What happened in a host so far.
#[derive(Clone, Default)]
pub(super) struct Record(Arc<Lock<Pages>>);

#[derive(Default)]
struct Pages {
    /// With the number of each call, in the order in which they began; what was replayed or
    /// delivered, in the order in which it ended.
    calls: Vec<(u64, Call)>,
    /// Those that the test has not asked for.
    failures: Vec<Failure>,
}

impl Record {
    pub(super) fn calls(&self) -> Vec<Call> {
        self.0.hold().calls.iter().map(|(_, call)| call.clone()).collect()
    }

    /// Takes the failures that the test asks for.
    pub(super) fn take_failures(&self, asked_for: impl Fn(&Failure) -> bool) -> Vec<Failure> {
        self.0.hold().failures.extract_if(.., |failure| asked_for(failure)).collect()
    }
}

impl Monitor for Record {
    fn before(&self, call: &MonitoredCall) {
        let page = Call::of(call);
        // The others have one implementation each, which may be a probe.
        if page.is_made() {
            self.0.hold().calls.push((call.id, page));
        }
    }

    fn failed(&self, failure: &Failure) {
        self.0.hold().failures.push(failure.clone());
    }

    fn ended(&self, call: &MonitoredCall, outcome: &Outcome) {
        if probe::is_probe(&outcome.plugin) {
            return;
        }
        let calls = &mut self.0.hold().calls;
        // From behind: it is one of the last.
        let place = calls.iter().rposition(|(id, _)| *id == call.id).unwrap_or_else(|| {
            calls.push((call.id, Call::of(call)));
            calls.len() - 1
        });
        calls[place].1.outcomes.push(outcome.clone());
    }
}
