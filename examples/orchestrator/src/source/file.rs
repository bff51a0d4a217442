//! From the file to its text.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::diagnostic::{Found, Position};
use super::problem::Problem;

/// The most bytes that are read of a file. A plan of three hundred steps has a thirtieth of it.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The text of the file.
pub(crate) fn read(path: &Path) -> Result<String, Found> {
    let bytes = read_bytes(path).map_err(|problem| Found { position: None, problem })?;
    decode(bytes)
}

/// The bytes of the file. One that is too large is not read; one that does not tell its size, or
/// grows, not to its end.
fn read_bytes(path: &Path) -> Result<Vec<u8>, Problem> {
    let file = File::open(path).map_err(|error| refused(&error))?;
    let metadata = file.metadata().map_err(|error| refused(&error))?;
    if metadata.is_dir() {
        return Err(Problem::Folder);
    }
    let too_large = Problem::TooLarge { limit: LARGEST };
    if metadata.len() > LARGEST {
        return Err(too_large);
    }
    let mut bytes = Vec::new();
    let read = file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| refused(&error))?;
    if read as u64 > LARGEST { Err(too_large) } else { Ok(bytes) }
}

fn refused(error: &io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::NoSuchFile,
        ErrorKind::IsADirectory => Problem::Folder,
        _ => Problem::Unreadable { reason: error.to_string() },
    }
}

fn decode(bytes: Vec<u8>) -> Result<String, Found> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..offset]);
        Found { position: Some(end_of(&before)), problem: Problem::NotUtf8 { offset } }
    })
}

/// The place behind the text.
fn end_of(text: &str) -> Position {
    let line = text.split('\n').count();
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line, column }
}
