//! From nodes to a configuration.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use bernstein_hooks::ModelId;

use super::{Backoff, Config, PluginLists, Price, Prices, QuarantineTerms};
use crate::plan::gate;
use crate::source::values::{distinct, duration, filled, list, money, number, texts, time_limit};
use crate::source::{Entry, Fields, Node, Problem, Problems};

/// The most attempts that a configuration can ask for.
const MOST_ATTEMPTS: u32 = 100;

/// The most failures, and times in quarantine, that a configuration can allow a plugin.
const MOST_FAILURES: u32 = 1_000_000;

/// The configuration that the node describes; nothing is the default.
pub(super) fn config(node: &Node, problems: &mut Problems) -> Config {
    let mut config = Config::default();
    if node.is_nothing() {
        return config;
    }
    let mut fields = Fields::new(node, "a configuration", problems);
    set(&mut config.gates, fields.optional("gates", gate::gates));
    set(&mut config.adapters, fields.optional("adapters", adapters));
    set(&mut config.environment, fields.optional("environment", environment));
    set(&mut config.deadline, fields.optional("deadline", time_limit));
    set(&mut config.grace, fields.optional("grace", duration));
    set(&mut config.drain, fields.optional("drain", duration));
    set(&mut config.max_attempts, fields.optional("max_attempts", attempts));
    set(&mut config.backoff, fields.optional("backoff", backoff));
    set(&mut config.thresholds, fields.optional("thresholds", thresholds));
    set(&mut config.prices, fields.optional("prices", prices));
    set(&mut config.quarantine, fields.optional("quarantine", quarantine));
    set(&mut config.plugins, fields.optional("plugins", plugins));
    fields.finish();
    config
}

/// Puts what the file says, if it says something, in the place of the default.
fn set<T>(value: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *value = said;
    }
}

/// The command line of each adapter.
fn adapters(node: &Node, problems: &mut Problems) -> Option<BTreeMap<String, String>> {
    let mut adapters = BTreeMap::new();
    for entry in entries(node, "a mapping from adapters to command lines", problems)? {
        if entry.key == Config::BUILT_IN_ADAPTER {
            let name = Config::BUILT_IN_ADAPTER;
            problems.add(entry.position, Problem::BuiltInAdapter { name });
        } else if let Some(command) = filled("a command line")(&entry.value, problems) {
            adapters.insert(entry.key.clone(), command);
        }
    }
    Some(adapters)
}

/// The variables that everyone needs, and those of the file.
fn environment(node: &Node, problems: &mut Problems) -> Option<Vec<String>> {
    let named = texts("a list of names of environment variables")(node, problems)?;
    Some(distinct(Config::default().environment.into_iter().chain(named)))
}

fn attempts(node: &Node, problems: &mut Problems) -> Option<NonZeroU32> {
    NonZeroU32::new(number(1..=MOST_ATTEMPTS)(node, problems)?)
}

fn backoff(node: &Node, problems: &mut Problems) -> Option<Backoff> {
    let mut backoff = Backoff::default();
    let mut fields = Fields::new(node, "a back-off", problems);
    set(&mut backoff.first, fields.optional("first", duration));
    set(&mut backoff.max, fields.optional("max", duration));
    fields.finish();
    Some(backoff)
}

fn thresholds(node: &Node, problems: &mut Problems) -> Option<Vec<u32>> {
    let mut thresholds = list("a list of percentages", number(1..=100))(node, problems)?;
    thresholds.sort_unstable();
    thresholds.dedup();
    Some(thresholds)
}

/// The prices of models, and under `default` those of all others.
fn prices(node: &Node, problems: &mut Problems) -> Option<Prices> {
    let mut prices = Prices::default();
    for entry in entries(node, "a mapping from models to prices", problems)? {
        let Some(price) = price(&entry.value, problems) else { continue };
        match entry.key.as_str() {
            "default" => prices.default = price,
            model => drop(prices.models.insert(ModelId::new(model), price)),
        }
    }
    Some(prices)
}

fn price(node: &Node, problems: &mut Problems) -> Option<Price> {
    let mut fields = Fields::new(node, "a price", problems);
    let input = fields.required("input", money);
    let output = fields.required("output", money);
    fields.finish();
    Some(Price { input: input?, output: output? })
}

fn quarantine(node: &Node, problems: &mut Problems) -> Option<QuarantineTerms> {
    let mut terms = QuarantineTerms::default();
    let mut fields = Fields::new(node, "the terms of quarantine", problems);
    set(&mut terms.failures, fields.optional("failures", number(0..=MOST_FAILURES)));
    set(&mut terms.window, fields.optional("window", time_limit));
    set(&mut terms.cool_down, fields.optional("cool_down", duration));
    set(&mut terms.openings, fields.optional("openings", number(1..=MOST_FAILURES)));
    fields.finish();
    Some(terms)
}

fn plugins(node: &Node, problems: &mut Problems) -> Option<PluginLists> {
    let mut fields = Fields::new(node, "the choice of plugins", problems);
    let block = fields.optional("block", texts("a list of plugin names")).unwrap_or_default();
    let allow = fields.optional("allow", texts("a list of plugin names"));
    fields.finish();
    Some(PluginLists { block, allow })
}

/// The entries of a mapping whose keys are names.
fn entries<'n>(
    node: &'n Node,
    expected: &'static str,
    problems: &mut Problems,
) -> Option<&'n [Entry]> {
    let entries = node.entries();
    if entries.is_none() {
        let advice = Some("write it as `name: value` lines");
        problems.add(node.position, Problem::WrongType { expected, found: node.found(), advice });
    }
    entries
}
