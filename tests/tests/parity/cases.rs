//! The stored cases.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// A scenario, and the log that pluggy gives it.
pub(crate) struct Case {
    /// The file and the line.
    pub(crate) place: String,
    /// What the scenario is for, if it was made by hand.
    pub(crate) claim: Option<String>,
    pub(crate) scenario: Value,
    pub(crate) log: Vec<Value>,
}

#[derive(Deserialize)]
struct Stored {
    name: Option<String>,
    scenario: Value,
    log: Vec<Value>,
}

/// The cases in a file of `tests/parity`.
pub(crate) fn stored(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity").join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let case = |(line, text): (usize, &str)| {
        let place = format!("{file}:{line}");
        let Stored { name, scenario, log } =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{place}: {error}"));
        Case { place, claim: name, scenario, log }
    };
    (1..).zip(text.lines()).map(case).collect()
}
