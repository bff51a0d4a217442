//! `bernstein run`

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use bernstein_hooks::{KillReason, Usd};
use clap::Args;

use super::output::{JsonLines, Output};
use super::progress::Progress;
use super::records::RecordArguments;
use super::reload::{Reload, Teller, Watched};
use super::screen::Screen;
use super::stats::Statistics;
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
    let out = Output::new(arguments.json)?;
    let shown = match arguments.json {
        true => Shown::ToPrograms(JsonLines::to(out)),
        false => Shown::ToPeople(out),
    };
    let screen = shown.screen();
    log::start(&screen)?;
    let watched = Watched::new(&arguments.plugins);
    let (plan, config) = load(&arguments)?;
    let plugins = arguments.plugins.discover(&config)?;
    if let Some(policy) = config.quarantine.policy() {
        plugins.quarantine(policy);
    }
    let files = arguments.records.begin().map_err(CliError::Begin)?;
    let selected = arguments.plugins.clone();
    let run = Run::prepare(&plan, &config, arguments.settings()?)?;
    signals::watch(run.stopper(), screen.clone())?;
    let teller = Teller { screen: screen.clone(), lines: shown.lines() };
    let reload = Reload::start(watched, selected, config, plugins.clone(), teller)
        .map_err(CliError::Follow)?;

    let mut records = files.record(&plugins);
    let executed = {
        let mut progress = shown.observer(screen, &plan);
        let mut observers: Vec<&mut dyn Observer> = records.observers().collect();
        observers.push(&mut *progress);
        run.execute(&plugins, &mut Audience(observers))
    };
    drop(reload);
    let report = match executed {
        Ok(report) => report,
        Err(error) => {
            // What went wrong with the run says more than what goes wrong with a file.
            let _ = records.break_off();
            return Err(error.into());
        }
    };
    let summary = Summary::new(&report, &plugins);
    let statistics = Statistics::read(&plugins);
    // Plugins may have last words, and they come before the summary.
    drop(plugins);
    let shown_statistics = records.shows_statistics().then_some(&statistics);
    let kept = records.finish(&report, &statistics);
    match shown {
        Shown::ToPrograms(lines) => {
            shown_statistics.map_or(Ok(()), |statistics| lines.write(statistics))?;
            lines.write(&summary)?;
        }
        Shown::ToPeople(mut out) => {
            shown_statistics.map_or(Ok(()), |statistics| statistics.write_table(&mut out))?;
            table::write_summary(&mut out, &summary)?;
        }
    }
    kept.map_err(CliError::Keep)?;
    Ok(exit_code(&report))
}

/// To whom a run is shown.
enum Shown {
    ToPeople(Output),
    ToPrograms(JsonLines),
}

impl Shown {
    fn screen(&self) -> Screen {
        match self {
            Self::ToPeople(_) => Screen::stderr(),
            Self::ToPrograms(_) => Screen::without_bars(),
        }
    }

    fn lines(&self) -> Option<JsonLines> {
        match self {
            Self::ToPeople(_) => None,
            Self::ToPrograms(lines) => Some(lines.clone()),
        }
    }

    fn observer(&self, screen: Screen, plan: &Plan) -> Box<dyn Observer> {
        match self {
            Self::ToPeople(_) => Box::new(Progress::on(screen, plan.task_count())),
            Self::ToPrograms(lines) => Box::new(lines.clone()),
        }
    }
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

impl Observer for JsonLines {
    fn saw(&mut self, event: &Event, _: &State) {
        self.write_if_possible(event);
    }
}
