//! Completion signals that are about files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bernstein_hooks::{CompletionSignal, GateOutcome, GateVerdict};
use glob::Pattern;

use super::Gates;

/// Bytes read from a file at once.
const CHUNK: usize = 64 * 1024;

/// What a look at the files has found, and what to say about it.
type Finding = (GateVerdict, String);

impl Gates<'_> {
    /// Looks whether the signal holds. On another thread, since the tree may be large and the disk
    /// slow.
    pub(super) async fn check_files(&self, name: &str, signal: &CompletionSignal) -> GateOutcome {
        let folder = self.folder.work();
        let signal = signal.clone();
        let looked = tokio::task::spawn_blocking(move || look(&folder, &signal)).await;
        let (verdict, finding) =
            looked.unwrap_or_else(|error| (GateVerdict::CouldNotRun, error.to_string()));
        GateOutcome::new(name, verdict).with_output(finding, "")
    }
}

fn look(folder: &Path, signal: &CompletionSignal) -> Finding {
    match signal {
        CompletionSignal::PathExists { path } => path_exists(folder, path),
        CompletionSignal::GlobExists { path } => glob_exists(folder, path),
        CompletionSignal::FileContains { path, contains } => file_contains(folder, path, contains),
        other => (GateVerdict::CouldNotRun, format!("`{}` is not about files", other.kind())),
    }
}

fn path_exists(folder: &Path, path: &str) -> Finding {
    match folder.join(path).try_exists() {
        Ok(true) => (GateVerdict::Pass, format!("there is `{path}`")),
        Ok(false) => (GateVerdict::Fail, format!("there is no `{path}`")),
        Err(error) => (GateVerdict::CouldNotRun, format!("cannot look for `{path}`: {error}")),
    }
}

fn glob_exists(folder: &Path, pattern: &str) -> Finding {
    // What looks like a pattern in the name of the run's folder is none.
    let folder = PathBuf::from(Pattern::escape(&folder.to_string_lossy()));
    match glob::glob(&folder.join(pattern).to_string_lossy()) {
        Err(error) => (GateVerdict::CouldNotRun, format!("`{pattern}` is not a pattern: {error}")),
        Ok(paths) => match paths.flatten().next() {
            Some(path) => (GateVerdict::Pass, format!("`{}` matches `{pattern}`", path.display())),
            None => (GateVerdict::Fail, format!("nothing matches `{pattern}`")),
        },
    }
}

fn file_contains(folder: &Path, path: &str, text: &str) -> Finding {
    match contains(&folder.join(path), text.as_bytes()) {
        Ok(true) => (GateVerdict::Pass, format!("`{path}` contains `{text}`")),
        Ok(false) => (GateVerdict::Fail, format!("`{path}` does not contain `{text}`")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (GateVerdict::Fail, format!("there is no `{path}`"))
        }
        Err(error) => (GateVerdict::CouldNotRun, format!("cannot read `{path}`: {error}")),
    }
}

/// Whether the file contains the text. It is read in pieces: an agent may write a file of any size.
fn contains(path: &Path, text: &[u8]) -> io::Result<bool> {
    // Reading from a pipe or a device may never end.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut file = File::open(path)?;
    let mut window = Vec::new();
    loop {
        // The end of the piece before may hold the beginning of the text.
        window.drain(..window.len().saturating_sub(text.len()));
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut window)?;
        if text.is_empty() || window.windows(text.len()).any(|part| part == text) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(file: &str, contents: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(file), contents).expect("written");
        folder
    }

    #[test]
    fn text_is_found_across_the_pieces_in_which_a_file_is_read() {
        let mut contents = vec![b'.'; CHUNK - 2];
        contents.extend(b"needle");
        contents.extend(vec![b'.'; CHUNK]);
        let folder = folder_with("haystack", &contents);
        assert_eq!(file_contains(folder.path(), "haystack", "needle").0, GateVerdict::Pass);
        assert_eq!(file_contains(folder.path(), "haystack", "needles").0, GateVerdict::Fail);
    }

    #[test]
    fn a_missing_file_fails_and_an_unreadable_one_could_not_be_asked() {
        let folder = folder_with("file", b"text");
        assert_eq!(file_contains(folder.path(), "none", "text").0, GateVerdict::Fail);
        assert_eq!(file_contains(folder.path(), ".", "text").0, GateVerdict::CouldNotRun);
    }

    #[test]
    fn a_pattern_is_looked_for_in_a_folder_whose_name_looks_like_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let odd = folder.path().join("[run]*");
        std::fs::create_dir_all(odd.join("src/deep")).expect("made");
        std::fs::write(odd.join("src/deep/lib.rs"), "").expect("written");
        assert_eq!(glob_exists(&odd, "src/**/*.rs").0, GateVerdict::Pass);
        assert_eq!(glob_exists(&odd, "src/*.py").0, GateVerdict::Fail);
        assert_eq!(glob_exists(&odd, "src/***").0, GateVerdict::CouldNotRun);
    }
}
