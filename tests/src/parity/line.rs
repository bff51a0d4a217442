//! Reads a line, and answers it.

use serde_json::error::Category;

use super::fault::Fault;
use super::log::Event;
use super::scenario::Scenario;
use super::world::run;

/// Why a line has no log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// It is not JSON.
    #[error("line {line}, column {column}: not JSON: {reason}")]
    NotJson {
        /// The number of the line, from 1.
        line: usize,
        /// The column, in bytes from 1, at which that shows.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// It is JSON, but not a scenario.
    #[error("line {line}, column {column}: not a scenario: {reason}")]
    NotAScenario {
        /// The number of the line, from 1.
        line: usize,
        /// The column, in bytes from 1, at which that shows: the end of what is wrong.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// It is a scenario that cannot be run.
    #[error("line {line}: {fault}")]
    Faulty {
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        fault: Fault,
    },
}

impl LineError {
    fn unreadable(line: usize, error: &serde_json::Error) -> Self {
        let column = error.column();
        // The error has a text of one line before it, and counts that as the first.
        let place = format!(" at line {} column {column}", error.line());
        let text = error.to_string();
        let reason = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        match error.classify() {
            Category::Data => Self::NotAScenario { line, column, reason },
            Category::Syntax | Category::Eof | Category::Io => {
                Self::NotJson { line, column, reason }
            }
        }
    }
}

/// The log of the scenario in the `line`th line, whose text is `text`; `None` if it is empty.
///
/// # Errors
///
/// [`LineError`] if it is not a scenario, or one that cannot be run.
pub fn answer(line: usize, text: &[u8]) -> Result<Option<Vec<Event>>, LineError> {
    if text.trim_ascii().is_empty() {
        return Ok(None);
    }
    let scenario: Scenario =
        serde_json::from_slice(text).map_err(|error| LineError::unreadable(line, &error))?;
    run(&scenario).map(Some).map_err(|fault| LineError::Faulty { line, fault })
}
