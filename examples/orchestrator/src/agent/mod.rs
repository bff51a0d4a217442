//! Agents: what starts one, what it is told, and what it writes.

// What starts an agent,
mod command;
pub(crate) mod mock;
// what it is told,
mod prompt;
// and what it writes.
mod output;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use bernstein_hooks::Task;
use thiserror::Error;

use command::CommandAdapter;

pub(crate) use output::{AgentOutput, Meter};
pub(crate) use prompt::Briefing;

/// The adapter that is always there, and that starts every agent for which nothing else is said.
pub const MOCK: &str = "mock";

/// What starts the agents of a run.
#[derive(Debug, Clone)]
pub(crate) enum Adapter {
    /// This very program, as an agent that pretends.
    Mock { executable: PathBuf },
    /// A program that the configuration names.
    Command(CommandAdapter),
}

impl Adapter {
    /// The command that starts an agent on `task`. What it writes and reads, where it works and
    /// what it sees of the environment is not for the adapter to say.
    ///
    /// `setback` is how the attempt before has failed.
    pub(crate) fn command(
        &self,
        task: &Task,
        briefing: &Briefing,
        setback: Option<&str>,
    ) -> Command {
        match self {
            Self::Mock { executable } => {
                let mut command = Command::new(executable);
                command.arg(mock::SUBCOMMAND);
                command
            }
            Self::Command(adapter) => adapter.command(task, &briefing.prompt(task, setback)),
        }
    }
}

/// The adapters that a run may use, by name.
#[derive(Debug)]
pub(crate) struct Adapters<'config> {
    templates: &'config BTreeMap<String, String>,
    executable: &'config Path,
    search_path: &'config OsStr,
}

impl<'config> Adapters<'config> {
    /// The built-in adapter, whose agents are `executable`, and those of the configuration, whose
    /// programs are looked for in `search_path`.
    pub(crate) fn new(
        templates: &'config BTreeMap<String, String>,
        executable: &'config Path,
        search_path: &'config OsStr,
    ) -> Self {
        Self { templates, executable, search_path }
    }

    /// The adapter of that name. A program that cannot be found is found out now, before anything
    /// runs.
    pub(crate) fn get(&self, name: &str) -> Result<Adapter, AdapterError> {
        match self.templates.get(name) {
            Some(template) => {
                CommandAdapter::new(name, template, self.search_path).map(Adapter::Command)
            }
            None if name == MOCK => Ok(Adapter::Mock { executable: self.executable.to_owned() }),
            None => Err(AdapterError::Unknown { name: name.to_owned(), known: self.names() }),
        }
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.templates.keys().cloned().chain([MOCK.to_owned()]).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Why an adapter cannot start agents.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AdapterError {
    /// There is no adapter of that name.
    #[error(
        "there is no adapter `{name}`; there is `{}`. Add it under `adapters:` in the \
         configuration, or choose another with `--adapter`",
        known.join("`, `")
    )]
    Unknown {
        /// The name.
        name: String,
        /// The adapters that there are, sorted.
        known: Vec<String>,
    },
    /// Its command line cannot be cut into words.
    #[error(
        "the command line of the adapter `{name}`, `{template}`, has a quotation mark without its \
         partner"
    )]
    Quotes {
        /// The adapter.
        name: String,
        /// The command line.
        template: String,
    },
    /// Its command line names no program.
    #[error(
        "the command line of the adapter `{name}` is empty; write the program and its arguments"
    )]
    Empty {
        /// The adapter.
        name: String,
    },
    /// Its command line has a word in braces that means nothing.
    #[error(
        "the command line of the adapter `{name}` has `{{{placeholder}}}`, which means nothing; \
         it may have `{{{}}}`",
        command::PLACEHOLDERS.join("}`, `{")
    )]
    Placeholder {
        /// The adapter.
        name: String,
        /// The word between the braces.
        placeholder: String,
    },
    /// The program is not there, or must not be run.
    #[error(
        "the adapter `{name}` starts the program `{program}`, which is not installed: \
         no such executable file{}",
        if program.contains('/') { "" } else { " in any folder of `PATH`" }
    )]
    MissingProgram {
        /// The adapter.
        name: String,
        /// The program.
        program: String,
    },
}
