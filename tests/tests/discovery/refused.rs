//! Crates that cannot be linked as plugins: errors of the compiler, never plugins that are missing.

use std::fs;
use std::path::Path;

use crate::support::{
    PLUGIN, Profile, Scratch, host, host_manifest, plugin, plugin_manifest, with_plugins,
    workspace_root,
};

#[track_caller]
fn assert_says(refusal: &str, words: &str) {
    assert!(refusal.contains(words), "it does not say\n{words}\nbut\n{refusal}");
}

/// How many errors the compiler counts.
fn errors(refusal: &str) -> usize {
    let is_one =
        |line: &&str| line.starts_with("error") && !line.starts_with("error: could not compile");
    refusal.lines().filter(is_one).count()
}

#[test]
fn a_crate_with_the_prefix_that_is_no_plugin_is_refused() {
    let host = with_plugins(
        "refuses-strangers",
        "kitchen-plugin-stranger = { path = \"kitchen-plugin-stranger\" }\n",
    );
    let host = plugin(host, "kitchen-plugin-stranger", "//! No plugin at all.\n");
    let refusal = host.refusal();
    assert_says(&refusal, "kitchen_plugin_stranger");
    assert_says(&refusal, "derives_hooks_plugin");
    assert_says(&refusal, "src/lib.rs:7:1");
    assert_eq!(errors(&refusal), 1, "{refusal}");
}

#[test]
fn a_crate_that_is_listed_and_no_dependency_is_refused() {
    let host = with_plugins(
        "refuses-the-absent",
        "kitchen-plugin-here = { path = \"kitchen-plugin-here\" }\n\n\
         [package.metadata.hooks]\nplugins = [\"kitchen-plugin-here\", \"absent-one\"]\n",
    );
    let host = plugin(host, "kitchen-plugin-here", PLUGIN);
    let refusal = host.refusal();
    assert_says(
        &refusal,
        "`absent-one` is listed under `[package.metadata.hooks] plugins`, but is not among the \
         dependencies: add it to `[dependencies]`, by the name of its package",
    );
    assert_eq!(errors(&refusal), 1, "{refusal}");
}

/// A host that links its plugins.
const LINKS: &str = "//! A host.\n\nkitchen_hooks::link_plugins!(prefix = \"kitchen-plugin-\");\n\n\
                     /// Does nothing.\npub fn run() {}\n";

/// Copies the framework, in another version.
fn other_framework(scratch: &Scratch) {
    fn copy(from: &Path, to: &str, scratch: &Scratch) {
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let to = format!("{to}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &to, scratch);
            } else {
                scratch.rewrite(to, &fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let other_version = |manifest: &str| manifest.replace(env!("CARGO_PKG_VERSION"), "99.0.0");
    for package in ["hooks-core", "hooks-macros"] {
        let from = workspace_root().join(package);
        copy(&from.join("src"), &format!("other/{package}/src"), scratch);
        let manifest = fs::read_to_string(from.join("Cargo.toml")).unwrap();
        scratch.rewrite(format!("other/{package}/Cargo.toml"), &manifest);
    }
    let root = fs::read_to_string(workspace_root().join("Cargo.toml")).unwrap();
    let (before, rest) = root.split_once("members = [").unwrap();
    let (_, after) = rest.split_once(']').unwrap();
    let members = "members = [\"hooks-core\", \"hooks-macros\"]";
    scratch.rewrite("other/Cargo.toml", &other_version(&format!("{before}{members}{after}")));
}

#[test]
fn a_plugin_of_another_framework_is_refused_by_name() {
    let manifest = host_manifest(
        "refuses-foreigners",
        "kitchen-plugin-foreign = { path = \"kitchen-plugin-foreign\" }\n\
         kitchen-plugin-own = { path = \"kitchen-plugin-own\" }\n",
    );
    let manifest = manifest.replace("[workspace]\n", "[workspace]\nexclude = [\"other\"]\n");
    let host = host("refuses-foreigners", &manifest, LINKS);
    other_framework(&host);
    let host = plugin(host, "kitchen-plugin-own", PLUGIN)
        .file(
            "kitchen-plugin-foreign/Cargo.toml",
            &plugin_manifest(
                "kitchen-plugin-foreign",
                "[dependencies]\nhooks-core = { path = \"../other/hooks-core\" }\n",
            ),
        )
        .file(
            "kitchen-plugin-foreign/src/lib.rs",
            "//! A plugin.\n\n/// Foreign.\n#[derive(Default, hooks_core::Plugin)]\npub struct Foreigner;\n",
        );
    let refusal = host.refusal();
    assert_says(
        &refusal,
        "`kitchen-plugin-foreign` is built with another `hooks-core` than this crate, so its \
         plugins would be missing: `cargo tree -i hooks-core` shows who asks for which",
    );
    assert!(!refusal.contains("kitchen-plugin-own"), "{refusal}");
    assert_eq!(errors(&refusal), 1, "{refusal}");
}

/// A host whose one dependency has a name by which nobody knows what it re-exports.
const LOST: &str = r"//! A host.

/// Lost.
#[derive(Default, menu::Plugin)]
pub struct Lost;

/// Does nothing.
pub fn run() {}
";

#[test]
fn a_crate_that_cannot_tell_where_the_framework_is_is_told_what_to_do() {
    let manifest = host_manifest("refuses-the-lost", "")
        .replace("kitchen-hooks = { path", "menu = { package = \"menu\", path");
    let renamed = plugin_manifest(
        "menu",
        &format!(
            "[dependencies]\nhooks-core = {{ path = {:?} }}\n",
            workspace_root().join("hooks-core")
        ),
    );
    let host = host("refuses-the-lost", &manifest, LOST).file("kitchen-hooks/Cargo.toml", &renamed);
    let refusal = host.refusal();
    assert_says(
        &refusal,
        "cannot find `hooks-core`: depend on it, or on a crate called `…-hooks` that re-exports it \
         as `hooks_core`, or name it with `crate = path::to::hooks_core`",
    );
    assert_eq!(errors(&refusal), 1, "{refusal}");
    let found = LOST.replace("pub struct", "#[plugin(crate = menu::hooks_core)]\npub struct");
    host.rewrite("src/lib.rs", &found);
    host.build(Profile::Debug, "");
}
