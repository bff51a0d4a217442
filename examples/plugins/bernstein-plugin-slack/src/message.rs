//! What is said to the channel. Every message keeps below the 4,000 characters that Slack advises.

use bernstein_hooks::{Task, TaskError, Usd};

use crate::account::{Account, Failure};
use crate::text;

const LONGEST_NAME: usize = 200;
const LONGEST_REASON: usize = 500;
const LONGEST_OUTPUT: usize = 700;
/// How many gates a message tells of.
const MOST_GATES: usize = 3;

/// A task has failed for good.
pub(crate) fn failure(task: &Task, error: &TaskError, failure: &Failure) -> String {
    let name = text::line(&task.to_string(), LONGEST_NAME);
    let reason = text::line(&error.message, LONGEST_REASON);
    let run = of_run(&failure.run);
    let Task { attempt, max_attempts, .. } = task;
    let mut message =
        format!(":x: {name}{run} failed in attempt {attempt} of {max_attempts}: {reason}");
    for gate in failure.gates.iter().take(MOST_GATES) {
        message.push('\n');
        message.push_str(&text::line(&gate.to_string(), LONGEST_NAME));
        let output = if gate.tail.is_empty() { &gate.head } else { &gate.tail };
        let block = text::block(output, LONGEST_OUTPUT);
        if !block.is_empty() {
            message.push('\n');
            message.push_str(&block);
        }
    }
    match failure.gates.len().saturating_sub(MOST_GATES) {
        0 => {}
        more => message.push_str(&format!("\n{more} more failed")),
    }
    message
}

/// A threshold was crossed.
pub(crate) fn threshold(total: Usd, threshold: Usd, run: &str) -> String {
    let run = of_run(run);
    format!(":moneybag: {total} spent{run}, and so the threshold of {threshold} is crossed")
}

/// The run has ended, and so many messages before this one were dropped.
pub(crate) fn ending(account: &Account, dropped: u64) -> String {
    let is_well = account.done == account.created;
    let mark = if is_well { ":white_check_mark:" } else { ":x:" };
    let run = match text::line(&account.run, LONGEST_NAME) {
        name if name.is_empty() => "The run".to_owned(),
        name => format!("Run {name}"),
    };
    let mut parts = vec![format!("{} done", account.done)];
    let others = [
        (account.failed, "failed"),
        (account.stopped, "stopped"),
        (account.unfinished(), "not finished"),
    ];
    parts.extend(
        others
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}")),
    );
    let tasks = parts.join(", ");
    let at_least = if account.may_have_cost_more() { "at least " } else { "" };
    let mut message = format!("{mark} {run} has ended: {tasks}; cost {at_least}{}", account.cost());
    match dropped {
        0 => {}
        1 => message.push_str("\n1 message before this one was dropped"),
        _ => message.push_str(&format!("\n{dropped} messages before this one were dropped")),
    }
    message
}

fn of_run(run: &str) -> String {
    match text::line(run, LONGEST_NAME) {
        name if name.is_empty() => name,
        name => format!(" (run {name})"),
    }
}

#[cfg(test)]
mod tests {
    use bernstein_hooks::{
        CommandExit, GateOutcome, GateVerdict, TaskErrorKind, TaskResult, metadata,
    };

    use super::*;

    fn task() -> Task {
        Task::new("t-003", "Write <the> parser")
            .with_attempt(3)
            .with_metadata(metadata::RUN_DIR, "/runs/20251120-042409")
    }

    fn gates_failed() -> TaskError {
        TaskError::new(TaskErrorKind::GatesFailed(vec!["tests".into()]), "tests failed")
    }

    #[test]
    fn a_failure_reads_like_this() {
        let gate = GateOutcome::new("tests", GateVerdict::Fail).with_exit(CommandExit::Code(1));
        let mut account = Account::default();
        account.task_created(&task());
        account.gate_failed(&task(), &gate.clone().with_output("running", "1 & 2 failed\n"));
        account.gate_failed(&task(), &gate);
        account.attempt_failed(&task(), &gates_failed());
        let known = account.take_failure(&task()).expect("a failure");
        assert_eq!(
            failure(&task(), &gates_failed(), &known),
            ":x: t-003 Write &lt;the&gt; parser (run 20251120-042409) failed in attempt 3 of 3: \
             tests failed\n\
             gate `tests` failed (exit code 1)\n\
             ```1 &amp; 2 failed```\n\
             gate `tests` failed (exit code 1)"
        );
    }

    #[test]
    fn a_failure_is_short_whatever_is_in_it() {
        let much = "&".repeat(100_000);
        let task = Task::new("t-003", much.as_str());
        let error = TaskError::new(TaskErrorKind::TimedOut, much.as_str());
        let gate = GateOutcome::new(much.as_str(), GateVerdict::Fail).with_output(&*much, &*much);
        let known = Failure { run: much, gates: vec![gate; 100] };
        let message = failure(&task, &error, &known);
        assert!(message.chars().count() < 4_000, "{}", message.chars().count());
        assert!(message.ends_with("\n97 more failed"), "{message}");
    }

    #[test]
    fn a_threshold_reads_like_this() {
        assert_eq!(
            threshold(Usd::from_cents(501), Usd::from_cents(500), "20251120-042409"),
            ":moneybag: $5.01 spent (run 20251120-042409), and so the threshold of $5.00 is crossed"
        );
    }

    #[test]
    fn the_end_of_a_run_counts_its_tasks() {
        let mut account = Account::default();
        assert!(account.is_empty());
        account.task_created(&task());
        account.task_done(&task(), &TaskResult::new("t-003.3", "").with_cost(Usd::from_cents(4)));
        let well = ":white_check_mark: Run 20251120-042409 has ended: 1 done; cost $0.04";
        assert_eq!(ending(&account, 0), well);

        for _ in 0..3 {
            account.task_created(&task());
        }
        account.threshold_crossed(Usd::from_cents(50));
        account.attempt_failed(&task(), &gates_failed().with_retry());
        account.attempt_failed(&task(), &gates_failed());
        account.attempt_failed(&task(), &TaskError::new(TaskErrorKind::Budget, "spent"));
        assert_eq!(
            ending(&account, 2),
            ":x: Run 20251120-042409 has ended: 1 done, 1 failed, 1 stopped, 1 not finished; \
             cost at least $0.50\n\
             2 messages before this one were dropped"
        );
    }

    #[test]
    fn the_gates_of_an_attempt_are_forgotten_with_it() {
        let mut account = Account::default();
        account.gate_failed(&task(), &GateOutcome::new("lint", GateVerdict::Fail));
        account.attempt_failed(&task(), &gates_failed().with_retry());
        assert!(account.take_failure(&task()).is_none());
        account.gate_failed(&task(), &GateOutcome::new("tests", GateVerdict::Fail));
        account.attempt_failed(&task(), &gates_failed());
        let known = account.take_failure(&task()).expect("a failure");
        let gates: Vec<&str> = known.gates.iter().map(|gate| &*gate.gate).collect();
        assert_eq!(gates, ["tests"]);
    }
}
