//! Every rule between the stages of a plan: what breaks it is told at its place.

use super::told;

#[test]
fn an_unknown_stage_is_told_with_the_nearest_or_with_all() {
    let text =
        "name: n\nstages:\n  - {name: Build all, depends_on: [build al, x], steps: [{title: t}]}\n";
    assert_eq!(
        told(text),
        "3:36: error: there is no stage `build al`; did you mean `Build all`?\n\
         3:46: error: there is no stage `x`; expected one of `Build all`"
    );
}

#[test]
fn two_stages_of_one_name_are_told_at_the_second() {
    let text = "name: n\nstages:\n  - {name: a, steps: [{title: t}]}\n  - {name: a, steps: [{title: t}]}\n";
    assert_eq!(
        told(text),
        "4:12: error: another stage at 3:12 has the name `a`; names of stages have to differ"
    );
}

#[test]
fn a_name_that_two_stages_have_is_offered_once() {
    let text = "name: n\nstages:\n  - {name: a, depends_on: [xyz], steps: [{title: t}]}\n  - {name: a, steps: [{title: t}]}\n";
    assert!(
        told(text).contains("there is no stage `xyz`; expected one of `a`\n"),
        "{}",
        told(text)
    );
}

/// A plan with these stages and what each depends on.
fn stages(stages: &[(&str, &str)]) -> String {
    let stage = |(name, depends_on): &(&str, &str)| {
        format!("  - {{name: {name}, depends_on: [{depends_on}], steps: [{{title: t}}]}}\n")
    };
    format!("name: n\nstages:\n{}", stages.iter().map(stage).collect::<String>())
}

#[test]
fn a_cycle_is_told_whole_where_it_closes() {
    assert_eq!(
        told(stages(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")])),
        "5:28: error: these stages wait for each other: a → b → c → a; remove one of the \
         dependencies"
    );
    assert_eq!(
        told(stages(&[("a", "a")])),
        "3:28: error: these stages wait for each other: a → a; remove one of the dependencies"
    );
}

#[test]
fn every_cycle_is_told() {
    assert_eq!(
        told(stages(&[("a", "b"), ("b", "a"), ("c", "d, a"), ("d", "c")])),
        "4:28: error: these stages wait for each other: a → b → a; remove one of the \
         dependencies\n\
         6:28: error: these stages wait for each other: c → d → c; remove one of the \
         dependencies"
    );
}

#[test]
fn a_stage_that_only_leads_to_a_cycle_is_not_told_as_part_of_it() {
    assert_eq!(
        told(stages(&[("x", "a"), ("a", "b"), ("b", "a")])),
        "5:28: error: these stages wait for each other: a → b → a; remove one of the dependencies"
    );
}

#[test]
fn stages_that_meet_again_are_no_cycle() {
    assert_eq!(told(stages(&[("d", "b, c"), ("b", "a"), ("c", "a"), ("a", "")])), "");
}
