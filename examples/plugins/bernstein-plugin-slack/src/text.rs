//! Texts as Slack wants them: with its three special characters escaped, and short.

/// The beginning of a text as one line of at most `most` characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
    let (kept, is_all) = fitting(line.chars(), most);
    let text: String = kept.into_iter().map(escaped).collect();
    if is_all { text } else { format!("{text}…") }
}

/// The end of a text in a block of at most `most` characters between its fences; nothing for a text
/// that is empty.
pub(crate) fn block(text: &str, most: usize) -> String {
    // A fence in the text would end the block.
    let text = text.trim().replace("```", "'''");
    let printable = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    let (mut kept, is_all) = fitting(printable.rev(), most);
    kept.reverse();
    let text: String = kept.into_iter().map(escaped).collect();
    match (text.is_empty(), is_all) {
        (true, _) => text,
        (false, true) => format!("```{text}```"),
        (false, false) => format!("```…{text}```"),
    }
}

/// The first characters that fit, and whether these are all.
fn fitting(characters: impl Iterator<Item = char>, most: usize) -> (Vec<char>, bool) {
    let mut kept = Vec::new();
    let mut length = 0;
    // Room for the sign that something is missing.
    let room = most.saturating_sub(1);
    for character in characters {
        length += escaped(character).chars().count();
        if length > room {
            return (kept, false);
        }
        kept.push(character);
    }
    (kept, true)
}

fn escaped(character: char) -> String {
    match character {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_special_characters_lose_their_meaning() {
        assert_eq!(line("<!channel> a && b", 100), "&lt;!channel&gt; a &amp;&amp; b");
        assert_eq!(block("<!here>", 100), "```&lt;!here&gt;```");
    }

    #[test]
    fn a_line_is_one() {
        assert_eq!(line(" two\r\n\n lines\u{1b}[2J ", 100), "two lines [2J");
    }

    #[test]
    fn a_block_does_not_end_before_its_end() {
        assert_eq!(block("a\n``````b\u{1b}\n", 100), "```a\n''''''b```");
        assert_eq!(block(" \n\u{1b}", 100), "");
    }

    #[test]
    fn a_line_loses_its_end_and_a_block_its_beginning() {
        assert_eq!(line("abcdef", 5), "abcd…");
        assert_eq!(block("abcdef", 5), "```…cdef```");
    }

    #[test]
    fn nothing_is_cut_within_an_escape() {
        for most in 1..20 {
            for text in [line("&<>é&<>é", most), block("&<>é&<>é", most)] {
                let whole = text.replace("&amp;", "+").replace("&lt;", "+").replace("&gt;", "+");
                assert!(!whole.contains(['&', ';']), "{text}");
                assert!(text.trim_matches('`').chars().count() <= most, "{text}");
            }
        }
    }
}
