//! The command line: what can be asked, and what is answered with which exit code.

mod check;
mod docs;
mod hooks;
mod input;
mod log;
mod output;
mod plugins;
mod progress;
mod records;
mod reload;
mod run;
mod screen;
mod signals;
mod stats;
mod summary;
mod table;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use bernstein_hooks::DiscoverError;
use clap::{Args, Parser, Subcommand};
use thiserror::Error;

use self::output::remark;
use crate::artifact::ArtifactError;
use crate::plugin_crate::{AddError, CreateError};
use crate::run::{PrepareError, RunError};
use crate::source::LoadError;
use crate::{agent, process};

/// What was asked is so.
const SUCCESS: u8 = 0;
/// The run has ended, and not every task is done.
const NOT_DONE: u8 = 1;
/// What was given cannot be used; nothing was started.
const BAD_INPUT: u8 = 2;
/// The run was interrupted: what shells give for a program that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

/// Runs coding agents on the tasks of a plan, checks what they did, and tells plugins about it.
#[derive(Debug, Parser)]
#[command(name = "bernstein", version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    every task is done, or what was asked is so
  1    the run has ended, and not every task is done; or what was asked cannot be written
  2    a plan, a configuration or an option cannot be used; nothing was started
  130  the run was interrupted

Environment:
  BERNSTEIN_LOG  what is logged to standard error, such as `debug` or `hooks_core=error`";

const LINKING: &str = "\
A plugin that is not listed is not linked. Its crate has to stand in the Cargo.toml of this program,
under [dependencies] if its name begins with `bernstein-plugin-`, and under any other name also here:

    [package.metadata.hooks]
    plugins = [\"its-name\"]

`bernstein plugins add` writes both.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the tasks of a plan.
    Run(run::Arguments),
    /// Reads plans without running them.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Shows the plugins that are linked into this program, and helps to write new ones.
    #[command(subcommand)]
    Plugins(PluginsCommand),
    /// Shows the hooks that plugins can implement.
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// What an agent of the mock adapter runs.
    #[command(name = agent::mock::SUBCOMMAND, hide = true)]
    MockAgent,
    /// What ends the agents of an orchestrator that was killed.
    #[command(name = process::GUARD_SUBCOMMAND, hide = true)]
    Guard,
}

#[derive(Debug, Subcommand)]
enum PlanCommand {
    /// Tells everything that is wrong with plans.
    Check(check::Arguments),
}

#[derive(Debug, Subcommand)]
enum PluginsCommand {
    /// Lists the plugins, and which of them take part in a run.
    #[command(after_help = LINKING)]
    List(plugins::list::Arguments),
    /// Writes a new plugin crate, which compiles and has tests that pass.
    #[command(after_help = plugins::new::EXAMPLE)]
    New(plugins::new::Arguments),
    /// Adds a plugin crate to the Cargo.toml of its host.
    #[command(after_help = plugins::add::EXAMPLE)]
    Add(plugins::add::Arguments),
}

#[derive(Debug, Subcommand)]
enum HooksCommand {
    /// Lists the hooks, each with its implementations in the order in which they are called.
    List(hooks::Arguments),
    /// Writes the reference of the hooks: what each is for, and what stands at it.
    #[command(after_help = docs::EXAMPLES)]
    Docs(docs::Arguments),
}

/// Which plugins take part. Given to every command that has to do with plugins, so that each shows
/// what a run would do.
#[derive(Debug, Clone, Args)]
struct PluginArguments {
    /// The configuration [default: bernstein.yaml, if there is one]; a run follows the plugins in it
    /// when it changes
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Leave this plugin out, beside those that the configuration leaves out; can be given again
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    block: Vec<String>,
    /// Let no plugins in but this one, whatever the configuration allows; can be given again
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    allow: Vec<String>,
}

/// Reads the command line and does what it asks.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(arguments) => run::run(arguments),
        Command::Plan(PlanCommand::Check(arguments)) => check::check(&arguments),
        Command::Plugins(PluginsCommand::List(arguments)) => plugins::list::list(&arguments),
        Command::Plugins(PluginsCommand::New(arguments)) => plugins::new::new(&arguments),
        Command::Plugins(PluginsCommand::Add(arguments)) => plugins::add::add(&arguments),
        Command::Hooks(HooksCommand::List(arguments)) => hooks::list(&arguments),
        Command::Hooks(HooksCommand::Docs(arguments)) => docs::write(&arguments),
        Command::MockAgent => return agent::mock::main(),
        Command::Guard => {
            process::guard_main();
            Ok(SUCCESS)
        }
    };
    done.unwrap_or_else(|error| error.tell()).into()
}

/// Why the program cannot do what was asked.
#[derive(Debug, Error)]
enum CliError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Load(Vec<LoadError>),
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    #[error(transparent)]
    Docs(#[from] docs::DocsError),
    #[error(transparent)]
    Begin(ArtifactError),
    #[error("`BERNSTEIN_LOG` is not a filter: {0}")]
    Log(#[from] tracing_subscriber::filter::ParseError),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Keep(ArtifactError),
    #[error(transparent)]
    NewPlugin(#[from] CreateError),
    #[error(transparent)]
    AddPlugin(#[from] AddError),
    #[error("cannot wait for signals: {0}")]
    Signals(io::Error),
    #[error("cannot follow the configuration: {0}")]
    Follow(io::Error),
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl From<LoadError> for CliError {
    fn from(error: LoadError) -> Self {
        Self::Load(vec![error])
    }
}

impl CliError {
    /// Says what is wrong, on standard error, and gives the exit code.
    fn tell(&self) -> u8 {
        match self {
            // Each line says already that it is an error.
            Self::Load(_) => remark(self),
            other => {
                other.to_string().lines().for_each(|line| remark(format_args!("error: {line}")));
            }
        }
        match self {
            Self::Load(_)
            | Self::Prepare(_)
            | Self::Discover(_)
            | Self::Docs(_)
            | Self::Begin(_)
            | Self::Log(_)
            | Self::NewPlugin(_)
            | Self::AddPlugin(_) => BAD_INPUT,
            Self::Run(_) | Self::Keep(_) | Self::Signals(_) | Self::Follow(_) | Self::Output(_) => {
                NOT_DONE
            }
        }
    }
}
