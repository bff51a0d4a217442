//! What the parts of a page share: where everything stands, and how it is linked to.

use std::fmt::Write;

use maud::{Markup, html};

use super::super::prose::first_sentence;
use super::super::words::{hook_at, names_of_specs};
use super::super::{DeprecationReference, Reference};
use super::prose;

/// A reference on its page. Its parts are told apart by ids, which stay the same as long as what
/// they name is called so. Those of a spec begin with its name, which has no hyphen; all others
/// have one.
pub(super) struct Site<'a> {
    pub(super) reference: &'a Reference,
    /// The id of each spec.
    pub(super) names: Vec<String>,
}

impl<'a> Site<'a> {
    pub(super) fn new(reference: &'a Reference) -> Self {
        Self { reference, names: names_of_specs(reference) }
    }

    /// The id of a hook.
    pub(super) fn anchor(&self, spec: usize, hook: &str) -> String {
        format!("{}.{hook}", self.names[spec])
    }

    pub(super) fn anchor_of_subject(&self, spec: usize, subject: &str) -> String {
        format!("{}:{}", self.names[spec], as_id(subject))
    }

    /// A link to a hook.
    pub(super) fn link(&self, spec: usize, hook: &str) -> Markup {
        html! { a href={ "#" (self.anchor(spec, hook)) } { code { (hook) } } }
    }

    /// The documentation of a spec or of something in it, under a heading of this level.
    pub(super) fn prose(&self, spec: usize, documentation: &str, level: usize) -> Markup {
        prose::blocks(&self.markdown(spec, documentation, level))
    }

    /// The first sentence of a documentation.
    pub(super) fn summary(&self, spec: usize, documentation: &str) -> Markup {
        prose::line(&first_sentence(&self.markdown(spec, documentation, 0)))
    }

    fn markdown(&self, spec: usize, documentation: &str, level: usize) -> String {
        let described = &self.reference.specs[spec];
        let resolve = |path: &str| {
            let hook = hook_at(described, path)?;
            Some(format!("#{}", self.anchor(spec, &hook.name)))
        };
        super::super::prose::prose(documentation, level, &resolve)
    }

    /// That something is deprecated, since when, why, and what takes its place.
    pub(super) fn deprecated(&self, spec: usize, deprecated: &DeprecationReference) -> Markup {
        let DeprecationReference { since, note, replacement } = deprecated;
        html! {
            strong { "Deprecated" @if let Some(since) = since { " since " (since) } }
            @if let Some(note) = note { ": " (prose::line(&self.markdown(spec, note, 0))) }
            @if let Some(hook) = replacement {
                (if note.is_some() { "; use " } else { ": use " }) (self.link(spec, hook))
            }
            "."
        }
    }
}

/// The id of a plugin, whose name may be any text.
pub(super) fn anchor_of_plugin(name: &str) -> String {
    format!("by-plugin:{}", as_id(name))
}

/// The text as a part of an id and of an address: other characters than ASCII letters, digits, `-`
/// and `_` are written as their numbers.
pub(super) fn as_id(text: &str) -> String {
    text.chars().fold(String::new(), |mut id, character| {
        if character.is_ascii_alphanumeric() || "-_".contains(character) {
            id.push(character);
        } else {
            // A text takes all that is written to it.
            let _ = write!(id, "~{:x}~", u32::from(character));
        }
        id
    })
}
