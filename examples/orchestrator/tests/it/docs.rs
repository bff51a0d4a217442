//! `bernstein hooks docs`: the reference of the hooks of this program.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use bernstein_hooks::reference::{Reference, SCHEMA};
use tempfile::TempDir;

use crate::stage::BERNSTEIN;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn docs(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BERNSTEIN);
    command.current_dir(folder).args(["hooks", "docs"]).args(arguments).output().expect("run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// What is written to standard output with those arguments.
pub(crate) fn written(arguments: &[&str]) -> String {
    let output = docs(folder().path(), arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// The exit code and what is said on standard error.
fn refused(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = docs(folder, arguments);
    assert_eq!(text(&output.stdout), "");
    (output.status.code(), text(&output.stderr))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("read");
    let names = entries.map(|entry| entry.expect("read").file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn json_is_the_reference_with_the_plugins_that_a_run_would_have() {
    let reference: Reference =
        serde_json::from_str(&written(&["--format", "json"])).expect("a reference");
    assert_eq!(reference.schema, SCHEMA);
    let names: Vec<_> = reference.plugins.iter().map(|plugin| &*plugin.name).collect();
    assert!(names.contains(&"bernstein-plugin-journal"), "{names:?}");
    let spec = reference.spec("BernsteinSpec").expect("it is linked in");
    let created = spec.hook("on_task_created").expect("it is there");
    let plugins: Vec<_> = created.implementations.iter().map(|one| &*one.plugin).collect();
    assert!(plugins.contains(&"bernstein-plugin-journal"), "{plugins:?}");
}

#[test]
fn a_plugin_that_is_blocked_or_not_allowed_does_not_stand_at_a_hook() {
    let journal = "bernstein-plugin-journal";
    let plugins = |arguments: &[&str]| -> Vec<String> {
        let text = written(&[&["--format", "json"], arguments].concat());
        let reference: Reference = serde_json::from_str(&text).expect("a reference");
        reference.plugins.into_iter().map(|plugin| plugin.name).collect()
    };
    let blocked = plugins(&["--block", journal]);
    assert!(!blocked.is_empty() && !blocked.iter().any(|name| name == journal), "{blocked:?}");
    assert_eq!(plugins(&["--allow", journal]), [journal]);
}

#[test]
fn without_a_format_a_page_of_markdown_is_written() {
    let page = written(&[]);
    assert_eq!(page, written(&["--format", "markdown"]));
    assert!(page.contains("\n## `on_task_created`\n"), "{page}");
    assert!(page.contains("\n## Plugins of this program\n"), "{page}");
}

#[test]
fn files_go_into_the_folder_which_is_made_if_there_is_none() {
    let folder = folder();
    let out = folder.path().join("deep/docs");
    for (arguments, names) in [
        (&["--format", "json"][..], &["hooks.json"][..]),
        (&["--format", "html"], &["hooks.html", "hooks.json"]),
        (&[], &["HOOKS.md", "hooks.html", "hooks.json"]),
        (
            &["--page-per-spec"],
            &["BernsteinSpec.md", "HOOKS.md", "README.md", "hooks.html", "hooks.json"],
        ),
    ] {
        let output = docs(folder.path(), &[&["--out", "deep/docs"], arguments].concat());
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()));
        assert_eq!(names_in(&out), names);
    }
    assert_eq!(fs::read_to_string(out.join("HOOKS.md")).expect("read"), written(&[]));
}

#[test]
fn an_unknown_spec_is_told_with_the_name_that_was_meant() {
    let folder = folder();
    let (code, stderr) = refused(folder.path(), &["--spec", "BernsteinSpek", "--out", "docs"]);
    assert_eq!(code, Some(2));
    assert_eq!(
        stderr,
        "error: there is no spec `BernsteinSpek` in this program; did you mean `BernsteinSpec`?\n"
    );
    assert_eq!(names_in(folder.path()), [""; 0]);
}

#[test]
fn a_known_spec_is_told_of_alone() {
    let text = written(&["--format", "json", "--spec", "BernsteinSpec"]);
    let reference: Reference = serde_json::from_str(&text).expect("a reference");
    assert_eq!(reference.specs.len(), 1);
}

#[test]
fn a_file_in_the_way_of_the_folder_is_told() {
    let folder = folder();
    fs::write(folder.path().join("docs"), "precious").expect("written");
    let (code, stderr) = refused(folder.path(), &["--out", "docs"]);
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("error: cannot write into the folder `docs`: "), "{stderr}");
    assert_eq!(fs::read_to_string(folder.path().join("docs")).expect("read"), "precious");
}

#[test]
fn a_folder_in_the_way_of_one_page_leaves_none_behind() {
    let folder = folder();
    let out = folder.path().join("docs");
    fs::create_dir_all(out.join("BernsteinSpec.md")).expect("made");
    let (code, stderr) = refused(folder.path(), &["--out", "docs", "--page-per-spec"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("cannot write `docs/BernsteinSpec.md`: "), "{stderr}");
    assert_eq!(names_in(&out), ["BernsteinSpec.md"]);
}

#[test]
fn pages_go_into_a_folder_and_json_and_html_have_none() {
    let folder = folder();
    let (code, stderr) = refused(folder.path(), &["--page-per-spec"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("--out <DIR>"), "{stderr}");
    for (format, name) in [("json", "JSON"), ("html", "HTML"), ("asyncapi", "AsyncAPI")] {
        let pages = ["--format", format, "--out", "docs", "--page-per-spec"];
        let (code, stderr) = refused(folder.path(), &pages);
        assert_eq!(code, Some(2));
        assert!(stderr.starts_with(&format!("error: {name} has no pages: ")), "{stderr}");
    }
    assert_eq!(names_in(folder.path()), [""; 0]);
}
