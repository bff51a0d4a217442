//! The cost over time, and its thresholds.

use std::fmt::Write;
use std::time::Duration;

use bernstein_hooks::Usd;
use maud::{Markup, html};

use super::record::Record;
use super::show::{Scale, time};
use crate::run::RunReport;

/// The grid in which the line is drawn.
const COLUMNS: f64 = 10_000.0;
const ROWS: f64 = 1_000.0;

/// How much room there is above the highest amount.
const ROOM: f64 = 1.12;

/// How many times are named below the picture.
const TICKS: u32 = 5;

/// The picture, and a table that says the same.
pub(super) fn cost(report: &RunReport, record: &Record) -> Markup {
    let budget = report.state.budget();
    let top = budget.limit().unwrap_or(Usd::ZERO).max(budget.spent()).micros() as f64 * ROOM;
    html! {
        @if budget.spent().is_zero() && budget.limit().is_none() {
            p { "No agent said that it had spent anything, and there is no budget." }
        } @else {
            (picture(report, record, top.max(1.0)))
        }
        (thresholds(report, record))
    }
}

fn picture(report: &RunReport, record: &Record, top: f64) -> Markup {
    let scale = Scale::new(report.duration);
    let height = |amount: Usd| 1.0 - amount.micros() as f64 / top;
    let percent = |amount: Usd| format!("{:.3}%", height(amount) * 100.0);
    let line = path(record, report.duration, scale, height);
    html! {
        div.chart {
            svg role="img" aria-labelledby="cost-title cost-description" {
                title #cost-title { "Cost over time" }
                desc #cost-description { (description(report, record)) }
                @for at in scale.ticks(TICKS) {
                    @let x = scale.percent(at);
                    line.grid x1=(x) x2=(x) y1="0" y2="100%" {}
                    text x=(x) y="100%" dx="4" dy="-6" { (time(at)) }
                }
                @for threshold in report.state.budget().thresholds() {
                    @let y = percent(*threshold);
                    line.threshold x1="0" x2="100%" y1=(y) y2=(y) {}
                    text x="0" y=(y) dx="4" dy="-4" { (threshold) }
                }
                svg x="0" y="0" width="100%" height="100%" preserveAspectRatio="none"
                    viewBox=(format!("0 0 {COLUMNS} {ROWS}")) {
                    path.area d=(format!("{line}V{ROWS}H0Z")) {}
                    path.line d=(line) {}
                }
            }
        }
    }
}

/// A line with steps: money is spent at moments.
fn path(record: &Record, end: Duration, scale: Scale, height: impl Fn(Usd) -> f64) -> String {
    let mut path = format!("M0 {:.1}", height(Usd::ZERO) * ROWS);
    let spent = record.spent.iter().filter_map(|(at, spent)| Some((at, (*spent)?)));
    for (at, spent) in spent {
        let (x, y) = (scale.share(at) * COLUMNS, height(spent) * ROWS);
        write!(path, "H{x:.1}V{y:.1}").expect("a string takes everything");
    }
    write!(path, "H{:.1}", scale.share(end) * COLUMNS).expect("a string takes everything");
    path
}

fn description(report: &RunReport, record: &Record) -> String {
    let budget = report.state.budget();
    let limit = budget.limit().map(|limit| format!(" of {limit}")).unwrap_or_default();
    let crossed = match record.crossed.len() {
        0 => "no threshold was crossed".to_owned(),
        1 => "one threshold was crossed".to_owned(),
        count => format!("{count} thresholds were crossed"),
    };
    format!("The run has cost {}{limit} in {}; {crossed}.", budget.spent(), time(report.duration))
}

fn thresholds(report: &RunReport, record: &Record) -> Markup {
    let thresholds = report.state.budget().thresholds();
    let crossed = |threshold: &Usd| {
        let crossed = record.crossed.iter().find(|(crossed, _)| crossed == threshold);
        crossed.map_or_else(|| "not crossed".to_owned(), |(_, at)| format!("after {}", time(*at)))
    };
    html! {
        @if thresholds.is_empty() {
            p { "There is no budget, and so no threshold." }
        } @else {
            table {
                caption { "Thresholds of the budget" }
                thead { tr { th scope="col" { "Threshold" } th scope="col" { "Crossed" } } }
                tbody {
                    @for threshold in thresholds {
                        tr { th scope="row" { (threshold) } td { (crossed(threshold)) } }
                    }
                }
            }
        }
    }
}
