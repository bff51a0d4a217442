//! Which files an attempt has changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bernstein_hooks::{CompletionSignal, Task};

/// The files that a task names, as they are before an attempt.
///
/// Only these are looked at. Agents work side by side in one folder, so whose any other file is
/// nobody can tell.
#[derive(Debug)]
pub(crate) struct Snapshot {
    directory: PathBuf,
    files: BTreeMap<PathBuf, Option<Look>>,
}

/// What tells a changed file from an unchanged one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    length: u64,
    modified: Option<SystemTime>,
}

impl Snapshot {
    /// Looks at the files that `task` names, which are relative to `directory`.
    pub(crate) fn of(task: &Task, directory: &Path) -> Self {
        let from_signals = task.completion_signals.iter().filter_map(named_file);
        let names = task.owned_files.iter().cloned().chain(from_signals);
        let files = names.map(|name| (name.clone(), look(&directory.join(&name)))).collect();
        Self { directory: directory.to_owned(), files }
    }

    /// The files that are there and are not as they were, sorted.
    pub(crate) fn changes(self) -> Vec<PathBuf> {
        let Self { directory, files } = self;
        let changed = |(name, before): (PathBuf, Option<Look>)| {
            let now = look(&directory.join(&name));
            (now.is_some() && now != before).then_some(name)
        };
        files.into_iter().filter_map(changed).collect()
    }
}

fn named_file(signal: &CompletionSignal) -> Option<PathBuf> {
    match signal {
        CompletionSignal::PathExists { path } | CompletionSignal::FileContains { path, .. } => {
            Some(path.into())
        }
        _ => None,
    }
}

fn look(path: &Path) -> Option<Look> {
    let metadata = path.metadata().ok()?;
    Some(Look { length: metadata.len(), modified: metadata.modified().ok() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_and_changed_files_of_the_task_are_told_and_no_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written");
        };
        write("grown", "a");
        write("same", "a");
        let task = Task::new("t-1", "Title")
            .with_owned_files(["same", "new", "never"])
            .with_completion_signal(CompletionSignal::PathExists { path: "grown".into() });
        let before = Snapshot::of(&task, folder.path());
        write("grown", "ab");
        write("new", "");
        write("stranger", "");
        assert_eq!(before.changes(), [Path::new("grown"), Path::new("new")]);
    }
}
