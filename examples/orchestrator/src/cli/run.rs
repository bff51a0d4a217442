//! `bernstein run`

use std::io::{self, Write};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use bernstein_hooks::{KillReason, Timestamp, Usd};
use clap::Args;
use serde::Serialize;

use super::output::Output;
use super::progress::Progress;
use super::records::RecordArguments;
use super::screen::Screen;
use super::summary::Summary;
use super::{
    CliError, INTERRUPTED, NOT_DONE, PluginArguments, SUCCESS, input, log, signals, table,
};
use crate::config::Config;
use crate::event::Event;
use crate::observer::{Audience, Observer};
use crate::plan::Plan;
use crate::run::{Run, RunReport, Settings};
use crate::state::State;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The plan, a YAML file
    plan: PathBuf,
    /// Start all agents with this adapter, whatever the plan says
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// How many agents run at once [default: what the plan says, or 4]
    #[arg(long, value_name = "COUNT")]
    max_agents: Option<NonZeroUsize>,
    /// What the run may cost, such as `$10`; `$0` is unlimited [default: what the plan says]
    #[arg(long, value_name = "USD")]
    budget: Option<Usd>,
    /// How many attempts a task has [default: what the configuration says, or 3]
    #[arg(long, value_name = "COUNT")]
    max_attempts: Option<NonZeroU32>,
    /// A new folder for the work and the logs of this run [default: a new one in .bernstein/runs]
    #[arg(long, value_name = "FOLDER")]
    run_dir: Option<PathBuf>,
    /// Write every event and at last a summary as lines of JSON to standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    records: RecordArguments,
    #[command(flatten)]
    plugins: PluginArguments,
}

/// Runs a plan, and shows what happens and what came of it.
pub(super) fn run(arguments: Arguments) -> Result<u8, CliError> {
    let json = arguments.json;
    let mut out = Output::new(json)?;
    let screen = if json { Screen::without_bars() } else { Screen::stderr() };
    log::start(&screen)?;
    let (plan, config) = load(&arguments)?;
    let plugins = arguments.plugins.discover(&config)?;
    let files = arguments.records.begin().map_err(CliError::Begin)?;
    let run = Run::prepare(&plan, &config, arguments.settings()?)?;
    signals::watch(run.stopper(), screen.clone())?;

    let mut records = files.record(&plugins);
    let report = {
        let mut lines = JsonLines::to(&mut out);
        let mut progress = (!json).then(|| Progress::on(screen, plan.task_count()));
        let shown: &mut dyn Observer = match &mut progress {
            Some(progress) => progress,
            None => &mut lines,
        };
        run.execute(&plugins, &mut Audience(records.observers().chain([shown]).collect()))
    };
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            // What went wrong with the run says more than what goes wrong with a file.
            let _ = records.finish(None);
            return Err(error.into());
        }
    };
    let summary = Summary::new(&report, &plugins);
    // Plugins may have last words, and they come before the summary.
    drop(plugins);
    let kept = records.finish(Some(&report));
    match json {
        true => write_line(&mut out, &Line { time: Timestamp::now(), what: &summary }),
        false => table::write_summary(&mut out, &summary),
    }?;
    kept.map_err(CliError::Keep)?;
    Ok(exit_code(&report))
}

impl Arguments {
    fn settings(self) -> Result<Settings, CliError> {
        let mut settings = Settings::new(std::env::current_exe()?);
        settings.adapter = self.adapter;
        settings.max_agents = self.max_agents;
        settings.budget = self.budget;
        settings.max_attempts = self.max_attempts;
        settings.run_dir = self.run_dir;
        Ok(settings)
    }
}

/// Reads the plan and the configuration, and tells what is wrong with both.
fn load(arguments: &Arguments) -> Result<(Plan, Config), CliError> {
    let plan = input::load_plan(&arguments.plan);
    let config = input::load_config(arguments.plugins.config.as_deref());
    match (plan, config) {
        (Ok(plan), Ok(config)) => Ok((plan, config)),
        (plan, config) => Err(CliError::Load(plan.err().into_iter().chain(config.err()).collect())),
    }
}

fn exit_code(report: &RunReport) -> u8 {
    match report.stopped {
        _ if report.is_success() => SUCCESS,
        Some(KillReason::Operator | KillReason::Shutdown) => INTERRUPTED,
        _ => NOT_DONE,
    }
}

/// Writes every event as a line of JSON. When one cannot be written the run goes on without them.
struct JsonLines<'out> {
    out: &'out mut Output,
    has_failed: bool,
}

impl<'out> JsonLines<'out> {
    fn to(out: &'out mut Output) -> Self {
        Self { out, has_failed: false }
    }
}

impl Observer for JsonLines<'_> {
    fn saw(&mut self, event: &Event, _: &State) {
        if !self.has_failed {
            let line = Line { time: Timestamp::now(), what: event };
            self.has_failed = write_line(self.out, &line).is_err();
        }
    }
}

/// Something, and when it happened.
#[derive(Serialize)]
struct Line<'a, T> {
    time: Timestamp,
    #[serde(flatten)]
    what: &'a T,
}

fn write_line<T: Serialize>(out: &mut Output, line: &Line<'_, T>) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    out.write_all(&text)
}
