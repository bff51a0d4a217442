//! `bernstein plugins new`: what is written, where, and what is not.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use bernstein::plugin_crate::{self, Created};

use super::Place;

const CRATE: [&str; 3] = ["Cargo.toml", "src/lib.rs", "tests/hooks.rs"];

/// The files of a crate in that folder.
fn crate_in(folder: &str) -> [String; 3] {
    CRATE.map(|file| format!("{folder}/{file}"))
}

#[track_caller]
fn created(folder: &Path, places: &[PathBuf]) -> Created {
    let name = "greeter".parse().expect("a name");
    plugin_crate::create(&name, folder, places).expect("written")
}

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("a folder")
}

#[test]
fn a_crate_is_called_by_its_plugin_with_or_without_the_prefix() {
    for name in ["task-counter", "bernstein-plugin-task-counter"] {
        let place = Place::new([]);
        let said = place.plugins(&["new", name]).succeeded();
        assert_eq!(place.files(), crate_in("bernstein-plugin-task-counter"));
        assert!(said.starts_with("Wrote `bernstein-plugin-task-counter` to "), "{said}");
        let manifest = place.read("bernstein-plugin-task-counter/Cargo.toml");
        assert!(manifest.contains("name = \"bernstein-plugin-task-counter\"\n"), "{manifest}");
        let library = place.read("bernstein-plugin-task-counter/src/lib.rs");
        assert!(library.contains("pub struct TaskCounter {"), "{library}");
        let test = place.read("bernstein-plugin-task-counter/tests/hooks.rs");
        assert!(test.contains("use bernstein_plugin_task_counter::TaskCounter;"), "{test}");
    }
}

#[test]
fn what_was_written_is_told_to_programs() {
    let place = Place::new([("Cargo.toml", "[workspace]\nmembers = []\n")]);
    let told = place.plugins(&["new", "greeter", "--path", "a/b", "--json"]).json();
    assert_eq!(told["package"], "bernstein-plugin-greeter");
    assert_eq!(told["folder"], place.path("a/b").to_str().expect("text"));
    assert_eq!(told["files"], serde_json::json!(CRATE));
    assert_eq!(told["workspace"]["added"], true);
    assert!(told["dependency"].as_str().expect("text").starts_with("bernstein-hooks = "));
}

#[test]
fn an_empty_folder_is_filled_and_stays_the_same_folder() {
    use std::os::unix::fs::MetadataExt;
    let place = Place::new([]);
    fs::create_dir(place.path("mine")).expect("made");
    let number = || fs::metadata(place.path("mine")).expect("a folder").ino();
    let before = number();
    place.plugins_in("mine", &["new", "greeter", "--path", "."]).succeeded();
    assert_eq!(place.files(), crate_in("mine"));
    assert_eq!(number(), before);
}

#[test]
fn a_name_that_is_none_is_refused_with_one_that_is() {
    let place = Place::new([]);
    for (name, expected) in [
        (
            "My Plugin",
            "'M' cannot be in it: lower-case letters, digits and `-` can; write `my-plugin`",
        ),
        ("3d", "it begins with '3'"),
        ("bernstein-plugin-", "expected a name such as `greeter`"),
        ("a--b", "each `-` has to stand between two words; write `a-b`"),
    ] {
        let said = place.plugins(&["new", name]).refused();
        assert!(said.contains(expected), "{said}");
    }
    assert!(place.files().is_empty());
}

#[test]
fn a_place_that_is_taken_is_left_alone() {
    let place = Place::new([("full/notes.txt", "precious"), ("file", "precious")]);
    let said = place.plugins(&["new", "greeter", "--path", "full"]).refused();
    assert_eq!(
        said,
        "error: `full` is not empty; name a folder that does not exist yet, such as \
         `full/bernstein-plugin-greeter`\n"
    );
    for path in ["file", "file/below"] {
        let said = place.plugins(&["new", "greeter", "--path", path]).refused();
        assert!(said.contains("/file` is there already, and is not a folder"), "{said}");
    }
    assert_eq!(place.files(), ["file", "full/notes.txt"]);
}

#[test]
fn a_plugin_is_not_written_twice() {
    let place = Place::new([]);
    place.plugins(&["new", "greeter"]).succeeded();
    place.write("bernstein-plugin-greeter/src/lib.rs", "precious");
    let said = place.plugins(&["new", "greeter"]).refused();
    assert_eq!(
        said,
        "error: `bernstein-plugin-greeter` is not empty; name a folder that does not exist yet\n"
    );
    assert_eq!(place.read("bernstein-plugin-greeter/src/lib.rs"), "precious");
}

#[test]
fn a_place_that_cannot_be_written_is_told_by_its_name() {
    let place = Place::new([]);
    let said = place.plugins(&["new", "greeter", "--path", "/proc/mine"]).refused();
    assert!(said.starts_with("error: cannot write `/proc/mine`: "), "{said}");
    assert!(!said.contains(".bernstein-"), "a temporary name is no help: {said}");
}

#[test]
fn a_crate_in_a_workspace_inherits_from_it() {
    let place = Place::new([(
        "Cargo.toml",
        "[workspace]\nmembers = [\"plugins/*\"]\n\n\
         [workspace.package]\nversion = \"3.2.1\"\nedition = \"2024\"\nlicense = \"MIT\"\n\n\
         [workspace.lints.rust]\nunsafe_code = \"forbid\"\n\n\
         [workspace.dependencies]\nbernstein-hooks = { path = \"elsewhere\" }\n",
    )]);
    let root = place.read("Cargo.toml");
    place.plugins(&["new", "greeter", "--path", "plugins/greeter"]).succeeded();
    assert_eq!(place.read("Cargo.toml"), root, "the members have it already");
    assert_eq!(
        place.read("plugins/greeter/Cargo.toml"),
        "[package]\n\
         # Hosts link a dependency whose name begins with `bernstein-plugin-`.\n\
         name = \"bernstein-plugin-greeter\"\n\
         description = \"Says hello to every new task\"\n\
         version.workspace = true\n\
         edition.workspace = true\n\
         license.workspace = true\n\n\
         [dependencies]\n\
         bernstein-hooks = { workspace = true }\n\n\
         [lints]\n\
         workspace = true\n"
    );
}

#[test]
fn a_workspace_gets_the_crate_as_a_member_where_it_is_none() {
    let place = Place::new([(
        "Cargo.toml",
        "[workspace] # ours\nmembers = [\n    # the first\n    \"a\", # a note\n]\nresolver = \"3\"\n",
    )]);
    let said = place.plugins(&["new", "greeter"]).succeeded();
    assert!(said.contains("\nAdded it to `members` in Cargo.toml.\n"), "{said}");
    assert_eq!(
        place.read("Cargo.toml"),
        "[workspace] # ours\nmembers = [\n    # the first\n    \"a\", # a note\n    \
         \"bernstein-plugin-greeter\",\n]\nresolver = \"3\"\n"
    );
}

#[test]
fn a_folder_that_the_workspace_excludes_is_for_a_crate_of_its_own() {
    let root = "[workspace]\nmembers = [\"a\"]\nexclude = [\"apart\"]\n\n\
                [workspace.dependencies]\nbernstein-hooks = { path = \"hooks\" }\n";
    let place = Place::new([("Cargo.toml", root), ("hooks/Cargo.toml", "")]);
    let created = created(&place.path("apart/greeter"), &[]);
    assert_eq!(created.workspace, None);
    assert_eq!(created.dependency, "bernstein-hooks = { path = \"../../hooks\" }");
    assert_eq!(place.read("Cargo.toml"), root);
}

#[test]
fn a_workspace_that_cannot_take_the_crate_keeps_it_from_being_written() {
    let place = Place::new([("Cargo.toml", "[workspace]\nmembers = [\"a\"\nresolver = \"3\"\n")]);
    let said = place.plugins(&["new", "greeter"]).refused();
    let begin = format!(
        "error: the crate would be in a workspace, but {}",
        place.path("Cargo.toml").display()
    );
    assert!(said.starts_with(&format!("{begin}:3:1: not valid TOML: ")), "{said}");

    place.write("Cargo.toml", "[workspace]\nmembers = \"a\"\n");
    let said = place.plugins(&["new", "greeter"]).refused();
    assert!(
        said.contains("`workspace.members` in `") && said.ends_with("` is not a list\n"),
        "{said}"
    );

    place.write("Cargo.toml", "[workspace]\nmembers = []\n");
    fs::set_permissions(place.path("Cargo.toml"), Permissions::from_mode(0o444)).expect("set");
    let said = place.plugins(&["new", "greeter"]).refused();
    assert!(said.ends_with("` is read-only; nothing was changed\n"), "{said}");
    assert_eq!(place.files(), ["Cargo.toml"]);
}

#[test]
fn a_workspace_does_not_get_a_second_package_of_a_name() {
    let place = Place::new([("Cargo.toml", "[workspace]\nmembers = []\n")]);
    place.plugins(&["new", "greeter"]).succeeded();
    let said = place.plugins(&["new", "greeter", "--path", "another"]).refused();
    assert!(
        said.contains("the workspace has a package `bernstein-plugin-greeter` already"),
        "{said}"
    );
    assert!(!place.path("another").exists());
}

#[test]
fn the_hooks_come_from_where_the_nearest_host_gets_them() {
    let git = "{ git = \"https://example.org/hooks\", tag = \"v1\", features = [\"x\"] }";
    let place = Place::new([(
        "host/Cargo.toml",
        &format!("[package]\nname = \"host\"\n\n[dependencies]\nbernstein-hooks = {git}\n"),
    )]);
    let in_host = created(&place.path("host/greeter"), &[checkout()]);
    assert_eq!(
        in_host.dependency,
        "bernstein-hooks = { git = \"https://example.org/hooks\", tag = \"v1\" }"
    );

    let alone = created(&place.path("a"), &[]);
    assert_eq!(alone.dependency, concat!("bernstein-hooks = \"", env!("CARGO_PKG_VERSION"), "\""));
    assert!(alone.from_registry);

    let beside = created(&place.path("b"), &[checkout()]);
    let path = beside.dependency.split("path = \"").nth(1).and_then(|rest| rest.split('"').next());
    let hooks = place.path("b").join(path.expect("a path")).canonicalize().expect("it is there");
    assert_eq!(hooks, checkout().join("bernstein-hooks"));
    assert!(!beside.from_registry);
}

#[test]
fn the_hooks_come_from_the_workspace_in_which_they_are_made() {
    let place = Place::new([
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
        ("crates/hooks/Cargo.toml", "[package]\nname = \"bernstein-hooks\"\n"),
    ]);
    let created = created(&place.path("plugins/greeter"), &[]);
    assert_eq!(created.dependency, "bernstein-hooks = { path = \"../../crates/hooks\" }");
}

#[test]
fn the_hooks_are_released_with_this_program() {
    let manifest = fs::read_to_string(checkout().join("bernstein-hooks/Cargo.toml")).expect("read");
    assert!(manifest.contains("version.workspace = true"), "its version is that of `bernstein`");
}
