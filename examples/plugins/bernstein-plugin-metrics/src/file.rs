//! A file that is there as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Puts a file with that text at `path`. Whoever looks there sees what was there before or all of
/// the text; if it fails, what was there before stays.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A collector that takes every `*.prom` must not take this one.
    let draft = path.with_extension("prom.draft");
    let replaced = write(&draft, text).and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&draft);
    }
    replaced
}

/// Writes the file through to the disk, so that no crash can leave the new name on an empty file.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder");
        entries
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
            .collect()
    }

    #[test]
    fn what_was_there_before_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("metrics.prom");
        fs::write(&path, "a longer text than the new one").expect("a file");
        replace(&path, "new\n").expect("a replaced file");
        assert_eq!(fs::read_to_string(&path).expect("the file"), "new\n");
        assert_eq!(names(folder.path()), ["metrics.prom"]);
    }

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("metrics.prom");
        fs::create_dir_all(path.join("a folder where the file should be")).expect("a folder");
        replace(&path, "new\n").expect_err("a folder cannot be replaced by a file");
        assert_eq!(names(folder.path()), ["metrics.prom"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_leaves_what_was_there_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("metrics.prom");
        fs::write(&path, "old\n").expect("a file");
        std::os::unix::fs::symlink("/dev/full", path.with_extension("prom.draft")).expect("a link");
        let error = replace(&path, "new\n").expect_err("a full disk");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).expect("the file"), "old\n");
        assert_eq!(names(folder.path()), ["metrics.prom"]);
    }
}
