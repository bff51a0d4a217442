//! From nodes to completion signals.
//!
//! A signal is written in one of these ways:
//!
//! ```yaml
//! - {type: path_exists, path: src/lib.rs}         # with its arguments by name
//! - {type: path_exists, value: src/lib.rs}        # `value` is the one argument, or the last
//! - path_exists: src/lib.rs                       # the type as the key
//! - file_contains: {path: src/lib.rs, contains: "pub fn"}
//! ```

use bernstein_hooks::CompletionSignal;

use crate::source::values::{choice, filled, verbatim};
use crate::source::{Fields, Node, Problems};

/// The key that every type of signal understands for its one argument, or its last.
const VALUE: &str = "value";
/// What is missed or found wanting.
const ARGUMENT: &str = "the argument of a signal";

/// What a type of signal needs.
#[derive(Clone, Copy)]
enum Kind {
    /// One argument of that key, of which the signal is made.
    One(&'static str, fn(String) -> CompletionSignal),
    /// A path, and the text that the file contains.
    FileContains,
}

/// The types of signals.
const KINDS: &[(&str, Kind)] = &[
    ("path_exists", Kind::One("path", |path| CompletionSignal::PathExists { path })),
    ("glob_exists", Kind::One("path", |path| CompletionSignal::GlobExists { path })),
    ("file_contains", Kind::FileContains),
    ("test_passes", Kind::One("command", |command| CompletionSignal::TestPasses { command })),
    ("command", Kind::One("run", |run| CompletionSignal::Command { run })),
    ("llm_review", Kind::One(VALUE, |value| CompletionSignal::LlmReview { value })),
    ("llm_judge", Kind::One(VALUE, |value| CompletionSignal::LlmJudge { value })),
];

/// The signal that the node describes.
pub(super) fn signal(node: &Node, problems: &mut Problems) -> Option<CompletionSignal> {
    if let Some((kind, arguments)) = type_as_key(node) {
        return from_arguments(kind, arguments, problems);
    }
    let mut fields = Fields::new(node, "a signal", problems);
    let (_, kind) = fields.required("type", choice("a type of signal", KINDS, |(word, _)| word))?;
    let signal = from_fields(kind, &mut fields);
    fields.finish();
    signal
}

/// What stands in a mapping whose only key is a type of signal.
fn type_as_key(node: &Node) -> Option<(Kind, &Node)> {
    let [entry] = node.entries()? else { return None };
    let (_, kind) = KINDS.iter().find(|(word, _)| *word == entry.key)?;
    Some((*kind, &entry.value))
}

/// The signal of the arguments that stand behind its type: the only one alone, or by name.
fn from_arguments(
    kind: Kind,
    arguments: &Node,
    problems: &mut Problems,
) -> Option<CompletionSignal> {
    if let (Kind::One(_, signal), None) = (kind, arguments.entries()) {
        return filled(ARGUMENT)(arguments, problems).map(signal);
    }
    let mut fields = Fields::new(arguments, "a signal", problems);
    let signal = from_fields(kind, &mut fields);
    fields.finish();
    signal
}

fn from_fields(kind: Kind, fields: &mut Fields<'_>) -> Option<CompletionSignal> {
    match kind {
        // The one argument is called `value` anyway.
        Kind::One(VALUE, signal) => fields.required(VALUE, filled(ARGUMENT)).map(signal),
        Kind::One(key, signal) => fields.required_either(key, VALUE, filled(ARGUMENT)).map(signal),
        Kind::FileContains => {
            let path = fields.required("path", filled(ARGUMENT));
            let contains = fields.required_either("contains", VALUE, verbatim(ARGUMENT));
            Some(CompletionSignal::FileContains { path: path?, contains: contains? })
        }
    }
}
