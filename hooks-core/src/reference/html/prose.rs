//! Documentation as markup. It is text of many hands: what it holds of HTML is shown and not
//! obeyed, and its links lead into the web or to a place on the page.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, html};

/// The whole text.
pub(super) fn blocks(markdown: &str) -> Markup {
    written(safe(markdown))
}

/// A text of one paragraph, to stand in a line.
pub(super) fn line(markdown: &str) -> Markup {
    let is_paragraph = |event: &Event<'_>| {
        matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
    };
    written(safe(markdown).filter(|event| !is_paragraph(event)))
}

fn written<'e>(events: impl Iterator<Item = Event<'e>>) -> Markup {
    let mut text = String::new();
    html::push_html(&mut text, events);
    PreEscaped(text)
}

fn safe(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    // Links do not stand in links, so it is enough to know of the last one.
    let mut linked = false;
    Parser::new_ext(markdown, options).filter_map(move |event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            linked = leads_somewhere(dest_url);
            linked.then_some(event)
        }
        Event::End(TagEnd::Link) => linked.then_some(event),
        // A picture would have to be loaded: what it is called stands for it.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        // What the language is called is of no use here.
        Event::Start(Tag::CodeBlock(_)) => {
            Some(Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)))
        }
        event => Some(event),
    })
}

/// Whether a page without others can link to it.
pub(super) fn leads_somewhere(target: &str) -> bool {
    let begins = |scheme: &str| {
        target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    ["#", "http://", "https://"].into_iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::{blocks, line};

    fn read(markdown: &str) -> String {
        blocks(markdown).into_string().trim().to_owned()
    }

    #[test]
    fn html_in_documentation_is_text() {
        assert_eq!(
            read("A <b onclick='x()'>word</b>."),
            "<p>A &lt;b onclick='x()'&gt;word&lt;/b&gt;.</p>"
        );
        let block = read("<script>\nalert(1)\n</script>");
        assert!(!block.contains("<script"), "{block}");
        assert!(block.starts_with("<p>&lt;script&gt;"), "{block}");
    }

    #[test]
    fn a_link_leads_into_the_web_or_to_a_place_on_the_page_or_is_none() {
        assert_eq!(
            read("[a](https://example.org/?b&c) [d](#e)"),
            r##"<p><a href="https://example.org/?b&amp;c">a</a> <a href="#e">d</a></p>"##
        );
        for target in ["javascript:alert(1)", "JavaScript:a", "data:text/html,a", "../a", "//a.b"] {
            assert_eq!(read(&format!("[a]({target})")), "<p>a</p>", "{target}");
        }
        assert_eq!(read("[a [b](https://c.d)](data:e)"), {
            r#"<p>[a <a href="https://c.d">b</a>](data:e)</p>"#
        });
    }

    #[test]
    fn a_picture_is_what_it_is_called() {
        assert_eq!(read("![a cat](https://example.org/cat.png)"), "<p>a cat</p>");
    }

    #[test]
    fn a_line_is_no_paragraph() {
        assert_eq!(line("Is `a < b`.").into_string().trim(), "Is <code>a &lt; b</code>.");
    }
}
