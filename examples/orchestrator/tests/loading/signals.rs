//! Every rule of signals and gates: what breaks it is told at its place.

use super::{KEYS, told, told_of_step};

#[test]
fn a_signal_that_lacks_an_argument_tells_which() {
    for (signal, column, message) in [
        ("{}", 22, "a signal needs `type`; add it"),
        ("{type: path_exists}", 22, "a signal needs `path`; add it"),
        ("{type: file_contains, value: x}", 22, "a signal needs `path`; add it"),
        ("{type: file_contains, path: x}", 22, "a signal needs `contains`; add it"),
        ("{type: command, run: ''}", 43, "the argument of a signal cannot be empty"),
        ("{type: llm_review}", 22, "a signal needs `value`; add it"),
        ("path_exists: ", 33, "expected the argument of a signal, found nothing"),
        ("path_exists: [a]", 35, "expected the argument of a signal, found a list"),
        ("file_contains: x", 37, "expected a signal, found `x`; write it as `key: value` lines"),
        ("x", 22, "expected a signal, found `x`; write it as `key: value` lines"),
    ] {
        assert_eq!(
            told_of_step(&format!("completion_signals: [{signal}]")),
            format!("2:{}: error: {message}", KEYS + column - 1),
            "{signal}"
        );
    }
}

#[test]
fn a_signal_with_two_words_for_one_argument_is_told_which_one_counts() {
    assert_eq!(
        told_of_step("completion_signals: [{type: path_exists, path: a, value: b}]"),
        format!(
            "2:{}: warning: `value` says the same as `path` beside it and is ignored; remove it",
            KEYS + 57
        )
    );
}

#[test]
fn a_gate_tells_what_is_wrong_with_it() {
    let text = "\
name: n
gates:
  - {name: a, command: true, required: maybe, timeout: 0}
  - {name: a, command: make, timeout: soon}
  - {comand: make}
stages: [{name: s, steps: [{title: t}]}]
";
    assert_eq!(
        told(text),
        "\
3:40: error: `maybe` is not a truth value; expected one of `true`, `false`
3:56: error: `0` is not a duration of more than nothing and at most 30 days; write a number of seconds, or text like `90s`, `5m`, `1h 30m`
4:12: error: another gate at 3:12 has the name `a`; names of gates have to differ
4:39: error: `soon` is not a duration of more than nothing and at most 30 days; write a number of seconds, or text like `90s`, `5m`, `1h 30m`
5:5: error: a gate needs `name`; add it
5:5: error: a gate needs `command`; add it
5:6: warning: `comand` is not a key of a gate and is ignored; did you mean `command`?"
    );
}
