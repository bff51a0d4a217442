//! The statistics of a run.

use std::fs;

use serde_json::Value;

use crate::stage::{command, one_step};

#[test]
fn statistics_are_shown_and_written_on_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path(), &one_step("title: a"))
        .args(["--allow", "bernstein-plugin-journal,bernstein-plugin-chaos"])
        .args(["--stats", "--stats-json", "stats.json"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = fs::read_to_string(folder.path().join("stats.json")).expect("statistics");
    let statistics: Value = serde_json::from_str(&text).expect("JSON");
    let hooks = statistics["hooks"].as_array().expect("a list");
    let figures = |hook: &str, plugin: &str| {
        let found = hooks.iter().find(|row| row["hook"] == hook && row["plugin"] == plugin);
        found.unwrap_or_else(|| panic!("no {hook} of {plugin} in {text}"))
    };
    let good = figures("on_task_created", "bernstein-plugin-journal");
    assert_eq!((&good["calls"], &good["answers"]), (&1.into(), &1.into()));
    assert_eq!(good["failures"], serde_json::json!({}));
    let bad = figures("on_task_created", "bernstein-plugin-chaos");
    assert_eq!((&bad["calls"], &bad["failures"]["panic"]), (&1.into(), &1.into()));
    assert!(hooks.iter().all(|row| row["hook"] != "on_quality_gate_failure"), "never called");

    let shown = String::from_utf8(output.stdout).expect("text");
    let row = |hook: &str| shown.lines().any(|line| line.trim_start().starts_with(hook));
    assert!(row("on_task_created") && row("Hook"), "{shown}");
}

#[test]
fn statistics_are_a_line_of_json_before_the_summary() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path(), &one_step("title: a"))
        .args(["--json", "--stats"])
        .output()
        .expect("run");
    let lines = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<Value> =
        lines.lines().rev().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["event"], "run_ended");
    assert_eq!(lines[1]["event"], "statistics");
    assert!(lines[1]["hooks"].as_array().is_some_and(|hooks| !hooks.is_empty()));
    assert!(lines.iter().skip(2).all(|line| line["event"] != "statistics"));
}

#[test]
fn without_a_request_nothing_is_counted_or_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path(), &one_step("title: a")).arg("--json").output().expect("run");
    assert!(!String::from_utf8(output.stdout).expect("text").contains("statistics"));
}
