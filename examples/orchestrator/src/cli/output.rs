//! What commands write: what was asked for to standard output, remarks to standard error.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};

use bernstein_hooks::Timestamp;
use serde::Serialize;

/// Says something on standard error. Nobody can be told that nobody can be told.
pub(super) fn remark(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Standard output. When nobody reads it any more, what is written is lost, and that is no error:
/// whoever was reading has read enough.
pub(super) struct Output(Box<dyn Write + Send>);

impl Output {
    /// Standard output for people or, as JSON, for a program.
    pub(super) fn new(json: bool) -> io::Result<Self> {
        if json { Self::alone() } else { Ok(Self(Box::new(io::stdout()))) }
    }

    /// Standard output for this alone. What plugins print there goes to standard error from now on:
    /// one line of theirs, and a program could not read the rest.
    pub(super) fn alone() -> io::Result<Self> {
        let own = io::stdout().as_fd().try_clone_to_owned()?;
        rustix::stdio::dup2_stdout(io::stderr())?;
        Ok(Self(Box::new(File::from(own))))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// Writes lines of JSON, each with the time. Clones write to the same output.
#[derive(Clone)]
pub(super) struct JsonLines(Arc<Mutex<Lines>>);

struct Lines {
    out: Output,
    has_failed: bool,
}

impl JsonLines {
    /// Writes them there.
    pub(super) fn to(out: Output) -> Self {
        Self(Arc::new(Mutex::new(Lines { out, has_failed: false })))
    }

    /// Writes a line.
    pub(super) fn write<T: Serialize>(&self, what: &T) -> io::Result<()> {
        let Lines { out, .. } = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write_line(out, what)
    }

    /// Writes a line, unless one could not be written before. The run goes on without them.
    pub(super) fn write_if_possible<T: Serialize>(&self, what: &T) {
        let Lines { out, has_failed } = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *has_failed = *has_failed || write_line(out, what).is_err();
    }
}

/// Something, and when it happened.
#[derive(Serialize)]
struct Line<'a, T> {
    time: Timestamp,
    #[serde(flatten)]
    what: &'a T,
}

fn write_line<T: Serialize>(out: &mut Output, what: &T) -> io::Result<()> {
    let mut text = serde_json::to_vec(&Line { time: Timestamp::now(), what })?;
    text.push(b'\n');
    out.write_all(&text)
}
