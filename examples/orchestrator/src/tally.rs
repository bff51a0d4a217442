//! What the plugins did in a run: how often each was called, and how it failed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bernstein_hooks::{Failure, Monitor, MonitoredCall, Outcome, Report, Verdict};
use serde::Serialize;

/// Calls and failures per plugin, and the failures by what they have in common.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    plugins: BTreeMap<String, Calls>,
    failures: BTreeMap<FailureGroup, u64>,
}

/// How often the implementations of one plugin ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Calls {
    /// How often they ran.
    pub calls: u64,
    /// How often they failed.
    pub failures: u64,
}

/// What failures have in common that are counted as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct FailureGroup {
    /// The plugin.
    pub plugin: String,
    /// The hook.
    pub hook: String,
    /// Whether it panicked or returned an error: `panic` or `error`.
    pub kind: String,
    /// What it said.
    pub message: String,
    /// Where it panicked: `file:line:column`.
    pub location: Option<String>,
}

impl Tally {
    /// A tally in which each of those plugins stands with no call yet, so that a plugin that is
    /// never called is seen.
    pub(crate) fn of_plugins<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let plugins = names.into_iter().map(|name| (name.to_owned(), Calls::default())).collect();
        Self { plugins, failures: BTreeMap::new() }
    }

    /// Counts what came of one call. What goes into the background is counted when it is there.
    pub(crate) fn count<O>(&mut self, report: &Report<O>) {
        report.outcomes.iter().for_each(|outcome| self.count_one(outcome));
    }

    fn count_one(&mut self, outcome: &Outcome) {
        match &outcome.verdict {
            Verdict::Skipped(_) | Verdict::Queued => {}
            Verdict::Failed(failure) => {
                let calls = self.calls_of(&outcome.plugin);
                calls.calls += 1;
                calls.failures += 1;
                *self.failures.entry(FailureGroup::of(failure)).or_default() += 1;
            }
            _ => self.calls_of(&outcome.plugin).calls += 1,
        }
    }

    /// Counts what plugins did in the background.
    pub(crate) fn add(&mut self, background: &Background) {
        let Self { plugins, failures } = &*background.tally();
        for (plugin, calls) in plugins {
            let all = self.calls_of(plugin);
            all.calls += calls.calls;
            all.failures += calls.failures;
        }
        for (group, count) in failures {
            *self.failures.entry(group.clone()).or_default() += count;
        }
    }

    /// How often the implementations of each plugin ran, by name.
    pub fn plugins(&self) -> impl Iterator<Item = (&str, Calls)> {
        self.plugins.iter().map(|(name, calls)| (name.as_str(), *calls))
    }

    /// The failures, by plugin and then by hook, and how often each happened.
    pub fn failures(&self) -> impl Iterator<Item = (&FailureGroup, u64)> {
        self.failures.iter().map(|(group, count)| (group, *count))
    }

    fn calls_of(&mut self, plugin: &str) -> &mut Calls {
        self.plugins.entry(plugin.to_owned()).or_default()
    }
}

/// What plugins did in the background: a monitor of deliveries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Background(Arc<Mutex<Tally>>);

impl Background {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Monitor for Background {
    fn ended(&self, call: &MonitoredCall, outcome: &Outcome) {
        if call.delivery {
            self.tally().count_one(outcome);
        }
    }
}

impl FailureGroup {
    fn of(failure: &Failure) -> Self {
        Self {
            plugin: failure.plugin().to_owned(),
            hook: failure.hook().to_owned(),
            kind: failure.kind().to_string(),
            message: failure.message().to_owned(),
            location: failure.location().map(ToString::to_string),
        }
    }
}
