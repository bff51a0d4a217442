//! A file that is written whole or not at all.

use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};
use thiserror::Error;

/// What everyone may do with a new file, before the process's own mask.
const PERMISSIONS: u32 = 0o666;

/// A file in the making. What is written goes to a temporary file in the same folder, which takes
/// its place when it is [kept](Self::keep), and goes when it is dropped.
#[derive(Debug)]
pub struct Artifact {
    /// Without links and relative parts.
    place: PathBuf,
    file: BufWriter<NamedTempFile>,
}

/// Why a file cannot be written.
#[derive(Debug, Error)]
#[error("cannot write `{}`: {source}", path.display())]
pub struct ArtifactError {
    /// The file.
    path: PathBuf,
    /// What the operating system says.
    source: io::Error,
}

impl Artifact {
    /// Begins a file that is to stand at `path`. What stands there stays until the new one is kept.
    ///
    /// # Errors
    ///
    /// When there is no such folder, when it cannot be written to, or when something that is no
    /// file stands there.
    pub fn begin(path: &Path) -> Result<Self, ArtifactError> {
        let fault = |source| ArtifactError { path: path.to_owned(), source };
        let place = place(path).map_err(fault)?;
        let file = Builder::new()
            .prefix(".bernstein-")
            .permissions(Permissions::from_mode(PERMISSIONS))
            .tempfile_in(place.parent().unwrap_or(Path::new("/")))
            .map_err(|error| fault(without_path(error)))?;
        Ok(Self { place, file: BufWriter::new(file) })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    ///
    /// When the last of it cannot be written, or when it cannot be put there. What stood there stays
    /// then.
    pub fn keep(self) -> Result<(), ArtifactError> {
        let Self { place, file } = self;
        let kept = file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.persist(&place).map_err(|error| error.error));
        kept.map(drop).map_err(|source| ArtifactError { path: place, source })
    }

    /// Makes sure that this file stands beside another one, and not in its place.
    ///
    /// # Errors
    ///
    /// When both have one place. The later one would replace the other.
    pub fn stand_beside(&self, other: &Self) -> Result<(), ArtifactError> {
        if self.place != other.place {
            return Ok(());
        }
        Err(self.fault(io::Error::other("another file of this run is to stand there")))
    }

    /// The error of this file, for what was written to it.
    #[must_use]
    pub fn fault(&self, source: io::Error) -> ArtifactError {
        ArtifactError { path: self.place.clone(), source }
    }
}

impl Write for Artifact {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Where the file stands in the end. A link stays a link, and what is no file, such as a device,
/// must not be replaced by one.
fn place(path: &Path) -> io::Result<PathBuf> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => fs::canonicalize(path),
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => Err(io::Error::other("it is not a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => named(path),
        Err(error) => Err(error),
    }
}

/// A path to a new file has a name at its end.
fn named(path: &Path) -> io::Result<PathBuf> {
    match path.file_name() {
        Some(name) if !path.as_os_str().as_encoded_bytes().ends_with(b"/") => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Ok(fs::canonicalize(folder.unwrap_or(Path::new(".")))?.join(name))
        }
        _ => Err(io::ErrorKind::IsADirectory.into()),
    }
}

/// What the operating system says, without the name of the temporary file, which nobody has asked
/// for.
pub(crate) fn without_path(error: io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("read");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("read").file_name();
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_stands_in_its_place_when_it_is_kept_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("trace.json");
        fs::write(&path, "former").expect("written");
        let mut artifact = Artifact::begin(&path).expect("begun");
        artifact.write_all(b"new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "former");
        artifact.keep().expect("kept");
        assert_eq!(fs::read_to_string(&path).expect("read"), "new");
        assert_eq!(names_in(folder.path()), ["trace.json"]);
    }

    #[test]
    fn nothing_is_left_of_a_file_that_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut artifact = Artifact::begin(&folder.path().join("trace.json")).expect("begun");
        artifact.write_all(b"half").expect("written");
        drop(artifact);
        assert_eq!(names_in(folder.path()), [""; 0]);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        fs::write(&file, "former").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        let mut artifact = Artifact::begin(&link).expect("begun");
        artifact.write_all(b"new").expect("written");
        artifact.keep().expect("kept");
        assert!(fs::symlink_metadata(&link).expect("read").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("read"), "new");
    }

    #[test]
    fn two_files_cannot_have_one_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let begin = |name: &str| Artifact::begin(&folder.path().join(name)).expect("begun");
        let [one, same, other] = [begin("one"), begin("./one"), begin("other")];
        assert!(one.stand_beside(&same).is_err());
        assert!(one.stand_beside(&other).is_ok());
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing/trace.json");
        let to_be_a_folder = folder.path().join("new/");
        for path in [Path::new("/dev/null"), folder.path(), &missing, &to_be_a_folder] {
            let refused = Artifact::begin(path).map(drop).map_err(|error| error.to_string());
            let beginning = format!("cannot write `{}`: ", path.display());
            assert!(refused.is_err_and(|error| error.starts_with(&beginning)), "{path:?}");
        }
    }
}
