//! All that can be wrong with a file.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use super::diagnostic::{Position, Severity};
use super::nearest::Names;

/// What is wrong: what was found, what was expected, what to do.
///
/// Texts of the file are shown in backticks, shortened, and without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    // The file cannot be read.
    /// There is no file of that name.
    #[error("there is no such file; check the path")]
    NoSuchFile,
    /// It is a folder.
    #[error("this is a folder, not a file; name a file in it")]
    Folder,
    /// The system refuses.
    #[error("the file cannot be read: {reason}")]
    Unreadable {
        /// The system's reason.
        reason: String,
    },
    /// It has more bytes than are read.
    #[error("the file is larger than {limit} bytes, which is more than is read; split it")]
    TooLarge {
        /// The most bytes that are read.
        limit: u64,
    },

    // It can, and is not YAML that makes sense.
    /// Its bytes are not UTF-8.
    #[error("the file is not UTF-8 text: it has a wrong byte at offset {offset}; save it as UTF-8")]
    NotUtf8 {
        /// How many bytes come before the wrong one.
        offset: usize,
    },
    /// Nothing is in it.
    #[error("the file is empty; expected {expected}")]
    Empty {
        /// What should be in it.
        expected: &'static str,
    },
    /// It is not YAML.
    #[error("bad YAML: {reason}{}", Advice(.advice))]
    Syntax {
        /// The parser's reason.
        reason: Shown,
        /// What often is behind it.
        advice: Option<&'static str>,
    },
    /// It is two documents.
    #[error(
        "a second YAML document begins here; remove this line, or move the rest to a file of its own"
    )]
    SecondDocument,
    /// Lists and mappings stand in each other too deeply.
    #[error("more than {limit} lists and mappings stand in each other here; make it flatter")]
    TooDeep {
        /// The deepest that is read.
        limit: usize,
    },
    /// It holds more values, each counted as often as aliases repeat it, than are read.
    #[error("this makes more than {limit} values, counting what aliases repeat; make it smaller")]
    TooManyValues {
        /// The most values that are read.
        limit: usize,
    },
    /// It holds more text, counted as often as aliases repeat it, than is read.
    #[error(
        "this makes more than {limit} bytes of text, counting what aliases repeat; make it smaller"
    )]
    TooMuchText {
        /// The most bytes of text that are read.
        limit: usize,
    },
    /// An alias stands inside the value that it stands for.
    #[error("this alias stands inside the value that it repeats; write the value out")]
    EndlessAlias,
    /// A tag of the author's own.
    #[error("the tag `{tag}` has no meaning here; remove it")]
    UnknownTag {
        /// The tag.
        tag: Shown,
    },
    /// A key that is a list or a mapping.
    #[error("expected text as the key, found {found}; quote it if it is text")]
    KeyNotText {
        /// What the key is.
        found: FoundValue,
    },
    /// A key that the mapping has already.
    #[error("`{key}` is given twice, first at {first}; remove one")]
    DuplicateKey {
        /// The key.
        key: Shown,
        /// Where it was given first.
        first: Position,
    },

    // It is YAML, and not what is expected.
    /// Another kind of value than expected.
    #[error("expected {expected}, found {found}{}", Advice(.advice))]
    WrongType {
        /// What was expected.
        expected: &'static str,
        /// What is there.
        found: FoundValue,
        /// How to write it.
        advice: Option<&'static str>,
    },
    /// A key that has to be there.
    #[error("{of} needs `{key}`; add it")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// What needs it.
        of: &'static str,
    },
    /// A text that may not be empty, or a list.
    #[error("{what} cannot be empty")]
    EmptyValue {
        /// What is empty.
        what: &'static str,
    },
    /// A key that nothing reads.
    #[error("`{key}` is not a key of {of} and is ignored; {names}")]
    UnknownKey {
        /// The key.
        key: Shown,
        /// What has no such key.
        of: &'static str,
        /// The keys that are read.
        #[serde(flatten)]
        names: Names,
    },
    /// A step that names dependencies of its own.
    #[error("`depends_on` of a step is ignored; move it to the stage, whose steps start together")]
    DependencyOfStep,
    /// A key beside another that says the same.
    #[error("`{key}` says the same as `{stronger}` beside it and is ignored; remove it")]
    SecondKey {
        /// The key that is ignored.
        key: &'static str,
        /// The key that counts.
        stronger: &'static str,
    },
    /// A word that is not one of those expected.
    #[error("`{found}` is not {expected}; {names:#}")]
    UnknownWord {
        /// What was expected: "a scope".
        expected: &'static str,
        /// The word.
        found: Shown,
        /// The words that there are.
        #[serde(flatten)]
        names: Names,
    },
    /// Not a number, or not one in the range.
    #[error("expected a whole number from {min} to {max}, found {found}")]
    WrongNumber {
        /// The smallest number.
        min: u32,
        /// The largest number.
        max: u32,
        /// What is there.
        found: FoundValue,
    },
    /// A text that cannot be read as what was expected.
    #[error("{reason}")]
    WrongText {
        /// What was expected: "a priority".
        expected: &'static str,
        /// What is wrong with the text.
        reason: Shown,
    },
    /// Not a duration, or not one in the range.
    #[error(
        "`{found}` is not {expected}; write a number of seconds, or text like `90s`, `5m`, `1h 30m`"
    )]
    WrongDuration {
        /// What was expected.
        expected: &'static str,
        /// What is there.
        found: Shown,
    },
    /// A name that another has already.
    #[error("another {what} at {first} has the name `{name}`; names of {what}s have to differ")]
    DuplicateName {
        /// What has the name: "stage".
        what: &'static str,
        /// The name.
        name: Shown,
        /// Where the other is.
        first: Position,
    },
    /// A dependency on a stage that is not there.
    #[error("there is no stage `{name}`; {names}")]
    UnknownStage {
        /// The name.
        name: Shown,
        /// The stages that there are.
        #[serde(flatten)]
        names: Names,
    },
    /// Stages that wait for each other.
    #[error("these stages wait for each other: {}; remove one of the dependencies", Chain(.stages))]
    Cycle {
        /// The stages, each depending on the next; the last is the first again.
        stages: Vec<Shown>,
    },
    /// An adapter that is called like the one that is always there.
    #[error("`{name}` is the built-in adapter and cannot be another; choose another name")]
    BuiltInAdapter {
        /// The name.
        name: &'static str,
    },
    /// More steps than one plan can have.
    #[error("the plan has {found} steps and the most is {limit}; split it into several plans")]
    TooManySteps {
        /// How many there are.
        found: usize,
        /// How many there can be.
        limit: usize,
    },
}

impl Problem {
    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::UnknownKey { .. } | Self::DependencyOfStep | Self::SecondKey { .. } => {
                Severity::Warning
            }
            _ => Severity::Error,
        }
    }
}

/// A text of the file, fit to be shown on one line: shortened, and without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Shown(Box<str>);

impl Shown {
    /// A text, or its first sixty characters.
    pub(crate) fn new(text: &str) -> Self {
        Self::shortened(text, 60)
    }

    /// What another error says about a text of the file.
    pub(crate) fn reason(error: impl fmt::Display) -> Self {
        Self::shortened(&error.to_string(), 200)
    }

    fn shortened(text: &str, longest: usize) -> Self {
        let mut shown: String = text.chars().take(longest).flat_map(escaped).collect();
        if text.chars().nth(longest).is_some() {
            shown.push('…');
        }
        Self(shown.into())
    }
}

/// Whether the character would move the cursor, hide, or change the order in which a line is read.
pub(crate) fn is_hidden(character: char) -> bool {
    let invisible = matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    );
    invisible || character.is_control()
}

/// The character, or the escape that stands for a hidden one.
fn escaped(character: char) -> impl Iterator<Item = char> {
    let hidden = is_hidden(character);
    let escape = hidden.then(|| character.escape_default()).into_iter().flatten();
    escape.chain((!hidden).then_some(character))
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that is not the expected one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FoundValue {
    /// No value at all.
    Nothing,
    /// A text or a number.
    Text(Shown),
    /// A list.
    List,
    /// A mapping.
    Mapping,
}

impl fmt::Display for FoundValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Text(text) => write!(f, "`{text}`"),
            Self::List => f.write_str("a list"),
            Self::Mapping => f.write_str("a mapping"),
        }
    }
}

/// Names in a row, each leading to the next.
struct Chain<'a>(&'a [Shown]);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            write!(f, "{}{name}", if index == 0 { "" } else { " → " })?;
        }
        Ok(())
    }
}

/// What to do, behind a semicolon, if there is something.
struct Advice<'a>(&'a Option<&'static str>);

impl fmt::Display for Advice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |advice| write!(f, "; {advice}"))
    }
}
