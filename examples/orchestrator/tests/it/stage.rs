//! Where a run of a test takes place: a folder of its own, a plan, a configuration, and a recorder
//! among the plugins.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bernstein::config::{Backoff, Config};
use bernstein::event::Event;
use bernstein::observer::{Observer, Unwatched};
use bernstein::plan::{self, Plan};
use bernstein::run::{Run, RunReport, Settings};
use bernstein::state::{State, TaskRecord};
use bernstein_hooks::{PluginManager, TaskStatus};
use rustix::process::Pid;
use tempfile::TempDir;

use crate::recorder::{Call, Recorder};
use crate::rules;

/// The binary, which is also the mock agent.
pub(crate) const BERNSTEIN: &str = env!("CARGO_BIN_EXE_bernstein");

/// How long a test waits for what must happen. Only so that a failing test ends.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A place for one run.
pub(crate) struct Stage {
    pub folder: TempDir,
    pub plan: Plan,
    pub config: Config,
    pub settings: Settings,
    pub plugins: PluginManager,
}

/// An observer that calls a closure with every event.
pub(crate) struct OnEvent<F>(pub(crate) F);

impl<F: FnMut(&Event)> Observer for OnEvent<F> {
    fn saw(&mut self, event: &Event, _: &State) {
        self.0(event);
    }
}

/// What came of a run.
pub(crate) struct Ended {
    pub report: RunReport,
    pub calls: Vec<Call>,
    /// It goes when this goes.
    _folder: TempDir,
}

impl Stage {
    /// A stage for the plan with that YAML below its name.
    #[track_caller]
    pub(crate) fn new(plan: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("plan.yaml");
        fs::write(&file, format!("name: test\n{plan}")).expect("written");
        let plan = plan::load(&file).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(plan.warnings, [], "the plan of a test is without fault");
        let mut settings = Settings::new(BERNSTEIN);
        settings.run_dir = Some(folder.path().join("run"));
        Self { folder, plan: plan.value, config: config(), settings, plugins: PluginManager::new() }
    }

    /// A stage for one task whose agent runs that line in the shell.
    #[track_caller]
    pub(crate) fn for_agent(script: &str) -> Self {
        Self::for_agent_and_step(script, "title: Try")
    }

    /// The same, with that step, given as a YAML mapping in braces without them.
    #[track_caller]
    pub(crate) fn for_agent_and_step(script: &str, step: &str) -> Self {
        let mut stage = Self::new(&one_step(step));
        stage.config.adapters = BTreeMap::from([("script".to_owned(), shell(script))]);
        stage.settings.adapter = Some("script".to_owned());
        stage
    }

    pub(crate) fn attempts(mut self, attempts: u32) -> Self {
        self.settings.max_attempts = NonZeroU32::new(attempts);
        self
    }

    /// The folder of the run that is to come.
    pub(crate) fn run_dir(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// Runs, and checks what holds for every run.
    #[track_caller]
    pub(crate) fn run(self) -> Ended {
        self.run_watched(|_| Unwatched)
    }

    /// The same with the observer that is made when the run was prepared and has not begun.
    #[track_caller]
    pub(crate) fn run_watched<O: Observer>(self, observer: impl FnOnce(&Run) -> O) -> Ended {
        let recorder = Recorder::default();
        let calls = Arc::clone(&recorder.calls);
        self.plugins.register(recorder).expect("registered");
        let run = Run::prepare(&self.plan, &self.config, self.settings).expect("prepared");
        let mut observer = observer(&run);
        let report = run.execute(&self.plugins, &mut observer).expect("executed");
        let calls = std::mem::take(&mut *calls.lock().expect("the recorder is done"));
        rules::hold(&calls);
        Ended { report, calls, _folder: self.folder }
    }
}

impl Ended {
    /// The names of the hooks that were called, in order.
    pub(crate) fn hooks(&self) -> Vec<&'static str> {
        self.calls.iter().map(Call::hook).collect()
    }

    /// Where each task stands, in the order of the plan.
    pub(crate) fn statuses(&self) -> Vec<TaskStatus> {
        self.report.state.records().iter().map(|record| record.task.status).collect()
    }

    /// The only task of the run.
    #[track_caller]
    pub(crate) fn only_task(&self) -> &TaskRecord {
        match self.report.state.records() {
            [record] => record,
            records => panic!("{} tasks", records.len()),
        }
    }

    /// A file in the folder that the agents worked in.
    pub(crate) fn work_file(&self, name: &str) -> PathBuf {
        self.report.folder.work().join(name)
    }
}

/// The configuration of tests: no waiting between attempts, a short grace, and a deadline that a
/// hung test runs into.
fn config() -> Config {
    Config {
        deadline: PATIENCE,
        grace: Duration::from_secs(5),
        backoff: Backoff { first: Duration::ZERO, max: Duration::ZERO },
        ..Config::default()
    }
}

/// The stages of a plan with one step.
pub(crate) fn one_step(step: &str) -> String {
    format!("stages: [{{name: only, steps: [{{{step}}}]}}]")
}

/// The command line of an adapter whose agents run that line in the shell.
pub(crate) fn shell(script: &str) -> String {
    format!("sh -c '{}'", script.replace('\'', r"'\''"))
}

/// The binary on a plan with that YAML below its name, in `folder`, with `run` as the folder of the
/// run.
pub(crate) fn command(folder: &Path, plan: &str) -> Command {
    fs::write(folder.join("plan.yaml"), format!("name: test\n{plan}")).expect("written");
    let mut command = Command::new(BERNSTEIN);
    command.current_dir(folder).args(["run", "plan.yaml", "--run-dir", "run"]);
    command
}

/// Waits until the condition holds.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The number of a process that something has written to a file, waiting for it to be there.
#[track_caller]
pub(crate) fn process_in(file: &Path) -> Pid {
    let read = || fs::read_to_string(file).ok().filter(|text| text.ends_with('\n'));
    until(&format!("there is a number in {}", file.display()), || read().is_some());
    let number = read().expect("read before").trim().parse().expect("a number");
    Pid::from_raw(number).expect("not zero")
}

/// Waits until the process is gone, or is nothing but an entry that nobody has asked for yet.
#[track_caller]
pub(crate) fn until_gone(process: Pid) {
    until(&format!("process {process} is gone"), || !is_alive(process));
}

/// Whether the process runs.
pub(crate) fn is_alive(process: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    // The state stands behind the name, which is in parentheses.
    stat.is_ok_and(|stat| {
        !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z')
    })
}

/// The number of the first agent of which the events on that pipe tell.
#[track_caller]
pub(crate) fn first_agent(events: impl std::io::Read) -> Pid {
    use std::io::BufRead;
    for line in std::io::BufReader::new(events).lines() {
        let event: serde_json::Value = serde_json::from_str(&line.expect("text")).expect("JSON");
        if event["event"] == "agent_spawned" {
            let number = event["process"].as_i64().and_then(|number| number.try_into().ok());
            return number.and_then(Pid::from_raw).expect("a number");
        }
    }
    panic!("no agent was spawned");
}
