//! A run: prepared, so that whatever is wrong is told before anything starts; then executed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bernstein_hooks::{
    AgentId, BernsteinSpec, KillReason, PluginManager, Task, TaskStatus, Timestamp, Usd, metadata,
};
use thiserror::Error;

use crate::agent::{self, Adapter, AdapterError, Adapters, Briefing};
use crate::attempt::Workplace;
use crate::budget::Budget;
use crate::conductor::Conductor;
use crate::config::{Backoff, Config, Prices};
use crate::folder::{FolderError, RunFolder};
use crate::machine::Machine;
use crate::observer::Observer;
use crate::plan::Plan;
use crate::process::{Guard, Limits, Site, allowed_environment};
use crate::queue::Queue;
use crate::state::{IllegalEvent, State};
use crate::supervisor::Supervisor;
use crate::tally::{Background, Tally};

pub use crate::supervisor::Stopper;

/// How many agents run at once when nobody says.
pub const DEFAULT_MAX_AGENTS: NonZeroUsize = NonZeroUsize::new(4).unwrap();

/// What the operator says about one run. It comes before what the plan and the configuration say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The adapter of every task.
    pub adapter: Option<String>,
    /// How many agents run at once.
    pub max_agents: Option<NonZeroUsize>,
    /// What the run may cost; nothing is unlimited.
    pub budget: Option<Usd>,
    /// How many attempts a task has.
    pub max_attempts: Option<NonZeroU32>,
    /// The folder of the run; it does not exist yet, or is empty. Else one is made under the
    /// working directory.
    pub run_dir: Option<PathBuf>,
    /// The `bernstein` binary, which is also the mock agent.
    pub executable: PathBuf,
}

impl Settings {
    /// Nothing said, and that binary.
    pub fn new(executable: impl Into<PathBuf>) -> Self {
        Self {
            adapter: None,
            max_agents: None,
            budget: None,
            max_attempts: None,
            run_dir: None,
            executable: executable.into(),
        }
    }
}

/// A run that can start: everything that it needs was found.
///
/// ```no_run
/// use bernstein::config::Config;
/// use bernstein::observer::Unwatched;
/// use bernstein::plan;
/// use bernstein::run::{Run, Settings};
/// use bernstein_hooks::PluginManager;
///
/// let plan = plan::load("plan.yaml".as_ref())?.value;
/// let plugins = PluginManager::discover()?;
/// let run = Run::prepare(&plan, &Config::default(), Settings::new("/usr/bin/bernstein"))?;
/// let report = run.execute(&plugins, &mut Unwatched)?;
/// assert!(report.is_success());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Run {
    plan: String,
    tasks: Vec<Task>,
    budget: Budget,
    terms: Terms,
    /// How long the end may wait for what plugins do in the background.
    drain: Duration,
    workplace: Workplace,
    stopper: Stopper,
}

/// What the conductor of a run has to keep to.
#[derive(Debug)]
pub(crate) struct Terms {
    pub max_agents: NonZeroUsize,
    pub backoff: Backoff,
    pub prices: Prices,
    pub briefing: Briefing,
    /// The adapters of the tasks, by name.
    adapters: HashMap<String, Adapter>,
    /// The adapter of every task, whatever it says.
    forced_adapter: Option<String>,
    /// The adapter of the tasks that say nothing.
    default_adapter: String,
}

impl Terms {
    /// The terms of a run of those tasks, whose files are relative to `here`.
    fn new(
        plan: &Plan,
        config: &Config,
        settings: &Settings,
        tasks: &[Task],
        here: &Path,
    ) -> Result<Self, PrepareError> {
        let mut terms = Self {
            max_agents: settings.max_agents.or(plan.max_agents).unwrap_or(DEFAULT_MAX_AGENTS),
            backoff: config.backoff,
            prices: config.prices.clone(),
            briefing: Briefing::of(plan, here),
            adapters: HashMap::new(),
            forced_adapter: settings.adapter.clone(),
            default_adapter: plan.adapter.clone().unwrap_or_else(|| agent::MOCK.to_owned()),
        };
        terms.adapters = find_adapters(&terms, tasks, &config.adapters, &settings.executable)?;
        Ok(terms)
    }

    /// The name of the adapter that starts the agents of a task.
    pub(crate) fn adapter_name<'a>(&'a self, task: &'a Task) -> &'a str {
        self.forced_adapter.as_deref().or(task.adapter.as_deref()).unwrap_or(&self.default_adapter)
    }

    /// The adapter that starts the agents of a task of the run.
    pub(crate) fn adapter_of(&self, task: &Task) -> &Adapter {
        &self.adapters[self.adapter_name(task)]
    }
}

/// Why a run cannot start. Nothing has started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// Adapters that the tasks need cannot start agents.
    #[error("{}", lines(.0))]
    Adapters(Vec<AdapterError>),
    /// There is no folder for the run.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

fn lines(errors: &[AdapterError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Why a run broke off. Its agents were ended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The operating system has no thread or descriptor left for the run.
    #[error("cannot start to supervise processes: {0}")]
    Supervise(#[from] io::Error),
    /// A mistake in the orchestrator: an event that cannot happen.
    #[error("the orchestrator has made a mistake: {0}")]
    Illegal(#[from] IllegalEvent),
    /// A mistake in the orchestrator: an attempt that broke off.
    #[error("the orchestrator has made a mistake: the attempt of agent `{agent}` broke off: {why}")]
    Broken {
        /// The agent.
        agent: AgentId,
        /// What happened.
        why: String,
    },
}

impl RunError {
    pub(crate) fn unknown(agent: &AgentId) -> Self {
        Self::Illegal(IllegalEvent::UnknownAgent(agent.clone()))
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct RunReport {
    /// The name of the plan.
    pub plan: String,
    /// The folder of the run.
    pub folder: RunFolder,
    /// The tasks as they stand at the end, and the money.
    pub state: State,
    /// What the plugins did.
    pub tally: Tally,
    /// Why the run was ordered to end, if it was.
    pub stopped: Option<KillReason>,
    /// How long it took.
    pub duration: Duration,
}

impl RunReport {
    /// True when every task is done.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.state.records().iter().all(|record| record.task.status == TaskStatus::Done)
    }
}

impl Run {
    /// Looks for everything that the run needs, and makes its folder. What the operator says comes
    /// first, then the plan, then the configuration.
    ///
    /// # Errors
    ///
    /// When an adapter that a task needs is unknown or has no program, or when there is no folder.
    /// All adapters that are wrong are told at once.
    pub fn prepare(plan: &Plan, config: &Config, settings: Settings) -> Result<Self, PrepareError> {
        let now = Timestamp::now();
        let here = std::env::current_dir().unwrap_or_default();
        let mut tasks = plan.tasks(settings.max_attempts.unwrap_or(config.max_attempts), now);
        let terms = Terms::new(plan, config, &settings, &tasks, &here)?;
        let folder = match &settings.run_dir {
            Some(path) => RunFolder::create_at(path)?,
            None => RunFolder::create_under(&here, now)?,
        };
        let root = folder.root().to_string_lossy();
        for task in &mut tasks {
            task.metadata.insert(metadata::RUN_DIR.to_owned(), root.as_ref().into());
        }
        Ok(Self {
            plan: plan.name.clone(),
            tasks,
            budget: Budget::new(settings.budget.or(plan.budget), &config.thresholds),
            terms,
            drain: config.drain,
            workplace: workplace(plan, config, settings.executable, folder),
            stopper: Stopper::default(),
        })
    }

    /// The folder of the run.
    #[must_use]
    pub fn folder(&self) -> &RunFolder {
        &self.workplace.folder
    }

    /// What stops this run, from any thread.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Executes the run, on this thread, until no task is open and no agent runs, and plugins have
    /// done what they do in the background, as far as there is time for it. `plugins` are told what
    /// happens, and then `observer` is.
    ///
    /// # Errors
    ///
    /// When there are no resources to begin with, or the orchestrator has made a mistake. No agent
    /// is left running.
    pub fn execute(
        self,
        plugins: &PluginManager,
        observer: &mut dyn Observer,
    ) -> Result<RunReport, RunError> {
        let begun = Instant::now();
        let folder = self.workplace.folder.clone();
        let names = plugins.names();
        let background = Background::default();
        let monitor = plugins.monitor(background.clone());
        let tally = Tally::of_plugins(names.iter().map(|name| &**name));
        let queue = Queue::new(&self.tasks);
        let state = State::new(self.tasks, self.budget);
        let (sender, messages) = mpsc::channel();
        let conductor = Conductor {
            machine: Machine::new(state, plugins.hooks::<BernsteinSpec>(), tally, observer),
            queue,
            terms: self.terms,
            supervisor: Supervisor::start(self.workplace, self.stopper.clone(), sender)?,
            messages,
            stopper: self.stopper.clone(),
            underway: HashMap::new(),
        };
        let (state, mut tally) = conductor.conduct()?;
        drain(plugins, self.drain);
        drop(monitor);
        tally.add(&background);
        let stopped = self.stopper.reason();
        Ok(RunReport { plan: self.plan, folder, state, tally, stopped, duration: begun.elapsed() })
    }
}

/// Waits for what plugins do in the background. Half of the time is for everything that waits; then
/// what still does is given up, so that what is under way may end, and plugins may have their last
/// words when they are let go.
fn drain(plugins: &PluginManager, time: Duration) {
    if !plugins.drain(time / 2).is_complete() {
        plugins.discard();
        plugins.drain(time / 2);
    }
}

/// Where the agents and gates of a run do their work.
fn workplace(plan: &Plan, config: &Config, executable: PathBuf, folder: RunFolder) -> Workplace {
    let site = Site {
        directory: folder.work(),
        environment: allowed_environment(config.environment.iter().map(String::as_str)),
        limits: Limits { deadline: config.deadline, grace: config.grace },
        guard: Guard::new(executable),
    };
    Workplace { site, gates: plan.gates.iter().chain(&config.gates).cloned().collect(), folder }
}

/// The adapters that the tasks need, by name.
fn find_adapters(
    terms: &Terms,
    tasks: &[Task],
    templates: &BTreeMap<String, String>,
    executable: &Path,
) -> Result<HashMap<String, Adapter>, PrepareError> {
    let search_path = std::env::var_os("PATH").unwrap_or_default();
    let adapters = Adapters::new(templates, executable, &search_path);
    let names: BTreeSet<&str> = tasks.iter().map(|task| terms.adapter_name(task)).collect();
    let mut found = HashMap::new();
    let mut errors = Vec::new();
    for name in names {
        match adapters.get(name) {
            Ok(adapter) => drop(found.insert(name.to_owned(), adapter)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(PrepareError::Adapters(errors)) }
}
