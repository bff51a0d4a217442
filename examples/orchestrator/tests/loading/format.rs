//! Everything that a plan can say is read.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use bernstein::plan::{Gate, MockBehaviour, Plan, Step};
use bernstein_hooks::CompletionSignal::{
    self, Command, FileContains, GlobExists, LlmJudge, LlmReview, PathExists, TestPasses,
};
use bernstein_hooks::{Complexity, ModelId, Priority, Role, Scope, Usd};

use super::{plan, told};

/// The step of a plan that has one, whose keys these are.
#[track_caller]
fn step(keys: &str) -> Step {
    plan(&format!("name: n\nstages: [{{name: s, steps: [{{{keys}}}]}}]\n")).stages[0].steps[0]
        .clone()
}

#[track_caller]
fn signals(signals: &str) -> Vec<CompletionSignal> {
    step(&format!("title: t, completion_signals: [{signals}]")).completion_signals
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_plan_that_says_everything_is_read_whole() {
    let plan = plan(
        "\
name: everything
description: >
  All that a plan
  can say.
constraints: [No new dependencies., 42]
context_files: [README.md]
cli: claude
budget: $10
max_agents: 4
repos:
  - ../shop
  - {path: ../till, name: till, branch: main}
gates:
  - {name: lint, command: make lint, required: false, timeout: 30s}
  - {name: tests, command: make test}
stages:
  - name: build
    description: Code.
    steps:
      - title: Write it
        description: In full.
        role: qa
        priority: p1
        scope: small
        complexity: critical
        files: [src/a.rs, src/b.rs]
        model: opus
        effort: max
        cli: codex
        estimated_minutes: 45
        completion_signals: [{type: path_exists, path: src/a.rs}]
        mock: [idle, crash]
  - name: test
    depends_on: [build]
    steps: [{title: Test it}]
",
    );
    assert_eq!(plan.name, "everything");
    assert_eq!(plan.description, "All that a plan can say.");
    assert_eq!(plan.constraints, ["No new dependencies.", "42"]);
    assert_eq!(plan.context_files, [PathBuf::from("README.md")]);
    assert_eq!(plan.adapter.as_deref(), Some("claude"));
    assert_eq!(plan.budget, Some(Usd::from_cents(1_000)));
    assert_eq!(plan.max_agents, NonZeroUsize::new(4));
    let repos: Vec<_> = plan
        .repos
        .iter()
        .map(|repo| (repo.path.to_str(), repo.name.as_deref(), repo.branch.as_deref()))
        .collect();
    assert_eq!(
        repos,
        [(Some("../shop"), None, None), (Some("../till"), Some("till"), Some("main"))]
    );
    assert_eq!(
        plan.gates,
        [
            Gate {
                name: text("lint"),
                command: text("make lint"),
                required: false,
                timeout: Duration::from_secs(30)
            },
            Gate {
                name: text("tests"),
                command: text("make test"),
                required: true,
                timeout: Gate::DEFAULT_TIMEOUT
            },
        ]
    );
    assert_eq!(plan.stages[0].description, "Code.");
    assert_eq!(plan.stages[1].depends_on, ["build"]);
    assert_eq!(
        plan.stages[0].steps,
        [Step {
            title: text("Write it"),
            description: text("In full."),
            role: Role::new("qa"),
            priority: Priority::HIGH,
            scope: Scope::Small,
            complexity: Complexity::Critical,
            files: vec!["src/a.rs".into(), "src/b.rs".into()],
            model: Some(ModelId::new("opus")),
            effort: Some(text("max")),
            adapter: Some(text("codex")),
            estimated_minutes: Some(45),
            completion_signals: vec![PathExists { path: text("src/a.rs") }],
            mock: vec![MockBehaviour::Idle, MockBehaviour::Crash],
        }]
    );
}

#[test]
fn a_step_that_says_nothing_has_the_defaults() {
    let step = step("title: t");
    assert_eq!(step.role, "backend");
    assert_eq!(step.priority, Priority::NORMAL);
    assert_eq!((step.scope, step.complexity), (Scope::Medium, Complexity::Medium));
    assert_eq!(
        (step.model, step.effort, step.adapter, step.estimated_minutes),
        (None, None, None, None)
    );
    assert_eq!((step.files, step.completion_signals, step.mock), (vec![], vec![], vec![]));
}

#[test]
fn a_plan_that_says_nothing_else_has_no_limits() {
    let Plan { adapter, budget, max_agents, gates, repos, .. } =
        plan("name: n\nstages: [{name: s, steps: [{title: t}]}]\n");
    assert_eq!((adapter, budget, max_agents, gates, repos), (None, None, None, vec![], vec![]));
}

#[test]
fn a_key_without_a_value_is_as_good_as_none() {
    let plan = plan(
        "name: n\nbudget:\nmax_agents: ~\nconstraints: null\nstages: [{name: s, depends_on: , steps: [{title: t, role: }]}]\n",
    );
    assert_eq!((plan.budget, plan.max_agents, plan.constraints), (None, None, vec![]));
    assert_eq!(plan.stages[0].steps[0].role, "backend");
}

#[test]
fn a_budget_of_nothing_is_unlimited() {
    for (written, budget) in [
        ("$10", Some(Usd::from_cents(1_000))),
        ("\"$10\"", Some(Usd::from_cents(1_000))),
        ("5.00", Some(Usd::from_cents(500))),
        ("7", Some(Usd::from_cents(700))),
        ("$0", None),
        ("0", None),
        ("0.00", None),
    ] {
        let text =
            format!("name: n\nbudget: {written}\nstages: [{{name: s, steps: [{{title: t}}]}}]\n");
        assert_eq!(plan(&text).budget, budget, "{written}");
    }
}

#[test]
fn older_plans_call_the_title_goal() {
    assert_eq!(step("goal: Write it").title, "Write it");
}

#[test]
fn auto_leaves_the_choice_to_the_run() {
    let step = step("title: t, cli: auto, model: auto");
    assert_eq!((step.adapter, step.model), (None, None));
}

#[test]
fn priorities_are_read_in_every_form() {
    for (written, priority) in [
        ("p0", Priority::HIGH),
        ("p1", Priority::HIGH),
        ("1", Priority::HIGH),
        ("2", Priority::NORMAL),
        ("\"2\"", Priority::NORMAL),
        ("p3", Priority::LOW),
    ] {
        assert_eq!(step(&format!("title: t, priority: {written}")).priority, priority, "{written}");
    }
}

#[test]
fn numbers_and_truth_values_are_texts_where_texts_are_expected() {
    assert_eq!(step("title: 404").title, "404");
    assert_eq!(step("title: yes").title, "yes");
    assert_eq!(step("title: 'null'").title, "null");
    assert_eq!(step("title: !!str 1.0").title, "1.0");
}

#[test]
fn the_mock_adapter_can_be_told_in_one_word() {
    assert_eq!(step("title: t, mock: hang").mock, [MockBehaviour::Hang]);
}

#[test]
fn signals_are_read_with_their_arguments_by_name() {
    assert_eq!(
        signals(
            "{type: path_exists, path: a}, {type: glob_exists, path: '*.rs'}, \
             {type: file_contains, path: a, contains: '  b '}, {type: test_passes, command: make test}, \
             {type: command, run: make}, {type: llm_review, value: c}, {type: llm_judge, value: d}"
        ),
        every_signal()
    );
}

#[test]
fn signals_are_read_with_value_for_their_one_argument() {
    assert_eq!(
        signals(
            "{type: path_exists, value: a}, {type: glob_exists, value: '*.rs'}, \
             {type: file_contains, path: a, value: '  b '}, {type: test_passes, value: make test}, \
             {type: command, value: make}, {type: llm_review, value: c}, {type: llm_judge, value: d}"
        ),
        every_signal()
    );
}

#[test]
fn signals_are_read_with_their_type_as_the_key() {
    assert_eq!(
        signals(
            "path_exists: a, glob_exists: '*.rs', file_contains: {path: a, contains: '  b '}, test_passes: make test, \
             command: {run: make}, llm_review: c, llm_judge: {value: d}"
        ),
        every_signal()
    );
}

fn every_signal() -> [CompletionSignal; 7] {
    [
        PathExists { path: text("a") },
        GlobExists { path: text("*.rs") },
        FileContains { path: text("a"), contains: text("  b ") },
        TestPasses { command: text("make test") },
        Command { run: text("make") },
        LlmReview { value: text("c") },
        LlmJudge { value: text("d") },
    ]
}

#[test]
fn an_alias_repeats_what_it_marks() {
    let plan = plan(
        "\
name: n
stages:
  - name: a
    steps: [&step {title: t, role: qa}, *step]
",
    );
    assert_eq!(plan.stages[0].steps[0], plan.stages[0].steps[1]);
}

#[test]
fn a_merge_key_adds_what_the_mapping_does_not_say_itself() {
    let plan = plan(
        "\
name: n
stages:
  - name: a
    steps:
      - &first {title: first, role: qa, scope: small}
      - &second {title: second, complexity: high, scope: large}
      - {<<: *first, title: third}
      - {title: fourth, <<: [*second, *first]}
",
    );
    let [_, _, third, fourth] = plan.stages[0].steps.as_slice() else { panic!("four steps") };
    assert_eq!(
        (third.title.as_str(), third.role.as_str(), third.scope),
        ("third", "qa", Scope::Small)
    );
    assert_eq!(
        (fourth.title.as_str(), fourth.role.as_str(), fourth.scope),
        ("fourth", "qa", Scope::Large)
    );
    assert_eq!(fourth.complexity, Complexity::High);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let plan =
        plan("\u{feff}name: n\r\nstages:\r\n  - name: s\r\n    steps:\r\n      - title: t\r\n");
    assert_eq!((plan.name.as_str(), plan.stages[0].steps[0].title.as_str()), ("n", "t"));
    assert_eq!(told("\u{feff}[]"), told("[]"));
}

#[test]
fn a_dependency_that_is_written_twice_counts_once() {
    let plan = plan(
        "name: n\nstages:\n  - {name: a, steps: [{title: t}]}\n  - {name: b, depends_on: [a, a], steps: [{title: t}]}\n",
    );
    assert_eq!(plan.stages[1].depends_on, ["a"]);
}
