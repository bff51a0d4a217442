//! Documentation as rustdoc reads it, put into a page of another kind.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag};

/// Where a path of Rust leads to on the page, if it leads anywhere.
pub(super) type Resolve<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What an info string may say of a block of Rust.
const OF_RUST: [&str; 8] = [
    "rust",
    "ignore",
    "no_run",
    "should_panic",
    "compile_fail",
    "standalone_crate",
    "test_harness",
    "custom",
];

/// The documentation with its headings as much `deeper`, its links to items where `resolve` says or
/// gone, and its blocks of Rust as readers are to see them.
pub(super) fn prose(documentation: &str, deeper: usize, resolve: Resolve<'_>) -> String {
    let mut edits = Edits::default();
    let is_item = |broken: BrokenLink<'_>| {
        let path = broken.reference.trim_matches('`').to_owned();
        is_path(&path).then(|| (CowStr::from(path), CowStr::from("")))
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut parser = Parser::new_with_broken_link_callback(documentation, options, Some(is_item))
        .into_offset_iter();
    let events: Vec<_> = parser.by_ref().collect();
    for (number, (event, place)) in events.iter().enumerate() {
        let inner = || inner(&events[number..]);
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                edits.heading(documentation, place, (*level as usize, deeper), &inner());
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                edits.code(documentation, place, info);
            }
            Event::Start(Tag::Link { dest_url, link_type, .. }) if is_path(dest_url) => {
                let text = &documentation[inner()];
                edits.replace(place.clone(), link(text, dest_url, *link_type, resolve));
            }
            _ => {}
        }
    }
    let definitions = parser.reference_definitions().iter();
    for (_, definition) in definitions.filter(|(_, definition)| is_path(&definition.dest)) {
        edits.replace(definition.span.clone(), String::new());
    }
    edits.apply(documentation).trim().to_owned()
}

/// The first paragraph of such a text, on one line.
pub(super) fn first_paragraph(prose: &str) -> String {
    let paragraph = prose.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first sentence of such a text, on one line.
pub(super) fn first_sentence(prose: &str) -> String {
    let paragraph = first_paragraph(prose);
    let ends = paragraph.match_indices(". ").map(|(end, _)| end + 1);
    let sentence = ends.map(|end| &paragraph[..end]).find(|sentence| {
        let rest = paragraph[sentence.len()..].trim_start();
        let whole = sentence.matches('`').count() % 2 == 0;
        whole && rest.starts_with(|next: char| next.is_uppercase() || next == '`')
    });
    sentence.unwrap_or(&paragraph).to_owned()
}

/// Where the text between the first event and its end stands.
fn inner(events: &[(Event<'_>, Range<usize>)]) -> Range<usize> {
    let whole = &events[0].1;
    let inside = events[1..].iter().map(|(_, place)| place).take_while(|place| {
        place.start >= whole.start && place.end <= whole.end && *place != whole
    });
    let (start, end) = inside.fold((whole.end, whole.start), |(start, end), place| {
        (start.min(place.start), end.max(place.end))
    });
    start..end.max(start)
}

/// Whether a link leads to an item, and not into the web.
fn is_path(target: &str) -> bool {
    let is_of_path = |letter: char| letter.is_alphanumeric() || "_:@()!<>,& ".contains(letter);
    let is_address = target.contains("://") || target.starts_with("mailto:");
    !target.is_empty() && !is_address && target.chars().all(is_of_path)
}

/// What becomes of a link to an item: one to where it is told of, or none.
fn link(text: &str, target: &str, of_type: LinkType, resolve: Resolve<'_>) -> String {
    let names_itself = matches!(
        of_type,
        LinkType::Shortcut
            | LinkType::ShortcutUnknown
            | LinkType::Collapsed
            | LinkType::CollapsedUnknown
    );
    let text = match text.contains('`') {
        false if names_itself && text == target => format!("`{text}`"),
        _ => text.to_owned(),
    };
    match resolve(target) {
        Some(place) => format!("[{text}]({place})"),
        None => text,
    }
}

/// Changes of a text, each of a place of its own.
#[derive(Default)]
struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    fn replace(&mut self, place: Range<usize>, text: impl Into<String>) {
        self.0.push((place, text.into()));
    }

    fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(place, _)| place.start);
        let mut changed = String::with_capacity(text.len());
        let mut end = 0;
        for (place, replacement) in self.0 {
            changed.push_str(&text[end..place.start]);
            changed.push_str(&replacement);
            end = place.end;
        }
        changed + &text[end..]
    }

    /// Makes a heading a deeper one; one that is underlined gets its signs in front.
    fn heading(
        &mut self,
        text: &str,
        place: &Range<usize>,
        (level, deeper): (usize, usize),
        inner: &Range<usize>,
    ) {
        let deeper = deeper.min(6 - level);
        if text[place.clone()].starts_with('#') {
            return self.replace(place.start..place.start, "#".repeat(deeper));
        }
        self.replace(place.start..place.start, format!("{} ", "#".repeat(level + deeper)));
        let underline = text[inner.end..place.end].trim_end().len();
        self.replace(inner.end..inner.end + underline, String::new());
    }

    /// Says of a block of Rust that it is one, and leaves out the lines that rustdoc hides.
    fn code(&mut self, text: &str, place: &Range<usize>, info: &str) {
        let words: Vec<&str> =
            info.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).collect();
        let is_of_rust = |word: &&str| {
            let word = word.split('=').next().unwrap_or(word);
            OF_RUST.contains(&word)
                || word.starts_with("edition")
                || word.starts_with("ignore-")
                || word.starts_with("E0")
        };
        if !words.iter().all(is_of_rust) {
            return;
        }
        let hidden = self.hidden_lines(text, place);
        let kept = words.into_iter().filter(|word| *word != "rust");
        // What is left does not compile on its own.
        let ignored = hidden.then_some("ignore");
        let info: Vec<&str> = ["rust"].into_iter().chain(kept).chain(ignored).collect();
        let first = text[place.clone()].lines().next().unwrap_or_default();
        let fence = first.len() - first.trim_start_matches(['`', '~']).len();
        self.replace(place.start + fence..place.start + first.len(), info.join(","));
    }

    /// Takes the lines of a block away that rustdoc hides, and says whether there are any.
    fn hidden_lines(&mut self, text: &str, place: &Range<usize>) -> bool {
        let mut start = place.start;
        let mut hidden = false;
        for line in text[place.clone()].split_inclusive('\n') {
            let code = line.trim();
            let indent = line.len() - line.trim_start().len();
            if code == "#" || code.starts_with("# ") {
                self.replace(start..start + line.len(), String::new());
                hidden = true;
            } else if code.starts_with("##") {
                self.replace(start + indent..start + indent + 1, String::new());
            }
            start += line.len();
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::{first_sentence, prose};

    fn read(documentation: &str) -> String {
        prose(documentation, 2, &|path| (path == "on_order").then(|| "#on_order".to_owned()))
    }

    #[test]
    fn headings_are_as_much_deeper() {
        assert_eq!(read("# Errors\n\nText."), "### Errors\n\nText.");
        assert_eq!(read("##### Deep"), "###### Deep");
        assert_eq!(read("Under *lined*\n-----\n\nText."), "#### Under *lined*\n\nText.");
    }

    #[test]
    fn a_sign_in_a_block_is_no_heading() {
        assert_eq!(read("```text\n# no heading\n```"), "```text\n# no heading\n```");
    }

    #[test]
    fn a_link_to_a_hook_leads_to_where_it_is_told_of() {
        assert_eq!(read("See [`on_order`]."), "See [`on_order`](#on_order).");
        assert_eq!(read("See [the order](on_order)."), "See [the order](#on_order).");
        assert_eq!(read("See [it][1].\n\n[1]: on_order"), "See [it](#on_order).");
    }

    #[test]
    fn a_link_to_another_item_is_code() {
        assert_eq!(read("A [`Task`] or a [Task]."), "A `Task` or a `Task`.");
        assert_eq!(read("What [to do](crate::Task::new()) now."), "What to do now.");
        assert_eq!(read("A [`Task`].\n\n[`Task`]: crate::Task"), "A `Task`.");
    }

    #[test]
    fn other_links_and_brackets_stay() {
        for text in [
            "See [the site](https://example.org/a_b).",
            "See <https://example.org>.",
            "See [it][1].\n\n[1]: https://example.org",
            "An index `a[0]` in code.",
            "- [ ] not done, [x](../README.md) done",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn a_block_of_rust_says_so_and_shows_what_rustdoc_shows() {
        assert_eq!(read("```\nlet a = 1;\n```"), "```rust\nlet a = 1;\n```");
        assert_eq!(
            read("```no_run\n# use a::B;\n#[derive(C)]\n## a\nlet a = 1;\n```"),
            "```rust,no_run,ignore\n#[derive(C)]\n# a\nlet a = 1;\n```"
        );
        assert_eq!(read("```yaml\na: 1\n```"), "```yaml\na: 1\n```");
    }

    #[test]
    fn a_sentence_ends_where_the_next_one_begins() {
        assert_eq!(first_sentence("The id, e.g. a number.\nUnique."), "The id, e.g. a number.");
        assert_eq!(first_sentence("Says `a. B` twice. Then"), "Says `a. B` twice.");
        assert_eq!(first_sentence("One\nparagraph\n\nAnother."), "One paragraph");
    }
}
