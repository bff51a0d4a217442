//! What is in a new crate.

use toml_edit::{DocumentMut, Item, Table, Value, value};

use super::framework::Framework;
use super::name::PluginName;
use super::workspace::Workspace;
use super::{FRAMEWORK, PREFIX};

/// The library and its test. They are source code whose names are replaced.
const LIBRARY: &str = include_str!("template/lib.rs");
const TEST: &str = include_str!("template/hooks.rs");
/// The name of the plugin in both,
const TYPE: &str = "PluginType";
/// and that of the crate.
const CRATE: &str = "plugin_crate";

/// What the crate does: what `plugins list` shows.
const DESCRIPTION: &str = "Says hello to every new task";

/// What a package of a workspace takes from it, if the workspace has it.
const INHERITED: [&str; 6] =
    ["version", "edition", "rust-version", "license", "authors", "repository"];

/// The files of a new crate, and their texts.
pub(super) fn files(
    name: &PluginName,
    framework: &Framework,
    member_of: Option<&Workspace>,
) -> [(&'static str, String); 3] {
    [
        ("Cargo.toml", manifest(name, framework, member_of)),
        ("src/lib.rs", source(LIBRARY, name)),
        ("tests/hooks.rs", source(TEST, name)),
    ]
}

fn source(template: &str, name: &PluginName) -> String {
    template.replace(TYPE, &type_name(name)).replace(CRATE, &name.crate_name())
}

/// What the plugin is called in source code: like the plugin, unless the templates say something
/// else by that name.
fn type_name(name: &PluginName) -> String {
    let type_name = name.in_camel_case();
    let is_word = |template: &str| {
        let mut words = template.split(|character: char| !character.is_ascii_alphanumeric());
        words.any(|word| word == type_name)
    };
    let is_taken = type_name == "Self" || is_word(LIBRARY) || is_word(TEST);
    if is_taken { format!("{type_name}Plugin") } else { type_name }
}

fn manifest(name: &PluginName, framework: &Framework, member_of: Option<&Workspace>) -> String {
    let mut package = Table::new();
    package.insert("name", value(name.package()));
    let comment = format!("# Hosts link a dependency whose name begins with `{PREFIX}`.\n");
    if let Some(mut key) = package.key_mut("name") {
        key.leaf_decor_mut().set_prefix(comment);
    }
    package.insert("description", value(DESCRIPTION));
    for key in INHERITED {
        let inherits = |workspace: &Workspace| {
            workspace.manifest.get(&["workspace", "package", key]).is_some()
        };
        match key {
            _ if member_of.is_some_and(inherits) => drop(package.insert(key, from_workspace())),
            "version" => drop(package.insert(key, value("0.1.0"))),
            "edition" => drop(package.insert(key, value("2024"))),
            _ => {}
        }
    }
    let dependencies: Table = [(FRAMEWORK, framework.dependency())].into_iter().collect();
    let mut document = DocumentMut::new();
    document.insert("package", Item::Table(package));
    document.insert("dependencies", Item::Table(dependencies));
    let has_lints =
        |workspace: &Workspace| workspace.manifest.get(&["workspace", "lints"]).is_some();
    if member_of.is_some_and(has_lints) {
        let lints: Table = [("workspace", Value::from(true))].into_iter().collect();
        document.insert("lints", Item::Table(lints));
    }
    document.to_string()
}

/// `key.workspace = true`
fn from_workspace() -> Item {
    let mut table: Table = [("workspace", Value::from(true))].into_iter().collect();
    table.set_dotted(true);
    Item::Table(table)
}

#[cfg(test)]
mod tests {
    use super::type_name;

    #[test]
    fn a_type_is_called_like_its_plugin_unless_the_name_is_taken() {
        for (name, expected) in [
            ("greeter", "Greeter"),
            ("task-counter", "TaskCounter"),
            ("slack-2", "Slack2"),
            ("task", "TaskPlugin"),
            ("plugin", "PluginPlugin"),
            ("bernstein-spec", "BernsteinSpecPlugin"),
            ("arc", "ArcPlugin"),
            ("self", "SelfPlugin"),
        ] {
            assert_eq!(type_name(&name.parse().expect("a name")), expected);
        }
    }
}
