//! Reading YAML files, with a position for everything that is found, and with limits.
//!
//! Whatever is wrong on the way is a [`Problem`] with a [`Position`]. Reading goes on after it
//! where it can, so that one reading tells all that is wrong with a file. What comes of it is
//! [`Loaded`] or a [`LoadError`].

use std::path::Path;

pub use diagnostic::{Diagnostic, LoadError, Loaded, Position, Severity};
pub use nearest::Names;
pub use problem::{FoundValue, Problem, Shown};

pub(crate) use diagnostic::Problems;
pub(crate) use fields::Fields;
pub(crate) use problem::is_hidden;
pub(crate) use tree::{Entry, Node};

// What can be wrong, and how it is told;
mod diagnostic;
mod nearest;
mod problem;
// then the way of the data: from the file to its text,
mod file;
// from the text to nodes,
mod parse;
mod tree;
// and from nodes to values.
mod fields;
pub(crate) mod values;

/// Reads the file and makes a value of what it holds.
///
/// `read` always gives a value; where the file has a problem, which `read` notes, any value will do
/// in its place. An empty file is a node that is nothing.
pub(crate) fn load<T>(
    path: &Path,
    read: impl FnOnce(&Node, &mut Problems) -> T,
) -> Result<Loaded<T>, LoadError> {
    let text = file::read(path).map_err(|found| LoadError::new(path, found))?;
    let mut problems = Problems::default();
    let root = parse::parse(&text, &mut problems).map_err(|found| LoadError::new(path, found))?;
    let value = read(&root, &mut problems);
    problems.finish(path, value)
}
