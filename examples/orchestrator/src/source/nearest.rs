//! Which of some names was probably meant.

use std::fmt;

use serde::Serialize;

use super::problem::Shown;

/// Longer names are not compared: a comparison takes as much memory as both lengths multiplied.
const LONGEST: usize = 64;
/// No more names than these are compared: a hostile file could ask for very many comparisons.
const MOST_COMPARED: usize = 500;
/// As many names are told where none is near.
const MOST_TOLD: usize = 20;

/// The names that could have been meant where an unknown one was written.
///
/// Prints the nearest, or else all: "did you mean `title`?" or "expected one of `small`, `medium`,
/// `large`". `{:#}` prints both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Names {
    /// The one that was probably meant.
    pub nearest: Option<Shown>,
    /// The names that there are, or the first twenty of them.
    pub known: Vec<Shown>,
    /// How many there are beside those.
    pub unlisted: usize,
}

impl Names {
    pub(crate) fn new<'n>(
        written: &str,
        names: impl IntoIterator<Item = &'n str, IntoIter: Clone>,
    ) -> Self {
        let names = names.into_iter();
        let known: Vec<Shown> = names.clone().take(MOST_TOLD).map(Shown::new).collect();
        let unlisted = names.clone().count() - known.len();
        Self { nearest: nearest(written, names).map(Shown::new), known, unlisted }
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = self.nearest.is_none() || f.alternate();
        if listed {
            f.write_str("expected one of ")?;
            for (index, name) in self.known.iter().enumerate() {
                write!(f, "{}`{name}`", if index == 0 { "" } else { ", " })?;
            }
            if self.unlisted > 0 {
                write!(f, ", and {} more", self.unlisted)?;
            }
        }
        match &self.nearest {
            Some(nearest) => {
                write!(f, "{}did you mean `{nearest}`?", if listed { "; " } else { "" })
            }
            None => Ok(()),
        }
    }
}

/// The name that differs least from what was written, if it differs so little that it was probably
/// meant.
fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if written.len() > LONGEST {
        return None;
    }
    let written = written.to_lowercase();
    let most = (written.len() / 3).max(1);
    names
        .take(MOST_COMPARED)
        .filter(|name| name.len() <= LONGEST && name.len().abs_diff(written.len()) <= most)
        .map(|name| (strsim::osa_distance(&written, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::Names;

    fn nearest(written: &str, names: [&'static str; 3]) -> Option<String> {
        Names::new(written, names).nearest.map(|name| name.to_string())
    }

    const NAMES: [&str; 3] = ["title", "priority", "Build all"];

    #[test]
    fn a_slip_of_the_finger_finds_the_name() {
        assert_eq!(nearest("titel", NAMES), Some("title".to_owned()));
        assert_eq!(nearest("prioritee", NAMES), Some("priority".to_owned()));
        assert_eq!(nearest("build al", NAMES), Some("Build all".to_owned()));
    }

    #[test]
    fn another_word_finds_none() {
        assert_eq!(nearest("banana", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
    }

    #[test]
    fn a_very_long_word_is_not_compared() {
        assert_eq!(nearest(&"title".repeat(20), NAMES), None);
    }
}
