//! Steps become tasks.

use std::num::NonZeroU32;

use bernstein_hooks::{CompletionSignal, Complexity, Priority, Scope, Task, TaskStatus, Timestamp};
use serde_json::json;

use super::plan;

fn tasks(text: &str) -> Vec<Task> {
    plan(text).tasks(NonZeroU32::new(5).expect("not zero"), Timestamp::UNIX_EPOCH)
}

fn names<T: ToString>(names: impl IntoIterator<Item = T>) -> Vec<String> {
    names.into_iter().map(|name| name.to_string()).collect()
}

#[test]
fn a_task_says_all_that_its_step_says() {
    let tasks = tasks(
        "\
name: n
stages:
  - name: build
    steps:
      - title: Write it
        description: In full.
        role: qa
        priority: 1
        scope: large
        complexity: high
        files: [a, b]
        model: opus
        effort: max
        cli: codex
        estimated_minutes: 45
        completion_signals: [path_exists: a]
        mock: [idle]
",
    );
    let expected = Task::new("t-001", "Write it")
        .with_description("In full.")
        .with_role("qa")
        .with_priority(Priority::HIGH)
        .with_scope(Scope::Large)
        .with_complexity(Complexity::High)
        .with_owned_files(["a", "b"])
        .with_model("opus")
        .with_effort("max")
        .with_adapter("codex")
        .with_estimated_minutes(45)
        .with_completion_signal(CompletionSignal::PathExists { path: "a".into() })
        .with_max_attempts(5)
        .with_created_at(Timestamp::UNIX_EPOCH)
        .with_metadata("stage", "build")
        .with_metadata("mock", json!(["idle"]));
    assert_eq!(tasks, [expected]);
    assert_eq!(tasks[0].status, TaskStatus::Planned);
    assert_eq!(tasks[0].attempt, 1);
}

#[test]
fn a_task_depends_on_every_task_of_the_stages_before_its_own() {
    let tasks = tasks(
        "\
name: n
stages:
  - {name: last, depends_on: [middle, first], steps: [{title: five}]}
  - {name: first, steps: [{title: one}, {title: two}]}
  - {name: middle, depends_on: [first], steps: [{title: three}, {title: four}]}
",
    );
    assert_eq!(
        names(tasks.iter().map(|task| &task.id)),
        ["t-001", "t-002", "t-003", "t-004", "t-005"]
    );
    let dependencies: Vec<Vec<String>> = tasks.iter().map(|task| names(&task.depends_on)).collect();
    let none: [&str; 0] = [];
    assert_eq!(dependencies[0], ["t-004", "t-005", "t-002", "t-003"]);
    assert_eq!(dependencies[1], none);
    assert_eq!(dependencies[2], none);
    assert_eq!(dependencies[3], ["t-002", "t-003"]);
    assert_eq!(dependencies[4], ["t-002", "t-003"]);
}

#[test]
fn ids_sort_in_the_order_of_the_steps_however_many_there_are() {
    let steps = "{title: t}, ".repeat(1_200);
    let tasks = tasks(&format!("name: n\nstages: [{{name: s, steps: [{steps}]}}]\n"));
    assert_eq!(tasks.len(), 1_200);
    assert_eq!((tasks[0].id.as_str(), tasks[1_199].id.as_str()), ("t-0001", "t-1200"));
    assert!(tasks.is_sorted_by_key(|task| task.id.clone()));
}
