//! Numbers the events, keeps lines until there is a file for them, and counts what is lost.

use std::io;
use std::path::{Path, PathBuf};

use bernstein_hooks::Timestamp;
use thiserror::Error;

use crate::file::LineFile;
use crate::record::{self, Event};

/// The name of the file in the folder of the run.
const FILE_NAME: &str = "journal.jsonl";

/// How many lines wait at most for a file.
const MOST_WAITING: usize = 1_000;

/// Why the line of an event is not in the journal.
#[derive(Debug, Error)]
pub(crate) enum WriteError {
    #[error("event {seq} is not in the journal: it cannot be written as JSON: {source}")]
    Format { seq: u64, source: serde_json::Error },
    #[error("cannot open the journal `{}`: {source}; up to {MOST_WAITING} events wait for it", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error(
        "event {seq} is not in the journal, because {MOST_WAITING} events wait for its file already"
    )]
    NoRoom { seq: u64 },
    #[error("event {seq} is not in the journal: cannot write to `{}`: {source}", path.display())]
    Append { seq: u64, path: PathBuf, source: io::Error },
}

/// The journal so far.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// The number of the last event.
    seq: u64,
    place: Place,
    lost: u64,
    /// Somebody was told of a failure.
    told: bool,
}

/// Where the lines are.
#[derive(Debug)]
enum Place {
    /// In memory, until there is a file.
    Waiting(Vec<Vec<u8>>),
    /// In the file.
    Open { file: LineFile, path: PathBuf },
}

impl Default for Place {
    fn default() -> Self {
        Self::Waiting(Vec::new())
    }
}

impl Writer {
    /// Writes the line of an event. The first failure comes back as an error, later ones are
    /// counted.
    pub(crate) fn write(
        &mut self,
        folder: Option<&Path>,
        event: &Event<'_>,
    ) -> Result<(), WriteError> {
        let written = self.try_write(folder, event);
        match written {
            Err(error) if !self.told => {
                self.told = true;
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// How many events have no line in the file.
    pub(crate) fn missing(&self) -> u64 {
        let waiting = match &self.place {
            Place::Waiting(lines) => lines.len() as u64,
            Place::Open { .. } => 0,
        };
        self.lost + waiting
    }

    fn try_write(&mut self, folder: Option<&Path>, event: &Event<'_>) -> Result<(), WriteError> {
        self.seq += 1;
        let opened = folder.map_or(Ok(()), |folder| self.place.settle(folder));
        // Without a file there may still be room to wait for one.
        let kept = self.keep(event);
        if kept.is_err() {
            self.lost += 1;
        }
        opened.and(kept)
    }

    /// Adds the line of the present event to the others.
    fn keep(&mut self, event: &Event<'_>) -> Result<(), WriteError> {
        let seq = self.seq;
        let line = record::line(seq, Timestamp::now(), event)
            .map_err(|source| WriteError::Format { seq, source })?;
        match &mut self.place {
            Place::Waiting(lines) if lines.len() < MOST_WAITING => {
                lines.push(line);
                Ok(())
            }
            Place::Waiting(_) => Err(WriteError::NoRoom { seq }),
            Place::Open { file, path } => file.append(&line).map_err(|source| WriteError::Append {
                seq,
                path: path.clone(),
                source,
            }),
        }
    }
}

impl Place {
    /// Goes to the file in `folder`, with all lines that wait, unless there is a file already.
    fn settle(&mut self, folder: &Path) -> Result<(), WriteError> {
        let Self::Waiting(lines) = self else { return Ok(()) };
        let path = folder.join(FILE_NAME);
        let opened =
            LineFile::open(&path).and_then(|mut file| file.append(&lines.concat()).map(|()| file));
        match opened {
            Ok(file) => {
                *self = Self::Open { file, path };
                Ok(())
            }
            Err(source) => Err(WriteError::Open { path, source }),
        }
    }
}
