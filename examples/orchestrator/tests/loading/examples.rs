//! The plans of this repository, and one of the size that is met in the wild, are read without a
//! word.

use std::fmt::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::{env, fs};

use bernstein::plan;
use bernstein_hooks::{CompletionSignal, Complexity, Priority, Timestamp};

/// The folder with the example plans.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../plans")
}

#[test]
fn every_example_plan_is_read_without_a_word() {
    let mut count = 0;
    for entry in fs::read_dir(folder()).expect("the folder of the plans") {
        let path = entry.expect("an entry").path();
        let loaded = plan::load(&path).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(loaded.warnings, []);
        count += 1;
    }
    assert!(count >= 2, "{count} example plans in {}", folder().display());
}

#[test]
fn the_first_plan_shows_what_it_says_it_shows() {
    let plan = plan::load(&folder().join("hello.yaml")).expect("usable").value;
    assert!(plan.task_count() >= 8);
    assert!(plan.stages.len() >= 3);
    assert!(plan.budget.is_some());
    let words: Vec<&str> = plan
        .stages
        .iter()
        .flat_map(|stage| &stage.steps)
        .flat_map(|step| &step.mock)
        .map(|mock| mock.as_str())
        .collect();
    assert!(words.contains(&"idle") && words.contains(&"crash"), "{words:?}");
}

#[test]
fn a_plan_of_three_hundred_steps_is_read() {
    let mut text = "name: three-hundred\ndescription: \"300 steps\"\nstages:\n".to_owned();
    for stage in 0..15 {
        let _ = writeln!(
            text,
            "  - name: \"Stage {stage}\"\n    description: >\n      Folded text\n      over lines."
        );
        if stage > 0 {
            let _ = writeln!(text, "    depends_on: [\"Stage {}\"]", stage - 1);
        }
        text.push_str("    steps:\n");
        for step in 0..20 {
            let _ = write!(
                text,
                "      # --- step {step} ---\n\
                 \x20     - title: \"CORE-{stage:02}{step:02}: Make it (safe, and fast)\"\n\
                 \x20       description: >\n\
                 \x20         What is to be done,\n\
                 \x20         in two lines.\n\
                 \x20       role: backend\n\
                 \x20       priority: p1\n\
                 \x20       complexity: critical\n\
                 \x20       scope: large\n\
                 \x20       completion_signals:\n\
                 \x20         - type: command\n\
                 \x20           run: \"cd services/api && npm test -- --filter=core-{step}\"\n\n"
            );
        }
    }
    let plan = super::plan(&text);
    let tasks = plan.tasks(NonZeroU32::MIN, Timestamp::UNIX_EPOCH);
    assert_eq!(tasks.len(), 300);
    assert!(
        tasks
            .iter()
            .all(|task| task.priority == Priority::HIGH && task.complexity == Complexity::Critical)
    );
    let last = tasks.last().expect("a task");
    assert_eq!(last.to_string(), "t-300 CORE-1419: Make it (safe, and fast)");
    assert_eq!(last.description, "What is to be done, in two lines.");
    assert_eq!(last.depends_on.len(), 20);
    let run = "cd services/api && npm test -- --filter=core-19".to_owned();
    assert_eq!(last.completion_signals, [CompletionSignal::Command { run }]);
}
