//! The entries of a mapping, read by key.

use super::diagnostic::{Position, Problems};
use super::nearest::Names;
use super::problem::{Problem, Shown};
use super::tree::{Entry, Node};
use super::values::Reader;

/// The entries of a mapping whose keys are known. Each key that is asked for is one; at the end the
/// others are told.
pub(crate) struct Fields<'a> {
    /// What the mapping describes: "a step".
    of: &'static str,
    position: Position,
    /// `None` when the node is no mapping, which is told already.
    entries: Option<&'a [Entry]>,
    known: Vec<&'static str>,
    problems: &'a mut Problems,
}

impl<'a> Fields<'a> {
    /// The entries of the node, which has to be a mapping that describes `of`.
    pub(crate) fn new(node: &'a Node, of: &'static str, problems: &'a mut Problems) -> Self {
        let entries = node.entries();
        if entries.is_none() {
            let advice = Some("write it as `key: value` lines");
            let problem = Problem::WrongType { expected: of, found: node.found(), advice };
            problems.add(node.position, problem);
        }
        Self { of, position: node.position, entries, known: Vec::new(), problems }
    }

    /// The value of the key, if the mapping has it and it can be read.
    pub(crate) fn optional<T>(&mut self, key: &'static str, read: impl Reader<T>) -> Option<T> {
        let node = self.take(key)?;
        read(node, self.problems)
    }

    /// The value of a key that the mapping has to have.
    pub(crate) fn required<T>(&mut self, key: &'static str, read: impl Reader<T>) -> Option<T> {
        let node = self.take(key);
        self.read_or_miss(key, node, read)
    }

    /// The value of a key that the mapping has to have, or of the other key, which means the same
    /// and counts for less.
    pub(crate) fn required_either<T>(
        &mut self,
        key: &'static str,
        other: &'static str,
        read: impl Reader<T>,
    ) -> Option<T> {
        let (node, second) = (self.take(key), self.take(other));
        if let (Some(_), Some(ignored)) = (node, second) {
            let problem = Problem::SecondKey { key: other, stronger: key };
            self.problems.add(ignored.position, problem);
        }
        self.read_or_miss(key, node.or(second), read)
    }

    /// Tells of the keys that nobody asked for.
    pub(crate) fn finish(self) {
        for Entry { key, position, .. } in self.entries.unwrap_or_default() {
            if !self.known.contains(&key.as_str()) && !self.problems.has_enough_warnings() {
                let names = Names::new(key, self.known.iter().copied());
                let problem = Problem::UnknownKey { key: Shown::new(key), of: self.of, names };
                self.problems.add(*position, problem);
            }
        }
    }

    /// What the key has. A key without a value is as good as none.
    fn take(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        let entry = self.entries?.iter().find(|entry| entry.key == key)?;
        (!entry.value.is_nothing()).then_some(&*entry.value)
    }

    fn read_or_miss<T>(
        &mut self,
        key: &'static str,
        node: Option<&Node>,
        read: impl Reader<T>,
    ) -> Option<T> {
        if let Some(node) = node {
            return read(node, self.problems);
        }
        if self.entries.is_some() {
            self.problems.add(self.position, Problem::MissingKey { key, of: self.of });
        }
        None
    }
}
