//! Where and how the child processes of a run are started.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::group::{Group, Limits};
use super::guard::Guard;

/// What all child processes of a run have in common.
#[derive(Debug)]
pub(crate) struct Site {
    /// The folder that they work in.
    pub directory: PathBuf,
    /// Their whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// How long they may run, unless something else is said.
    pub limits: Limits,
    /// Who ends them if the orchestrator cannot.
    pub guard: Arc<Guard>,
}

impl Site {
    /// Starts `command` here, in a group of its own.
    ///
    /// # Errors
    ///
    /// What the operating system says if the program cannot be started; nothing runs then.
    pub(crate) fn spawn(&self, mut command: Command, input: Stdio) -> io::Result<Group> {
        command
            .current_dir(&self.directory)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        Group::spawn(command, input, &self.guard)
    }
}

/// The variables of those names that this process has, for the environment of its children.
pub(crate) fn allowed_environment<'a>(
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<(OsString, OsString)> {
    names
        .into_iter()
        .filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)))
        .collect()
}
