//! Plans and configurations are read from files; whatever is wrong with one is told with its place.

mod configuration;
mod examples;
mod format;
mod hostile;
mod mistakes;
mod signals;
mod stages;
mod syntax;
mod tasks;

use std::fs;
use std::path::PathBuf;

use bernstein::config::{self, Config};
use bernstein::plan::{self, Plan};
use bernstein::source::{Diagnostic, LoadError, Loaded};
use tempfile::TempDir;

/// A file in a folder of its own, which goes when this goes.
struct Scratch {
    _folder: TempDir,
    path: PathBuf,
}

fn scratch(content: impl AsRef<[u8]>) -> Scratch {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("scratch.yaml");
    fs::write(&path, content).expect("written");
    Scratch { _folder: folder, path }
}

fn load_plan(text: impl AsRef<[u8]>) -> Result<Loaded<Plan>, LoadError> {
    plan::load(&scratch(text).path)
}

fn load_config(text: impl AsRef<[u8]>) -> Result<Loaded<Config>, LoadError> {
    config::load(&scratch(text).path)
}

/// The plan of a text with which nothing is wrong or odd.
#[track_caller]
fn plan(text: &str) -> Plan {
    let loaded = load_plan(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lines(&loaded.warnings), "");
    loaded.value
}

/// The configuration of a text with which nothing is wrong or odd.
#[track_caller]
fn configuration(text: &str) -> Config {
    let loaded = load_config(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lines(&loaded.warnings), "");
    loaded.value
}

/// The diagnostics as they print, a line each, without the path.
fn lines(diagnostics: &[Diagnostic]) -> String {
    let line = |diagnostic: &Diagnostic| {
        let printed = diagnostic.to_string();
        let path = format!("{}:", diagnostic.file.display());
        printed.strip_prefix(&path).expect("begins with the path").trim_start().to_owned()
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// All that is told about a plan, whether it can be used or not.
fn told(text: impl AsRef<[u8]>) -> String {
    match load_plan(text) {
        Ok(loaded) => lines(&loaded.warnings),
        Err(error) => lines(error.diagnostics()),
    }
}

/// The column at which the keys of [`told_of_step`] begin, in line 2.
const KEYS: usize = 39;

/// All that is told about a plan with one step, whose other keys these lines are.
fn told_of_step(keys: &str) -> String {
    told(format!("name: n\nstages: [{{name: s, steps: [{{title: t, {keys}}}]}}]\n"))
}
