//! What a YAML text says, and where.

use std::rc::Rc;

use super::diagnostic::Position;
use super::problem::{FoundValue, Shown};

/// A value and where it begins. Aliases of one value share it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) position: Position,
    pub(crate) content: Content,
}

/// The three kinds of values that YAML has.
#[derive(Debug)]
pub(crate) enum Content {
    /// A text, a number, or nothing; which of them is for the reader to say. One that is `quoted`
    /// is a text.
    Scalar { text: String, quoted: bool },
    /// A list.
    List(Vec<Rc<Node>>),
    /// A mapping, in the order of the text, each key once.
    Mapping(Vec<Entry>),
}

/// A key of a mapping and what it has.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) position: Position,
    pub(crate) value: Rc<Node>,
}

impl Node {
    /// A node that is nothing, at that place.
    pub(crate) fn nothing(position: Position) -> Self {
        Self { position, content: Content::Scalar { text: String::new(), quoted: false } }
    }

    /// True when there is no value: nothing is written, or `null`, or `~`.
    pub(crate) fn is_nothing(&self) -> bool {
        match &self.content {
            Content::Scalar { text, quoted: false } => {
                matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    /// The text as it is written, unless it is nothing, a list or a mapping. Numbers are texts too.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } if !self.is_nothing() => Some(text),
            _ => None,
        }
    }

    /// The entries, if it is a mapping.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.content {
            Content::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// True when it is a list without items.
    pub(crate) fn is_empty_list(&self) -> bool {
        matches!(&self.content, Content::List(items) if items.is_empty())
    }

    /// What to call the value where it is not the expected one.
    pub(crate) fn found(&self) -> FoundValue {
        match &self.content {
            Content::Scalar { .. } if self.is_nothing() => FoundValue::Nothing,
            Content::Scalar { text, .. } => FoundValue::Text(Shown::new(text)),
            Content::List(_) => FoundValue::List,
            Content::Mapping(_) => FoundValue::Mapping,
        }
    }
}
