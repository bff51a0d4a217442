//! `bernstein plugins add`: which line gets into which manifest, and what is refused.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::{Answer, Place};

const HOST: &str = r#"# A host.
[package]
name = "host"   # ours
version = "0.0.0"

[dependencies]
bernstein-hooks = "0.1"

# The plugins.
bernstein-plugin-console = "0.1" # loud
bernstein-plugin-slack.version = "0.1"
zebra = '1'

[features]
fast = []
"#;

/// The source code of a host.
const LINKS: &str = "bernstein_hooks::link_plugins!();\n";

fn plugin(package: &str) -> String {
    format!(
        "[package]\nname = \"{package}\"\nversion = \"1.2.3\"\n\n\
         [dependencies]\nbernstein-hooks = \"0.1\"\n"
    )
}

/// A host, and a plugin beside it.
fn place(package: &str) -> Place {
    Place::new([
        ("host/Cargo.toml", HOST),
        ("host/src/lib.rs", LINKS),
        ("plugin/Cargo.toml", &plugin(package)),
    ])
}

fn add(place: &Place, package: &str) -> Answer {
    place.plugins_in("host", &["add", package, "--path", "../plugin"])
}

#[test]
fn the_line_stands_among_the_plugins_and_all_else_stays() {
    for (package, above) in [
        ("bernstein-plugin-greeter", "bernstein-plugin-console = \"0.1\" # loud\n"),
        ("bernstein-plugin-alarm", "# The plugins.\n"),
        ("bernstein-plugin-zoo", "bernstein-plugin-slack.version = \"0.1\"\n"),
    ] {
        let place = place(package);
        add(&place, package).succeeded();
        let line = format!("{package} = {{ version = \"1.2.3\", path = \"../plugin\" }}\n");
        let expected = HOST.replace(above, &format!("{above}{line}"));
        assert_eq!(place.read("host/Cargo.toml"), expected);
    }
}

#[test]
fn plugins_that_have_tables_of_their_own_keep_them() {
    let place = place("bernstein-plugin-greeter");
    let tables = "[dependencies.bernstein-plugin-alarm] # rings\nversion = \"0.1\"\n\n\
                  # late\n[dependencies.bernstein-plugin-zoo]\nversion = \"0.1\"";
    let dependencies = "[package]\nname = \"host\"\n\n[dependencies]\nbernstein-hooks = \"0.1\"\n";
    place.write("host/Cargo.toml", &format!("{dependencies}\n{tables}"));
    add(&place, "greeter").succeeded();
    let line = "bernstein-plugin-greeter = { version = \"1.2.3\", path = \"../plugin\" }\n";
    assert_eq!(place.read("host/Cargo.toml"), format!("{dependencies}{line}\n{tables}\n"));
}

#[test]
fn line_ends_stay_what_they_are() {
    let place = place("bernstein-plugin-greeter");
    place.write("host/Cargo.toml", &HOST.replace('\n', "\r\n"));
    add(&place, "greeter").succeeded();
    let manifest = place.read("host/Cargo.toml");
    let old = manifest.lines().filter(|line| !line.contains("greeter"));
    assert_eq!(old.collect::<Vec<_>>(), HOST.lines().collect::<Vec<_>>());
    assert_eq!(manifest.matches("\r\n").count(), manifest.matches('\n').count());
}

#[test]
fn a_plugin_whose_name_does_not_say_so_is_listed_too() {
    let place = place("greeter");
    let told =
        place.plugins_in("host", &["add", "greeter", "--path", "../plugin", "--json"]).json();
    assert_eq!((&told["listed"], &told["changed"]), (&true.into(), &true.into()));
    let manifest = place.read("host/Cargo.toml");
    let line = "zebra = '1'\ngreeter = { version = \"1.2.3\", path = \"../plugin\" }\n";
    assert!(manifest.contains(line), "{manifest}");
    assert!(manifest.contains("[package.metadata.hooks]\nplugins = [\"greeter\"]\n"), "{manifest}");
    assert!(!manifest.contains("[package.metadata]\n"), "{manifest}");
    assert_eq!(told["line"], line.lines().nth(1).expect("a line"));
}

#[test]
fn what_is_there_already_is_told_and_nothing_changes() {
    let place = place("bernstein-plugin-greeter");
    add(&place, "greeter").succeeded();
    let manifest = place.read("host/Cargo.toml");
    let said = add(&place, "bernstein-plugin-greeter").succeeded();
    assert!(said.starts_with("Nothing to do, it is already in "), "{said}");
    assert!(said.ends_with("\n    cargo build --manifest-path Cargo.toml\n"), "{said}");
    assert_eq!(place.read("host/Cargo.toml"), manifest);
}

#[test]
fn what_the_workspace_gives_is_there_already() {
    let place = Place::new([
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"host\"]\n\n[workspace.dependencies]\n\
             bernstein-plugin-greeter = { path = \"plugin\" }\n",
        ),
        (
            "host/Cargo.toml",
            &format!("{}bernstein-plugin-greeter.workspace = true\n", plugin("host")),
        ),
        ("host/src/lib.rs", LINKS),
        ("plugin/Cargo.toml", &plugin("bernstein-plugin-greeter")),
    ]);
    let said = add(&place, "greeter").succeeded();
    assert!(said.contains("bernstein-plugin-greeter = { workspace = true }"), "{said}");
}

#[test]
fn another_package_of_the_name_is_left_to_its_owner() {
    let place = place("bernstein-plugin-console");
    let said = add(&place, "console").refused();
    assert!(
        said.ends_with(
            "has another `bernstein-plugin-console` already: `bernstein-plugin-console = \"0.1\"`; \
             remove that line first\n"
        ),
        "{said}"
    );
    assert_eq!(place.read("host/Cargo.toml"), HOST);
}

#[test]
fn the_host_is_the_nearest_package_that_links_plugins() {
    let place = Place::new([
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"plugin\"]\n"),
        ("crates/host/Cargo.toml", HOST),
        ("crates/host/src/deep/mod.rs", LINKS),
        ("crates/other/Cargo.toml", &plugin("other")),
        ("crates/other/src/lib.rs", &format!("// {LINKS}")),
        ("plugin/Cargo.toml", &plugin("bernstein-plugin-greeter")),
    ]);
    let told = place.plugins_in("plugin", &["add", "greeter", "--path", ".", "--json"]).json();
    assert_eq!(told["host"], place.path("crates/host/Cargo.toml").to_str().expect("text"));

    place.write("crates/other/src/lib.rs", LINKS);
    let said = place.plugins(&["add", "greeter", "--path", "plugin"]).refused();
    assert!(
        said.starts_with("error: 2 packages link plugins; name one with `--host`:\n"),
        "{said}"
    );
    for host in ["host", "other"] {
        let line = format!("    --host {}\n", place.path("crates").join(host).display());
        assert!(said.contains(&line), "{said}");
    }
    place.plugins(&["add", "greeter", "--path", "plugin", "--host", "crates/other"]).succeeded();
    assert!(place.read("crates/other/Cargo.toml").contains("path = \"../../plugin\""));
}

#[test]
fn a_place_without_a_host_is_told() {
    let place = place("bernstein-plugin-greeter");
    let said = place.plugins(&["add", "greeter", "--path", "plugin"]).refused();
    assert!(said.starts_with("error: no host was found above `"), "{said}");
    let to =
        |host| place.plugins(&["add", "greeter", "--path", "plugin", "--host", host]).refused();
    assert_eq!(
        to("nowhere"),
        "error: there is no `nowhere/Cargo.toml`; name the folder of a package\n"
    );
    assert!(to("plugin").contains("cannot be a plugin of itself"));
    place.write("bare/Cargo.toml", "[package]\nname = \"bare\"\n");
    assert!(to("bare").contains("does not depend on `bernstein-hooks`, so it cannot link plugins"));
    place.write("bare/Cargo.toml", "[workspace]\n");
    assert!(to("bare").contains("it has no `[package]` with a `name`"));
}

#[test]
fn a_host_that_says_nowhere_that_it_links_plugins_is_a_warning() {
    let place = place("bernstein-plugin-greeter");
    place.write("host/src/lib.rs", "");
    let answer =
        place.plugins(&["add", "greeter", "--path", "plugin", "--host", "host/Cargo.toml"]);
    assert_eq!(answer.code, Some(0));
    assert!(
        answer.stderr.starts_with("warning: `host` says `link_plugins!` nowhere"),
        "{}",
        answer.stderr
    );
    assert!(place.read("host/Cargo.toml").contains("greeter"));
}

#[test]
fn what_is_no_plugin_is_refused() {
    let place = place("bernstein-plugin-greeter");
    let said = add(&place, "greter").refused();
    assert!(said.ends_with("is `bernstein-plugin-greeter` and not `greter`; write `plugins add bernstein-plugin-greeter`\n"), "{said}");
    place.write("plugin/Cargo.toml", "[package]\nname = \"bernstein-plugin-greeter\"\n");
    let said = add(&place, "greeter").refused();
    assert!(said.contains("does not depend on `bernstein-hooks`, so it is no plugin"), "{said}");
    place.write("plugin/Cargo.toml", "[workspace]\n");
    assert!(add(&place, "greeter").refused().contains("is not the manifest of a package"));
    fs::remove_file(place.path("plugin/Cargo.toml")).expect("removed");
    assert!(add(&place, "greeter").refused().contains("there is no `../plugin/Cargo.toml`"));
    assert_eq!(place.read("host/Cargo.toml"), HOST);
}

#[test]
fn a_host_that_cannot_be_changed_is_left_as_it_is() {
    let place = place("bernstein-plugin-greeter");
    let broken = HOST.replace("zebra = '1'", "zebra = = '1'");
    place.write("host/Cargo.toml", &broken);
    let said = add(&place, "greeter").refused();
    assert!(said.contains("Cargo.toml:12:9: not valid TOML: "), "{said}");
    assert_eq!(place.read("host/Cargo.toml"), broken);

    place.write("host/Cargo.toml", HOST);
    fs::set_permissions(place.path("host/Cargo.toml"), Permissions::from_mode(0o444)).expect("set");
    let said = add(&place, "greeter").refused();
    assert!(said.ends_with("host/Cargo.toml` is read-only; nothing was changed\n"), "{said}");
    assert_eq!(place.read("host/Cargo.toml"), HOST);
}
