//! What a plugin may be called.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::PREFIX;

/// The most characters that a registry takes for the name of a package.
const LONGEST_PACKAGE: usize = 64;

/// The name of a plugin: what follows `bernstein-plugin-` in the name of its package.
///
/// ```
/// use bernstein::plugin_crate::PluginName;
///
/// let name: PluginName = "task-counter".parse()?;
/// assert_eq!(name.package(), "bernstein-plugin-task-counter");
/// assert_eq!("bernstein-plugin-task-counter".parse(), Ok(name));
/// # Ok::<(), bernstein::plugin_crate::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginName(String);

/// Why something cannot be the name of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing is left of it.
    #[error("nothing follows `{PREFIX}`; expected a name such as `greeter`")]
    Empty,
    /// A character that rustc would complain of in the name of a crate.
    #[error(
        "{character:?} cannot be in it: lower-case letters, digits and `-` can{}",
        Suggestion(.suggestion)
    )]
    Character {
        /// The first that is wrong.
        character: char,
        /// A name that comes near.
        suggestion: Option<String>,
    },
    /// The type of the plugin is named after it, and no type begins so.
    #[error(
        "it begins with {character:?}: the type of the plugin is named after it, so it begins with a letter"
    )]
    Beginning {
        /// How it begins.
        character: char,
    },
    /// A hyphen that stands between no two words.
    #[error("each `-` has to stand between two words{}", Suggestion(.suggestion))]
    Hyphen {
        /// A name that comes near.
        suggestion: Option<String>,
    },
    /// No registry would take it.
    #[error(
        "the package would have a name of {length} characters, and the most is {LONGEST_PACKAGE}"
    )]
    TooLong {
        /// How many characters the name of the package would have.
        length: usize,
    },
}

impl PluginName {
    /// The name of the package.
    #[must_use]
    pub fn package(&self) -> String {
        format!("{PREFIX}{}", self.0)
    }

    /// The name of the crate in source code.
    #[must_use]
    pub fn crate_name(&self) -> String {
        self.package().replace('-', "_")
    }

    /// The name as that of a type: `TaskCounter` for `task-counter`.
    pub(super) fn in_camel_case(&self) -> String {
        self.0.split('-').map(capitalised).collect()
    }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

impl FromStr for PluginName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let name = text.strip_prefix(PREFIX).unwrap_or(text);
        let is_allowed = |character: char| matches!(character, 'a'..='z' | '0'..='9' | '-');
        if let Some(character) = name.chars().find(|character| !is_allowed(*character)) {
            return Err(NameError::Character { character, suggestion: suggestion(text) });
        }
        match name.chars().next() {
            None => return Err(NameError::Empty),
            Some(character @ '0'..='9') => return Err(NameError::Beginning { character }),
            Some(_) if name.split('-').any(str::is_empty) => {
                return Err(NameError::Hyphen { suggestion: suggestion(text) });
            }
            Some(_) => {}
        }
        let length = PREFIX.len() + name.len();
        if length > LONGEST_PACKAGE {
            return Err(NameError::TooLong { length });
        }
        Ok(Self(name.to_owned()))
    }
}

/// The name that was probably meant: its words in lower case, with a hyphen between each two. Of a
/// path, the last part.
fn suggestion(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let last = text.rsplit_once('/').map_or(text, |(_, last)| last);
    let mut spaced = String::new();
    for character in last.chars() {
        let ends_word = |last: char| last.is_ascii_lowercase() || last.is_ascii_digit();
        if character.is_ascii_uppercase() && spaced.chars().last().is_some_and(ends_word) {
            spaced.push(' ');
        }
        spaced.push(character);
    }
    let words = spaced.split(|character: char| !character.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join("-").to_ascii_lowercase();
    name.parse::<PluginName>().is_ok().then_some(name)
}

/// What to write instead, behind a semicolon, if there is something.
struct Suggestion<'a>(&'a Option<String>);

impl fmt::Display for Suggestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, "; write `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::{NameError, PluginName};

    fn refused(text: &str) -> NameError {
        text.parse::<PluginName>().expect_err("it is refused")
    }

    #[test]
    fn a_wrong_character_is_told_with_the_name_that_was_probably_meant() {
        for (text, character, meant) in [
            ("MyPlugin", 'M', Some("my-plugin")),
            ("my plugin", ' ', Some("my-plugin")),
            ("my_plugin", '_', Some("my-plugin")),
            ("bernstein_plugin_greeter", '_', Some("bernstein-plugin-greeter")),
            ("../greeter", '.', Some("greeter")),
            ("plugins/my_greeter/", '/', Some("my-greeter")),
            ("é", 'é', None),
            ("4 You", ' ', None),
        ] {
            let suggestion = meant.map(str::to_owned);
            assert_eq!(refused(text), NameError::Character { character, suggestion }, "{text}");
        }
    }

    #[test]
    fn a_hyphen_stands_between_two_words() {
        for text in ["-greeter", "greeter-", "bernstein-plugin--greeter"] {
            assert!(matches!(refused(text), NameError::Hyphen { suggestion: Some(_) }), "{text}");
        }
        assert_eq!(refused("-"), NameError::Hyphen { suggestion: None });
    }

    #[test]
    fn a_name_is_neither_empty_nor_begins_with_a_digit() {
        assert_eq!(refused(""), NameError::Empty);
        assert_eq!(refused("bernstein-plugin-"), NameError::Empty);
        assert_eq!(refused("3d"), NameError::Beginning { character: '3' });
    }

    #[test]
    fn a_name_is_as_long_as_a_registry_takes_it() {
        assert!("a".repeat(47).parse::<PluginName>().is_ok());
        assert_eq!(refused(&"a".repeat(48)), NameError::TooLong { length: 65 });
    }

    #[test]
    fn what_rust_reserves_is_a_name_behind_the_prefix() {
        for text in ["self", "fn", "std", "test", "core"] {
            let name: PluginName = text.parse().expect("a name");
            assert_eq!(name.package(), format!("bernstein-plugin-{text}"));
        }
    }
}
