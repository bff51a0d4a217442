//! Ctrl-C, and what the system sends when it wants a program to end.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::stage::{command, is_alive, one_step, process_in, until, until_gone};

/// The binary underway, with its events as lines of JSON.
struct Underway {
    process: Child,
    events: BufReader<std::process::ChildStdout>,
    seen: Vec<Value>,
    folder: TempDir,
}

impl Underway {
    /// Starts a run and waits until that many agents run.
    #[track_caller]
    fn start(config: &str, plan: &str, agents: usize) -> Self {
        Self::start_by(|command| command, config, plan, agents)
    }

    /// The same, where what starts the binary is made of the command that would.
    #[track_caller]
    fn start_by(
        starter: impl FnOnce(Command) -> Command,
        config: &str,
        plan: &str,
        agents: usize,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("bernstein.yaml"), config).expect("written");
        let mut process = starter(command(folder.path(), plan))
            .arg("--json")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let events = BufReader::new(process.stdout.take().expect("piped"));
        let mut underway = Self { process, events, seen: Vec::new(), folder };
        while underway.of("agent_spawned").len() < agents {
            assert!(underway.read(), "the run has ended: {:?}", underway.seen);
        }
        underway
    }

    /// Reads one event; false at the end.
    fn read(&mut self) -> bool {
        let mut line = String::new();
        self.events.read_line(&mut line).expect("text");
        if line.is_empty() {
            return false;
        }
        self.seen.push(serde_json::from_str(&line).expect("JSON"));
        true
    }

    fn of(&self, event: &str) -> Vec<&Value> {
        self.seen.iter().filter(|seen| seen["event"] == event).collect()
    }

    /// The numbers of the agents' processes.
    fn agents(&self) -> Vec<Pid> {
        let number = |event: &Value| Pid::from_raw(event["process"].as_i64()?.try_into().ok()?);
        self.of("agent_spawned").into_iter().filter_map(number).collect()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("sent");
    }

    /// Reads all that is left and waits for the end.
    fn end(mut self) -> (Self, ExitStatus) {
        while self.read() {}
        let status = self.process.wait().expect("waited for");
        (self, status)
    }

    /// The events of the journal plugin, which gets them through the hooks.
    fn journal(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("run/journal.jsonl"))
            .expect("a journal");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

const TWO_AT_ONCE: &str = "max_agents: 2
stages:
  - {name: all, steps: [{title: a, mock: [hang]}, {title: b, mock: [hang]}, {title: c}]}
  - {name: after, depends_on: [all], steps: [{title: d}]}
";

#[test]
fn an_interrupt_ends_every_agent_tells_every_death_and_leaves_nobody() {
    let underway = Underway::start("", TWO_AT_ONCE, 2);
    let agents = underway.agents();
    assert!(agents.iter().all(|agent| is_alive(*agent)));
    underway.signal(Signal::INT);
    let (ended, status) = underway.end();
    assert_eq!(status.code(), Some(130));
    let deaths = ended.of("agent_died");
    assert_eq!(deaths.len(), 2);
    assert!(deaths.iter().all(|death| death["exit"]["killed"] == "operator"), "{deaths:?}");
    assert_eq!(ended.of("task_claimed").len(), 2, "nothing has started after the interrupt");
    for agent in agents {
        until_gone(agent);
    }
    let journal = ended.journal();
    let in_journal = |hook: &str| journal.iter().filter(|event| event["event"] == hook).count();
    assert_eq!(
        (in_journal("on_agent_spawned"), in_journal("on_agent_died"), in_journal("on_task_failed")),
        (2, 2, 2)
    );
    let summary = ended.seen.last().expect("a summary");
    assert_eq!(summary["event"], "run_ended");
    assert_eq!(summary["stopped"], "operator");
    assert!(
        summary["tasks"]
            .as_array()
            .expect("tasks")
            .iter()
            .all(|task| task["status"] == "cancelled")
    );
}

#[test]
fn a_request_to_terminate_does_the_same() {
    let underway = Underway::start("", TWO_AT_ONCE, 2);
    underway.signal(Signal::TERM);
    let (ended, status) = underway.end();
    assert_eq!(status.code(), Some(130));
    assert!(ended.of("agent_died").iter().all(|death| death["exit"]["killed"] == "shutdown"));
}

#[test]
fn a_terminal_that_goes_away_does_the_same() {
    let underway = Underway::start("", TWO_AT_ONCE, 2);
    underway.signal(Signal::HUP);
    let (ended, status) = underway.end();
    assert_eq!(status.code(), Some(130));
    let deaths = ended.of("agent_died");
    assert_eq!(deaths.len(), 2);
    assert!(deaths.iter().all(|death| death["exit"]["killed"] == "shutdown"), "{deaths:?}");
}

/// The same command, started as `nohup` starts it.
fn ignoring_hangups(command: Command) -> Command {
    let mut starter = Command::new("sh");
    starter.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]);
    starter.arg(command.get_program()).args(command.get_args());
    starter.current_dir(command.get_current_dir().expect("a folder"));
    starter
}

#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let plan = one_step("title: a, mock: [slow]");
    let underway = Underway::start_by(ignoring_hangups, "", &plan, 1);
    underway.signal(Signal::HUP);
    let (ended, status) = underway.end();
    assert_eq!(status.code(), Some(0));
    assert_eq!(ended.of("task_completed").len(), 1);
}

/// Agents that do not hear TERM, and a grace that no test waits for.
const DEAF: &str = "grace: 1h
adapters:
  deaf: sh -c 'trap \"\" TERM; echo $$ > pid.tmp; mv pid.tmp pid; while :; do sleep 0.02; done'
";

#[test]
fn a_second_interrupt_kills() {
    let underway =
        Underway::start(DEAF, "cli: deaf\nstages: [{name: all, steps: [{title: a}]}]", 1);
    let agent = process_in(&underway.folder.path().join("run/work/pid"));
    underway.signal(Signal::INT);
    // The second signal is another one, since the kernel delivers two of the same that are pending
    // as one.
    underway.signal(Signal::TERM);
    let (ended, status) = underway.end();
    assert_eq!(status.code(), Some(130));
    assert_eq!(ended.of("agent_died").len(), 1);
    until_gone(agent);
}

#[test]
fn an_interrupt_ends_a_run_that_waits_for_the_next_attempt() {
    let plan = "stages: [{name: all, steps: [{title: a, mock: [fail]}]}]";
    let mut underway = Underway::start("backoff: {first: 1h, max: 1h}\n", plan, 1);
    while underway.of("task_failed").is_empty() {
        assert!(underway.read());
    }
    underway.signal(Signal::INT);
    let (ended, status) = underway.end();
    assert_eq!(status.code(), Some(130));
    assert_eq!(ended.of("task_cancelled").len(), 1);
}

#[test]
fn an_interrupt_ends_a_gate() {
    let plan = "gates: [{name: slow, command: 'echo $$ > gate.tmp; mv gate.tmp gate; sleep 600'}]
stages: [{name: all, steps: [{title: a}]}]";
    let underway = Underway::start("", plan, 1);
    let gate = process_in(&underway.folder.path().join("run/work/gate"));
    underway.signal(Signal::INT);
    let (ended, status) = underway.end();
    assert_eq!(status.code(), Some(130));
    assert_eq!(ended.of("gate_checked").len(), 0, "a gate that was stopped has found nothing");
    assert_eq!(ended.of("task_failed").len(), 1);
    assert_eq!(ended.of("task_failed")[0]["error"]["kind"], "cancelled");
    until_gone(gate);
}

#[test]
fn the_children_of_an_agent_go_with_it_at_an_interrupt() {
    let config = "grace: 200ms
adapters:
  parent: sh -c '(trap \"\" TERM; while :; do sleep 0.02; done) & echo $! > child; wait'
";
    let underway =
        Underway::start(config, "cli: parent\nstages: [{name: all, steps: [{title: a}]}]", 1);
    let child = process_in(&underway.folder.path().join("run/work/child"));
    underway.signal(Signal::INT);
    let (_, status) = underway.end();
    assert_eq!(status.code(), Some(130));
    until_gone(child);
}

#[test]
fn a_third_interrupt_leaves_a_run_that_is_stuck() {
    // Nobody reads its events, and the pipe is full: it is stuck in the first of them.
    let (unread, mut full) = io::pipe().expect("a pipe");
    full.write_all(&[b' '; PIPE_CAPACITY]).expect("written");
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = command(folder.path(), &one_step("title: a"))
        .args(["--json", "--allow", "bernstein-plugin-journal"])
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let journal = folder.path().join("run/journal.jsonl");
    until("the first hook was called", || journal.metadata().is_ok_and(|file| file.len() > 0));
    let id = Pid::from_child(&process);
    let signal = || kill_process(id, Signal::INT).expect("sent");
    let mut told = BufReader::new(process.stderr.take().expect("piped")).lines();
    for order in ["stopping", "killing"] {
        signal();
        let line = told.next().expect("a line").expect("text");
        assert!(line.starts_with(order), "{line}");
    }
    signal();
    assert_eq!(process.wait().expect("waited for").code(), Some(130));
    drop(unread);
}

/// How much a pipe holds on Linux when nobody has said otherwise.
const PIPE_CAPACITY: usize = 64 * 1024;
