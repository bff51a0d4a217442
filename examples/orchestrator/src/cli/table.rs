//! Tables for people.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use bernstein_hooks::TaskStatus;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::summary::{FailureRow, PluginRow, Summary, TaskRow};
use crate::tally::FailureGroup;

/// A line below the header and no other.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The most characters of a text in a cell.
const LONGEST: usize = 160;

/// The most kinds of failures that are shown.
const MOST_FAILURES: usize = 30;

/// Writes what came of a run.
pub(super) fn write_summary(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    writeln!(out, "\n{}", tasks(&summary.tasks).trim_fmt())?;
    if !summary.plugins.is_empty() {
        writeln!(out, "\n{}", plugins(&summary.plugins).trim_fmt())?;
    }
    let failures = &summary.plugin_failures;
    if !failures.is_empty() {
        writeln!(out, "\nFailures of plugins; the run went on without them:")?;
        failures.iter().take(MOST_FAILURES).try_for_each(|row| write_failure(out, row))?;
    }
    if let Some(more) = failures.len().checked_sub(MOST_FAILURES).filter(|more| *more > 0) {
        writeln!(out, "and {more} more kinds, which `--json` tells")?;
    }
    writeln!(out, "\n{}", last_line(summary))
}

fn tasks(rows: &[TaskRow]) -> Table {
    let mut table = new(&["Task", "", "Status", "Attempts", "Cost", "Time", ""], &[3, 4, 5]);
    for row in rows {
        let outcome =
            if row.status == TaskStatus::Done { String::new() } else { one_line(&row.outcome) };
        table.add_row([
            row.id.clone(),
            one_line(&row.title),
            row.status.to_string(),
            row.attempts.to_string(),
            row.cost.to_string(),
            seconds(row.duration),
            outcome,
        ]);
    }
    table
}

fn plugins(rows: &[PluginRow]) -> Table {
    let mut table = new(&["Plugin", "Version", "Calls", "Failures"], &[2, 3]);
    for row in rows {
        let [calls, failures] =
            [row.calls.calls, row.calls.failures].map(|count| count.to_string());
        table.add_row([row.name.clone(), row.version.clone(), calls, failures]);
    }
    table
}

/// Not a table: a place that is broken over two lines cannot be clicked on.
fn write_failure(out: &mut impl Write, row: &FailureRow) -> io::Result<()> {
    let FailureGroup { plugin, hook, kind, message, location } = &row.group;
    let message = one_line(message);
    writeln!(out, "{:>5} ×  {plugin}  {hook}  {kind}: {message}", row.count)?;
    match location {
        Some(location) => writeln!(out, "{:9}{location}", ""),
        None => Ok(()),
    }
}

/// `9 tasks: 8 done, 1 failed. $0.07 of $0.10 in 2.3s. Everything is in …`
fn last_line(summary: &Summary) -> String {
    let counts = TaskStatus::ALL.iter().map(|status| (status, summary.count(*status)));
    let counts: Vec<String> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    let limit = summary.budget.map(|limit| format!(" of {limit}")).unwrap_or_default();
    let stopped =
        summary.stopped.map(|reason| format!(" The run was stopped {reason}.")).unwrap_or_default();
    format!(
        "{}: {}. {}{limit} in {}.{stopped} Work and logs are in {}",
        counted(summary.tasks.len(), "task"),
        counts.join(", "),
        summary.cost,
        seconds(summary.duration),
        summary.run_dir,
    )
}

/// A table with that header, whose columns of those numbers are aligned to the right.
pub(super) fn new(header: &[&str], numbers: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(header);
    if let Some(width) = terminal_width() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for number in numbers {
        if let Some(column) = table.column_mut(*number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// How many characters fit on a line of standard output, if it is a terminal.
fn terminal_width() -> Option<u16> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    rustix::termios::tcgetwinsize(stdout).ok().map(|size| size.ws_col).filter(|width| *width > 0)
}

/// A text of any origin on one line, without control characters, shortened.
pub(super) fn one_line(text: &str) -> String {
    let clean =
        text.trim().chars().map(|character| if character.is_control() { ' ' } else { character });
    let mut line: String = clean.take(LONGEST).collect();
    if text.trim().chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

/// `1 task`, `2 tasks`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A time in seconds.
pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1}s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use bernstein_hooks::{Tokens, Usd};

    use super::*;
    use crate::tally::Calls;

    fn task(id: &str, status: TaskStatus, outcome: &str) -> TaskRow {
        TaskRow {
            id: id.to_owned(),
            title: format!("Title of {id}"),
            status,
            attempts: 1,
            cost: Usd::from_cents(25),
            tokens: Tokens::default(),
            duration: Duration::from_millis(1_250),
            outcome: outcome.to_owned(),
        }
    }

    fn written(summary: &Summary) -> String {
        let mut text = Vec::new();
        write_summary(&mut text, summary).expect("written");
        String::from_utf8(text).expect("text")
    }

    fn summary() -> Summary {
        let failing = FailureGroup {
            plugin: "chaos".to_owned(),
            hook: "on_task_created".to_owned(),
            kind: "panic".to_owned(),
            message: "no\x1b[2J\nway".to_owned(),
            location: Some("src/chaos.rs:7:9".to_owned()),
        };
        Summary {
            plan: "hello".to_owned(),
            run_dir: "/runs/1".to_owned(),
            success: false,
            stopped: None,
            cost: Usd::from_cents(50),
            budget: Some(Usd::from_cents(1_000)),
            duration: Duration::from_millis(2_340),
            tasks: vec![
                task("t-001", TaskStatus::Done, "done"),
                task("t-002", TaskStatus::Failed, "the agent ended with exit code 3"),
            ],
            plugins: vec![PluginRow {
                name: "chaos".to_owned(),
                version: "0.1.0".to_owned(),
                calls: Calls { calls: 4, failures: 2 },
            }],
            plugin_failures: vec![FailureRow { group: failing, count: 2 }],
        }
    }

    #[test]
    fn a_summary_shows_tasks_plugins_and_failures() {
        let expected = "
 Task                     Status   Attempts    Cost   Time
──────────────────────────────────────────────────────────────────────────────────────────────
 t-001   Title of t-001   done            1   $0.25   1.2s
 t-002   Title of t-002   failed          1   $0.25   1.2s   the agent ended with exit code 3

 Plugin   Version   Calls   Failures
─────────────────────────────────────
 chaos    0.1.0         4          2

Failures of plugins; the run went on without them:
    2 ×  chaos  on_task_created  panic: no [2J way
         src/chaos.rs:7:9

2 tasks: 1 done, 1 failed. $0.50 of $10.00 in 2.3s. Work and logs are in /runs/1
";
        assert_eq!(written(&summary()), expected);
    }

    #[test]
    fn very_many_kinds_of_failures_are_not_all_shown() {
        let mut summary = summary();
        let kind = |number: usize| FailureRow {
            group: FailureGroup {
                message: format!("number {number}"),
                ..summary.plugin_failures[0].group.clone()
            },
            count: 1,
        };
        summary.plugin_failures = (0..MOST_FAILURES + 5).map(kind).collect();
        let text = written(&summary);
        assert_eq!(text.matches("panic: number").count(), MOST_FAILURES);
        assert!(text.contains("and 5 more kinds, which `--json` tells"), "{text}");
    }
}
