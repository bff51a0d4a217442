//! Where the output of a child goes: to its log file whole, and past bounded buffers that keep what
//! someone will read.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

/// The longest line that is looked at. A longer one is in the log like all others.
const LONGEST_LINE: usize = 1024 * 1024;

/// Takes the output of a child, in pieces of any size.
pub(crate) trait Sink {
    /// Takes the next piece.
    fn take(&mut self, bytes: &[u8]);
}

/// The log file of one child.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    file: Option<File>,
}

impl Log {
    /// Creates the file.
    ///
    /// # Errors
    ///
    /// What the operating system says if it cannot be created.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let file = File::create(&path)?;
        Ok(Self { path, file: Some(file) })
    }
}

impl Sink for Log {
    /// Writes to the file. The first error ends the log but not the reading: a full disk must not
    /// stop a child in the middle of its work.
    fn take(&mut self, bytes: &[u8]) {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(bytes)
        {
            tracing::warn!(%error, log = %self.path.display(), "the log ends here");
            self.file = None;
        }
    }
}

/// The beginning and the end of an output, each of at most `limit` bytes.
#[derive(Debug)]
pub(crate) struct HeadTail {
    limit: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    omitted: bool,
}

impl HeadTail {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, head: Vec::new(), tail: VecDeque::new(), omitted: false }
    }

    /// Both as text. If nothing had to be left out, all of it is in the head. Else the head ends
    /// and the tail begins with a whole line, unless there is no line break at all.
    pub(crate) fn into_text(mut self) -> (String, String) {
        let mut tail = &*self.tail.make_contiguous();
        if !self.omitted {
            self.head.extend_from_slice(tail);
            return (text(&self.head), String::new());
        }
        let mut head = self.head.as_slice();
        if let Some(end) = head.iter().rposition(|&byte| byte == b'\n') {
            head = &head[..=end];
        }
        if let Some(end) =
            tail.iter().position(|&byte| byte == b'\n').filter(|end| end + 1 < tail.len())
        {
            tail = &tail[end + 1..];
        }
        (text(head), text(tail))
    }
}

impl Sink for HeadTail {
    fn take(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(self.limit - self.head.len()));
        self.head.extend_from_slice(first);
        let kept = &rest[rest.len().saturating_sub(self.limit)..];
        let overflow = (self.tail.len() + kept.len()).saturating_sub(self.limit);
        self.omitted |= overflow > 0 || kept.len() < rest.len();
        self.tail.drain(..overflow);
        self.tail.extend(kept);
    }
}

/// The text of some output. What is not UTF-8 becomes a replacement character.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Cuts an output into lines.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    unfinished: Vec<u8>,
    overlong: bool,
}

impl Lines {
    /// Takes the next piece of the output and hands out every line that it finishes, without its
    /// line break.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut line: impl FnMut(&[u8])) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) if self.unfinished.is_empty() && !self.overlong => line(end),
                Some(end) => {
                    self.keep(end);
                    self.finish(&mut line);
                }
                None => self.keep(piece),
            }
        }
    }

    /// Hands out the last line if it has no line break.
    pub(crate) fn finish(&mut self, mut line: impl FnMut(&[u8])) {
        let last = std::mem::take(&mut self.unfinished);
        if !std::mem::take(&mut self.overlong) && !last.is_empty() {
            line(&last);
        }
    }

    fn keep(&mut self, piece: &[u8]) {
        self.overlong |= self.unfinished.len() + piece.len() > LONGEST_LINE;
        if self.overlong {
            self.unfinished = Vec::new();
        } else {
            self.unfinished.extend_from_slice(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head_and_tail(limit: usize, pieces: &[&str]) -> (String, String) {
        let mut kept = HeadTail::new(limit);
        for piece in pieces {
            kept.take(piece.as_bytes());
        }
        kept.into_text()
    }

    fn lines(pieces: &[&str]) -> Vec<String> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for piece in pieces {
            lines.feed(piece.as_bytes(), |line| found.push(text(line)));
        }
        lines.finish(|line| found.push(text(line)));
        found
    }

    #[test]
    fn short_output_is_all_head() {
        assert_eq!(head_and_tail(10, &["one\n", "two\n"]), ("one\ntwo\n".into(), String::new()));
    }

    #[test]
    fn output_that_just_fits_both_is_one_whole() {
        assert_eq!(head_and_tail(4, &["abcdefgh"]), ("abcdefgh".into(), String::new()));
    }

    #[test]
    fn long_output_keeps_whole_lines_of_both_ends() {
        assert_eq!(
            head_and_tail(6, &["one\ntwo\n", "three\nfour\n", "five\n"]),
            ("one\n".into(), "five\n".into())
        );
    }

    #[test]
    fn a_piece_larger_than_the_limit_keeps_its_end() {
        let (head, tail) = head_and_tail(4, &["ab\n", "0123456789\nxy\n"]);
        assert_eq!((head.as_str(), tail.as_str()), ("ab\n", "xy\n"));
    }

    #[test]
    fn output_without_line_breaks_is_cut_where_the_limit_is() {
        assert_eq!(head_and_tail(3, &["abcdefghij"]), ("abc".into(), "hij".into()));
    }

    #[test]
    fn lines_are_put_together_from_pieces() {
        assert_eq!(lines(&["on", "e\ntw", "o\n", "\n", "three"]), ["one", "two", "", "three"]);
    }

    #[test]
    fn an_overlong_line_is_passed_over_and_the_next_is_not() {
        let long = "x".repeat(LONGEST_LINE);
        assert_eq!(lines(&[&long, "y", "\nnext\n"]), ["next"]);
    }

    #[test]
    fn an_overlong_line_in_one_piece_does_not_stay_in_memory() {
        let mut lines = Lines::default();
        lines.feed("x".repeat(LONGEST_LINE + 1).as_bytes(), |_| panic!("a line without an end"));
        assert_eq!(lines.unfinished.capacity(), 0);
    }
}
