//! What an agent writes: kept whole in its log, and read for the tokens that it has used.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bernstein_hooks::Tokens;
use serde::Deserialize;
use serde_json::Value;

use crate::process::{Lines, Log, Sink};

/// The most of an agent's last line that is kept, in characters.
const LONGEST_SUMMARY: usize = 500;

/// Tokens that an agent has used and the run has not counted yet.
///
/// An agent may report tokens faster than plugins take the news. What it reports in between adds up
/// here, and takes no room in the queue of messages.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Tokens>);

impl Meter {
    /// Adds tokens. True if there were none before, so that somebody has to be told. Whoever is
    /// told of every such moment, and takes what there is, gets it all.
    fn add(&self, tokens: Tokens) -> bool {
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let was_empty = *sum == Tokens::default();
        *sum = sum.saturating_add(tokens);
        was_empty && *sum != Tokens::default()
    }

    /// Takes what there is.
    pub(crate) fn take(&self) -> Tokens {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes the output of one agent.
pub(crate) struct AgentOutput<F> {
    log: Log,
    lines: Lines,
    reader: Reader<F>,
}

struct Reader<F> {
    meter: Arc<Meter>,
    on_tokens: F,
    summary: String,
}

impl<F: FnMut()> AgentOutput<F> {
    /// Creates the log. Whenever there are tokens on the meter after there were none, `on_tokens`
    /// runs.
    ///
    /// # Errors
    ///
    /// What the operating system says if the log cannot be created.
    pub(crate) fn create(log: PathBuf, meter: Arc<Meter>, on_tokens: F) -> io::Result<Self> {
        let reader = Reader { meter, on_tokens, summary: String::new() };
        Ok(Self { log: Log::create(log)?, lines: Lines::default(), reader })
    }

    /// What the agent says that it has done: the result that it has reported, or else its last line
    /// of text; empty if it wrote neither.
    pub(crate) fn finish(mut self) -> String {
        self.lines.finish(|line| self.reader.read(line));
        self.reader.summary
    }
}

impl<F: FnMut()> Sink for AgentOutput<F> {
    fn take(&mut self, bytes: &[u8]) {
        self.log.take(bytes);
        self.lines.feed(bytes, |line| self.reader.read(line));
    }
}

impl<F: FnMut()> Reader<F> {
    fn read(&mut self, line: &[u8]) {
        let line = line.trim_ascii();
        if line.first() != Some(&b'{') {
            self.summarise(&String::from_utf8_lossy(line));
        } else if let Ok(report) = serde_json::from_slice::<AgentReport>(line) {
            if self.meter.add(report.tokens()) {
                (self.on_tokens)();
            }
            self.summarise(report.result.as_ref().and_then(Value::as_str).unwrap_or_default());
        }
    }

    fn summarise(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.summary = text.trim().chars().take(LONGEST_SUMMARY).collect();
        }
    }
}

/// A line of JSON in which an agent reports: token counts at the top or under `usage`, and perhaps
/// its result in words. The counts of all lines are added up.
#[derive(Debug, Deserialize)]
struct AgentReport {
    #[serde(flatten)]
    counts: Counts,
    usage: Option<Counts>,
    result: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
struct Counts {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
}

impl AgentReport {
    fn tokens(&self) -> Tokens {
        let counts = [Some(&self.counts), self.usage.as_ref()];
        counts
            .into_iter()
            .flatten()
            .map(|counts| Tokens::new(counts.input_tokens, counts.output_tokens))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens and the summary of an output, and how often someone was told of tokens.
    fn read(output: &str) -> (Tokens, String, usize) {
        let meter = Arc::new(Meter::default());
        let mut told = 0;
        let mut reader =
            Reader { meter: Arc::clone(&meter), on_tokens: || told += 1, summary: String::new() };
        for line in output.lines() {
            reader.read(line.as_bytes());
        }
        let summary = reader.summary;
        (meter.take(), summary, told)
    }

    #[test]
    fn tokens_are_added_up_and_told_of_once_until_they_are_taken() {
        let output =
            "{\"input_tokens\": 10, \"output_tokens\": 2}\n{\"usage\": {\"input_tokens\": 5}}\n";
        assert_eq!(read(output), (Tokens::new(15, 2), String::new(), 1));
    }

    #[test]
    fn a_line_without_tokens_tells_nobody() {
        assert_eq!(
            read("{\"type\": \"system\"}\n{\"input_tokens\": 0}"),
            (Tokens::default(), String::new(), 0)
        );
    }

    #[test]
    fn lines_that_are_no_reports_are_passed_over() {
        assert_eq!(
            read("{ not json\n{\"usage\": \"high\"}\n{\"input_tokens\": -1}").0,
            Tokens::default()
        );
    }

    #[test]
    fn the_reported_result_is_the_summary() {
        let output =
            "thinking\n{\"result\": \"parser written\", \"usage\": {\"output_tokens\": 7}}";
        assert_eq!(read(output), (Tokens::new(0, 7), "parser written".into(), 1));
    }

    #[test]
    fn the_last_line_of_text_is_the_summary() {
        assert_eq!(read("one\n  two  \n\n{\"input_tokens\": 1}\n").1, "two");
    }

    #[test]
    fn a_result_that_is_not_text_does_not_hide_the_tokens() {
        assert_eq!(read("{\"result\": {\"ok\": true}, \"input_tokens\": 3}").0, Tokens::new(3, 0));
    }
}
