//! A new folder that appears whole or not at all.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use tempfile::{Builder, TempDir};
use thiserror::Error;

use crate::artifact::without_path;

/// A folder in the making. What is written goes to a temporary folder on the same file system, is
/// moved to its place when it is [kept](Self::keep), and goes when it is dropped.
pub(super) struct Draft {
    temporary: TempDir,
    /// What is there already,
    base: PathBuf,
    /// and how it goes on from there.
    rest: PathBuf,
}

/// Why there can be no new folder.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DraftError {
    /// A folder with something in it.
    #[error(
        "`{}` is not empty; name a folder that does not exist yet{}",
        path.display(), Suggestion(suggestion)
    )]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// A folder in it, where it seems to be one of many.
        suggestion: Option<PathBuf>,
    },
    /// Something else than a folder.
    #[error("`{}` is there already, and is not a folder; name another place", path.display())]
    NotAFolder {
        /// What it is.
        path: PathBuf,
    },
    /// It cannot be made or filled.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// A draft that was put in its place.
pub(super) struct Kept(Vec<PathBuf>);

impl Draft {
    /// Begins a folder that is to stand at `path`, where there is none yet, or an empty one. In a
    /// folder that is not empty, it could be called `name`.
    pub(super) fn begin(path: &Path, name: &str) -> Result<Self, DraftError> {
        let fault = |source| DraftError::Write { path: path.to_owned(), source };
        let (base, rest) = split(path).map_err(fault)?;
        if !base.is_dir() {
            return Err(DraftError::NotAFolder { path: base });
        }
        if rest.as_os_str().is_empty() && base.read_dir().map_err(fault)?.next().is_some() {
            let path = path.to_owned();
            let is_another = !path.ends_with(name);
            let suggestion = is_another.then(|| path.join(name)).filter(|path| !path.exists());
            return Err(DraftError::NotEmpty { path, suggestion });
        }
        let temporary = Builder::new().prefix(".bernstein-").tempdir_in(&base);
        let temporary = temporary.map_err(|error| fault(without_path(error)))?;
        Ok(Self { temporary, base, rest })
    }

    /// Where the folder is to stand, without links and relative parts.
    pub(super) fn folder(&self) -> PathBuf {
        self.base.join(&self.rest)
    }

    /// Writes a file of it.
    pub(super) fn write(&self, file: &str, text: &str) -> Result<(), DraftError> {
        let path = self.temporary.path().join(&self.rest).join(file);
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|source| self.fault(source))
    }

    /// Puts the folder in its place. A folder that is there already stays, because somebody may
    /// stand in it, and gets what is in the draft.
    pub(super) fn keep(self) -> Result<Kept, DraftError> {
        let mut kept = Kept(Vec::new());
        let moved = names(self.temporary.path()).and_then(|names| {
            names.into_iter().try_for_each(|name| {
                let place = self.base.join(&name);
                fs::rename(self.temporary.path().join(name), &place)?;
                kept.0.push(place);
                Ok(())
            })
        });
        match moved {
            Ok(()) => Ok(kept),
            Err(source) => {
                kept.undo();
                Err(self.fault(source))
            }
        }
    }

    fn fault(&self, source: io::Error) -> DraftError {
        DraftError::Write { path: self.folder(), source }
    }
}

impl Kept {
    /// Takes away what was put there. The error that this is for says more than one of its own.
    pub(super) fn undo(self) {
        for place in self.0 {
            let _ = if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) };
        }
    }
}

/// What is in a folder, `Cargo.toml` behind `src` and `tests`: without it, they are no package.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let names = folder.read_dir()?.map(|entry| Ok(entry?.file_name()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort_by(|one, other| other.cmp(one));
    Ok(names)
}

/// What there is of a path, and the rest of it.
fn split(path: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let path = std::path::absolute(path)?;
    let exists = |path: &&Path| fs::symlink_metadata(path).is_ok();
    let base = path.ancestors().find(exists).unwrap_or(Path::new("/"));
    let rest = path.strip_prefix(base).unwrap_or(Path::new(""));
    if rest.components().any(|part| part == Component::ParentDir) {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok((base.canonicalize()?, rest.to_owned()))
}

/// A folder as an example, behind a comma, if there is one.
struct Suggestion<'a>(&'a Option<PathBuf>);

impl fmt::Display for Suggestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |path| write!(f, ", such as `{}`", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A draft with two folders, to stand at `mine` in that place.
    fn draft(place: &Path) -> Draft {
        let draft = Draft::begin(&place.join("mine"), "name").expect("begun");
        draft.write("a/file", "text").expect("written");
        draft.write("b/file", "text").expect("written");
        draft
    }

    fn count(folder: &Path) -> usize {
        folder.read_dir().expect("a folder").count()
    }

    #[test]
    fn a_draft_that_is_not_kept_leaves_nothing() {
        let place = tempfile::tempdir().expect("a folder");
        drop(draft(place.path()));
        assert_eq!(count(place.path()), 0);
    }

    #[test]
    fn what_was_kept_can_be_taken_away() {
        let place = tempfile::tempdir().expect("a folder");
        let kept = draft(place.path()).keep().expect("kept");
        assert_eq!(count(&place.path().join("mine")), 2);
        kept.undo();
        assert_eq!(count(place.path()), 0);
    }

    #[test]
    fn a_folder_that_was_empty_keeps_nothing_of_a_draft_that_has_no_room() {
        let place = tempfile::tempdir().expect("a folder");
        let mine = place.path().join("mine");
        fs::create_dir(&mine).expect("made");
        let draft = draft(place.path());
        fs::create_dir_all(mine.join("a/taken")).expect("made");
        assert!(matches!(draft.keep(), Err(DraftError::Write { .. })));
        assert_eq!(names(&mine).expect("read"), ["a"]);
        assert_eq!(count(&mine.join("a")), 1);
    }
}
