//! What the hooks came to in each plugin: `--stats` and `--stats-json`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use bernstein_hooks::{HookStatistics, PluginManager};
use jiff::fmt::serde::unsigned_duration;
use serde::Serialize;

use super::table::{self, Column};
use crate::report::short_time;

/// The figures of a run, by hook and plugin.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename = "statistics")]
pub(super) struct Statistics {
    hooks: Vec<Row>,
}

/// What a hook came to in a plugin.
#[derive(Debug, Serialize)]
struct Row {
    hook: &'static str,
    plugin: String,
    calls: u64,
    answers: u64,
    passes: u64,
    /// How often one failed, by kind.
    failures: BTreeMap<String, u64>,
    /// How often one did not run, by reason.
    skipped: BTreeMap<String, u64>,
    #[serde(with = "unsigned_duration::required")]
    p50: Duration,
    #[serde(with = "unsigned_duration::required")]
    p99: Duration,
    #[serde(with = "unsigned_duration::required")]
    maximum: Duration,
    #[serde(with = "unsigned_duration::required")]
    busy: Duration,
}

impl Statistics {
    /// What has been measured so far.
    pub(super) fn read(plugins: &PluginManager) -> Self {
        Self { hooks: plugins.statistics().into_iter().map(Row::new).collect() }
    }

    /// A file for programs.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("text and numbers are JSON");
        json.push(b'\n');
        json
    }

    /// A table for people.
    pub(super) fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        let mut table = table::new(&[
            Column::Word("Hook"),
            Column::Word("Plugin"),
            Column::Number("Calls"),
            Column::Number("Failures"),
            Column::Number("Skipped"),
            Column::Number("p50"),
            Column::Number("p99"),
            Column::Number("Longest"),
            Column::Number("Busy"),
        ]);
        for row in &self.hooks {
            let counts = [row.calls, row.failures.values().sum(), row.skipped.values().sum()];
            let times = [row.p50, row.p99, row.maximum, row.busy];
            let cells = [row.hook.to_owned(), table::one_line(&row.plugin)].into_iter();
            let counts = counts.iter().map(ToString::to_string);
            table.add_row(cells.chain(counts).chain(times.map(short_time)));
        }
        writeln!(out, "\n{}", table.trim_fmt())
    }
}

impl Row {
    fn new(figures: HookStatistics) -> Self {
        let failures = figures.failures.iter().map(|(kind, often)| (kind.to_string(), *often));
        let skipped = figures.skipped.iter().map(|(why, often)| (why.to_string(), *often));
        Self {
            hook: figures.hook.name,
            plugin: figures.plugin.to_string(),
            calls: figures.calls,
            answers: figures.answers,
            passes: figures.passes,
            failures: failures.collect(),
            skipped: skipped.collect(),
            p50: figures.p50,
            p99: figures.p99,
            maximum: figures.maximum,
            busy: figures.busy,
        }
    }
}
