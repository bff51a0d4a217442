//! Runs the stored scenarios, and compares what happens with what pluggy has made of them.

mod cases;
mod command;
mod difference;

use cases::{Case, stored};
use difference::Difference;
use hooks_tests::parity::{Scenario, run};
use serde_json::Value;

/// As many cases have to be there, so that none goes missing unnoticed.
const FEWEST: usize = 2000;

/// Of so many cases that fail, the failure is shown.
const SHOWN: usize = 3;

#[test]
fn every_stored_scenario_has_the_log_that_pluggy_gives_it() {
    let cases: Vec<_> = ["corpus.jsonl", "handmade.jsonl"].into_iter().flat_map(stored).collect();
    assert!(
        cases.len() >= FEWEST,
        "{} cases are stored, {FEWEST} at least have to be",
        cases.len()
    );
    let differences: Vec<_> = cases.iter().filter_map(difference).collect();
    if !differences.is_empty() {
        let shown: String = differences.iter().take(SHOWN).map(Difference::to_string).collect();
        panic!(
            "{} of {} cases differ from pluggy; the first of them:\n\n{shown}",
            differences.len(),
            cases.len(),
        );
    }
}

/// How the log of a case is not that of pluggy, if it is not.
fn difference(case: &Case) -> Option<Difference<'_>> {
    let here = log(&case.scenario).unwrap_or_else(|error| panic!("{}: {error}", case.place));
    Difference::of(case, here)
}

fn log(scenario: &Value) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    use serde::Deserialize;
    let log = run(&Scenario::deserialize(scenario)?)?;
    log.iter().map(|event| Ok(serde_json::to_value(event)?)).collect()
}
