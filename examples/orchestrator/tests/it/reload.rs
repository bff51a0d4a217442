//! The configuration changes while a run goes on.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::stage::{command, until};

const JOURNAL: &str = "bernstein-plugin-journal";

/// Two tasks, one after the other, whose agents wait for a file of their name.
const PLAN: &str = "cli: wait
stages:
  - {name: first, steps: [{title: first}]}
  - {name: second, depends_on: [first], steps: [{title: second}]}
";

/// Waits in the working folder of the run for a file `go`, and takes it.
const ADAPTER: &str = "adapters: {wait: \"sh -c 'until [ -e go ]; do sleep 0.02; done; rm go'\"}\n";

/// A run that waits, with its events as lines of JSON.
struct Waiting {
    process: Child,
    events: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Waiting {
    #[track_caller]
    fn start(plugins: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("bernstein.yaml");
        fs::write(config, format!("{ADAPTER}{plugins}")).expect("written");
        let mut process = command(folder.path(), PLAN)
            .args(["--json", "--block", "bernstein-plugin-chaos"])
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path().join("stderr")).expect("made"))
            .spawn()
            .expect("started");
        let events = BufReader::new(process.stdout.take().expect("piped"));
        let mut waiting = Self { process, events, folder };
        waiting.next("agent_spawned");
        waiting
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces the configuration, as editors do.
    fn configure(&self, plugins: &str) {
        let new = self.file("bernstein.yaml.new");
        fs::write(&new, format!("{ADAPTER}{plugins}")).expect("written");
        fs::rename(new, self.file("bernstein.yaml")).expect("renamed");
    }

    /// The next event of that name.
    #[track_caller]
    fn next(&mut self, name: &str) -> Value {
        loop {
            let mut line = String::new();
            self.events.read_line(&mut line).expect("text");
            assert!(!line.is_empty(), "the run has ended: {}", self.said());
            let event: Value = serde_json::from_str(&line).expect("JSON");
            if event["event"] == name {
                return event;
            }
        }
    }

    /// Lets the agent that waits go on.
    fn go(&self) {
        fs::write(self.file("run/work/go"), "").expect("written");
    }

    fn said(&self) -> String {
        fs::read_to_string(self.file("stderr")).expect("text")
    }

    /// What the journal has of each task, in order.
    fn journal(&self) -> Vec<String> {
        let journal = fs::read_to_string(self.file("run/journal.jsonl")).unwrap_or_default();
        let event = |line: &str| -> Value { serde_json::from_str(line).expect("JSON") };
        let told = |event: Value| {
            let task = event["task"]["id"].as_str().unwrap_or_default().to_owned();
            format!("{} {task}", event["event"].as_str().expect("a name")).trim().to_owned()
        };
        journal.lines().map(event).map(told).collect()
    }

    #[track_caller]
    fn end(&mut self) {
        assert_eq!(self.next("run_ended")["success"], true);
        assert_eq!(self.process.wait().expect("waited for").code(), Some(0));
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Only so that a failing test leaves nobody waiting.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_plugin_that_is_blocked_gets_no_further_call() {
    let mut run = Waiting::start("");
    run.configure(&format!("plugins: {{block: [{JOURNAL}]}}\n"));
    let told = run.next("plugin_changed");
    assert_eq!((&told["plugin"], &told["active"]), (&JOURNAL.into(), &false.into()));
    assert_eq!(told["state"], "blocked");
    run.go();
    run.next("agent_spawned");
    run.go();
    run.end();
    let expected = ["on_task_created t-001", "on_task_claimed t-001", "on_agent_spawned"];
    assert_eq!(run.journal(), expected);
}

#[test]
fn a_plugin_that_is_unblocked_gets_calls_again() {
    let mut run = Waiting::start(&format!("plugins: {{block: [{JOURNAL}]}}\n"));
    assert_eq!(run.journal(), [""; 0]);
    run.configure("");
    let told = run.next("plugin_changed");
    assert_eq!((&told["plugin"], &told["active"]), (&JOURNAL.into(), &true.into()));
    run.go();
    run.next("agent_spawned");
    run.go();
    run.end();
    let journal = run.journal();
    assert_eq!(journal[0], "on_agent_died");
    assert!(journal.contains(&"on_task_created t-002".to_owned()), "{journal:?}");
}

#[test]
fn a_configuration_that_cannot_be_used_leaves_the_former_in_force() {
    let mut run = Waiting::start(&format!("plugins: {{block: [{JOURNAL}]}}\n"));
    run.configure("plugins: {block: 3}\n");
    let told = run.next("configuration_rejected");
    let place = &told["diagnostics"][0];
    assert_eq!((&place["file"], &place["line"]), (&"bernstein.yaml".into(), &2.into()), "{told}");
    let said = run.said();
    assert!(said.contains("bernstein.yaml:2:18: error: "), "{said}");
    run.go();
    run.next("agent_spawned");
    run.go();
    run.end();
    assert_eq!(run.journal(), [""; 0]);
}

#[test]
fn what_else_has_changed_waits_for_the_next_run_and_typing_errors_are_told() {
    let mut run = Waiting::start("");
    run.configure("max_attempts: 7\nplugins: {block: [bernstein-plugin-jurnal]}\n");
    assert_eq!(run.next("configuration_deferred")["file"], "bernstein.yaml");
    let said = run.said();
    assert!(said.contains("warning: the block list names `bernstein-plugin-jurnal`"), "{said}");
    run.go();
    run.next("agent_spawned");
    run.go();
    run.end();
    assert!(run.journal().contains(&"on_task_completed t-002".to_owned()));
}

#[test]
fn people_read_it_on_the_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("bernstein.yaml");
    fs::write(&config, ADAPTER).expect("written");
    let said = || fs::read_to_string(folder.path().join("stderr")).unwrap_or_default();
    let mut process = command(folder.path(), "cli: wait\nstages: [{name: a, steps: [{title: a}]}]")
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("stderr")).expect("made"))
        .spawn()
        .expect("started");
    until("the agent runs", || folder.path().join("run/logs/t-001.1.log").exists());
    fs::write(&config, format!("{ADAPTER}plugins: {{block: [{JOURNAL}]}}\n")).expect("written");
    let line = format!("bernstein.yaml: {JOURNAL} takes no part from now on: blocked\n");
    until("it is told", || said().contains(&line));
    fs::write(&config, "plugins: [\n").expect("written");
    until("it is told", || said().contains("warning: bernstein.yaml cannot be used; the former"));
    fs::write(folder.path().join("run/work/go"), "").expect("written");
    assert_eq!(process.wait().expect("waited for").code(), Some(0), "{}", said());
}
