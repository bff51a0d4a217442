//! From a new crate to a plugin that its host finds, with Cargo. Nothing is fetched, and most of
//! what is built is built for the tests of discovery too.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::bernstein;

/// Outside of this package's own sources: where tests may leave files. The tests of discovery build
/// in the second of the two.
const PLACE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/plugins-new");
const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/discovery/target");

const LIBRARY: &str = r#"//! A host.
bernstein_hooks::link_plugins!();

/// Tells which plugins are linked.
pub fn list() {
    let plugins = bernstein_hooks::PluginManager::discover().unwrap();
    plugins.names().iter().for_each(|name| println!("{name}"));
}
"#;

/// Makes the host anew, as a workspace of its own without any plugin.
fn furnish() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checkout = checkout.canonicalize().expect("a folder");
    let hooks = checkout.join("bernstein-hooks");
    let manifest = format!(
        "[package]\nname = \"greets\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\nresolver = \"3\"\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n\n\
         [dependencies]\nbernstein-hooks = {{ path = {hooks:?} }}\n"
    );
    let _ = fs::remove_dir_all(PLACE);
    fs::create_dir_all(Path::new(PLACE).join("src")).expect("made");
    let write = |file, text| fs::write(Path::new(PLACE).join(file), text).expect("written");
    write("Cargo.toml", &*manifest);
    write("src/lib.rs", LIBRARY);
    write("src/main.rs", "fn main() {\n    greets::list();\n}\n");
    // What this workspace has been built with is there without a network.
    fs::copy(checkout.join("Cargo.lock"), Path::new(PLACE).join("Cargo.lock")).expect("copied");
}

/// What Cargo prints with those arguments, in that folder.
#[track_caller]
fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", TARGET)
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    let output = cargo.output().expect("run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_new_plugin_passes_its_tests_and_is_linked_by_its_one_line() {
    furnish();
    let host = Path::new(PLACE);
    let list = || cargo(host, &["run", "--offline", "--quiet"]);
    assert_eq!(list(), "");

    bernstein(host, &["new", "greeter"]).succeeded();
    let plugin = host.join("bernstein-plugin-greeter");
    cargo(&plugin, &["fmt", "--check"]);
    let tested = cargo(&plugin, &["test", "--offline", "--quiet", "--test", "hooks"]);
    assert!(tested.contains("test result: ok. 2 passed"), "{tested}");
    assert_eq!(list(), "");

    bernstein(&plugin, &["add", "greeter", "--path", "."]).succeeded();
    assert_eq!(list(), "bernstein-plugin-greeter\n");
}
