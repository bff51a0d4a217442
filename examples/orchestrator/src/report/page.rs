//! The page: what the run came to, and its parts.

use std::collections::BTreeMap;
use std::time::Duration;

use bernstein_hooks::TaskStatus;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::cost::cost;
use super::quarantine::quarantine;
use super::record::{Life, Record};
use super::show::{clean, counted, short_time, time};
use super::timeline::{anchor, timeline};
use crate::run::RunReport;
use crate::state::TaskRecord;
use crate::tally::FailureGroup;

const STYLE: &str = include_str!("style.css");

/// Nothing is loaded, and nothing is executed, whatever the page says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The most kinds of failures that are shown of a plugin.
const MOST_FAILURES: usize = 200;

/// The parts of the page: their anchors and their headings.
const PARTS: [(&str, &str); 5] = [
    ("timeline", "Timeline"),
    ("cost", "Cost"),
    ("plugins", "Plugins"),
    ("failures", "Failures of plugins"),
    ("tasks", "Tasks"),
];

pub(super) fn page(report: &RunReport, record: &Record) -> Markup {
    let [over_time, money, plugins, failures, tasks] = PARTS;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Else a browser would ask the network for one.
                link rel="icon" href="data:,";
                title { (clean(&report.plan)) " – Bernstein" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (header(report, record))
                nav aria-label="Parts of this report" {
                    ul { @for (anchor, name) in PARTS { li { a href={ "#" (anchor) } { (name) } } } }
                }
                main {
                    (part(over_time, &timeline(report, record)))
                    (part(money, &cost(report, record)))
                    (part(plugins, &plugin_table(report, record)))
                    (part(failures, &failures_by_plugin(report)))
                    (part(tasks, &task_table(report, record)))
                }
                footer { p { "Written by bernstein " (env!("CARGO_PKG_VERSION")) "." } }
            }
        }
    }
}

fn part((anchor, name): (&str, &str), content: &Markup) -> Markup {
    let heading = format!("{anchor}-heading");
    html! {
        section id=(anchor) aria-labelledby=(heading) {
            h2 id=(heading) { (name) }
            (content)
        }
    }
}

fn header(report: &RunReport, record: &Record) -> Markup {
    let tasks = report.state.records();
    let count = |status| tasks.iter().filter(|record| record.task.status == status).count();
    let budget = report.state.budget();
    let verdict = if report.is_success() { "success" } else { "failure" };
    html! {
        header {
            p.program { "Report of a run" }
            h1 { (clean(&report.plan)) }
            p.result data-result=(verdict) {
                span aria-hidden="true" { (if report.is_success() { "✓ " } else { "✗ " }) }
                @if report.is_success() {
                    "Every task is done"
                } @else {
                    (count(TaskStatus::Done)) " of " (counted(tasks.len(), "task")) " done"
                }
                @if let Some(reason) = report.stopped { "; the run was stopped " (reason) }
            }
            dl.facts {
                @for status in TaskStatus::ALL.iter().filter(|status| count(**status) > 0) {
                    div { dt { (status) } dd { (count(*status)) } }
                }
                div {
                    dt { "cost" }
                    dd { (budget.spent()) @if let Some(limit) = budget.limit() { " of " (limit) } }
                }
                div { dt { "time" } dd { (time(report.duration)) } }
                div { dt { "attempts" } dd { (record.attempts.len()) } }
                div { dt { "begun" } dd { (record.begun.strftime("%Y-%m-%d %H:%M:%S UTC")) } }
                div.wide { dt { "folder" } dd { (report.folder.root().display()) } }
            }
        }
    }
}

/// A table that scrolls where it does not fit, so that the page does not.
fn wide(name: &str, table: &Markup) -> Markup {
    html! {
        div.wide-table role="region" aria-label=(name) tabindex="0" { (table) }
    }
}

fn plugin_table(report: &RunReport, record: &Record) -> Markup {
    let table = html! {
        table {
            caption { "What each plugin did" }
            thead {
                tr {
                    th scope="col" { "Plugin" }
                    @for name in ["Calls", "Failures", "Left out", "Dropped", "Time in all", "Longest call"] {
                        th.number scope="col" { (name) }
                    }
                }
            }
            tbody {
                @for (name, calls) in report.tally.plugins() {
                    @let activity = record.plugins.get(name);
                    @let spent = activity.map_or(Duration::ZERO, |activity| activity.time);
                    @let left_out = activity.map_or(0, |activity| activity.left_out);
                    @let dropped = activity.map_or(0, |activity| activity.dropped);
                    @let longest = activity.map_or(Duration::ZERO, |activity| activity.longest);
                    tr {
                        th scope="row" { (clean(name)) }
                        td.number { (calls.calls) }
                        td.number.bad[calls.failures > 0] { (calls.failures) }
                        td.number.bad[left_out > 0] { (left_out) }
                        td.number.bad[dropped > 0] { (dropped) }
                        td.number { (short_time(spent)) }
                        td.number { (short_time(longest)) }
                    }
                }
            }
        }
    };
    html! {
        @if report.tally.plugins().next().is_none() {
            p { "No plugin took part." }
        } @else {
            (wide("Table of plugins, scrollable", &table))
            p { "Calls are left out while a plugin is in quarantine, and dropped when its queue for \
                 the background is full or the run ends." }
        }
        @if let Some(changes) = quarantine(&record.plugins) {
            h3 { "Quarantine" }
            (changes)
        }
    }
}

fn failures_by_plugin(report: &RunReport) -> Markup {
    let mut plugins: BTreeMap<&str, Vec<(&FailureGroup, u64)>> = BTreeMap::new();
    for (group, count) in report.tally.failures() {
        plugins.entry(&group.plugin).or_default().push((group, count));
    }
    html! {
        @if plugins.is_empty() { p { "No plugin failed." } }
        @for (plugin, failures) in plugins {
            h3 { (clean(plugin)) }
            p { "The run went on without what follows." }
            (wide(&format!("Failures of {}, scrollable", clean(plugin)), &failure_table(&failures)))
            @if failures.len() > MOST_FAILURES {
                p { "And " (counted(failures.len() - MOST_FAILURES, "kind")) " more." }
            }
        }
    }
}

fn failure_table(failures: &[(&FailureGroup, u64)]) -> Markup {
    html! {
        table {
            caption { "Failures by what they have in common" }
            thead {
                tr {
                    th.number scope="col" { "Times" }
                    @for name in ["Hook", "Kind", "Message", "Location"] { th scope="col" { (name) } }
                }
            }
            tbody {
                @for (group, count) in failures.iter().take(MOST_FAILURES) {
                    tr {
                        td.number { (count) }
                        td { code { (group.hook) } }
                        td { (group.kind) }
                        td.text { (clean(&group.message)) }
                        td {
                            @if let Some(location) = &group.location { code { (clean(location)) } }
                        }
                    }
                }
            }
        }
    }
}

fn task_table(report: &RunReport, record: &Record) -> Markup {
    let columns =
        [("Attempts", true), ("Began", true), ("Time", true), ("Cost", true), ("Tokens", true)];
    let table = html! {
        table {
            caption { "What came of each task" }
            thead {
                tr {
                    th scope="col" { "Task" }
                    th scope="col" { "Title" }
                    th scope="col" { "Status" }
                    @for (name, number) in columns { th.number[number] scope="col" { (name) } }
                    th scope="col" { "Outcome" }
                }
            }
            tbody {
                @for task in report.state.records() {
                    @let life = record.lives.get(&task.task.id).copied().unwrap_or_default();
                    (task_row(report, task, life))
                }
            }
        }
    };
    wide("Table of tasks, scrollable", &table)
}

fn task_row(report: &RunReport, record: &TaskRecord, life: Life) -> Markup {
    let task = &record.task;
    let log = record.last_agent.as_ref().map(|agent| report.folder.agent_log(agent));
    let log = log.as_ref().map(|log| log.strip_prefix(report.folder.root()).unwrap_or(log));
    html! {
        tr id=(task.id) {
            th scope="row" { a href={ "#" (anchor(&task.id)) } { (task.id) } }
            td.text { (clean(&task.title)) }
            td { span.status data-status=(task.status) { (task.status) } }
            td.number { (record.attempts) }
            td.number { @if let Some(opened) = life.opened { (time(opened)) } }
            td.number { (time(record.duration())) }
            td.number { (record.cost) }
            td.number { (record.tokens.input + record.tokens.output) }
            td.text {
                @if let Some(outcome) = &record.outcome { (clean(&outcome.to_string())) }
                @if let Some(log) = log { " " code { (log.display()) } }
            }
        }
    }
}
