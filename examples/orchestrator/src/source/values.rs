//! From nodes to values: a reader for each kind of value that a file can have.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use bernstein_hooks::Usd;
use jiff::SignedDuration;

use super::diagnostic::{Position, Problems};
use super::nearest::Names;
use super::problem::{Problem, Shown};
use super::tree::{Content, Node};

/// Reads a value from a node, or notes what is wrong and gives nothing, so that its caller goes on
/// with whatever the default is.
pub(crate) trait Reader<T>: Fn(&Node, &mut Problems) -> Option<T> {}

impl<T, F: Fn(&Node, &mut Problems) -> Option<T>> Reader<T> for F {}

/// A text; numbers and truth values are taken as they are written.
pub(crate) fn text(expected: &'static str) -> impl Reader<String> {
    move |node: &Node, problems: &mut Problems| {
        let text = node.text();
        if text.is_none() {
            let found = node.found();
            let is_mapping = node.entries().is_some();
            let advice = is_mapping.then_some("put text with `: ` in it in quotes");
            problems.add(node.position, Problem::WrongType { expected, found, advice });
        }
        text.map(str::to_owned)
    }
}

/// A text that is not empty, with the space around it.
pub(crate) fn verbatim(expected: &'static str) -> impl Reader<String> {
    move |node: &Node, problems: &mut Problems| {
        let text = text(expected)(node, problems)?;
        if text.trim().is_empty() {
            problems.add(node.position, Problem::EmptyValue { what: expected });
            return None;
        }
        Some(text)
    }
}

/// A text that is not empty, without the space around it.
pub(crate) fn filled(expected: &'static str) -> impl Reader<String> {
    move |node: &Node, problems: &mut Problems| {
        verbatim(expected)(node, problems).map(|text| text.trim().to_owned())
    }
}

/// A path.
pub(crate) fn path(node: &Node, problems: &mut Problems) -> Option<PathBuf> {
    filled("a path")(node, problems).map(PathBuf::from)
}

/// A list, with those items that can be read.
pub(crate) fn list<T>(expected: &'static str, item: impl Reader<T>) -> impl Reader<Vec<T>> {
    move |node: &Node, problems: &mut Problems| {
        if let Content::List(items) = &node.content {
            return Some(items.iter().filter_map(|node| item(node, problems)).collect());
        }
        let advice = node.text().map(|_| "put brackets around it, or a dash before it");
        problems.add(node.position, Problem::WrongType { expected, found: node.found(), advice });
        None
    }
}

/// The same, with at least one item; `what` is the list.
pub(crate) fn filled_list<T>(
    expected: &'static str,
    what: &'static str,
    item: impl Reader<T>,
) -> impl Reader<Vec<T>> {
    let list = list(expected, item);
    move |node: &Node, problems: &mut Problems| {
        if node.is_empty_list() {
            problems.add(node.position, Problem::EmptyValue { what });
        }
        list(node, problems)
    }
}

/// A list of texts.
pub(crate) fn texts(expected: &'static str) -> impl Reader<Vec<String>> {
    list(expected, filled("a text"))
}

/// One of the choices, by its name.
pub(crate) fn choice<T: Copy + 'static>(
    expected: &'static str,
    choices: &'static [T],
    name: fn(T) -> &'static str,
) -> impl Reader<T> {
    move |node: &Node, problems: &mut Problems| {
        let written = text(expected)(node, problems)?;
        let chosen = choices.iter().copied().find(|choice| name(*choice) == written);
        if chosen.is_none() {
            let names = Names::new(&written, choices.iter().map(|choice| name(*choice)));
            let found = Shown::new(&written);
            problems.add(node.position, Problem::UnknownWord { expected, found, names });
        }
        chosen
    }
}

/// True or false.
pub(crate) fn truth(node: &Node, problems: &mut Problems) -> Option<bool> {
    let name = |truth| if truth { "true" } else { "false" };
    choice("a truth value", &[true, false], name)(node, problems)
}

/// A whole number.
pub(crate) fn number(range: RangeInclusive<u32>) -> impl Reader<u32> {
    move |node: &Node, problems: &mut Problems| {
        let number = node.text().and_then(|text| text.parse().ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let (min, max) = range.clone().into_inner();
            problems.add(node.position, Problem::WrongNumber { min, max, found: node.found() });
        }
        number
    }
}

/// A value that its type reads from text.
pub(crate) fn parsed<T: FromStr<Err: Display>>(expected: &'static str) -> impl Reader<T> {
    move |node: &Node, problems: &mut Problems| match text(expected)(node, problems)?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            let reason = Shown::reason(error);
            problems.add(node.position, Problem::WrongText { expected, reason });
            None
        }
    }
}

/// An amount of money.
pub(crate) fn money(node: &Node, problems: &mut Problems) -> Option<Usd> {
    parsed("an amount of money")(node, problems)
}

/// The longest duration that a file can ask for: a deadline in the very far future cannot be
/// computed with.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// A duration, not longer than thirty days: a number of seconds, or a text with units.
pub(crate) fn duration(node: &Node, problems: &mut Problems) -> Option<Duration> {
    duration_from(Duration::ZERO, "a duration of at most 30 days")(node, problems)
}

/// The same, longer than nothing.
pub(crate) fn time_limit(node: &Node, problems: &mut Problems) -> Option<Duration> {
    let expected = "a duration of more than nothing and at most 30 days";
    duration_from(Duration::from_nanos(1), expected)(node, problems)
}

fn duration_from(shortest: Duration, expected: &'static str) -> impl Reader<Duration> {
    move |node: &Node, problems: &mut Problems| {
        let written = text(expected)(node, problems)?;
        let duration = parse_duration(&written);
        let duration = duration.filter(|duration| (shortest..=LONGEST).contains(duration));
        if duration.is_none() {
            let found = Shown::new(&written);
            problems.add(node.position, Problem::WrongDuration { expected, found });
        }
        duration
    }
}

fn parse_duration(written: &str) -> Option<Duration> {
    if let Ok(seconds) = written.parse() {
        return Some(Duration::from_secs(seconds));
    }
    written.parse::<SignedDuration>().ok()?.try_into().ok()
}

/// A value, and where it is written.
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) position: Position,
}

/// A value, and where it is written.
pub(crate) fn placed<T>(read: impl Reader<T>) -> impl Reader<Placed<T>> {
    move |node: &Node, problems: &mut Problems| {
        read(node, problems).map(|value| Placed { value, position: node.position })
    }
}

/// The names, each once.
pub(crate) fn distinct(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.into_iter().filter(|name| seen.insert(name.clone())).collect()
}

/// Tells of each name that another has already.
pub(crate) fn check_names<'n>(
    what: &'static str,
    names: impl IntoIterator<Item = &'n Placed<String>>,
    problems: &mut Problems,
) {
    let mut firsts = HashMap::new();
    for Placed { value, position } in names {
        if let Some(first) = firsts.get(value) {
            let name = Shown::new(value);
            problems.add(*position, Problem::DuplicateName { what, name, first: *first });
        } else {
            firsts.insert(value, *position);
        }
    }
}
