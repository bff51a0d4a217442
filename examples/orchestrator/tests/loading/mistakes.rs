//! Every rule of a plan and its steps: what breaks it is told at its place, with what to do.

use super::{KEYS, load_plan, told, told_of_step};

#[test]
fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_text() {
    let text = "\
name: everything
max_agents: none
stages:
  - name: build
    depends_on: [tset]
    steps:
      - titel: Write it
        priority: p7
        scope: smal
      - title: Run it
        completion_signals:
          - {type: path_exist, path: a}
  - name: test
    steps: []
";
    assert_eq!(
        told(text),
        "\
2:13: error: expected a whole number from 1 to 1000, found `none`
5:18: error: there is no stage `tset`; did you mean `test`?
7:9: error: a step needs `title`; add it
7:9: warning: `titel` is not a key of a step and is ignored; did you mean `title`?
8:19: error: `p7` is not a priority; use 1, 2 or 3, or p0 to p3
9:16: error: `smal` is not a scope; expected one of `small`, `medium`, `large`; did you mean `small`?
12:20: error: `path_exist` is not a type of signal; expected one of `path_exists`, `glob_exists`, `file_contains`, `test_passes`, `command`, `llm_review`, `llm_judge`; did you mean `path_exists`?
14:12: error: the list of steps cannot be empty"
    );
}

#[test]
fn a_plan_needs_a_name_and_stages() {
    assert_eq!(
        told("description: d\n"),
        "1:1: error: a plan needs `name`; add it\n1:1: error: a plan needs `stages`; add it"
    );
    assert_eq!(
        told("name: ' '\nstages: []\n"),
        "1:7: error: the name of the plan cannot be empty\n2:9: error: the list of stages cannot be empty"
    );
}

#[test]
fn a_stage_needs_a_name_and_steps() {
    assert_eq!(
        told("name: n\nstages:\n  - description: d\n"),
        "3:5: error: a stage needs `name`; add it\n3:5: error: a stage needs `steps`; add it"
    );
    assert_eq!(
        told("name: n\nstages:\n  - {name: a, steps: }\n"),
        "3:5: error: a stage needs `steps`; add it"
    );
}

#[test]
fn a_step_needs_a_title() {
    let text = "name: n\nstages:\n  - name: a\n    steps:\n      - role: qa\n      - title: ''\n      - title: null\n";
    assert_eq!(
        told(text),
        "5:9: error: a step needs `title`; add it\n\
         6:16: error: the title of a step cannot be empty\n\
         7:9: error: a step needs `title`; add it"
    );
}

#[test]
fn a_value_of_another_kind_tells_what_it_is_and_what_it_should_be() {
    let text = "name: [n]\ndescription: {a: b}\nconstraints: no\ncontext_files: [{a: b}, [c]]\nstages: {name: s}\n";
    assert_eq!(
        told(text),
        "1:7: error: expected the name of the plan, found a list\n\
         2:14: error: expected a text, found a mapping; put text with `: ` in it in quotes\n\
         3:14: error: expected a list of texts, found `no`; put brackets around it, or a dash before it\n\
         4:17: error: expected a path, found a mapping; put text with `: ` in it in quotes\n\
         4:25: error: expected a path, found a list\n\
         5:9: error: expected a list of stages, found a mapping"
    );
}

#[test]
fn a_file_that_is_no_mapping_is_no_plan() {
    assert_eq!(
        told("- a\n"),
        "1:1: error: expected a plan, found a list; write it as `key: value` lines"
    );
    assert_eq!(
        told("hello\n"),
        "1:1: error: expected a plan, found `hello`; write it as `key: value` lines"
    );
    let text = "name: n\nstages:\n  - build\n  - {name: a, steps: [test]}\n";
    assert_eq!(
        told(text),
        "3:5: error: expected a stage, found `build`; write it as `key: value` lines\n\
         4:23: error: expected a step, found `test`; write it as `key: value` lines"
    );
}

#[test]
fn a_word_that_is_none_of_those_expected_lists_them_and_the_nearest() {
    for (keys, column, message) in [
        ("scope: tiny", 7, "`tiny` is not a scope; expected one of `small`, `medium`, `large`"),
        (
            "complexity: criticl",
            12,
            "`criticl` is not a complexity; expected one of `low`, `medium`, `high`, `critical`; did you mean `critical`?",
        ),
        (
            "mock: [work, crush]",
            13,
            "`crush` is not a behaviour of the mock adapter; expected one of `work`, `idle`, `fail`, `crash`, `hang`, \
             `slow`, `overspend`; did you mean `crash`?",
        ),
        ("priority: 0", 10, "`0` is not a priority; use 1, 2 or 3, or p0 to p3"),
        ("priority: high", 10, "`high` is not a priority; use 1, 2 or 3, or p0 to p3"),
    ] {
        assert_eq!(told_of_step(keys), format!("2:{}: error: {message}", KEYS + column), "{keys}");
    }
}

#[test]
fn a_number_out_of_range_tells_the_range() {
    for (value, found) in [("-1", "`-1`"), ("1.5", "`1.5`"), ("soon", "`soon`"), ("[1]", "a list")]
    {
        assert_eq!(
            told_of_step(&format!("estimated_minutes: {value}")),
            format!(
                "2:{}: error: expected a whole number from 0 to 1000000, found {found}",
                KEYS + 19
            )
        );
    }
    for value in ["0", "1001", "99999999999999999999"] {
        assert_eq!(
            told(format!(
                "name: n\nmax_agents: {value}\nstages: [{{name: s, steps: [{{title: t}}]}}]\n"
            )),
            format!("2:13: error: expected a whole number from 1 to 1000, found `{value}`")
        );
    }
}

#[test]
fn a_budget_that_is_no_amount_of_money_tells_why() {
    for (value, message) in [
        ("ten", "`ten` is not an amount of money; write it like `$10` or `5.00`"),
        ("$-1", "`$-1` is a negative amount of money; the smallest is `$0`"),
        ("1e3", "`1e3` is not an amount of money; write it like `$10` or `5.00`"),
        ("[1]", "expected an amount of money, found a list"),
    ] {
        assert_eq!(
            told(format!(
                "name: n\nbudget: {value}\nstages: [{{name: s, steps: [{{title: t}}]}}]\n"
            )),
            format!("2:9: error: {message}")
        );
    }
}

#[test]
fn an_unknown_key_is_a_warning_and_the_plan_can_be_used() {
    let text = "\
name: n
version: 2
desciption: d
stages:
  - name: s
    repo: r
    steps:
      - {title: t, mode: batch, Title: T}
";
    let loaded = load_plan(text).expect("usable");
    assert_eq!(loaded.value.stages[0].steps[0].title, "t");
    assert_eq!(
        super::lines(&loaded.warnings),
        "\
2:1: warning: `version` is not a key of a plan and is ignored; expected one of `name`, `description`, `constraints`, `context_files`, `cli`, `budget`, `max_agents`, `repos`, `gates`, `stages`
3:1: warning: `desciption` is not a key of a plan and is ignored; did you mean `description`?
6:5: warning: `repo` is not a key of a stage and is ignored; expected one of `name`, `description`, `depends_on`, `steps`
8:20: warning: `mode` is not a key of a step and is ignored; did you mean `model`?
8:33: warning: `Title` is not a key of a step and is ignored; did you mean `title`?"
    );
}

#[test]
fn a_step_with_dependencies_of_its_own_is_told_where_they_belong() {
    assert_eq!(
        told_of_step("depends_on: [s]"),
        format!(
            "2:{}: warning: `depends_on` of a step is ignored; move it to the stage, whose steps start together",
            KEYS + 12
        )
    );
}

#[test]
fn a_goal_beside_a_title_is_told_to_be_ignored() {
    assert_eq!(
        told_of_step("goal: g"),
        format!(
            "2:{}: warning: `goal` says the same as `title` beside it and is ignored; remove it",
            KEYS + 6
        )
    );
}
