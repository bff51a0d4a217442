//! The binary: what it writes where, and how it ends.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use bernstein_hooks::{BernsteinSpec, PluginManager};
use serde_json::Value;
use tempfile::TempDir;

use crate::stage::{BERNSTEIN, command, one_step};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The binary with those arguments, in that folder.
fn bernstein(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BERNSTEIN).current_dir(folder).args(arguments).output().expect("run")
}

/// Whether anything of a run was begun there.
fn has_begun(folder: &Path) -> bool {
    folder.join("run").exists() || folder.join(".bernstein").exists()
}

#[test]
fn a_run_whose_tasks_are_all_done_ends_with_0_and_a_table() {
    let folder = folder();
    let output = command(folder.path(), &one_step("title: Write it")).output().expect("run");
    assert_eq!(output.status.code(), Some(0));
    let stdout = text(&output.stdout);
    assert!(stdout.contains("t-001"), "{stdout}");
    assert!(stdout.contains("Write it"), "{stdout}");
    assert!(stdout.contains("1 task: 1 done"), "{stdout}");
}

#[test]
fn a_run_with_a_failed_task_ends_with_1_and_says_why() {
    let folder = folder();
    let output = command(folder.path(), &one_step("title: Try, mock: [crash, crash]"))
        .args(["--max-attempts", "1"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(1));
    let stdout = text(&output.stdout);
    assert!(stdout.contains("the agent was ended by signal 6 (SIGABRT)"), "{stdout}");
}

#[test]
fn everything_wrong_with_a_plan_is_told_and_nothing_starts() {
    let folder = folder();
    let output =
        command(folder.path(), "stages: [{name: a, depends_on: [b], steps: [{role: qa}]}]")
            .output()
            .expect("run");
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(&output.stderr);
    assert_eq!(
        stderr
            .lines()
            .filter(|line| line.contains("plan.yaml:2:") && line.contains("error"))
            .count(),
        2,
        "{stderr}"
    );
    assert!(!has_begun(folder.path()));
}

#[test]
fn an_unknown_adapter_is_told_before_anything_starts() {
    let folder = folder();
    let output = command(folder.path(), &one_step("title: a, cli: claud")).output().expect("run");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).starts_with("error: there is no adapter `claud`; there is `mock`.")
    );
    assert!(!has_begun(folder.path()));
}

#[test]
fn a_missing_program_is_told_before_anything_starts() {
    let folder = folder();
    std::fs::write(
        folder.path().join("bernstein.yaml"),
        "adapters: {absent: 'no-such-agent -p {prompt}'}\n",
    )
    .expect("written");
    let output = command(folder.path(), &one_step("title: a"))
        .args(["--adapter", "absent"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("`no-such-agent`, which is not installed"),
        "{}",
        text(&output.stderr)
    );
    assert!(!has_begun(folder.path()));
}

#[test]
fn a_folder_with_an_earlier_run_is_left_alone() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("run")).expect("made");
    std::fs::write(folder.path().join("run/results"), "precious").expect("written");
    let output = command(folder.path(), &one_step("title: a")).output().expect("run");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is not empty"));
    assert_eq!(std::fs::read_dir(folder.path().join("run")).expect("read").count(), 1);
}

#[test]
fn a_name_that_no_plugin_bears_is_a_warning_with_the_nearest_names() {
    let folder = folder();
    let output = command(folder.path(), &one_step("title: a"))
        .args(["--block", "bernstein-plugin-jurnal"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(0));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("warning: the block list names `bernstein-plugin-jurnal`"), "{stderr}");
    assert!(
        stderr.contains("did you mean") && stderr.contains("`bernstein-plugin-journal`"),
        "{stderr}"
    );
}

#[test]
fn a_blocked_plugin_takes_no_part() {
    let folder = folder();
    let output = command(folder.path(), &one_step("title: a"))
        .args(["--block", "bernstein-plugin-journal"])
        .output()
        .expect("run");
    assert!(!folder.path().join("run/journal.jsonl").exists());
    assert!(!text(&output.stdout).contains("bernstein-plugin-journal"));
}

#[test]
fn the_configuration_blocks_and_the_command_line_allows() {
    let folder = folder();
    std::fs::write(
        folder.path().join("bernstein.yaml"),
        "plugins: {block: [bernstein-plugin-journal]}\n",
    )
    .expect("written");
    let states = |arguments: &[&str]| -> Vec<(String, bool)> {
        let output =
            bernstein(folder.path(), &[&["plugins", "list", "--json"], arguments].concat());
        let plugins: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
        plugins
            .iter()
            .map(|row| (row["name"].as_str().expect("text").to_owned(), row["active"] == true))
            .collect()
    };
    let active = |name: &str, states: &[(String, bool)]| {
        states.iter().any(|(other, active)| other == name && *active)
    };
    let journal = "bernstein-plugin-journal";
    assert!(!active(journal, &states(&[])));
    assert!(!active(journal, &states(&["--allow", journal])), "a block beats an allowance");
}

#[test]
fn events_and_the_summary_are_lines_of_json_and_nothing_else_is_on_standard_output() {
    let folder = folder();
    let output = command(folder.path(), &one_step("title: a")).arg("--json").output().expect("run");
    let events: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let names: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(
        names,
        [
            "task_opened",
            "task_claimed",
            "agent_spawned",
            "tokens_spent",
            "agent_died",
            "task_completed",
            "run_ended"
        ]
    );
    assert!(events.iter().all(|event| event["time"].is_string()));
    let summary = &events[6];
    assert_eq!(summary["success"], true);
    assert_eq!(summary["cost"], "0.0081");
    assert_eq!(summary["tasks"][0]["status"], "done");
    assert_eq!(summary["tasks"][0]["log"], "logs/t-001.1.log");
    assert!(folder.path().join("run/logs/t-001.1.log").exists());
}

#[test]
fn what_a_plugin_prints_does_not_get_between_the_lines_of_json() {
    let folder = folder();
    let output = command(folder.path(), &one_step("title: a"))
        .env("BERNSTEIN_CHAOS", "print")
        .args(["--json", "--allow", "bernstein-plugin-chaos"])
        .output()
        .expect("run");
    for line in text(&output.stdout).lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    assert!(text(&output.stderr).contains("chaos at on_task_created\n"), "{output:?}");
}

#[test]
fn nobody_reading_the_events_is_no_reason_to_end_the_run() {
    let folder = folder();
    let mut process = command(folder.path(), &one_step("title: a, mock: [slow]"))
        .args(["--json", "--allow", "bernstein-plugin-journal"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    drop(process.stdout.take());
    let output = process.wait_with_output().expect("waited for");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let journal =
        std::fs::read_to_string(folder.path().join("run/journal.jsonl")).expect("a journal");
    assert!(journal.contains("on_task_completed"));
}

/// The exit code of the binary with those arguments, when nobody reads what it writes.
fn exit_code_unread(folder: &Path, arguments: &[&str]) -> Option<i32> {
    let closed = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        writer
    };
    let mut command = Command::new(BERNSTEIN);
    command.current_dir(folder).args(arguments).stdout(closed()).stderr(closed());
    command.status().expect("run").code()
}

#[test]
fn nobody_reading_changes_no_exit_code() {
    let folder = folder();
    let good = format!("name: good\n{}", one_step("title: a"));
    std::fs::write(folder.path().join("good.yaml"), good).expect("written");
    std::fs::write(folder.path().join("bad.yaml"), "name: bad\n").expect("written");
    let code = |arguments: &[&str]| exit_code_unread(folder.path(), arguments);
    for json in [&[][..], &["--json"][..]] {
        let code = |arguments: &[&str]| code(&[arguments, json].concat());
        assert_eq!(code(&["plugins", "list", "--block", "nobody"]), Some(0));
        assert_eq!(code(&["hooks", "list"]), Some(0));
        assert_eq!(code(&["plan", "check", "good.yaml"]), Some(0));
        assert_eq!(code(&["plan", "check", "good.yaml", "bad.yaml"]), Some(2));
        assert_eq!(code(&["run", "good.yaml"]), Some(0));
        assert_eq!(code(&["run", "bad.yaml"]), Some(2));
    }
}

#[test]
fn a_check_of_plans_tells_of_each_and_runs_none() {
    let folder = folder();
    std::fs::write(
        folder.path().join("good.yaml"),
        format!("name: good\n{}", one_step("title: a")),
    )
    .expect("written");
    std::fs::write(folder.path().join("bad.yaml"), "name: bad\n").expect("written");
    let output = bernstein(folder.path(), &["plan", "check", "good.yaml", "bad.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "good.yaml: valid: good, 1 stage, 1 task\n");
    assert!(text(&output.stderr).contains("bad.yaml:1:1: error:"), "{}", text(&output.stderr));
    assert!(!has_begun(folder.path()));

    let output = bernstein(folder.path(), &["plan", "check", "--json", "good.yaml", "bad.yaml"]);
    let plans: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(plans.iter().map(|plan| &plan["valid"]).collect::<Vec<_>>(), [true, false]);
    assert_eq!(plans[1]["diagnostics"][0]["line"], 1);
}

#[test]
fn the_name_of_a_plan_cannot_move_the_cursor() {
    let folder = folder();
    let plan = format!("name: \"a\\e[2J\\nb\"\n{}", one_step("title: a"));
    std::fs::write(folder.path().join("plan.yaml"), plan).expect("written");
    let output = bernstein(folder.path(), &["plan", "check", "plan.yaml"]);
    assert_eq!(text(&output.stdout), "plan.yaml: valid: a [2J b, 1 stage, 1 task\n");
}

#[test]
fn the_list_of_hooks_has_all_of_them_with_their_implementations_in_call_order() {
    let folder = folder();
    let output = bernstein(folder.path(), &["hooks", "list", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let hooks: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let listed: Vec<&str> = hooks.iter().filter_map(|hook| hook["hook"].as_str()).collect();
    let declared: Vec<&str> = PluginManager::new()
        .call_order::<BernsteinSpec>()
        .iter()
        .map(|order| order.hook.name)
        .collect();
    assert_eq!(listed, declared);
    let discovered = PluginManager::discover().expect("discovered");
    let order = discovered.call_order::<BernsteinSpec>();
    let expected: Vec<&str> =
        order[0].implementations.iter().map(|implementation| &*implementation.plugin).collect();
    let implementations = hooks[0]["implementations"].as_array().expect("a list");
    let listed: Vec<&str> =
        implementations.iter().filter_map(|row| row["plugin"].as_str()).collect();
    assert_eq!(listed, expected);

    let people = text(&bernstein(folder.path(), &["hooks", "list"]).stdout);
    assert!(people.contains("on_task_created(task: &Task)"), "{people}");
}

#[test]
fn a_wrong_configuration_is_told_with_its_place() {
    let folder = folder();
    std::fs::write(folder.path().join("bernstein.yaml"), "deadline: soon\n").expect("written");
    let output = command(folder.path(), &one_step("title: a")).output().expect("run");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).starts_with("bernstein.yaml:1:11: error:"),
        "{}",
        text(&output.stderr)
    );
    assert!(!has_begun(folder.path()));
}

#[test]
fn a_run_makes_a_new_folder_each_time_when_none_is_named() {
    let folder = folder();
    std::fs::write(
        folder.path().join("plan.yaml"),
        format!("name: test\n{}", one_step("title: a")),
    )
    .expect("written");
    for _ in 0..2 {
        assert_eq!(bernstein(folder.path(), &["run", "plan.yaml"]).status.code(), Some(0));
    }
    assert_eq!(std::fs::read_dir(folder.path().join(".bernstein/runs")).expect("read").count(), 2);
}

#[test]
fn a_plugin_that_fails_again_and_again_is_left_out_unless_the_configuration_says_otherwise() {
    let chaos = |config: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("bernstein.yaml"), config).expect("written");
        let output =
            command(folder.path(), &one_step("title: x")).arg("--json").output().expect("run");
        let last = text(&output.stdout).lines().last().expect("a summary").to_owned();
        let summary: serde_json::Value = serde_json::from_str(&last).expect("JSON");
        let plugins = summary["plugins"].as_array().expect("plugins").clone();
        let chaos = plugins.into_iter().find(|row| row["name"] == "bernstein-plugin-chaos");
        chaos.expect("it is linked in")
    };
    let left_out = chaos("quarantine: {failures: 2}\n");
    assert_eq!((&left_out["failures"], &left_out["quarantined"]), (&2.into(), &true.into()));
    let kept = chaos("quarantine: {failures: 0}\n");
    assert!(kept["failures"].as_u64() > Some(2), "{kept}");
    assert_eq!(kept["quarantined"], false);
}
