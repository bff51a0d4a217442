//! The figures of a run as a page of metrics. Nothing here touches a file.

use std::time::Duration;

use crate::figures::{Count, Figures};
use crate::histogram::Histogram;
use crate::page::{Family, Kind, Page};

/// Writes all figures down.
pub(crate) fn write_down(figures: &Figures) -> String {
    let mut page = Page::default();
    write_tasks(&mut page, figures);
    write_agents(&mut page, figures);
    write_gates(&mut page, figures);
    write_spending(&mut page, figures);
    write_durations(&mut page, &figures.durations);
    page.into_text()
}

fn write_tasks(page: &mut Page, figures: &Figures) {
    let help = "Tasks, by the status in which they were last seen.";
    let mut family = page.family("bernstein_tasks", Kind::Gauge, help);
    sample_by(&mut family, "status", &figures.tasks());

    page.family("bernstein_task_attempts_total", Kind::Counter, "Attempts that were begun.")
        .sample(&[], figures.attempts.get());

    let help = "Attempts that were in vain, by reason.";
    let mut family = page.family("bernstein_task_attempts_failed_total", Kind::Counter, help);
    sample_by(&mut family, "reason", &figures.attempts_failed);
}

fn write_agents(page: &mut Page, figures: &Figures) {
    let help = "Agents whose process ran.";
    let mut family = page.family("bernstein_agents_started_total", Kind::Counter, help);
    for (start, count) in &figures.agents_started {
        let labels =
            [("role", start.role.as_str()), ("adapter", &start.adapter), ("model", &start.model)];
        family.sample(&labels, count.get());
    }

    let help = "Agents that ended, by how.";
    let mut family = page.family("bernstein_agents_ended_total", Kind::Counter, help);
    sample_by(&mut family, "exit", &figures.agents_ended);
}

fn write_gates(page: &mut Page, figures: &Figures) {
    let help = "Required gates that did not pass.";
    let mut family = page.family("bernstein_gate_failures_total", Kind::Counter, help);
    for ((gate, verdict), count) in &figures.gate_failures {
        family.sample(&[("gate", gate), ("verdict", verdict)], count.get());
    }
}

fn write_spending(page: &mut Page, figures: &Figures) {
    let help = "Cost thresholds that were crossed.";
    page.family("bernstein_cost_thresholds_total", Kind::Counter, help)
        .sample(&[], figures.thresholds.get());

    let help = "What the tasks that are done have cost in US dollars, all attempts.";
    page.family("bernstein_done_tasks_cost_dollars_total", Kind::Counter, help)
        .sample(&[], String::from(figures.cost));

    let help = "Tokens of the tasks that are done, all attempts.";
    let mut family = page.family("bernstein_done_tasks_tokens_total", Kind::Counter, help);
    family.sample(&[("direction", "input")], figures.tokens.input);
    family.sample(&[("direction", "output")], figures.tokens.output);
}

fn write_durations(page: &mut Page, durations: &Histogram) {
    let help = "How long the successful attempts took, their gates included.";
    let mut family = page.family("bernstein_task_duration_seconds", Kind::Histogram, help);
    for (bound, count) in durations.buckets() {
        family.part("_bucket", &[("le", &bound.to_string())], count.get());
    }
    family.part("_bucket", &[("le", "+Inf")], durations.count().get());
    family.part("_sum", &[], seconds(durations.sum()));
    family.part("_count", &[], durations.count().get());
}

/// A sample per value of the one label.
fn sample_by<'c>(
    family: &mut Family<'_>,
    label: &str,
    counts: impl IntoIterator<Item = (&'c &'static str, &'c Count)>,
) {
    for (value, count) in counts {
        family.sample(&[(label, value)], count.get());
    }
}

/// An exact decimal: `1.25`.
fn seconds(duration: Duration) -> String {
    let decimal = format!("{}.{:09}", duration.as_secs(), duration.subsec_nanos());
    decimal.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact() {
        assert_eq!(seconds(Duration::ZERO), "0");
        assert_eq!(seconds(Duration::from_secs(100)), "100");
        assert_eq!(seconds(Duration::from_nanos(1)), "0.000000001");
        assert_eq!(seconds(Duration::from_millis(100_250)), "100.25");
        assert_eq!(seconds(Duration::MAX), "18446744073709551615.999999999");
    }
}
