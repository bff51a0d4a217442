//! Tables for people.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use bernstein_hooks::TaskStatus;
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle,
};

use super::summary::{FailureRow, PluginRow, Summary, TaskRow};
use crate::source::is_hidden;
use crate::tally::FailureGroup;

/// A line below the header and no other.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Tables are not made to fit a terminal with fewer characters on a line. It breaks the lines
/// itself, which is easier to read than words in pieces.
const NARROWEST: u16 = 80;

/// The most characters of a text on a line.
const LONGEST: usize = 160;

/// The most tasks of which is said why they are not done.
const MOST_UNDONE: usize = 30;

/// The most kinds of failures that are shown.
const MOST_FAILURES: usize = 30;

/// Writes what came of a run.
pub(super) fn write_summary(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    writeln!(out, "\n{}", tasks(&summary.tasks).trim_fmt())?;
    write_undone(out, &summary.tasks)?;
    if !summary.plugins.is_empty() {
        writeln!(out, "\n{}", plugins(&summary.plugins).trim_fmt())?;
        write_undelivered(out, &summary.plugins)?;
        write_quarantined(out, &summary.plugins)?;
    }
    let failures = &summary.plugin_failures;
    if !failures.is_empty() {
        writeln!(out, "\nFailures of plugins; the run went on without them:")?;
        failures.iter().take(MOST_FAILURES).try_for_each(|row| write_failure(out, row))?;
        write_more(out, failures.len(), MOST_FAILURES, "kind")?;
    }
    writeln!(out, "\n{}", last_line(summary))
}

fn tasks(rows: &[TaskRow]) -> Table {
    let mut table = new(&[
        Column::Word("Task"),
        Column::Text,
        Column::Word("Status"),
        Column::Number("Attempts"),
        Column::Number("Cost"),
        Column::Number("Time"),
    ]);
    for row in rows {
        table.add_row([
            row.id.clone(),
            one_line(&row.title),
            row.status.to_string(),
            row.attempts.to_string(),
            row.cost.to_string(),
            seconds(row.duration),
        ]);
    }
    table
}

/// Why tasks are not done. Not a column, because reasons are long.
fn write_undone(out: &mut impl Write, rows: &[TaskRow]) -> io::Result<()> {
    let undone: Vec<&TaskRow> = rows.iter().filter(|row| row.status != TaskStatus::Done).collect();
    if undone.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nNot done:")?;
    for row in undone.iter().take(MOST_UNDONE) {
        writeln!(out, "  {}  {}: {}", row.id, row.status, one_line(&row.outcome))?;
        if let Some(log) = &row.log {
            writeln!(out, "         {}", log.display())?;
        }
    }
    write_more(out, undone.len(), MOST_UNDONE, "task")
}

fn plugins(rows: &[PluginRow]) -> Table {
    let mut table = new(&[
        Column::Word("Plugin"),
        Column::Word("Version"),
        Column::Number("Calls"),
        Column::Number("Failures"),
    ]);
    for row in rows {
        let [calls, failures] =
            [row.calls.calls, row.calls.failures].map(|count| count.to_string());
        table.add_row([row.name.clone(), row.version.clone(), calls, failures]);
    }
    table
}

/// Not a column: it is nothing in almost every run.
fn write_undelivered(out: &mut impl Write, rows: &[PluginRow]) -> io::Result<()> {
    let late: Vec<&PluginRow> = rows.iter().filter(|row| row.undelivered > 0).collect();
    if late.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nNot delivered, for want of room or of time:")?;
    late.iter().try_for_each(|row| writeln!(out, "{:>5} ×  {}", row.undelivered, row.name))
}

/// Whose failures below are not all that there would have been.
fn write_quarantined(out: &mut impl Write, rows: &[PluginRow]) -> io::Result<()> {
    let left_out: Vec<&str> =
        rows.iter().filter(|row| row.quarantined).map(|row| &*row.name).collect();
    if left_out.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nIn quarantine after too many failures: {}", left_out.join(", "))
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

/// Says how many are left out of `all`, if only `shown` are shown.
fn write_more(out: &mut impl Write, all: usize, shown: usize, what: &str) -> io::Result<()> {
    match all.saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "and {} more, which `--json` tells", counted(more, what)),
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

/// A column of a table, and its header.
pub(super) enum Column {
    /// Words and names, never broken.
    Word(&'static str),
    /// Numbers, never broken, and aligned to the right.
    Number(&'static str),
    /// Text, broken over several lines where there is no room.
    Text,
}

/// A table that fits the terminal, if standard output is one.
pub(super) fn new(columns: &[Column]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(columns.iter().map(Column::header));
    for (column, place) in columns.iter().zip(table.column_iter_mut()) {
        column.shape(place);
    }
    if let Some(width) = terminal_width() {
        fit(&mut table, width);
    }
    table
}

impl Column {
    const fn header(&self) -> &'static str {
        match self {
            Self::Word(header) | Self::Number(header) => header,
            Self::Text => "",
        }
    }

    fn shape(&self, column: &mut comfy_table::Column) {
        if !matches!(self, Self::Text) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        if matches!(self, Self::Number(_)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn fit(table: &mut Table, width: u16) {
    if width >= NARROWEST {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
}

/// How many characters fit on a line of standard output, if it is a terminal.
fn terminal_width() -> Option<u16> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    rustix::termios::tcgetwinsize(stdout).ok().map(|size| size.ws_col).filter(|width| *width > 0)
}

/// A text of any origin on one line, without hidden characters, shortened.
pub(super) fn one_line(text: &str) -> String {
    let clean =
        text.trim().chars().map(|character| if is_hidden(character) { ' ' } else { character });
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
            log: Some(format!("logs/{id}.1.log").into()),
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
            message: "no\x1b[2J\n\u{202e}way".to_owned(),
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
                undelivered: 0,
                quarantined: false,
            }],
            plugin_failures: vec![FailureRow { group: failing, count: 2 }],
        }
    }

    #[test]
    fn a_summary_shows_tasks_plugins_and_failures() {
        let expected = "
 Task                     Status   Attempts    Cost   Time
───────────────────────────────────────────────────────────
 t-001   Title of t-001   done            1   $0.25   1.2s
 t-002   Title of t-002   failed          1   $0.25   1.2s

Not done:
  t-002  failed: the agent ended with exit code 3
         logs/t-002.1.log

 Plugin   Version   Calls   Failures
─────────────────────────────────────
 chaos    0.1.0         4          2

Failures of plugins; the run went on without them:
    2 ×  chaos  on_task_created  panic: no [2J  way
         src/chaos.rs:7:9

2 tasks: 1 done, 1 failed. $0.50 of $10.00 in 2.3s. Work and logs are in /runs/1
";
        assert_eq!(written(&summary()), expected);
    }

    #[test]
    fn what_was_not_delivered_is_told_if_there_is_any() {
        let mut summary = summary();
        assert!(!written(&summary).contains("Not delivered"));
        summary.plugins[0].undelivered = 12;
        let text = written(&summary);
        let expected = "\nNot delivered, for want of room or of time:\n   12 ×  chaos\n";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn who_is_in_quarantine_is_told_if_anybody_is() {
        let mut summary = summary();
        assert!(!written(&summary).contains("quarantine"));
        summary.plugins[0].quarantined = true;
        let text = written(&summary);
        assert!(text.contains("\nIn quarantine after too many failures: chaos\n"), "{text}");
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
        assert!(text.contains("and 5 kinds more, which `--json` tells"), "{text}");
    }

    #[test]
    fn very_many_tasks_are_not_all_explained() {
        let mut summary = summary();
        summary.tasks =
            vec![task("t-001", TaskStatus::Failed, "the agent crashed"); MOST_UNDONE + 1];
        let text = written(&summary);
        assert_eq!(text.matches("the agent crashed").count(), MOST_UNDONE);
        assert!(text.contains("and 1 task more, which `--json` tells"), "{text}");
    }

    /// An identifier that leaves little room for other columns.
    const LONG_ID: &str = "t-001-and-a-name-that-goes-on";

    /// The lines of a table with one row, on a terminal of that width.
    fn lines_on(width: u16, title: &str) -> Vec<String> {
        let mut row = task(LONG_ID, TaskStatus::Cancelled, "");
        row.title = title.to_owned();
        let mut table = tasks(&[row]);
        fit(&mut table, width);
        table.trim_fmt().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_table_is_as_wide_as_the_terminal_and_breaks_text_alone() {
        let lines = lines_on(NARROWEST, &"A title that is far too long. ".repeat(3));
        assert!(lines.iter().all(|line| line.chars().count() <= NARROWEST.into()), "{lines:?}");
        assert!(lines.len() > 3, "{lines:?}");
        let row = &lines[2];
        for whole in [LONG_ID, "cancelled", "$0.25", "1.2s"] {
            assert!(row.contains(whole), "{row}");
        }
    }

    #[test]
    fn a_very_narrow_terminal_breaks_the_lines_itself() {
        let title = "A title that is far too long";
        let lines = lines_on(NARROWEST - 1, title);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].contains(title), "{lines:?}");
    }
}
