//! What is no YAML, or no YAML that makes sense, is told at its place.

use super::{KEYS, told, told_of_step};

#[test]
fn a_key_that_is_given_twice_tells_both_places() {
    assert_eq!(
        told("name: a\nstages: [{name: s, steps: [{title: t}]}]\nname: b\n"),
        "3:1: error: `name` is given twice, first at 1:1; remove one"
    );
}

#[test]
fn a_key_that_is_no_text_is_told() {
    assert_eq!(
        told("name: n\nstages: [{name: s, steps: [{title: t}]}]\n? [a]\n: b\n"),
        "3:3: error: expected text as the key, found a list; quote it if it is text"
    );
}

#[test]
fn a_tag_of_ones_own_is_told() {
    assert_eq!(
        told("name: !secret n\nstages: [{name: s, steps: [!!map {title: t}]}]\n"),
        "1:7: error: the tag `!secret` has no meaning here; remove it"
    );
    assert_eq!(
        told("name: !secret 'n'\nstages: [{name: s, steps: [!step {title: t}]}]\n"),
        "1:7: error: the tag `!secret` has no meaning here; remove it\n\
         2:28: error: the tag `!step` has no meaning here; remove it"
    );
}

#[test]
fn bad_yaml_is_told_with_what_often_is_behind_it() {
    for (text, message) in [
        (
            "name: a: b\n",
            "1:8: error: bad YAML: mapping values are not allowed in this context; put text that has `: ` in it in \
             quotes, and check the indentation",
        ),
        (
            "name: 'a\n",
            "1:7: error: bad YAML: while scanning a quoted scalar, found unexpected end of stream; close the quote",
        ),
        (
            "name: *a\n",
            "1:7: error: bad YAML: while parsing node, found unknown anchor; an alias repeats a value that is \
             marked with `&` above it",
        ),
        (
            "name: \0\n",
            "1:7: error: bad YAML: found unprintable character; remove it, and check that the file is text",
        ),
        (
            "stages:\n\t- a\n",
            "2:2: error: bad YAML: tabs disallowed within this context (block indentation); indent with spaces \
             instead of tabs",
        ),
        (
            "name: n\n stages: []\n",
            "2:8: error: bad YAML: mapping values are not allowed in this context; put text that has `: ` in it in \
             quotes, and check the indentation",
        ),
    ] {
        assert_eq!(told(text), message);
    }
}

#[test]
fn a_second_document_is_told_where_it_begins() {
    assert_eq!(
        told("---\nname: n\n---\nname: m\n"),
        "3:1: error: a second YAML document begins here; remove this line, or move the \
         rest to a file of its own"
    );
}

#[test]
fn columns_count_characters() {
    assert_eq!(
        told("name: n\nstages: [{name: \"Größe é 日本\", depends_on: [x], steps: [{title: t}]}]\n"),
        "2:44: error: there is no stage `x`; expected one of `Größe é 日本`"
    );
}

#[test]
fn a_text_of_the_file_is_shown_short_and_without_control_characters() {
    let long = "x".repeat(70);
    assert_eq!(
        told_of_step(&format!("priority: {long}")),
        format!("2:{}: error: `{long}` is not a priority; use 1, 2 or 3, or p0 to p3", KEYS + 10)
    );
    assert_eq!(
        told_of_step("scope: \"\\e[2J\\u202e\""),
        format!(
            "2:{}: error: `\\u{{1b}}[2J\\u{{202e}}` is not a scope; expected one of `small`, `medium`, `large`",
            KEYS + 7
        )
    );
}

#[test]
fn a_diagnostic_prints_the_path_and_is_serialised_with_its_parts() {
    let file =
        super::scratch("name: n\nstages: [{name: s, depends_on: [t], steps: [{title: t}]}]\n");
    let error = bernstein::plan::load(&file.path).expect_err("an unknown stage");
    let path = file.path.display();
    assert_eq!(
        error.to_string(),
        format!("{path}:2:33: error: there is no stage `t`; did you mean `s`?")
    );
    assert_eq!(
        serde_json::json!(error.diagnostics()),
        serde_json::json!([{
            "severity": "error",
            "file": path.to_string(),
            "line": 2,
            "column": 33,
            "message": "there is no stage `t`; did you mean `s`?",
            "kind": "unknown_stage",
            "name": "t",
            "nearest": "s",
            "known": ["s"],
            "unlisted": 0,
        }])
    );
}
