//! One attempt at a task, from the start of the agent to the last gate.
//!
//! ```text
//! spawn ──► Spawned ──► Spent … ──► Died ──► Checked … ──► Ended
//!   └────► NotSpawned
//! ```
//!
//! An attempt decides nothing. It tells the [conductor](crate::conductor) what happens, in this
//! order, and is told to stop through the [`HaltWatch`].

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;

use bernstein_hooks::{AgentExit, AgentId, GateOutcome, KillReason, Task};

use crate::agent::{AgentOutput, Meter};
use crate::changes::Snapshot;
use crate::folder::RunFolder;
use crate::gate::Gates;
use crate::plan::Gate;
use crate::process::{Ending, Group, HaltWatch, Site};

/// What all attempts of a run have in common.
#[derive(Debug)]
pub(crate) struct Workplace {
    pub folder: RunFolder,
    pub site: Site,
    /// The gates that every task has.
    pub gates: Vec<Gate>,
}

/// What one attempt needs.
pub(crate) struct Job {
    pub agent: AgentId,
    /// The task as it was claimed.
    pub task: Task,
    /// What starts the agent.
    pub command: Command,
    /// Where its tokens add up.
    pub meter: Arc<Meter>,
}

/// What reaches the conductor.
#[derive(Debug)]
pub(crate) enum Message {
    /// Something happened in the attempt of that agent.
    Attempt(AgentId, News),
    /// The run was ordered to end.
    Halted,
}

/// One thing that an attempt tells.
#[derive(Debug)]
pub(crate) enum News {
    /// The agent runs.
    Spawned { process: u32 },
    /// The agent could not be started. Nothing follows.
    NotSpawned { why: String },
    /// There are tokens on the meter.
    Spent,
    /// The agent was waited for.
    Died { exit: AgentExit },
    /// A gate was asked.
    Checked { outcome: GateOutcome },
    /// The attempt is over. Nothing follows.
    Ended(Ended),
    /// The attempt broke off because of a mistake in the orchestrator. Nothing follows.
    Broken { why: String },
}

/// What is known when an attempt is over.
#[derive(Debug)]
pub(crate) struct Ended {
    /// What the agent says that it has done; may be empty.
    pub summary: String,
    pub files_changed: Vec<PathBuf>,
    pub exit: AgentExit,
    /// Why the gates were stopped, if they were.
    pub stopped: Option<KillReason>,
    pub started: Instant,
}

/// Makes one attempt and tells `messages` of it.
pub(crate) async fn attempt(
    workplace: Arc<Workplace>,
    job: Job,
    halt: HaltWatch,
    messages: Sender<Message>,
) {
    let agent = job.agent.clone();
    // If the conductor is gone there is nobody left to tell, and the halt has come.
    let tell = |news| drop(messages.send(Message::Attempt(agent.clone(), news)));
    match try_attempt(&workplace, job, halt, tell).await {
        Ok(ended) => tell(News::Ended(ended)),
        Err(error) => tell(News::NotSpawned { why: error.to_string() }),
    }
}

/// Fails if the agent could not be started.
async fn try_attempt(
    workplace: &Workplace,
    job: Job,
    halt: HaltWatch,
    tell: impl Fn(News),
) -> io::Result<Ended> {
    let started = Instant::now();
    let before = Snapshot::of(&job.task, &workplace.site.directory);
    let log = workplace.folder.agent_log(&job.agent);
    let mut output = AgentOutput::create(log, job.meter, || tell(News::Spent))?;
    let input = write_input(workplace, &job.agent, &job.task)?;
    let group = workplace.site.spawn(job.command, input)?;

    tell(News::Spawned { process: group.id() });
    let exit = supervise(group, workplace, halt.clone(), &mut output).await;
    let summary = output.finish();
    tell(News::Died { exit: exit.clone() });

    let mut stopped = None;
    if exit.is_clean() {
        let Workplace { folder, site, gates } = workplace;
        let gates = Gates { gates, folder, site, halt: halt.outliving_the_budget() };
        stopped =
            gates.ask(&job.agent, &job.task, |outcome| tell(News::Checked { outcome })).await.err();
    }
    Ok(Ended { summary, files_changed: before.changes(), exit, stopped, started })
}

/// The task as JSON, for the standard input of the agent. It is a file, so that an agent that does
/// not read it holds nobody up, and so that it can be read afterwards.
fn write_input(workplace: &Workplace, agent: &AgentId, task: &Task) -> io::Result<Stdio> {
    let path = workplace.folder.agent_input(agent);
    std::fs::write(&path, serde_json::to_vec_pretty(task)?)?;
    Ok(File::open(path)?.into())
}

async fn supervise(
    group: Group,
    workplace: &Workplace,
    halt: HaltWatch,
    output: &mut AgentOutput<impl FnMut()>,
) -> AgentExit {
    match group.supervise(workplace.site.limits, halt, output).await {
        Ok(Ending::Exited(status)) => exit_of(status),
        Ok(Ending::TimedOut) => AgentExit::TimedOut,
        Ok(Ending::Halted(reason)) => AgentExit::Killed(reason),
        Err(error) => AgentExit::SpawnFailed(format!("it cannot be waited for: {error}")),
    }
}

fn exit_of(status: ExitStatus) -> AgentExit {
    match (status.code(), status.signal()) {
        (Some(0), _) => AgentExit::Clean,
        (Some(code), _) => AgentExit::Code(code),
        // What was waited for has ended with a code or by a signal.
        (None, signal) => AgentExit::Signal(signal.unwrap_or_default()),
    }
}
