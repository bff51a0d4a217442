//! Makes texts fit into a line.

use std::time::Duration;

/// The most characters of a line.
const LONGEST_LINE: usize = 240;

/// The most characters of a title within a line.
const LONGEST_TITLE: usize = 80;

/// Any text as one line: runs of spaces and control characters become a space, and what is too
/// long is cut.
pub(crate) fn one_line(text: &str) -> String {
    shortened(text, LONGEST_LINE)
}

/// A title as part of a line.
pub(crate) fn title(text: &str) -> String {
    shortened(text, LONGEST_TITLE)
}

fn shortened(text: &str, longest: usize) -> String {
    let words = text.split(|character: char| character.is_whitespace() || unprintable(character));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut line = words.join(" ");
    if line.chars().count() > longest {
        let kept: usize = line.chars().take(longest - 1).map(char::len_utf8).sum();
        line.truncate(kept);
        line.push('…');
    }
    line
}

/// Characters that would move the cursor, or change the order in which a line is read.
fn unprintable(character: char) -> bool {
    let reorders = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || reorders
}

/// A duration for people: `0.3 s`, `2 min 5 s`, `1 h 2 min`.
pub(crate) fn duration(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    let seconds = tenths / 10;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, _) => format!("{seconds}.{} s", tenths % 10),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_the_line_or_reaches_the_terminal() {
        assert_eq!(one_line("two\r\n\tlines "), "two lines");
        assert_eq!(one_line("\u{1b}[2Jgone\u{7}\u{9b}1A"), "[2Jgone 1A");
        assert_eq!(one_line("a\u{202e}b"), "a b");
        assert_eq!(one_line("\n"), "");
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_to_the_character() {
        for text in ["é".repeat(1_000), "é ".repeat(1_000), "éé ".repeat(1_000)] {
            let line = one_line(&text);
            assert_eq!(line.chars().count(), LONGEST_LINE);
            assert!(line.ends_with('…'));
        }
        let fits = "é".repeat(LONGEST_LINE);
        assert_eq!(one_line(&fits), fits);
    }

    #[test]
    fn a_duration_is_as_exact_as_people_want_it() {
        let cases = [
            (0, "0.0 s"),
            (49, "0.0 s"),
            (50, "0.1 s"),
            (1_234, "1.2 s"),
            (59_949, "59.9 s"),
            (59_950, "1 min 0 s"),
            (125_000, "2 min 5 s"),
            (3_599_950, "1 h 0 min"),
            (3_725_000, "1 h 2 min"),
            (360_000_000, "100 h 0 min"),
        ];
        for (milliseconds, expected) in cases {
            assert_eq!(duration(Duration::from_millis(milliseconds)), expected);
        }
    }
}
