//! What commands write: what was asked for to standard output, remarks to standard error.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;

/// Says something on standard error. Nobody can be told that nobody can be told.
pub(super) fn remark(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Standard output. When nobody reads it any more, what is written is lost, and that is no error:
/// whoever was reading has read enough.
pub(super) struct Output(Box<dyn Write>);

impl Output {
    /// Standard output for people or, as JSON, for a program.
    pub(super) fn new(json: bool) -> io::Result<Self> {
        if json { Self::claimed() } else { Ok(Self(Box::new(io::stdout()))) }
    }

    /// Standard output for this alone. What plugins print there goes to standard error from now on:
    /// one line of theirs, and a program could not read the rest.
    fn claimed() -> io::Result<Self> {
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
