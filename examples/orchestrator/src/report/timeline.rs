//! The timeline: agents, hook calls and tasks, one row each, above one another.

use std::fmt::Write;
use std::time::Duration;

use bernstein_hooks::TaskId;
use maud::{Markup, html};

use super::quarantine::stays;
use super::record::{Activity, Attempt, Count, Life, Record, Verdict};
use super::show::{Scale, clean, counted, time};
use crate::run::RunReport;
use crate::state::TaskRecord;

/// The height of a row. The style sheet has the same for the names beside the rows.
const ROW: usize = 24;

/// How far one can zoom in. The style sheet has a rule for each.
const ZOOMS: [u32; 4] = [1, 4, 16, 64];

/// How many times are named on the axis at once.
const TICKS: u32 = 6;

/// The columns of the grid in which hook calls are drawn: more than anyone can zoom to.
const COLUMNS: f64 = 100_000.0;

/// What most plugins are called before they differ. There is little room for names.
const PREFIX: &str = "bernstein-plugin-";

/// A row: its name, and what is drawn in it, at its height.
struct Row<'a> {
    name: String,
    content: Content<'a>,
}

enum Content<'a> {
    Heading,
    Agent(Vec<&'a Attempt>),
    Plugin(&'a Activity),
    Task(&'a TaskRecord, Life, Vec<&'a Attempt>),
}

/// The timeline with its controls.
pub(super) fn timeline(report: &RunReport, record: &Record) -> Markup {
    let scale = Scale::new(report.duration);
    let rows = rows(report, record);
    html! {
        div.timeline {
            fieldset.zoom {
                legend { "Zoom" }
                @for zoom in ZOOMS {
                    label {
                        input type="radio" name="zoom" value=(zoom) checked[zoom == 1];
                        (zoom) "×"
                    }
                }
            }
            (legend())
            div.scroll role="region" aria-label="Timeline, scrollable" tabindex="0" {
                div.rows {
                    div.corner aria-hidden="true" { "Time" }
                    svg.axis aria-hidden="true" height=(ROW) { (ticks(scale, true)) }
                    ol.names aria-hidden="true" { @for row in &rows { (name(row)) } }
                    (picture(report, record, &rows, scale))
                }
            }
        }
    }
}

fn rows<'a>(report: &'a RunReport, record: &'a Record) -> Vec<Row<'a>> {
    let heading = |name: &str| Row { name: name.to_owned(), content: Content::Heading };
    let slots = record.attempts.iter().map(|attempt| attempt.slot + 1).max().unwrap_or(0);
    let agents = (0..slots).map(|slot| Row {
        name: format!("agent {}", slot + 1),
        content: Content::Agent(of(record, |attempt| attempt.slot == slot)),
    });
    let plugins = record.plugins.iter().map(|(name, activity)| Row {
        name: clean(name.strip_prefix(PREFIX).unwrap_or(name)),
        content: Content::Plugin(activity),
    });
    let tasks = report.state.records().iter().map(|task| {
        let id = &task.task.id;
        let life = record.lives.get(id).copied().unwrap_or_default();
        let attempts = of(record, |attempt| attempt.task == *id);
        Row {
            name: format!("{id} {}", clean(&task.task.title)),
            content: Content::Task(task, life, attempts),
        }
    });
    let mut rows = vec![heading("Agents")];
    rows.extend(agents);
    rows.push(heading("Hook calls by plugin"));
    rows.extend(plugins);
    rows.push(heading("Tasks"));
    rows.extend(tasks);
    rows
}

fn of(record: &Record, chosen: impl Fn(&Attempt) -> bool) -> Vec<&Attempt> {
    record.attempts.iter().filter(|attempt| chosen(attempt)).collect()
}

/// The name beside a row. That of a task leads to its bar, which may be out of sight; in the table of
/// tasks the same can be done without a mouse.
fn name(row: &Row<'_>) -> Markup {
    html! {
        li.heading[matches!(row.content, Content::Heading)] title=(row.name) {
            @match &row.content {
                Content::Task(task, ..) => {
                    a href={ "#" (anchor(&task.task.id)) } tabindex="-1" { (row.name) }
                }
                _ => { (row.name) }
            }
        }
    }
}

/// What a link to the bar of a task leads to.
pub(super) fn anchor(task: &TaskId) -> String {
    format!("bar-{task}")
}

fn legend() -> Markup {
    let keys = [
        ("done", "attempt that succeeded"),
        ("retried", "attempt in vain, tried again"),
        ("failed", "last attempt, in vain"),
        ("underway", "not ended"),
        ("life", "task open or waiting"),
        ("calls", "hook calls"),
        ("failures", "failed hook calls"),
        ("quarantine", "plugin in quarantine"),
    ];
    html! {
        ul.legend aria-label="Legend" {
            @for (class, meaning) in keys {
                li {
                    svg aria-hidden="true" width="18" height="12" {
                        rect class=(class) x="1" y="1" width="16" height="10" {}
                    }
                    (meaning)
                }
            }
        }
    }
}

fn picture(report: &RunReport, record: &Record, rows: &[Row<'_>], scale: Scale) -> Markup {
    html! {
        svg.bars role="img" aria-labelledby="timeline-title timeline-description"
            height=(rows.len() * ROW) {
            title #timeline-title { "Timeline of the run" }
            desc #timeline-description { (description(report, record)) }
            defs {
                pattern #hatch width="6" height="6" patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)" {
                    rect.hatch-ground width="6" height="6" {}
                    line.hatch-line x1="0" y1="0" x2="0" y2="6" {}
                }
            }
            (ticks(scale, false))
            @for (number, row) in rows.iter().enumerate() {
                (drawn(row, number * ROW, scale))
            }
        }
    }
}

/// What the picture tells, for those who do not see it. The tables tell the rest.
fn description(report: &RunReport, record: &Record) -> String {
    let tasks = counted(report.state.records().len(), "task");
    let attempts = counted(record.attempts.len(), "attempt");
    let slots = record.attempts.iter().map(|attempt| attempt.slot + 1).max().unwrap_or(0);
    format!(
        "{tasks} with {attempts} by at most {} at once in {}. The table of tasks says when each \
         began and ended; the tables of plugins say how often each was called, and when it was left \
         out.",
        counted(slots, "agent"),
        time(report.duration)
    )
}

/// Lines at round times, or the times themselves. Each zoom has its own.
fn ticks(scale: Scale, with_times: bool) -> Markup {
    html! {
        @for zoom in ZOOMS {
            g.ticks data-zoom=(zoom) {
                @for at in scale.ticks(TICKS * zoom) {
                    @let x = scale.percent(at);
                    @if with_times {
                        text x=(x) y="16" dx="4" { (time(at)) }
                    } @else {
                        line x1=(x) x2=(x) y1="0" y2="100%" {}
                    }
                }
            }
        }
    }
}

fn drawn(row: &Row<'_>, y: usize, scale: Scale) -> Markup {
    match &row.content {
        Content::Heading => html! { rect.heading x="0" y=(y) width="100%" height=(ROW) {} },
        Content::Agent(attempts) => html! {
            @for attempt in attempts { (bar(attempt, y, scale)) }
        },
        Content::Plugin(activity) => html! {
            (left_out(activity, y, scale))
            (calls(activity, y, scale))
        },
        Content::Task(task, life, attempts) => task_bar(task, *life, attempts, y, scale),
    }
}

/// The life of a task, and its attempts in it.
fn task_bar(
    task: &TaskRecord,
    life: Life,
    attempts: &[&Attempt],
    y: usize,
    scale: Scale,
) -> Markup {
    let ended = life.ended.unwrap_or(Duration::MAX);
    let opened = life.opened.unwrap_or(ended);
    html! {
        g.task id=(anchor(&task.task.id)) data-task=(task.task.id) {
            rect.life x=(scale.percent(opened)) width=(scale.width(opened, ended))
                y=(y + ROW / 2 - 2) height="4" {
                title { (clean(&task.task.title)) ": " (task.task.status) }
            }
            @for attempt in attempts { (bar(attempt, y, scale)) }
            @if attempts.is_empty() {
                text.never x="0" dx="6" y=(y + 16) { (task.task.status) }
            }
        }
    }
}

fn bar(attempt: &Attempt, y: usize, scale: Scale) -> Markup {
    let ended = attempt.ended.unwrap_or(Duration::MAX);
    html! {
        rect class=(class(&attempt.verdict)) x=(scale.percent(attempt.begun))
            width=(scale.width(attempt.begun, ended)) y=(y + 4) height=(ROW - 8) rx="2" {
            title { (explained(attempt)) }
        }
        @if let Some(died) = attempt.died {
            rect.gates x=(scale.percent(died)) width=(scale.width(died, ended))
                y=(y + ROW - 7) height="3" {
                title { "gates of " (attempt.agent) }
            }
        }
    }
}

fn class(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Underway => "underway",
        Verdict::Done => "done",
        Verdict::Retried(_) => "retried",
        Verdict::Failed(_) => "failed",
    }
}

fn explained(attempt: &Attempt) -> String {
    let agent = &attempt.agent;
    let begun = time(attempt.begun);
    let took = attempt.ended.map(|ended| time(ended.saturating_sub(attempt.begun)));
    let took = took.map(|took| format!(", took {took}")).unwrap_or_default();
    let verdict = match &attempt.verdict {
        Verdict::Underway => "not ended".to_owned(),
        Verdict::Done => "done".to_owned(),
        Verdict::Retried(why) => format!("in vain, tried again: {}", clean(why)),
        Verdict::Failed(why) => format!("in vain: {}", clean(why)),
    };
    format!("{agent}: from {begun}{took}; {verdict}")
}

/// The times in which a plugin was left out, behind its calls.
fn left_out(activity: &Activity, y: usize, scale: Scale) -> Markup {
    html! {
        @for (from, until) in stays(&activity.quarantine) {
            rect.quarantine x=(scale.percent(from)) width=(scale.width(from, until))
                y=(y + 2) height=(ROW - 4) {
                title {
                    "in quarantine from " (time(from))
                    @if until < Duration::MAX { " to " (time(until)) }
                }
            }
        }
    }
}

/// A mark for each moment at which a plugin was called. One path for all of them: there may be
/// thousands, and a page with an element for each is slow.
fn calls(activity: &Activity, y: usize, scale: Scale) -> Markup {
    html! {
        svg x="0" y=(y + 4) width="100%" height=(ROW - 8) preserveAspectRatio="none"
            viewBox=(format!("0 0 {COLUMNS} 10")) {
            path.calls d=(marks(activity, scale, |count| count.calls > count.failures)) {}
            path.failures d=(marks(activity, scale, |count| count.failures > 0)) {}
        }
    }
}

fn marks(activity: &Activity, scale: Scale, chosen: impl Fn(&Count) -> bool) -> String {
    let mut path = String::new();
    for (at, _) in activity.calls.iter().filter(|(_, count)| chosen(count)) {
        let x = (scale.share(at) * COLUMNS).round();
        write!(path, "M{x} 0V10").expect("a string takes everything");
    }
    path
}
