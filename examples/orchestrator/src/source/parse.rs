//! From the text to nodes.
//!
//! YAML can say very much in few bytes: an alias repeats a value, and aliases of aliases multiply.
//! Here an alias shares the value that it repeats, so memory is bounded by the text. Whoever walks
//! the nodes meets a shared value once for each alias, so what a walk would meet is counted too,
//! and limited.
//!
//! The merge key `<<`, of YAML 1.1, is honoured, for it is how authors share what steps have in
//! common: its value is a mapping or a list of them, whose entries are added where the mapping has
//! no entry of its own; of several mappings, earlier ones win.

use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::diagnostic::{Found, Position, Problems};
use super::problem::{Problem, Shown};
use super::tree::{Content, Entry, Node};

/// The deepest that lists and mappings may stand in each other. Plans need eight.
const DEEPEST: usize = 64;
/// The most values that a text may make, each counted as often as it is repeated.
const MOST_VALUES: usize = 100_000;
/// The most bytes of text that these may have, counted likewise.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// The value that the text describes. Without any, it is nothing.
///
/// What makes the rest of the text unreadable is the error; other problems are noted.
pub(super) fn parse(text: &str, problems: &mut Problems) -> Result<Rc<Node>, Found> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder {
        problems,
        open: Vec::new(),
        root: None,
        anchored: HashMap::new(),
        size: Size::default(),
    };
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| bad_yaml(&error))?;
        let position = position_of(span.start);
        builder
            .event(event, position)
            .map_err(|problem| Found { position: Some(position), problem })?;
    }
    Ok(builder.root.unwrap_or_else(|| Rc::new(Node::nothing(Position::START))))
}

fn position_of(marker: Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

fn bad_yaml(error: &ScanError) -> Found {
    let reason = Shown::reason(error.info());
    let advice = advice_on(error.info());
    Found {
        position: Some(position_of(*error.marker())),
        problem: Problem::Syntax { reason, advice },
    }
}

/// What often is behind a reason of the parser's.
fn advice_on(reason: &str) -> Option<&'static str> {
    let causes = [
        ("unprintable", "remove it, and check that the file is text"),
        ("tab", "indent with spaces instead of tabs"),
        (
            "mapping values are not allowed",
            "put text that has `: ` in it in quotes, and check the indentation",
        ),
        ("did not find expected key", "check the indentation of this line and the ones above"),
        ("did not find expected '-'", "check the indentation of this line and the ones above"),
        ("invalid indentation", "check the indentation of this line and the ones above"),
        (
            "simple key expect",
            "write `key: value`, and check for a quote or bracket that is not closed",
        ),
        ("unexpected end of stream", "close the quote"),
        (
            "expected ',' or",
            "close the bracket, or put text with brackets or commas in it in quotes",
        ),
        (
            "illegal placement of ':'",
            "check for a bracket or quote that is not closed above, or put the text in quotes",
        ),
        ("recursion limit", "fewer brackets can stand in each other"),
        ("unknown anchor", "an alias repeats a value that is marked with `&` above it"),
        ("unknown escape", "write `\\\\` for a backslash, or use single quotes"),
    ];
    causes.iter().find(|(part, _)| reason.contains(part)).map(|(_, advice)| *advice)
}

/// What a walk over values meets.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    values: usize,
    text: usize,
}

/// A value that is marked for aliases, and what each alias of it adds.
struct Anchored {
    node: Rc<Node>,
    size: Size,
}

/// A list or mapping whose end was not met yet.
struct Open {
    position: Position,
    anchor: usize,
    /// What was counted before it.
    before: Size,
    inside: Inside,
}

enum Inside {
    List(Vec<Rc<Node>>),
    Mapping(Mapping),
}

#[derive(Default)]
struct Mapping {
    entries: Vec<Entry>,
    /// Where each key of the entries is.
    keys: HashMap<String, Position>,
    /// The key whose value comes next. Without text when it was none, so that its value is skipped.
    key: Option<(Option<String>, Position)>,
    /// The values of merge keys, in the order of the text.
    merged: Vec<Rc<Node>>,
}

/// Makes nodes from the parser's events.
struct Builder<'p> {
    problems: &'p mut Problems,
    open: Vec<Open>,
    root: Option<Rc<Node>>,
    anchored: HashMap<usize, Anchored>,
    size: Size,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, position: Position) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => Err(Problem::SecondDocument),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
            Event::Scalar(text, style, anchor, tag) => {
                let before = self.size;
                self.count(Size { values: 1, text: text.len() })?;
                let tagged = self.check_tag(tag.as_deref(), position);
                let quoted = tagged || style != ScalarStyle::Plain;
                let content = Content::Scalar { text: text.into_owned(), quoted };
                self.finished(Node { position, content }, anchor, before);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), position);
                self.begin(position, anchor, Inside::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), position);
                self.begin(position, anchor, Inside::Mapping(Mapping::default()))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end();
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor),
        }
    }

    fn begin(&mut self, position: Position, anchor: usize, inside: Inside) -> Result<(), Problem> {
        if self.open.len() == DEEPEST {
            return Err(Problem::TooDeep { limit: DEEPEST });
        }
        let before = self.size;
        self.count(Size { values: 1, text: 0 })?;
        self.open.push(Open { position, anchor, before, inside });
        Ok(())
    }

    fn end(&mut self) {
        let Some(Open { position, anchor, before, inside }) = self.open.pop() else { return };
        let content = match inside {
            Inside::List(items) => Content::List(items),
            Inside::Mapping(mapping) => Content::Mapping(mapping.finish(self.problems)),
        };
        self.finished(Node { position, content }, anchor, before);
    }

    fn alias(&mut self, anchor: usize) -> Result<(), Problem> {
        let Some(Anchored { node, size }) = self.anchored.get(&anchor) else {
            return Err(Problem::EndlessAlias);
        };
        let (node, size) = (Rc::clone(node), *size);
        self.count(size)?;
        self.place(node);
        Ok(())
    }

    /// Puts a value in its place, and remembers it if it is marked for aliases. Anchor 0 is no
    /// mark.
    fn finished(&mut self, node: Node, anchor: usize, before: Size) {
        let node = Rc::new(node);
        if anchor != 0 {
            let size = Size {
                values: self.size.values - before.values,
                text: self.size.text - before.text,
            };
            self.anchored.insert(anchor, Anchored { node: Rc::clone(&node), size });
        }
        self.place(node);
    }

    /// Puts a value into the list or mapping that is open, or makes it the value of the whole text.
    fn place(&mut self, node: Rc<Node>) {
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(node),
            Some(Inside::List(items)) => items.push(node),
            Some(Inside::Mapping(mapping)) => mapping.place(node, self.problems),
        }
    }

    fn count(&mut self, more: Size) -> Result<(), Problem> {
        self.size.values += more.values;
        self.size.text += more.text;
        if self.size.values > MOST_VALUES {
            Err(Problem::TooManyValues { limit: MOST_VALUES })
        } else if self.size.text > MOST_TEXT {
            Err(Problem::TooMuchText { limit: MOST_TEXT })
        } else {
            Ok(())
        }
    }

    /// Whether the tag makes a text of whatever is written. Tags of YAML's own are allowed: whoever
    /// reads the value looks at what it is. Others are a problem.
    fn check_tag(&mut self, tag: Option<&Tag>, position: Position) -> bool {
        let Some(tag) = tag else { return false };
        if !tag.is_yaml_core_schema() {
            self.problems.add(position, Problem::UnknownTag { tag: Shown::new(&tag.to_string()) });
        }
        tag.is_yaml_core_schema() && tag.suffix == "str"
    }
}

impl Mapping {
    /// Takes the next key, or the value of the key before it.
    fn place(&mut self, node: Rc<Node>, problems: &mut Problems) {
        let Some((key, position)) = self.key.take() else {
            self.key = Some((key_of(&node, problems), node.position));
            return;
        };
        let Some(key) = key else { return };
        if key == "<<" {
            self.merged.push(node);
        } else if let Some(first) = self.keys.get(&key) {
            problems.add(position, Problem::DuplicateKey { key: Shown::new(&key), first: *first });
        } else {
            self.keys.insert(key.clone(), position);
            self.entries.push(Entry { key, position, value: node });
        }
    }

    /// The entries, those of merge keys included.
    fn finish(mut self, problems: &mut Problems) -> Vec<Entry> {
        for node in std::mem::take(&mut self.merged) {
            match &node.content {
                Content::List(items) => items.iter().for_each(|item| self.merge(item, problems)),
                _ => self.merge(&node, problems),
            }
        }
        self.entries
    }

    fn merge(&mut self, node: &Node, problems: &mut Problems) {
        let Content::Mapping(entries) = &node.content else {
            let advice = Some("`<<` adds the entries of a mapping to this one");
            let expected = "a mapping, or a list of mappings";
            problems
                .add(node.position, Problem::WrongType { expected, found: node.found(), advice });
            return;
        };
        for entry in entries {
            if !self.keys.contains_key(&entry.key) {
                self.keys.insert(entry.key.clone(), entry.position);
                self.entries.push(entry.clone());
            }
        }
    }
}

/// The text of a key.
fn key_of(node: &Node, problems: &mut Problems) -> Option<String> {
    match &node.content {
        Content::Scalar { text, .. } => Some(text.clone()),
        _ => {
            problems.add(node.position, Problem::KeyNotText { found: node.found() });
            None
        }
    }
}
