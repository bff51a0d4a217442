//! What is wrong with a file, and where: for people and for programs.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use thiserror::Error;

use super::problem::Problem;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
}

impl Position {
    /// Where every text begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// What was read can be used.
    Warning,
    /// It cannot.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One problem of one file.
///
/// Prints as `plan.yaml:3:7: error: …`. Serialised with `severity`, `file`, `line` and `column`
/// (null when the file could not be read), `message`, and the `kind` and the parts of the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as the operator named it.
    pub file: PathBuf,
    /// Where in the file; `None` when it could not be read.
    pub position: Option<Position>,
    /// What is wrong.
    pub problem: Problem,
}

impl Diagnostic {
    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.problem.severity()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(position) = self.position {
            write!(f, "{position}:")?;
        }
        write!(f, " {}: {}", self.severity(), self.problem)
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Record<'d> {
            severity: Severity,
            // A path that is not UTF-8 is still told, as well as it can be.
            file: String,
            line: Option<usize>,
            column: Option<usize>,
            message: String,
            #[serde(flatten)]
            problem: &'d Problem,
        }
        let record = Record {
            severity: self.severity(),
            file: self.file.display().to_string(),
            line: self.position.map(|position| position.line),
            column: self.position.map(|position| position.column),
            message: self.problem.to_string(),
            problem: &self.problem,
        };
        record.serialize(serializer)
    }
}

/// What a file holds, and what is odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded<T> {
    /// What it holds.
    pub value: T,
    /// What is odd about it, in the order of the text.
    pub warnings: Vec<Diagnostic>,
}

/// A file cannot be used. Prints one diagnostic a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LoadError {
    diagnostics: Vec<Diagnostic>,
}

impl LoadError {
    /// A file whose one problem keeps the rest of it from being read.
    pub(crate) fn new(file: &Path, found: Found) -> Self {
        Self { diagnostics: vec![found.in_file(file)] }
    }

    /// All that is wrong with the file and all that is odd about it, in the order of the text. At
    /// least one is an error.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// A problem and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) position: Option<Position>,
    pub(crate) problem: Problem,
}

impl Found {
    fn in_file(self, file: &Path) -> Diagnostic {
        Diagnostic { file: file.to_owned(), position: self.position, problem: self.problem }
    }
}

/// The problems of one text, as they are found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    warnings: Vec<Found>,
    errors: Vec<Found>,
}

impl Problems {
    /// As many errors, and as many warnings, are kept of one file. What is wrong in more places
    /// than these is not told better by more of them, and a hostile file could ask for very many.
    const MOST: usize = 500;

    /// Notes a problem at that place.
    pub(crate) fn add(&mut self, position: Position, problem: Problem) {
        let kept = match problem.severity() {
            Severity::Warning => &mut self.warnings,
            Severity::Error => &mut self.errors,
        };
        if kept.len() < Self::MOST {
            kept.push(Found { position: Some(position), problem });
        }
    }

    /// True when no more warnings are kept, so that none need to be looked for.
    pub(crate) fn has_enough_warnings(&self) -> bool {
        self.warnings.len() >= Self::MOST
    }

    /// True when no more errors are kept, so that none need to be looked for.
    pub(crate) fn has_enough_errors(&self) -> bool {
        self.errors.len() >= Self::MOST
    }

    /// The value, if nothing but warnings was found.
    pub(crate) fn finish<T>(self, file: &Path, value: T) -> Result<Loaded<T>, LoadError> {
        let failed = !self.errors.is_empty();
        let mut found = self.errors;
        found.extend(self.warnings);
        found.sort_by_key(|found| found.position);
        // What an alias stands for is read once for each alias.
        found.dedup();
        let diagnostics = found.into_iter().map(|found| found.in_file(file)).collect();
        if failed {
            Err(LoadError { diagnostics })
        } else {
            Ok(Loaded { value, warnings: diagnostics })
        }
    }
}
