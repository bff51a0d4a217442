//! A host and a plugin of Bernstein.

use crate::support::{Profile, Scratch, plugin_manifest, workspace_root};

const HOST: &str = r#"//! A host.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

bernstein_hooks::link_plugins!();

/// Discovers and calls.
pub fn run() {
    let plugins = bernstein_hooks::PluginManager::discover().unwrap();
    for info in plugins.plugins() {
        println!("{:?}", info.metadata);
    }
    let hooks = plugins.hooks::<bernstein_hooks::BernsteinSpec>();
    let died = hooks.on_agent_died.implementations();
    println!("{:?}", died.iter().map(|told| told.method.to_string()).collect::<Vec<_>>());
    hooks.on_agent_died(&"agent-7".into(), &bernstein_hooks::AgentExit::Clean);
}
"#;

/// Depends on `bernstein-hooks` alone.
const PLUGIN: &str = r#"//! A plugin.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use bernstein_hooks::{AgentExit, AgentId, BernsteinSpec, Plugin, Task, hookimpl};

/// Says what it is told.
#[derive(Default, Plugin)]
pub struct Greeter;

#[hookimpl]
impl BernsteinSpec for Greeter {
    fn on_task_created(&self, task: &Task) {
        println!("created {task:?}");
    }

    #[hookimpl(trylast)]
    fn on_agent_died(&self, reason: &AgentExit, agent_id: &AgentId) {
        println!("{agent_id} died: {reason:?}");
    }
}
"#;

#[test]
fn a_plugin_that_depends_on_bernstein_hooks_alone_is_found_and_called() {
    let hooks = workspace_root().join("bernstein-hooks");
    let manifest = |name: &str, rest: &str| {
        plugin_manifest(
            name,
            &format!("[dependencies]\nbernstein-hooks = {{ path = {hooks:?} }}\n{rest}"),
        )
    };
    let host = Scratch::new("conducts")
        .file(
            "Cargo.toml",
            &manifest(
                "conducts",
                "bernstein-plugin-greeter = { path = \"bernstein-plugin-greeter\" }\n\n\
                 [workspace]\nresolver = \"3\"\n\n[profile.dev]\ndebug = false\nincremental = false\n",
            ),
        )
        .file("src/lib.rs", HOST)
        .file("src/main.rs", "fn main() {\n    conducts::run();\n}\n")
        .file("bernstein-plugin-greeter/Cargo.toml", &manifest("bernstein-plugin-greeter", ""))
        .file("bernstein-plugin-greeter/src/lib.rs", PLUGIN);
    assert_eq!(
        host.run(Profile::Debug, "", &[]),
        [
            "PluginMetadata { name: \"bernstein-plugin-greeter\", version: \"1.2.3\", \
             description: \"A test\", authors: \"One:Two\", repository: \"\", \
             package: \"bernstein-plugin-greeter\" }",
            "[\"on_agent_died\"]",
            "agent-7 died: Clean",
        ]
    );
}
