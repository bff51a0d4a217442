//! The command that runs scenarios of one's own.

use std::io::Write;
use std::process::{Command, Output, Stdio};

const GOOD: &str = r#"{"plugins": {"p0": {"impls": [{"hook": "first", "kind": "normal", "ret": 1}]}},
    "ops": [{"op": "register", "plugin": "p0", "name": "p0"},
            {"op": "call", "hook": "first", "kwargs": {"a": 0.1, "b": null}}]}"#;

const LOG_OF_GOOD: &str = concat!(
    r#"[["op","register","ok","p0"],"#,
    r#"["call","p0.0",{"a":0.1,"b":null}],"#,
    r#"["op","call","ok",1]]"#,
    "\n"
);

fn good() -> String {
    GOOD.replace('\n', " ")
}

/// A scenario with these implementations of the one plugin, and these operations.
fn scenario(implementations: &str, operations: &str) -> String {
    format!(r#"{{"plugins": {{"p0": {{"impls": [{implementations}]}}}}, "ops": [{operations}]}}"#)
}

fn command(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_scenario"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // All of these inputs and outputs fit into a pipe. The error: it has ended without reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// What the command says of a line that it refuses.
fn refusal(line: impl AsRef<[u8]>) -> String {
    let Output { status, stdout, stderr } = command(&[], line.as_ref());
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert!(stdout.is_empty(), "{}", String::from_utf8_lossy(&stdout));
    stderr
}

#[test]
fn each_line_is_answered_with_a_line_and_empty_ones_are_passed_over() {
    let input = format!("\n{good}\r\n  \n{good}", good = good());
    let Output { status, stdout, stderr } = command(&[], input.as_bytes());
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
    assert_eq!(String::from_utf8(stdout).unwrap(), LOG_OF_GOOD.repeat(2));
    assert!(status.success());
}

#[test]
fn a_bad_line_is_named_after_the_lines_before_it_were_answered() {
    let input = format!("{good}\n\n{{\"plugins\": }}\n{good}\n", good = good());
    let Output { status, stdout, stderr } = command(&[], input.as_bytes());
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(stderr, "scenario: line 3, column 13: not JSON: expected value\n");
    assert_eq!(String::from_utf8(stdout).unwrap(), LOG_OF_GOOD);
    assert_eq!(status.code(), Some(2));
}

#[test]
fn what_is_not_json_is_refused_with_the_place_at_which_it_shows() {
    assert!(refusal("nonsense").contains("line 1, column 2: not JSON: expected ident"));
    assert!(refusal(r#"{"plugins": {}"#).contains("column 14: not JSON: EOF"));
    assert!(refusal(format!("{} {{}}", good())).contains("not JSON: trailing characters"));
    assert!(
        refusal(b"{\"plugins\": {\"\xff\": 1}}").contains("column 15: not JSON: invalid unicode")
    );
    assert!(refusal("[".repeat(1000)).contains("line 1, column 1: not a scenario"));
    let deep = format!(r#"{{"plugins": {{}}, "ops": [{{"op": "query", "x": {}"#, "[".repeat(1000));
    assert!(refusal(deep).contains("not JSON: recursion limit exceeded"));
}

#[test]
fn json_that_is_no_scenario_is_refused_with_what_is_wrong_in_it() {
    let normal =
        |rest: &str| scenario(&format!(r#"{{"hook": "collect", "kind": "normal"{rest}}}"#), "");
    let wrapper = |hook: &str, rest: &str| {
        scenario(&format!(r#"{{"hook": "{hook}", "kind": "wrapper"{rest}}}"#), "")
    };
    let operation = |operation: &str| scenario("", operation);
    let refused = [
        ("[1]".to_owned(), "invalid"),
        (r#"{"plugins": {}}"#.to_owned(), "missing field `ops`"),
        (r#"{"plugins": {"p0": {}}, "ops": []}"#.to_owned(), "missing field `impls`"),
        (scenario(r#"{"hook": "collect"}"#, ""), "missing field `kind`"),
        (scenario(r#"{"hook": "collected", "kind": "normal"}"#, ""), "no such hook"),
        (normal(r#", "raise": "E3""#), "unknown variant `E3`"),
        (normal(r#", "tryfirst": true, "trylast": true"#), "not both"),
        (normal(r#", "tryfirst": "yes""#), "expected a boolean"),
        (normal(r#", "effects": [{"op": "call"}]"#), "missing field `hook`"),
        (wrapper("historic", ""), "a historic hook takes no wrappers"),
        (wrapper("collect", r#", "on_ok": {"ret": 7}"#), "`ret` 7, which is not a list"),
        (wrapper("first", r#", "on_ok": "fail""#), "unknown variant `fail`"),
        (operation(r#"{"op": "registr"}"#), "unknown variant `registr`"),
        (operation(r#"{"op": "register", "plugin": "p0"}"#), "missing field `name`"),
        (operation(r#"{"op": "call", "hook": "first", "kwargs": {"a": 1}}"#), "missing field `b`"),
        (
            operation(r#"{"op": "call", "hook": "historic", "kwargs": {"a": 1, "b": 2}}"#),
            "unknown variant `historic`",
        ),
    ];
    for (line, wrong) in refused {
        let said = refusal(&line);
        assert!(said.starts_with("scenario: line 1, column "), "{line}: {said}");
        assert!(said.contains(": not a scenario: ") && said.contains(wrong), "{line}: {said}");
    }
}

#[test]
fn a_scenario_that_cannot_be_run_is_refused_with_the_operation_that_makes_no_sense() {
    let kwargs = r#""kwargs": {"a": 1, "b": 2}"#;
    let call = format!(r#"{{"op": "call_subset", "id": "s0", {kwargs}}}"#);
    let made =
        |hook: &str| format!(r#"{{"op": "subset", "id": "s0", "hook": "{hook}", "remove": []}}"#);
    let historic = format!(r#"{{"op": "historic_subset", "id": "s0", {kwargs}, "cb": null}}"#);
    // Each replayed call makes another one that is to be replayed.
    let endless_plugin = format!(
        r#"{{"hook": "historic", "kind": "normal",
             "effects": [{{"op": "call_historic", "hook": "historic", {kwargs}, "cb": null}}]}}"#
    );
    let endless_operations = format!(
        r#"{{"op": "call_historic", "hook": "historic", {kwargs}, "cb": null}},
           {{"op": "register", "plugin": "p0", "name": "p0"}}"#
    );
    let endless = scenario(&endless_plugin, &endless_operations).replace('\n', " ");
    let refused = [
        (scenario("", r#"{"op": "register", "plugin": "p7", "name": "p0"}"#), "the plugin `p7`"),
        (
            scenario("", r#"{"op": "register", "plugin": "p0", "name": ""}"#),
            "a plugin needs a name",
        ),
        (scenario("", &call), "`call_subset` calls the subset `s0`, which no `subset`"),
        (
            scenario("", &format!("{}, {call}", made("historic"))),
            "is for `historic_subset` to call",
        ),
        (scenario("", &format!("{}, {historic}", made("first"))), "is for `call_subset` to call"),
        (endless, "still going on after 100000 events"),
    ];
    for (line, wrong) in refused {
        let said = refusal(&line);
        assert!(said.starts_with("scenario: line 1: ") && said.contains(wrong), "{line}: {said}");
    }
}

#[test]
fn help_says_what_goes_in_and_what_comes_out() {
    let Output { status, stdout, .. } = command(&["--help"], b"");
    let help = String::from_utf8(stdout).unwrap();
    assert!(status.success());
    assert!(help.contains("One JSON scenario a line") && help.contains("exit code 2"), "{help}");
}
