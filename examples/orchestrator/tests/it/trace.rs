//! The trace of a run.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::Stdio;

use bernstein::artifact::Artifact;
use bernstein::trace::Trace;
use bernstein_hooks::{
    BernsteinSpec, Next, OnTaskCreatedArgs, Plugin, PluginManager, PluginMetadata, Task, hookimpl,
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::stage::{command, first_agent, one_step};

/// Everything that a trace can have: a retry, a crash, a failed gate, a task that never opens.
const PLAN: &str = "budget: $0.05
max_agents: 2
stages:
  - name: first
    steps:
      - {title: good}
      - {title: idle, mock: [idle], completion_signals: [{path_exists: proof}]}
      - {title: hopeless, mock: [crash, crash, crash]}
  - {name: second, depends_on: [first], steps: [{title: blocked}]}
";

/// A trace as a viewer reads it.
struct Read(Vec<Value>);

impl Read {
    #[track_caller]
    fn from(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("a trace");
        let mut trace: Value = serde_json::from_str(&text).expect("JSON");
        let events = trace["traceEvents"].take();
        Self(events.as_array().expect("a list").clone())
    }

    fn of(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |event| event["ph"] == kind)
    }

    /// The names of tracks, or of their groups.
    fn names(&self, what: &str) -> HashMap<(u64, u64), String> {
        let named = self.of("M").filter(|event| event["name"] == what);
        named.map(|event| (place(event), text(&event["args"]["name"]))).collect()
    }

    /// The spans of each track, by name.
    fn spans(&self) -> BTreeMap<String, Vec<&Value>> {
        let names = self.names("thread_name");
        let mut spans: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for span in self.of("X") {
            spans.entry(names[&place(span)].clone()).or_default().push(span);
        }
        spans
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

fn place(event: &Value) -> (u64, u64) {
    (event["pid"].as_u64().expect("a number"), event["tid"].as_u64().expect("a number"))
}

/// The beginning and the end of a span in nanoseconds, which are whole numbers.
fn limits(span: &Value) -> (u64, u64) {
    let nanoseconds = |key: &str| (span[key].as_f64().expect("a number") * 1e3).round() as u64;
    (nanoseconds("ts"), nanoseconds("ts") + nanoseconds("dur"))
}

/// Spans of a track lie inside of one another, or beside one another.
#[track_caller]
fn assert_nested(track: &str, spans: &[&Value]) {
    let mut spans: Vec<(u64, u64)> = spans.iter().map(|span| limits(span)).collect();
    spans.sort_by_key(|(begin, end)| (*begin, u64::MAX - end));
    let mut around: Vec<u64> = Vec::new();
    for (begin, end) in spans {
        while around.last().is_some_and(|outer| *outer <= begin) {
            around.pop();
        }
        assert!(around.last().is_none_or(|outer| end <= *outer), "{track}: {begin} to {end}");
        around.push(end);
    }
}

#[test]
fn a_trace_has_every_task_attempt_and_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let without_quarantine = "quarantine: {failures: 0}\n";
    fs::write(folder.path().join("bernstein.yaml"), without_quarantine).expect("written");
    let output = command(folder.path(), PLAN)
        .args(["--trace", "trace.json", "--json"])
        .args(["--allow", "bernstein-plugin-journal,bernstein-plugin-chaos"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let trace = Read::from(&folder.path().join("trace.json"));
    let groups = trace.names("process_name");
    assert_eq!(groups.values().collect::<std::collections::BTreeSet<_>>().len(), 3);

    let spans = trace.spans();
    spans.iter().for_each(|(track, spans)| assert_nested(track, spans));
    let tracks: Vec<&str> = spans.keys().map(String::as_str).collect();
    let plugins = ["bernstein-plugin-chaos", "bernstein-plugin-journal"];
    let in_background = "bernstein-plugin-chaos (thread 2)";
    assert_eq!(tracks, ["agent 1", "agent 2", plugins[0], in_background, plugins[1]]);

    let journal = fs::read_to_string(folder.path().join("run/journal.jsonl")).expect("a journal");
    let journal: Vec<Value> =
        journal.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let told: Vec<&Value> = journal.iter().map(|line| &line["event"]).collect();
    let mut calls = spans[plugins[1]].clone();
    calls.sort_by_key(|span| limits(span));
    assert_eq!(calls.iter().map(|span| &span["name"]).collect::<Vec<_>>(), told);
    assert!(calls.iter().all(|span| span["args"]["verdict"] == "answered"));
    let (queued, failed): (Vec<&Value>, Vec<&Value>) =
        spans[plugins[0]].iter().partition(|span| span["args"]["verdict"] == "queued");
    let delivered = &spans[in_background];
    assert!(!queued.is_empty());
    assert_eq!(queued.len(), delivered.len(), "what goes into the background comes out of it");
    assert!(delivered.iter().all(|span| span["args"]["verdict"] == "answered"));
    assert!(failed.iter().all(|span| span["args"]["verdict"] == "failed"
        && span["args"]["failure"].as_str().is_some_and(|message| !message.is_empty())));
    assert_eq!(failed.len(), told.len());

    let events = String::from_utf8(output.stdout).expect("text");
    let events: Vec<Value> =
        events.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let claims = events.iter().filter(|event| event["event"] == "task_claimed");
    let mut claimed: Vec<String> = claims.map(|event| text(&event["agent"])).collect();
    let mut attempts: Vec<String> = spans["agent 1"]
        .iter()
        .chain(&spans["agent 2"])
        .filter_map(|span| span["args"]["agent"].as_str().map(str::to_owned))
        .collect();
    claimed.sort();
    attempts.sort();
    assert_eq!(attempts, claimed);

    let ids = |kind| {
        let mut ids: Vec<String> =
            trace.of(kind).map(|event| text(&event["id2"]["local"])).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids("b"), ["t-001", "t-002", "t-003", "t-004"]);
    assert_eq!(ids("e"), ids("b"));
    let costs: Vec<f64> =
        trace.of("C").filter_map(|event| event["args"]["dollars"].as_f64()).collect();
    assert!(costs.is_sorted(), "{costs:?}");
    let spent = &events.last().expect("a summary")["cost"];
    assert_eq!(costs.last().map(ToString::to_string), spent.as_str().map(str::to_owned));
}

#[test]
fn times_are_microseconds() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("bernstein.yaml"), "adapters: {sleep: sleep 0.3}\n")
        .expect("written");
    let output = command(folder.path(), &one_step("title: a, cli: sleep"))
        .args(["--trace", "trace.json"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let trace = Read::from(&folder.path().join("trace.json"));
    let spans = trace.spans();
    let agent = spans["agent 1"].iter().find(|span| span["name"] == "agent").expect("an agent");
    let duration = agent["dur"].as_f64().expect("a number");
    // The lower limit is what `sleep` promises; the upper is a minute, and would be milliseconds.
    assert!((250_000.0..60_000_000.0).contains(&duration), "{duration}");
    assert!(agent["ts"].as_f64().is_some_and(|begin| begin < 60_000_000.0), "from the run's start");
}

#[test]
fn a_run_that_is_killed_leaves_no_half_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = command(folder.path(), &one_step("title: a, mock: [hang]"))
        .args(["--json", "--trace", "trace.json", "--report", "report.html"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    first_agent(process.stdout.take().expect("piped"));
    process.kill().expect("killed");
    process.wait().expect("waited for");
    let entries = fs::read_dir(folder.path()).expect("read");
    let mut left: Vec<_> = entries.map(|entry| entry.expect("read").file_name()).collect();
    left.sort();
    assert_eq!(left, ["plan.yaml", "run"]);
}

#[test]
fn a_run_that_is_interrupted_leaves_a_whole_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = command(folder.path(), &one_step("title: a, mock: [hang]"))
        .args(["--json", "--trace", "trace.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    first_agent(process.stdout.take().expect("piped"));
    assert!(!folder.path().join("trace.json").exists());
    kill_process(Pid::from_child(&process), Signal::INT).expect("sent");
    assert_eq!(process.wait().expect("waited for").code(), Some(130));
    let trace = Read::from(&folder.path().join("trace.json"));
    let spans = trace.spans();
    let attempt = &spans["agent 1"][0]["args"];
    assert!(
        attempt["verdict"]
            .as_str()
            .is_some_and(|verdict| verdict.contains("Ctrl-C") || verdict.contains("operator")),
        "{attempt}"
    );
}

#[test]
fn a_trace_that_cannot_be_written_is_told_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("taken")).expect("made");
    for place in ["missing/trace.json", "taken", "/dev/null"] {
        let output = command(folder.path(), &one_step("title: a"))
            .args(["--trace", place])
            .output()
            .expect("run");
        assert_eq!(output.status.code(), Some(2), "{place}");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert!(stderr.contains(&format!("error: cannot write `{place}`: ")), "{stderr}");
        assert!(!folder.path().join("run").exists());
    }
}

/// Waits around every call, and in it.
struct Around;

impl Plugin for Around {
    const METADATA: PluginMetadata = PluginMetadata::new("around");
}

#[hookimpl]
impl BernsteinSpec for Around {
    #[hookimpl(wrapper, hook = on_task_created)]
    fn surround(&self, next: Next<'_, OnTaskCreatedArgs<'_>>) {
        next.call();
    }

    fn on_task_created(&self) {}
}

#[test]
fn a_wrapper_stands_around_what_it_wraps() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("trace.json");
    let plugins = PluginManager::new();
    plugins.register(Around).expect("registered");
    let trace = Trace::begin(Artifact::begin(&file).expect("begun"));
    let watched = plugins.monitor(trace.monitor());
    for _ in 0..100 {
        plugins.hooks::<BernsteinSpec>().on_task_created(&Task::new("t-001", "Try"));
    }
    drop(watched);
    trace.finish().expect("finished");
    let trace = Read::from(&file);
    let spans = &trace.spans()["around"];
    assert_eq!(spans.len(), 200);
    assert_nested("around", spans);
    let (wrappers, inner): (Vec<&Value>, Vec<&Value>) =
        spans.iter().partition(|span| span["args"]["wrapper"] == true);
    for (wrapper, inner) in wrappers.iter().zip(inner) {
        let (outer, inner) = (limits(wrapper), limits(inner));
        assert!(outer.0 <= inner.0 && inner.1 <= outer.1, "{outer:?} {inner:?}");
    }
}
