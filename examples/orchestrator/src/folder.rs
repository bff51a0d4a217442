//! Where a run keeps what belongs to it.

use std::io;
use std::path::{Path, PathBuf};

use bernstein_hooks::{AgentId, Timestamp};
use thiserror::Error;

/// The folder of all runs, under the working directory.
pub const RUNS: &str = ".bernstein/runs";

/// How many folders are tried for runs that start in the same second.
const MOST_NAMES: u32 = 1_000;

/// The folder of one run.
///
/// ```text
/// work/                where the agents work and the gates look
/// logs/t-001.1.log     what the agent of the first attempt at t-001 wrote
/// logs/t-001.1.task.json        what it read
/// logs/t-001.1.gate-2.log       what the second gate after it wrote
/// ```
#[derive(Debug, Clone)]
pub struct RunFolder {
    root: PathBuf,
}

/// Why there is no folder for a run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The folder cannot be made.
    #[error("cannot create the folder of the run, `{}`: {source}", path.display())]
    Create {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The folder that the operator names holds something already, such as an earlier run.
    #[error(
        "the folder for the run, `{}`, is not empty; name one that is, or one that does not exist \
         yet",
        path.display()
    )]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
}

impl RunFolder {
    /// Makes the folder of a run at `path`, which does not exist yet or is empty.
    pub(crate) fn create_at(path: &Path) -> Result<Self, FolderError> {
        let is_empty = std::fs::create_dir_all(path)
            .and_then(|()| std::fs::read_dir(path))
            .map(|mut entries| entries.next().is_none())
            .map_err(|source| FolderError::Create { path: path.to_owned(), source })?;
        if !is_empty {
            return Err(FolderError::NotEmpty { path: path.to_owned() });
        }
        Self::furnish(path)
    }

    /// Makes a new folder among those of all runs under `directory`, named for the time.
    pub(crate) fn create_under(directory: &Path, now: Timestamp) -> Result<Self, FolderError> {
        let runs = directory.join(RUNS);
        let fault = |path: &Path, source| FolderError::Create { path: path.to_owned(), source };
        std::fs::create_dir_all(&runs).map_err(|source| fault(&runs, source))?;
        let name = now.strftime("%Y%m%d-%H%M%S").to_string();
        let mut path = runs.join(&name);
        for number in 2..MOST_NAMES {
            match std::fs::create_dir(&path) {
                Ok(()) => break,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    path = runs.join(format!("{name}-{number}"));
                }
                Err(source) => return Err(fault(&path, source)),
            }
        }
        Self::furnish(&path)
    }

    fn furnish(path: &Path) -> Result<Self, FolderError> {
        let fault = |source| FolderError::Create { path: path.to_owned(), source };
        let root = path.canonicalize().map_err(fault)?;
        let folder = Self { root };
        std::fs::create_dir_all(folder.work()).map_err(fault)?;
        std::fs::create_dir_all(folder.logs()).map_err(fault)?;
        Ok(folder)
    }

    /// The folder itself: an absolute path.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that agents work in.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// The folder of everything that child processes read and write.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    pub(crate) fn agent_log(&self, agent: &AgentId) -> PathBuf {
        self.logs().join(format!("{agent}.log"))
    }

    pub(crate) fn agent_input(&self, agent: &AgentId) -> PathBuf {
        self.logs().join(format!("{agent}.task.json"))
    }

    pub(crate) fn gate_log(&self, agent: &AgentId, number: usize) -> PathBuf {
        self.logs().join(format!("{agent}.gate-{number}.log"))
    }
}
