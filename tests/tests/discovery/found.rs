//! Plugins that are found, however the manifest names them and the program is built.

use std::process::Command;
use std::sync::LazyLock;

use crate::support::{PLUGIN, Profile, Scratch, plugin, plugin_manifest, with_plugins};

/// Two plugins in modules of one crate, each implementing two specs, one of which is the crate's
/// own.
const SEVERAL: &str = r#"//! Several plugins.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use kitchen_hooks::hookspec;

/// A spec of a plugin.
#[hookspec]
pub trait Oven {
    /// Asks how hot it is.
    fn heat(&self) -> u32;
}

mod deep {
    pub(crate) mod deeper {
        use kitchen_hooks::{Kitchen, Plugin, hookimpl};

        /// In a module that nobody else sees.
        #[derive(Default, Plugin)]
        #[plugin(name = "a-plugin-2")]
        struct Second;

        #[hookimpl]
        impl Kitchen for Second {
            fn ingredient(&self) -> String {
                "basil".to_owned()
            }
        }

        #[hookimpl]
        impl crate::Oven for Second {
            fn heat(&self) -> u32 {
                200
            }
        }
    }
}

/// Has two specs, and implements the later one first.
#[derive(Default, kitchen_hooks::Plugin)]
#[plugin(name = "a-plugin-1")]
pub struct First;

#[kitchen_hooks::hookimpl]
impl Oven for First {
    fn heat(&self) -> u32 {
        180
    }
}

#[kitchen_hooks::hookimpl]
impl kitchen_hooks::Kitchen for First {
    fn ingredient(&self) -> String {
        "artichoke".to_owned()
    }
}
"#;

/// A plugin that depends on `hooks-core` alone.
const CORE: &str = r#"//! A plugin with a spec of its own.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use hooks_core::{Plugin, hookimpl, hookspec};

/// A spec of a plugin.
#[hookspec]
pub trait Radio {
    /// Asks for a song.
    fn song(&self) -> String;
}

/// Sings.
#[derive(Default, Plugin)]
pub struct Singer;

#[hookimpl]
impl Radio for Singer {
    fn song(&self) -> String {
        "la".to_owned()
    }
}
"#;

/// The target for which this test is compiled.
static TARGET: LazyLock<String> = LazyLock::new(|| {
    let version = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
});

/// Every way in which a manifest can name a plugin.
fn dependencies() -> String {
    format!(
        r#"
kitchen-plugin-plain = {{ path = "kitchen-plugin-plain" }}
chilli = {{ package = "kitchen-plugin-renamed", path = "kitchen-plugin-renamed" }}
odd-name = {{ path = "odd-name" }}
kitchen-plugin-inherited = {{ workspace = true }}
oregano.workspace = true
kitchen-plugin-several = {{ path = "kitchen-plugin-several" }}
kitchen-plugin-core = {{ path = "kitchen-plugin-core" }}
kitchen-plugin-optional = {{ path = "kitchen-plugin-optional", optional = true }}
pepper = {{ package = "kitchen-plugin-optional-renamed", path = "kitchen-plugin-optional-renamed", optional = true }}
kitchen-plugin-chat = {{ path = "kitchen-plugin-chat", optional = true }}
kitchen-plugin-never = {{ path = "kitchen-plugin-never", optional = true }}

[features]
chat = ["dep:kitchen-plugin-chat"]
never = ["dep:kitchen-plugin-never"]
everything = ["chat", "kitchen-plugin-optional", "pepper"]

[target.'cfg(all())'.dependencies]
kitchen-plugin-everywhere = {{ path = "kitchen-plugin-everywhere" }}

[target.'cfg(any())'.dependencies]
kitchen-plugin-nowhere = {{ path = "kitchen-plugin-nowhere" }}

[target.'cfg(unix)'.dependencies]
kitchen-plugin-unix = {{ path = "kitchen-plugin-unix" }}

[target.'cfg(windows)'.dependencies]
kitchen-plugin-windows = {{ path = "kitchen-plugin-windows" }}

[target.{here}.dependencies]
kitchen-plugin-here = {{ path = "kitchen-plugin-here" }}

[target.{there}.dependencies]
kitchen-plugin-there = {{ path = "kitchen-plugin-there" }}

[package.metadata.hooks]
plugins = ["odd-name"]

[workspace.dependencies]
kitchen-plugin-inherited = {{ path = "kitchen-plugin-inherited" }}
oregano = {{ package = "kitchen-plugin-inherited-renamed", path = "kitchen-plugin-inherited-renamed" }}
"#,
        here = *TARGET,
        there = if *TARGET == "aarch64-apple-darwin" {
            "x86_64-pc-windows-msvc"
        } else {
            "aarch64-apple-darwin"
        },
    )
}

/// A host with all of them.
fn host() -> Scratch {
    let packages = [
        "kitchen-plugin-plain",
        "kitchen-plugin-renamed",
        "odd-name",
        "kitchen-plugin-inherited",
        "kitchen-plugin-inherited-renamed",
        "kitchen-plugin-optional",
        "kitchen-plugin-optional-renamed",
        "kitchen-plugin-chat",
        "kitchen-plugin-never",
        "kitchen-plugin-everywhere",
        "kitchen-plugin-nowhere",
        "kitchen-plugin-unix",
        "kitchen-plugin-windows",
        "kitchen-plugin-here",
        "kitchen-plugin-there",
    ];
    let scratch =
        packages.iter().fold(with_plugins("finds", &dependencies()), |scratch, package| {
            plugin(scratch, package, PLUGIN)
        });
    let core = crate::support::workspace_root().join("hooks-core");
    plugin(scratch, "kitchen-plugin-several", SEVERAL)
        .file(
            "kitchen-plugin-core/Cargo.toml",
            &plugin_manifest(
                "kitchen-plugin-core",
                &format!("[dependencies]\nhooks-core = {{ path = {core:?} }}\n"),
            ),
        )
        .file("kitchen-plugin-core/src/lib.rs", CORE)
}

/// What is found without any feature, in the order of names.
const ALWAYS: [&str; 10] = [
    "a-plugin-1",
    "a-plugin-2",
    "kitchen-plugin-core",
    "kitchen-plugin-everywhere",
    "kitchen-plugin-here",
    "kitchen-plugin-inherited",
    "kitchen-plugin-inherited-renamed",
    "kitchen-plugin-plain",
    "kitchen-plugin-renamed",
    "odd-name",
];

/// The plugins of this system, and `more`, in the order of names.
fn expected(more: &[&str]) -> Vec<String> {
    let system = if cfg!(windows) { "kitchen-plugin-windows" } else { "kitchen-plugin-unix" };
    let mut names: Vec<_> =
        ALWAYS.iter().chain([&system]).chain(more).map(ToString::to_string).collect();
    names.sort();
    names
}

fn found(lines: &[String]) -> Vec<String> {
    lines.iter().filter_map(|line| line.strip_suffix(": registered")).map(str::to_owned).collect()
}

/// The tests of this module build one host in turn.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[test]
fn a_plugin_is_found_however_the_manifest_names_it_in_every_profile() {
    let _turn = TURN.lock();
    let host = host();
    let debug = host.run(Profile::Debug, "", &[]);
    assert_eq!(found(&debug), expected(&[]));
    let with_features = host.run(Profile::Debug, "everything", &[]);
    let more =
        ["kitchen-plugin-chat", "kitchen-plugin-optional", "kitchen-plugin-optional-renamed"];
    assert_eq!(found(&with_features), expected(&more));
    // With fat LTO, one codegen unit and no symbols; not a word is to differ.
    let release = host.run(Profile::Release, "everything", &[]);
    assert_eq!(release, with_features);
    let salad = debug.iter().find_map(|line| line.strip_prefix("salad: ")).unwrap();
    let system = if cfg!(windows) { "windows" } else { "unix" };
    assert_eq!(
        salad,
        format!(
            "odd-name {system} renamed plain inherited-renamed inherited here everywhere basil \
             artichoke"
        ),
        "the last name is called first"
    );
}

#[test]
fn a_plugin_whose_line_is_removed_is_gone_after_the_next_build() {
    let _turn = TURN.lock();
    let rest = dependencies();
    let line = "kitchen-plugin-plain = { path = \"kitchen-plugin-plain\" }\n";
    assert!(rest.contains(line));
    let host = host();
    assert!(found(&host.run(Profile::Debug, "", &[])).contains(&"kitchen-plugin-plain".to_owned()));
    let edited = with_plugins("finds", &rest.replace(line, ""));
    let names = found(&edited.run(Profile::Debug, "", &[]));
    assert!(!names.contains(&"kitchen-plugin-plain".to_owned()), "{names:?}");
    assert_eq!(names.len(), ALWAYS.len());
}
