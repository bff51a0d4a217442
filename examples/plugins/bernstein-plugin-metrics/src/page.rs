//! The text format of Prometheus: families of samples, with labels. Knows nothing of Bernstein.

use std::fmt::{self, Write};

/// What a family of samples means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Buckets, a sum and a count.
    Histogram,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A page of metrics, family after family.
#[derive(Debug, Default)]
pub(crate) struct Page(String);

impl Page {
    /// Begins a family. `name` is a valid name; `help` is a line.
    pub(crate) fn family<'p>(&'p mut self, name: &'p str, kind: Kind, help: &str) -> Family<'p> {
        self.line(format_args!("# HELP {name} {}", help_text(help)));
        self.line(format_args!("# TYPE {name} {}", kind.word()));
        Family { page: self, name }
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("a text takes any line");
    }
}

/// The family that is being written.
pub(crate) struct Family<'p> {
    page: &'p mut Page,
    name: &'p str,
}

impl Family<'_> {
    /// Adds a sample. `value` prints as a decimal number.
    pub(crate) fn sample(&mut self, labels: &[(&str, &str)], value: impl fmt::Display) {
        self.part("", labels, value);
    }

    /// Adds a sample whose name is longer than that of the family, as histograms have them.
    pub(crate) fn part(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl fmt::Display) {
        let (name, labels) = (self.name, label_set(labels));
        self.page.line(format_args!("{name}{suffix}{labels} {value}"));
    }
}

/// `{name="value",…}`, or nothing without labels.
fn label_set(labels: &[(&str, &str)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", label_value(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

fn label_value(value: &str) -> String {
    help_text(value).replace('"', "\\\"")
}

fn help_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_its_help_its_type_and_its_samples() {
        let mut page = Page::default();
        let mut family = page.family("jobs_total", Kind::Counter, "Jobs.");
        family.sample(&[("state", "done"), ("by", "me")], 3);
        family.sample(&[], "0.5");
        let expected = "# HELP jobs_total Jobs.\n\
                        # TYPE jobs_total counter\n\
                        jobs_total{state=\"done\",by=\"me\"} 3\n\
                        jobs_total 0.5\n";
        assert_eq!(page.into_text(), expected);
    }

    #[test]
    fn a_label_can_hold_any_text() {
        assert_eq!(label_value("a \"b\" \\n\nc"), r#"a \"b\" \\n\nc"#);
        assert_eq!(label_value("{é}=,"), "{é}=,");
    }

    #[test]
    fn a_help_text_stays_on_its_line() {
        assert_eq!(help_text("a \"b\" \\\nc"), r#"a "b" \\\nc"#);
    }
}
