//! Which of the known names somebody may have meant.

/// How many names a suggestion holds at most.
const MOST: usize = 3;
/// How much alike two names have to be, from 0 (nothing in common) to 1 (the same).
const ALIKE: f64 = 0.6;

/// The known names that resemble `wanted` or contain it, nearest first.
pub(crate) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut alike: Vec<(f64, &str)> = known
        .map(|name| (likeness(wanted, name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|(a, first), (b, second)| b.total_cmp(a).then_with(|| first.cmp(second)));
    alike.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

fn likeness(wanted: &str, name: &str) -> f64 {
    // `slack` is what people write for `bernstein-plugin-slack`: they drop the common prefix.
    let tail = name.rsplit('-').next().unwrap_or(name);
    strsim::normalized_damerau_levenshtein(wanted, name)
        .max(strsim::normalized_damerau_levenshtein(wanted, tail))
}

/// The end of a sentence that says that a name is not known.
pub(crate) fn suggestion(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        [name] => format!("; did you mean `{name}`?"),
        names => format!("; did you mean one of `{}`?", names.join("`, `")),
    }
}

#[cfg(test)]
mod tests {
    use super::{nearest, suggestion};

    const KNOWN: [&str; 3] = ["bernstein-plugin-journal", "bernstein-plugin-slack", "greeter"];

    #[test]
    fn a_typing_error_finds_the_name() {
        assert_eq!(nearest("greter", KNOWN.into_iter()), ["greeter"]);
    }

    #[test]
    fn the_last_word_of_a_name_finds_the_name() {
        assert_eq!(nearest("slak", KNOWN.into_iter()), ["bernstein-plugin-slack"]);
    }

    #[test]
    fn nothing_alike_suggests_nothing() {
        assert!(nearest("zebra", KNOWN.into_iter()).is_empty());
        assert_eq!(suggestion(&[]), "");
    }
}
