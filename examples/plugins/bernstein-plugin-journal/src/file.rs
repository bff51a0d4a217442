//! A file that holds whole lines, whatever happens while one is written.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Appends lines to a file.
#[derive(Debug)]
pub(crate) struct LineFile {
    file: File,
    /// The length of all whole lines.
    length: u64,
    /// There may be part of a line behind the whole ones.
    torn: bool,
}

impl LineFile {
    /// Opens the file, or makes it. What it holds already is kept.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length, torn: false })
    }

    /// Appends lines, all of them or none.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.mend()?;
        self.torn = true;
        if let Err(error) = self.file.write_all(lines) {
            // If it cannot be mended now, the next line tries again before it writes.
            let _ = self.mend();
            return Err(error);
        }
        self.torn = false;
        self.length += lines.len() as u64;
        Ok(())
    }

    /// Cuts off what is left of a line that could not be written.
    fn mend(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.length)?;
            self.torn = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_in_part_is_cut_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lines");
        let mut lines = LineFile::open(&path).expect("a file");
        lines.append(b"one\n").expect("one line");
        lines.torn = true;
        lines.file.write_all(b"tw").expect("part of a line");
        lines.append(b"three\n").expect("another line");
        assert_eq!(std::fs::read_to_string(&path).expect("the lines"), "one\nthree\n");
    }

    #[test]
    fn what_the_file_holds_already_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lines");
        std::fs::write(&path, "one\n").expect("one line");
        let mut lines = LineFile::open(&path).expect("a file");
        lines.torn = true;
        lines.append(b"two\n").expect("another line");
        assert_eq!(std::fs::read_to_string(&path).expect("the lines"), "one\ntwo\n");
    }
}
