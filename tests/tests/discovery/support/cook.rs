//! The crates of a kitchen: one with a spec, hosts, and plugins.

use super::{Scratch, workspace_root};

/// The crate that defines the spec.
const SPEC: &str = r#"//! What happens in a kitchen.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

pub use hooks_core;
pub use hooks_core::*;

/// What happens in a kitchen.
#[hookspec]
pub trait Kitchen {
    /// Asks for the ingredients of a salad.
    fn ingredient(&self) -> String;
}
"#;

/// A plugin that names itself as an ingredient.
pub(crate) const PLUGIN: &str = r#"//! A plugin.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use kitchen_hooks::{Kitchen, Plugin, hookimpl};

/// Has one ingredient: its name.
#[derive(Default, Plugin)]
pub struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn ingredient(&self) -> String {
        env!("CARGO_PKG_NAME").trim_start_matches("kitchen-plugin-").to_owned()
    }
}
"#;

/// A program that tells what it found; its arguments are `block=name` and `allow=name`.
const HOST: &str = r#"//! A host.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use kitchen_hooks::{Kitchen, PluginManager, Selection};

kitchen_hooks::link_plugins!(prefix = "kitchen-plugin-");

/// Discovers and tells.
pub fn run() {
    let mut selection = Selection::default();
    for argument in std::env::args() {
        if let Some(name) = argument.strip_prefix("block=") {
            selection = selection.block([name]);
        } else if let Some(name) = argument.strip_prefix("allow=") {
            selection = selection.allow([name]);
        }
    }
    let plugins = match PluginManager::discover_with(&selection) {
        Ok(plugins) => plugins,
        Err(error) => return println!("error: {error}"),
    };
    for found in &plugins.discovery().plugins {
        println!("{}: {}", found.metadata.name, found.fate);
    }
    for unknown in &plugins.discovery().unknown {
        println!("{unknown}");
    }
    println!("salad: {}", plugins.hooks::<Kitchen>().ingredient().join(" "));
    for name in plugins.names() {
        let hooks = plugins.hooks_of(&name).unwrap();
        let hooks: Vec<_> = hooks.iter().map(|hook| format!("{}::{}", hook.spec, hook.name)).collect();
        println!("{name} has {}", hooks.join(" "));
    }
}
"#;

/// The manifest of a plugin, with `rest` after it.
pub(crate) fn plugin_manifest(package: &str, rest: &str) -> String {
    format!(
        "[package]\nname = \"{package}\"\nversion = \"1.2.3\"\nedition = \"2024\"\n\
         description = \"A test\"\nauthors = [\"One\", \"Two\"]\n\n{rest}"
    )
}

/// Adds a plugin crate.
pub(crate) fn plugin(scratch: Scratch, package: &str, source: &str) -> Scratch {
    let manifest = plugin_manifest(
        package,
        "[dependencies]\nkitchen-hooks = { path = \"../kitchen-hooks\" }\n",
    );
    scratch
        .file(format!("{package}/Cargo.toml"), &manifest)
        .file(format!("{package}/src/lib.rs"), source)
}

/// The manifest of a host. `rest` goes on from within its `[dependencies]`.
pub(crate) fn host_manifest(name: &str, rest: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\nresolver = \"3\"\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n\
         [profile.release]\nlto = true\ncodegen-units = 1\nstrip = true\n\n\
         [dependencies]\nkitchen-hooks = {{ path = \"kitchen-hooks\" }}\n{rest}"
    )
}

/// A host with this manifest and this library, and the crate with its spec.
pub(crate) fn host(name: &'static str, manifest: &str, library: &str) -> Scratch {
    let core = workspace_root().join("hooks-core");
    let spec = format!(
        "[package]\nname = \"kitchen-hooks\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nhooks-core = {{ path = {core:?} }}\n"
    );
    let program = format!("fn main() {{\n    {}::run();\n}}\n", name.replace('-', "_"));
    Scratch::new(name)
        .file("Cargo.toml", manifest)
        .file("src/lib.rs", library)
        .file("src/main.rs", &program)
        .file("kitchen-hooks/Cargo.toml", &spec)
        .file("kitchen-hooks/src/lib.rs", SPEC)
}

/// A host that tells what it found; its manifest goes on with `rest`.
pub(crate) fn with_plugins(name: &'static str, rest: &str) -> Scratch {
    host(name, &host_manifest(name, rest), HOST)
}
