//! A host that depends on `hooks-core` alone, and knows no prefix.

use crate::support::{Profile, Scratch, plugin_manifest, workspace_root};

const HOST: &str = r#"//! A host.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

hooks_core::link_plugins!();

/// Discovers.
pub fn run() {
    let plugins = hooks_core::PluginManager::discover().unwrap();
    println!("{:?}", plugins.names());
}
"#;

const PLUGIN: &str = r#"//! A plugin.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

/// Does nothing.
#[derive(Default, hooks_core::Plugin)]
pub struct Idle;
"#;

/// A host that depends on two plugins and lists one of them.
fn host(listed: &str) -> Scratch {
    let core = format!("hooks-core = {{ path = {:?} }}\n", workspace_root().join("hooks-core"));
    let manifest = plugin_manifest(
        "generic",
        &format!(
            "[dependencies]\n{core}\
             one-plugin = {{ path = \"one-plugin\" }}\nother-plugin = {{ path = \"other-plugin\" }}\n\n\
             [package.metadata.hooks]\nplugins = [\"{listed}\"]\n\n\
             [workspace]\nresolver = \"3\"\n\n[profile.dev]\ndebug = false\nincremental = false\n"
        ),
    );
    let host = Scratch::new("generic")
        .file("Cargo.toml", &manifest)
        .file("src/lib.rs", HOST)
        .file("src/main.rs", "fn main() {\n    generic::run();\n}\n");
    ["one-plugin", "other-plugin"].iter().fold(host, |host, name| {
        let manifest = plugin_manifest(name, &format!("[dependencies]\n{core}"));
        host.file(format!("{name}/Cargo.toml"), &manifest)
            .file(format!("{name}/src/lib.rs"), PLUGIN)
    })
}

#[test]
fn a_host_without_a_prefix_links_what_it_lists_and_sees_when_the_list_changes() {
    assert_eq!(host("one-plugin").run(Profile::Debug, "", &[]), ["[\"one-plugin\"]"]);
    // The dependencies are the same: nothing but the list tells that there is something to build.
    assert_eq!(host("other-plugin").run(Profile::Debug, "", &[]), ["[\"other-plugin\"]"]);
}
