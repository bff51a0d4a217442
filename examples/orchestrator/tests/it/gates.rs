//! What is asked about the work of an agent after it has ended.

use std::fs;

use bernstein_hooks::{CommandExit, GateOutcome, GateVerdict, TaskErrorKind, TaskStatus};

use crate::recorder::Call;
use crate::stage::{Ended, Stage, one_step, process_in, until_gone};

/// A run of one task, in one attempt, with those gates of the plan and those signals of the step.
#[track_caller]
fn run(gates: &str, signals: &str) -> Ended {
    let plan = format!(
        "gates: [{gates}]\n{}",
        one_step(&format!("title: a, completion_signals: [{signals}]"))
    );
    Stage::new(&plan).attempts(1).run()
}

/// The gates that have failed, in order.
fn failures(ended: &Ended) -> Vec<&GateOutcome> {
    ended
        .calls
        .iter()
        .filter_map(
            |call| if let Call::GateFailed(_, outcome) = call { Some(outcome) } else { None },
        )
        .collect()
}

#[track_caller]
fn only_failure(ended: &Ended) -> &GateOutcome {
    let failures = failures(ended);
    assert_eq!(failures.len(), 1, "{failures:?}");
    failures[0]
}

/// What the gates of the only task found, which is done.
#[track_caller]
fn outcomes(ended: &Ended) -> &[GateOutcome] {
    match ended.calls.last() {
        Some(Call::Completed(_, result)) => result.gates.outcomes(),
        other => panic!("the run ended with {other:?}"),
    }
}

#[test]
fn a_task_is_done_when_its_signals_hold() {
    let signals = "{path_exists: a.txt}, {glob_exists: 'src/**/*.rs'}, \
                   {file_contains: {path: b.txt, contains: here}}, \
                   {test_passes: 'test -f a.txt'}, {command: 'grep -q here b.txt'}";
    let ended = run("", signals);
    let verdicts: Vec<GateVerdict> =
        outcomes(&ended).iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [GateVerdict::Pass; 5]);
}

#[test]
fn a_gate_that_fails_keeps_a_task_from_being_done() {
    let ended = run("{name: lint, command: 'echo three warnings; exit 3'}", "");
    let outcome = only_failure(&ended);
    assert_eq!((outcome.gate.as_str(), outcome.verdict), ("lint", GateVerdict::Fail));
    assert_eq!(outcome.exit, Some(CommandExit::Code(3)));
    assert_eq!(outcome.head, "three warnings\n");
    let Some(Call::Failed(_, error)) = ended.calls.last() else { panic!("failed") };
    assert_eq!(error.kind, TaskErrorKind::GatesFailed(vec!["lint".to_owned()]));
    assert_eq!(ended.statuses(), [TaskStatus::Failed]);
}

#[test]
fn every_gate_is_asked_and_every_failure_told() {
    let ended = run(
        "{name: one, command: 'false'}, {name: two, command: 'true'}, \
         {name: three, command: 'false'}",
        "",
    );
    let names: Vec<&str> = failures(&ended).iter().map(|outcome| outcome.gate.as_str()).collect();
    assert_eq!(names, ["one", "three"]);
}

#[test]
fn a_gate_that_is_not_required_fails_in_silence() {
    let ended = run("{name: style, command: 'false', required: false}", "");
    assert_eq!(ended.statuses(), [TaskStatus::Done]);
    assert_eq!(outcomes(&ended)[0].verdict, GateVerdict::Fail);
    assert!(!outcomes(&ended)[0].required);
}

#[test]
fn a_gate_past_its_time_is_ended_with_its_whole_group() {
    let gate =
        "{name: slow, timeout: 1s, command: 'echo begun; sleep 600 & echo $! > sleeper; wait'}";
    let ended = run(gate, "");
    let outcome = only_failure(&ended);
    assert_eq!(outcome.verdict, GateVerdict::TimedOut);
    assert_eq!(outcome.exit, None);
    assert_eq!(outcome.head, "begun\n");
    until_gone(process_in(&ended.work_file("sleeper")));
}

#[test]
fn a_command_that_cannot_be_started_is_not_one_that_has_failed() {
    let ended = run("{name: lint, command: no-such-linter --all}", "");
    assert_eq!(only_failure(&ended).verdict, GateVerdict::CouldNotRun);
    assert!(only_failure(&ended).head.contains("not found"), "{:?}", only_failure(&ended));
}

#[test]
fn a_gate_that_is_ended_by_a_signal_has_failed() {
    let ended = run("{name: lint, command: 'kill -KILL $$'}", "");
    assert_eq!(only_failure(&ended).verdict, GateVerdict::Fail);
    assert_eq!(only_failure(&ended).exit, Some(CommandExit::Signal(9)));
}

#[test]
fn long_output_is_kept_at_both_ends_and_whole_in_the_log() {
    let gate = "{name: tests, command: 'echo first; seq 1 200000; echo the failure >&2; exit 1'}";
    let ended = run(gate, "");
    let outcome = only_failure(&ended);
    assert!(outcome.head.starts_with("first\n1\n2\n"), "{}", outcome.head);
    assert!(outcome.tail.ends_with("199999\n200000\nthe failure\n"), "{}", outcome.tail);
    assert!(outcome.head.len() + outcome.tail.len() < 20_000);
    let log = fs::read_to_string(outcome.log.as_ref().expect("a log")).expect("read");
    assert_eq!(log.lines().count(), 200_002);
}

#[test]
fn what_needs_a_model_is_skipped_and_keeps_nothing_from_being_done() {
    let ended = run("", "{llm_review: is it good}, {llm_judge: is it done}");
    let verdicts: Vec<GateVerdict> =
        outcomes(&ended).iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [GateVerdict::Skipped; 2]);
}

#[test]
fn gates_of_the_configuration_are_asked_after_those_of_the_plan_and_of_the_step() {
    let mut stage = Stage::new(
        "gates: [{name: of the plan, command: 'true'}]
stages: [{name: all, steps: [{title: a, completion_signals: [{path_exists: a.txt}]}]}]",
    );
    let gate = bernstein::plan::Gate {
        name: "of the configuration".to_owned(),
        command: "true".to_owned(),
        required: true,
        timeout: crate::stage::PATIENCE,
    };
    stage.config.gates.push(gate);
    let ended = stage.run();
    let names: Vec<&str> = outcomes(&ended).iter().map(|outcome| outcome.gate.as_str()).collect();
    assert_eq!(names, ["path_exists a.txt", "of the plan", "of the configuration"]);
}

#[test]
fn a_gate_reads_nothing_from_standard_input() {
    let ended = run("{name: cat, command: 'test -z \"$(cat)\"'}", "");
    assert_eq!(ended.statuses(), [TaskStatus::Done]);
}

#[test]
fn the_files_that_an_agent_has_changed_are_told() {
    let ended = Stage::new(&one_step(
        "title: a, files: [b.md, a.md], completion_signals: [{path_exists: c.md}]",
    ))
    .run();
    let Some(Call::Completed(_, result)) = ended.calls.last() else { panic!("completed") };
    let files: Vec<&str> = result.files_changed.iter().filter_map(|file| file.to_str()).collect();
    assert_eq!(files, ["a.md", "b.md", "c.md"]);
}
