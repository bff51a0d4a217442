//! Code as its author wrote it, but on one line: the printer of tokens puts a space between any
//! two of them.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The text of a type, or of options.
pub(super) fn written(code: &impl ToTokens) -> String {
    let mut text = Text::default();
    text.stream(code.to_token_stream());
    text.text
}

/// Text to which tokens are added.
#[derive(Default)]
struct Text {
    text: String,
    last: Last,
}

/// What was added last.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// What something follows at once, such as `&`.
    #[default]
    Tight,
    /// A name or a literal, or what ends like one.
    Word,
    /// A keyword of types, or a lifetime: what is no name of a type.
    Keyword,
    /// What a space follows, such as `,`.
    Loose,
}

/// What stands before a type, and does not name one.
const KEYWORDS: [&str; 6] = ["mut", "const", "dyn", "impl", "as", "where"];

impl Text {
    fn stream(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Punct(sign) => {
                    self.sign(sign.as_char(), sign.spacing() == Spacing::Joint);
                }
                TokenTree::Ident(name) => self.word(&name.to_string()),
                TokenTree::Literal(literal) => self.word(&literal.to_string()),
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            // A type that another macro has put there.
            Delimiter::None => return self.stream(group.stream()),
        };
        if matches!(self.last, Last::Keyword | Last::Loose) {
            self.text.push(' ');
        }
        self.text.push_str(open);
        self.last = Last::Tight;
        self.stream(group.stream());
        self.text.push_str(close);
        self.last = Last::Word;
    }

    fn word(&mut self, word: &str) {
        let of_lifetime = self.text.ends_with('\'');
        if self.last != Last::Tight {
            self.text.push(' ');
        }
        self.text.push_str(word);
        let keyword = of_lifetime || KEYWORDS.contains(&word);
        self.last = if keyword { Last::Keyword } else { Last::Word };
    }

    fn sign(&mut self, sign: char, joint: bool) {
        let arrow = sign == '>' && self.text.ends_with('-');
        let spaced = match sign {
            '+' | '=' | '-' => true,
            '&' | '\'' | '*' | '#' | '?' => self.last != Last::Tight,
            _ => false,
        };
        if spaced {
            self.text.push(' ');
        }
        self.text.push(sign);
        self.last = match sign {
            '>' if !arrow => Last::Word,
            ',' | ';' | '+' | '=' | '>' => Last::Loose,
            ':' if !joint && !self.text.ends_with("::") => Last::Loose,
            _ => Last::Tight,
        };
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::written;

    #[test]
    fn a_type_is_written_as_people_write_it() {
        for text in [
            "&Task",
            "&mut [u8]",
            "Option<&'static ModelId>",
            "Result<Vec<(u32, String)>, Box<dyn Error + Send + Sync>>",
            "&dyn for<'a> Fn(&'a str, u32) -> Option<&'a str>",
            "fn(&mut String) -> bool",
            "[u8; 4]",
            "()",
            "*const u8",
            "std::collections::HashMap<String, Vec<u8>>",
            "Box<dyn Iterator<Item = u32> + '_>",
            "<Vec<u8> as IntoIterator>::Item",
            "&mut (u8, u8)",
            "Cow<'_, str>",
            "Box<dyn Fn() + ?Sized>",
            "r#type",
        ] {
            assert_eq!(written(&parse_str::<syn::Type>(text).unwrap()), text);
        }
    }

    #[test]
    fn options_are_written_as_people_write_them() {
        for text in ["firstresult, on_failure = stop", "timeout = \"5s\", concurrent"] {
            assert_eq!(written(&text.parse::<proc_macro2::TokenStream>().unwrap()), text);
        }
    }
}
