//! What an agent has started goes with it.

use std::process::{Command, Stdio};
use std::time::Duration;

use bernstein_hooks::{AgentExit, TaskStatus};

use crate::recorder::Call;
use crate::stage::{BERNSTEIN, Stage, command, first_agent, one_step, process_in, until_gone};

#[test]
fn a_child_that_an_agent_leaves_behind_is_killed_after_a_clean_end() {
    let ended = Stage::for_agent("sleep 600 & echo $! > child").run();
    assert_eq!(ended.statuses(), [TaskStatus::Done]);
    until_gone(process_in(&ended.work_file("child")));
}

#[test]
fn a_child_that_holds_the_output_open_does_not_hold_up_the_run() {
    // It has left the group, so it is out of reach. The test ends it by its number.
    let ended = Stage::for_agent(
        "setsid sh -c 'echo $$ > child; exec sleep 600' & until [ -s child ]; do :; done",
    )
    .run();
    assert_eq!(ended.statuses(), [TaskStatus::Done]);
    let child = process_in(&ended.work_file("child"));
    rustix::process::kill_process(child, rustix::process::Signal::KILL)
        .expect("it was still there");
}

#[test]
fn a_hung_agent_is_killed_with_its_whole_group() {
    let script =
        "trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo $! > child; wait";
    let mut stage = Stage::for_agent(script).attempts(1);
    stage.config.deadline = Duration::from_secs(1);
    stage.config.grace = Duration::from_millis(200);
    let ended = stage.run();
    assert!(ended.calls.iter().any(|call| matches!(call, Call::Died(_, AgentExit::TimedOut))));
    until_gone(process_in(&ended.work_file("child")));
}

#[test]
fn the_grace_of_a_child_outlasts_the_agent_that_started_it() {
    // The agent dies of TERM at once. Its child needs a moment to put its things away.
    let child = "trap \"sleep 0.3; echo away > child.away; exit\" TERM
                 echo ready > ready; while :; do sleep 0.02; done";
    let mut stage = Stage::for_agent(&format!("sh -c '{child}' & wait")).attempts(1);
    stage.config.deadline = Duration::from_secs(1);
    let ended = stage.run();
    assert!(ended.work_file("ready").exists());
    assert!(ended.work_file("child.away").exists());
}

#[test]
fn the_agents_of_an_orchestrator_that_is_killed_are_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(folder.path(), &one_step("title: a, mock: [hang]"));
    let mut orchestrator = command
        .arg("--json")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let agent = first_agent(orchestrator.stdout.take().expect("piped"));
    orchestrator.kill().expect("killed");
    orchestrator.wait().expect("waited for");
    until_gone(agent);
}

#[test]
fn deaths_are_told_even_if_the_orchestrator_was_started_to_ignore_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = command(folder.path(), &one_step("title: a, mock: [crash, work]"));
    let output = Command::new("env")
        .args(["--ignore-signal=CHLD", BERNSTEIN])
        .args(run.get_args())
        .arg("--json")
        .current_dir(folder.path())
        .output()
        .expect("run");
    let events = String::from_utf8(output.stdout).expect("text");
    assert!(events.contains(r#""exit":{"signal":6}"#), "{events}");
    assert!(output.status.success(), "{events}");
}
