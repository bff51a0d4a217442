//! What the line of an event says. Nothing here prints.

use std::fmt;

use anstyle::{AnsiColor, Style};
use bernstein_hooks::{
    AgentExit, AgentId, GateOutcome, ModelId, Role, Task, TaskError, TaskResult, TaskStatus, Usd,
};

use crate::text;

/// What kind of news a line brings: its first character, and the colour of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Begun,
    Ended,
    Warning,
    Again,
    Done,
    Failed,
    Money,
}

impl Mark {
    const fn character(self) -> char {
        match self {
            Self::New => '+',
            Self::Begun => '>',
            Self::Ended => '-',
            Self::Warning => '!',
            Self::Again => '↻',
            Self::Done => '✓',
            Self::Failed => '✗',
            Self::Money => '$',
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::New | Self::Begun | Self::Ended => AnsiColor::Cyan.on_default(),
            Self::Warning | Self::Again | Self::Money => AnsiColor::Yellow.on_default(),
            Self::Done => AnsiColor::Green.on_default(),
            Self::Failed => AnsiColor::Red.on_default(),
        }
    }
}

/// A line without its end. `{}` prints it plain, `{:#}` in colour.
#[derive(Debug)]
pub(crate) struct Line {
    mark: Mark,
    text: String,
}

impl Line {
    /// A line of any text, which is made to fit.
    fn new(mark: Mark, text: &str) -> Self {
        Self { mark, text: text::one_line(text) }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mark, text } = self;
        let character = mark.character();
        if f.alternate() {
            let style = mark.style();
            write!(f, "{style}{character}{style:#} {text}")
        } else {
            write!(f, "{character} {text}")
        }
    }
}

pub(crate) fn task_created(task: &Task) -> Line {
    let Task { role, priority, .. } = task;
    Line::new(Mark::New, &format!("{} — new, {role}, {priority}", name(task)))
}

pub(crate) fn task_claimed(task: &Task, agent: &AgentId) -> Line {
    let text = format!("{} — claimed by {agent}, attempt {}", name(task), attempt(task));
    Line::new(Mark::Begun, &text)
}

pub(crate) fn agent_spawned(
    agent: &AgentId,
    role: &Role,
    adapter: &str,
    model: Option<&ModelId>,
) -> Line {
    let model = model.map_or_else(String::new, |model| format!(" with {model}"));
    Line::new(Mark::Begun, &format!("{agent} — started as {role} on {adapter}{model}"))
}

pub(crate) fn agent_died(agent: &AgentId, exit: &AgentExit) -> Line {
    let mark = if exit.is_clean() { Mark::Ended } else { Mark::Warning };
    Line::new(mark, &format!("{agent} — {exit}"))
}

pub(crate) fn gate_failed(task: &Task, outcome: &GateOutcome) -> Line {
    Line::new(Mark::Warning, &format!("{} — {outcome}", name(task)))
}

pub(crate) fn task_completed(task: &Task, result: &TaskResult) -> Line {
    let took = text::duration(result.duration);
    Line::new(Mark::Done, &format!("{} — done in {took}, {}", name(task), result.cost))
}

pub(crate) fn task_failed(task: &Task, error: &TaskError) -> Line {
    let name = name(task);
    if error.will_retry {
        let attempt = attempt(task);
        let text = format!("{name} — attempt {attempt} failed, another follows: {error}");
        Line::new(Mark::Again, &text)
    } else {
        let end = if task.status == TaskStatus::Cancelled { "cancelled" } else { "failed" };
        Line::new(Mark::Failed, &format!("{name} — {end}: {error}"))
    }
}

pub(crate) fn cost_threshold(total: Usd, threshold: Usd) -> Line {
    let text = format!("{total} spent, and so the threshold of {threshold} is crossed");
    Line::new(Mark::Money, &text)
}

/// The task by its id and its title, which may be long.
fn name(task: &Task) -> String {
    format!("{} {}", task.id, text::title(&task.title))
}

/// `1 of 3`.
fn attempt(task: &Task) -> String {
    format!("{} of {}", task.attempt, task.max_attempts)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bernstein_hooks::{CommandExit, GateVerdict, TaskErrorKind};

    use super::*;

    fn task() -> Task {
        Task::new("t-003", "Write the parser")
    }

    #[test]
    fn the_life_of_a_task_reads_like_this() {
        let agent = AgentId::new("t-003.1");
        let gate = GateOutcome::new("tests", GateVerdict::Fail).with_exit(CommandExit::Code(1));
        let error = TaskError::new(TaskErrorKind::TimedOut, "the agent ran past its deadline");
        let stopped =
            TaskError::new(TaskErrorKind::Cancelled, "the agent was killed by the operator");
        let result = TaskResult::new("t-003.2", "parser written")
            .with_cost(Usd::from_cents(4))
            .with_duration(Duration::from_millis(1_234));
        let lines = [
            task_created(&task()),
            task_claimed(&task(), &agent),
            agent_spawned(&agent, &Role::default(), "mock", None),
            agent_spawned(&agent, &Role::default(), "mock", Some(&ModelId::new("small"))),
            agent_died(&agent, &AgentExit::Clean),
            agent_died(&agent, &AgentExit::Code(3)),
            gate_failed(&task(), &gate),
            task_failed(&task(), &error.clone().with_retry()),
            task_completed(&task().with_attempt(2), &result),
            task_failed(&task(), &error),
            task_failed(&task().with_status(TaskStatus::Cancelled), &stopped),
            cost_threshold(Usd::from_cents(501), Usd::from_cents(500)),
        ];
        assert_eq!(
            lines.map(|line| line.to_string()),
            [
                "+ t-003 Write the parser — new, backend, p2",
                "> t-003 Write the parser — claimed by t-003.1, attempt 1 of 3",
                "> t-003.1 — started as backend on mock",
                "> t-003.1 — started as backend on mock with small",
                "- t-003.1 — ended cleanly",
                "! t-003.1 — ended with exit code 3",
                "! t-003 Write the parser — gate `tests` failed (exit code 1)",
                "↻ t-003 Write the parser — attempt 1 of 3 failed, another follows: \
                 the agent ran past its deadline",
                "✓ t-003 Write the parser — done in 1.2 s, $0.04",
                "✗ t-003 Write the parser — failed: the agent ran past its deadline",
                "✗ t-003 Write the parser — cancelled: the agent was killed by the operator",
                "$ $5.01 spent, and so the threshold of $5.00 is crossed",
            ]
        );
    }

    #[test]
    fn only_the_mark_is_coloured() {
        let line = task_created(&task());
        assert_eq!(
            format!("{line:#}"),
            "\u{1b}[36m+\u{1b}[0m t-003 Write the parser — new, backend, p2"
        );
    }

    #[test]
    fn a_long_title_leaves_room_for_the_news() {
        let line = task_created(&Task::new("t-003", "very ".repeat(1_000))).to_string();
        assert!(line.ends_with("… — new, backend, p2"), "{line}");
    }
}
