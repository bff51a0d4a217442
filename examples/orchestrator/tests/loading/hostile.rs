//! No file does harm: it is read, or refused with a reason, in bounded memory and without a panic.

use std::fs::File;
use std::path::Path;

use bernstein::{config, plan};
use proptest::prelude::*;

use super::{lines, load_plan, scratch, told};

#[track_caller]
fn told_of_file(path: &Path) -> String {
    lines(plan::load(path).expect_err("refused").diagnostics())
}

#[test]
fn a_missing_file_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("missing.yaml");
    assert_eq!(told_of_file(&path), "error: there is no such file; check the path");
    let error = config::load(&path).expect_err("refused");
    assert_eq!(error.diagnostics()[0].position, None);
}

#[test]
fn a_folder_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        told_of_file(folder.path()),
        "error: this is a folder, not a file; name a file in it"
    );
}

#[test]
fn a_file_that_the_system_refuses_is_told_with_the_reason() {
    let file = scratch("name: n\n");
    let told = told_of_file(&file.path.join("below"));
    assert!(told.starts_with("error: the file cannot be read: Not a directory"), "{told}");
}

#[test]
fn an_empty_file_is_told_what_should_be_in_it() {
    for text in ["", "\n\n", "# only a comment\n", "\u{feff}"] {
        assert_eq!(
            told(text),
            "1:1: error: the file is empty; expected a plan with `name` and `stages`",
            "{text:?}"
        );
    }
    assert_eq!(
        told("---\n~\n"),
        "2:1: error: the file is empty; expected a plan with `name` and `stages`"
    );
}

#[test]
fn a_file_of_fifty_megabytes_is_not_read() {
    let file = scratch("");
    File::options()
        .write(true)
        .open(&file.path)
        .and_then(|file| file.set_len(50_000_000))
        .expect("grown");
    assert_eq!(
        told_of_file(&file.path),
        "error: the file is larger than 4194304 bytes, which is more than is read; split it"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_never_ends_is_not_read_to_its_end() {
    assert_eq!(
        told_of_file(Path::new("/dev/zero")),
        "error: the file is larger than 4194304 bytes, which is more than is read; split it"
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_told_where() {
    assert_eq!(
        told(b"name: n\nstages: \xC3\x28\n"),
        "2:9: error: the file is not UTF-8 text: it has a wrong byte at offset 16; save it as UTF-8"
    );
    assert_eq!(
        told(b"\xFF\xFEn\0a\0"),
        "1:1: error: the file is not UTF-8 text: it has a wrong byte at offset 0; save it as UTF-8"
    );
    assert_eq!(
        told("name: é\n".as_bytes().iter().copied().chain([0xE2, 0x82]).collect::<Vec<u8>>()),
        "2:1: error: the file is not UTF-8 text: it has a wrong byte at offset 9; save it as UTF-8"
    );
}

#[test]
fn aliases_that_multiply_are_refused_where_they_become_too_many() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert_eq!(
        told(text),
        "5:45: error: this makes more than 100000 values, counting what aliases repeat; make it smaller"
    );
}

#[test]
fn a_long_text_that_is_repeated_often_is_refused_where_it_becomes_too_much() {
    let text = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(2_000_000), "*a, ".repeat(1_000));
    assert_eq!(
        told(text),
        "2:33: error: this makes more than 16777216 bytes of text, counting what aliases repeat; make it smaller"
    );
}

#[test]
fn an_alias_inside_the_value_that_it_repeats_is_refused() {
    assert_eq!(
        told("a: &a [b, *a]\n"),
        "1:11: error: this alias stands inside the value that it repeats; write the value out"
    );
}

#[test]
fn depth_is_limited() {
    assert_eq!(
        told("- ".repeat(100_000)),
        "1:129: error: more than 64 lists and mappings stand in each other here; make it flatter"
    );
    let brackets = told(format!("a: {}", "[".repeat(100_000)));
    assert!(brackets.starts_with("1:") && brackets.contains("error"), "{brackets}");
}

#[test]
fn values_are_limited() {
    assert_eq!(
        told("- a\n".repeat(200_000)),
        "100000:3: error: this makes more than 100000 values, counting what aliases repeat; make it smaller"
    );
}

#[test]
fn steps_are_limited() {
    let steps = |count| {
        format!("name: n\nstages: [{{name: s, steps: [{}]}}]\n", "{title: t}, ".repeat(count))
    };
    assert_eq!(told(steps(2_000)), "");
    assert_eq!(
        told(steps(2_001)),
        "2:9: error: the plan has 2001 steps and the most is 2000; split it into several plans"
    );
}

#[test]
fn very_many_mistakes_are_told_up_to_a_limit_and_the_file_is_refused() {
    let text = format!(
        "{}name: n\nstages: [{{name: s, depends_on: [{}], steps: [{{title: t}}]}}]\n",
        (0..5_000).map(|number| format!("unknown{number}: x\n")).collect::<String>(),
        (0..5_000).map(|number| format!("stage{number}, ")).collect::<String>(),
    );
    let error = load_plan(text).expect_err("refused");
    assert_eq!(error.diagnostics().len(), 1_000);
    assert_eq!(told(format!("constraints: [{}]", "[], ".repeat(5_000))).lines().count(), 500);
}

#[test]
fn a_mistake_that_aliases_repeat_is_told_once() {
    let text = "name: n\nstages:\n  - {name: a, steps: [&s {title: t, scope: huge}, *s, *s]}\n";
    assert_eq!(told(text).lines().count(), 1);
}

/// Texts that are near to plans: lines of one with some of them changed.
fn mutated_plan() -> impl Strategy<Value = String> {
    let lines: Vec<&'static str> = include_str!("../../../plans/hello.yaml").lines().collect();
    let snippets = prop::sample::select(vec![
        ":",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "<<: ",
        "? ",
        "!!str ",
        "!x ",
        "|",
        ">",
        "'",
        "\"",
        "#",
        "%",
        "---",
        "...",
        "\t",
        "  ",
        "\u{feff}",
        "\u{85}",
        "\r",
        "~",
        "null",
        "-1",
        "99999999999999999999",
        "é",
        "\\",
        "`",
        "@",
    ]);
    let change =
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), snippets, any::<bool>());
    prop::collection::vec(change, 0..12).prop_map(move |changes| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        for (line, place, snippet, replace) in changes {
            let line = line.get_mut(&mut lines);
            let at = (0..=line.len())
                .filter(|at| line.is_char_boundary(*at))
                .nth(place.index(line.chars().count() + 1));
            let at = at.unwrap_or_default();
            line.insert_str(at, snippet);
            if replace {
                line.truncate(at + snippet.len());
            }
        }
        lines.join("\n")
    })
}

/// Reads the bytes as a plan and as a configuration, and prints whatever is told.
fn read_as_everything(bytes: &[u8]) {
    let file = scratch(bytes);
    let told = [plan::load(&file.path).map(drop), config::load(&file.path).map(drop)];
    for error in told.into_iter().filter_map(Result::err) {
        assert!(!error.to_string().is_empty());
        assert!(serde_json::to_string(error.diagnostics()).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_as_everything(&bytes);
    }

    #[test]
    fn no_text_of_yaml_signs_makes_it_panic(text in "[ \\n\\t:,\\[\\]{}&*!|>'\"%#?a-c0-2~<é\\\\-]{0,200}") {
        read_as_everything(text.as_bytes());
    }

    #[test]
    fn no_change_of_a_plan_makes_it_panic(text in mutated_plan()) {
        read_as_everything(text.as_bytes());
    }

    #[test]
    fn a_plan_that_is_read_makes_tasks_that_depend_on_tasks_before_or_behind_but_never_on_themselves(text in mutated_plan()) {
        if let Ok(loaded) = load_plan(&text) {
            let tasks = loaded.value.tasks(std::num::NonZeroU32::MIN, bernstein_hooks::Timestamp::UNIX_EPOCH);
            for task in &tasks {
                prop_assert!(!task.depends_on.contains(&task.id));
                prop_assert!(task.depends_on.iter().all(|id| tasks.iter().any(|other| other.id == *id)));
            }
        }
    }
}
