//! A strict reader of the text format of Prometheus. It accepts what the format's description
//! allows and panics at everything else, so that a test that reads a page also checks it.

use std::collections::{BTreeMap, BTreeSet};

/// A page by the samples on it.
pub(crate) struct Page {
    samples: BTreeMap<(String, BTreeMap<String, String>), String>,
}

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has no end");
        let mut reader = Reader::default();
        for line in text.lines() {
            reader.line(line);
        }
        reader.end_family();
        Self { samples: reader.samples }
    }

    /// The value of a sample, as it is written.
    pub(crate) fn get(&self, name: &str, labels: &[(&str, &str)]) -> &str {
        let labels =
            labels.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let key = (name.to_owned(), labels);
        self.samples.get(&key).unwrap_or_else(|| panic!("no sample {key:?}"))
    }

    /// How many samples there are of that name.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.samples.keys().filter(|(sample, _)| sample == name).count()
    }
}

#[derive(Default)]
struct Reader {
    samples: BTreeMap<(String, BTreeMap<String, String>), String>,
    families: BTreeSet<String>,
    name: String,
    kind: Option<String>,
    /// The buckets of a histogram, in the order of the page.
    buckets: Vec<(String, u64)>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(help) = line.strip_prefix("# HELP ") {
            self.end_family();
            let (name, text) = help.split_once(' ').expect("a help text");
            assert!(is_metric_name(name), "{name} is no name");
            assert!(self.families.insert(name.to_owned()), "{name} is there twice");
            unescape(text, "\\n");
            name.clone_into(&mut self.name);
            self.kind = None;
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a type");
            assert_eq!(name, self.name, "the type belongs to another family");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{kind} is no type");
            assert!(kind != "counter" || name.ends_with("_total"), "{name} counts no total");
            assert!(self.kind.replace(kind.to_owned()).is_none(), "{name} has two types");
        } else {
            self.sample(line);
        }
    }

    fn sample(&mut self, line: &str) {
        let kind = self.kind.clone().unwrap_or_else(|| panic!("a sample without a type: {line}"));
        let named = line.find(['{', ' ']).expect("a name");
        let (name, rest) = line.split_at(named);
        let (labels, value) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest),
            None => (BTreeMap::new(), rest),
        };
        let value = value.strip_prefix(' ').expect("a space before the value");
        assert!(is_decimal(value), "{value} is no decimal number");
        self.check_name(name, &kind, &labels, value);
        let key = (name.to_owned(), labels);
        assert!(self.samples.insert(key, value.to_owned()).is_none(), "twice: {line}");
    }

    fn check_name(
        &mut self,
        name: &str,
        kind: &str,
        labels: &BTreeMap<String, String>,
        value: &str,
    ) {
        let suffix = name.strip_prefix(&self.name).expect("a sample of its family");
        match (kind, suffix) {
            ("histogram", "_bucket") => {
                let bound = labels.get("le").expect("a bound").clone();
                self.buckets.push((bound, value.parse().expect("a count")));
            }
            ("histogram", "_sum" | "_count") | ("counter" | "gauge", "") => {}
            _ => panic!("a {kind} has no sample {name}"),
        }
    }

    fn end_family(&mut self) {
        let buckets = std::mem::take(&mut self.buckets);
        if self.kind.as_deref() != Some("histogram") {
            return;
        }
        let bounds: Vec<f64> =
            buckets.iter().map(|(bound, _)| bound.parse().expect("a bound")).collect();
        assert!(bounds.is_sorted_by(|a, b| a < b), "the bounds do not ascend: {bounds:?}");
        assert!(buckets.is_sorted_by_key(|(_, count)| *count), "a bucket lacks what is in another");
        let (bound, all) = buckets.last().expect("a bucket");
        assert_eq!(bound, "+Inf");
        let count = (format!("{}_count", self.name), BTreeMap::new());
        assert_eq!(self.samples[&count], all.to_string());
    }
}

/// The labels, and what follows them.
fn labels(mut rest: &str) -> (BTreeMap<String, String>, &str) {
    let mut labels = BTreeMap::new();
    loop {
        let (name, value) = rest.split_once("=\"").expect("a label");
        assert!(is_label_name(name), "{name} is no name of a label");
        let end = end_of_value(value);
        let text = unescape(&value[..end], "\\n\"");
        assert!(labels.insert(name.to_owned(), text).is_none(), "{name} is there twice");
        match value[end + 1..].strip_prefix(',') {
            Some(next) => rest = next,
            None => return (labels, value[end + 1..].strip_prefix('}').expect("a closing brace")),
        }
    }
}

/// Where the closing quote is.
fn end_of_value(value: &str) -> usize {
    let mut escaped = false;
    for (position, character) in value.char_indices() {
        match character {
            '"' if !escaped => return position,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    panic!("no closing quote: {value}");
}

fn unescape(text: &str, escapes: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        let escape = characters.next().expect("something after the backslash");
        assert!(escapes.contains(escape), "\\{escape} is no escape");
        plain.push(if escape == 'n' { '\n' } else { escape });
    }
    plain
}

fn is_metric_name(name: &str) -> bool {
    is_name(name, |character| matches!(character, 'a'..='z' | 'A'..='Z' | '_' | ':'))
}

fn is_label_name(name: &str) -> bool {
    !name.starts_with("__") && is_name(name, |c| c.is_ascii_alphabetic() || c == '_')
}

fn is_name(name: &str, is_first: impl Fn(char) -> bool) -> bool {
    name.starts_with(&is_first) && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
}

fn is_decimal(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(value),
    }
}
