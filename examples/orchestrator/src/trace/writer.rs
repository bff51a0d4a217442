//! Writes events in the JSON trace-event format.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bernstein_hooks::{TaskId, Usd};
use serde::Serialize;
use serde_json::{Value, json};

use crate::artifact::{Artifact, ArtifactError};

/// The groups of tracks, which the format calls processes, in the order in which they are shown.
const GROUPS: [(u32, &str); 3] = [(TASKS, "tasks"), (AGENTS, "agents"), (PLUGINS, "plugins")];
const TASKS: u32 = 1;
const AGENTS: u32 = 2;
const PLUGINS: u32 = 3;

/// The number of the first track. A track with the number of its group would be called its main one.
const FIRST_TRACK: u64 = 10;

/// Where a span stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Track {
    /// A place among the agents, counted from 0.
    Agent(usize),
    /// A plugin on a thread; its threads are counted from 0.
    Plugin(Arc<str>, usize),
}

impl Track {
    fn group(&self) -> u32 {
        match self {
            Self::Agent(_) => AGENTS,
            Self::Plugin(..) => PLUGINS,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Agent(slot) => format!("agent {}", slot + 1),
            Self::Plugin(name, thread) => {
                let name = if name.is_empty() { "closures of the host" } else { name };
                let thread = thread + 1;
                if thread == 1 { name.to_owned() } else { format!("{name} (thread {thread})") }
            }
        }
    }
}

/// A span of time on a track.
#[derive(Debug)]
pub(super) struct Span<'a> {
    pub name: &'a str,
    pub kind: &'static str,
    pub begin: Instant,
    pub end: Instant,
    pub about: Value,
}

/// An event as the format has it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cat: Option<&'static str>,
    ph: &'static str,
    /// Microseconds.
    ts: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    pid: u32,
    tid: u64,
    /// What belongs together of events that are not on a thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    id2: Option<Identity<'a>>,
    /// For how much an instant stands: here its thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'static str>,
    args: Value,
}

/// An identity within a group. One that says no more is not shown with its group.
#[derive(Debug, Serialize)]
struct Identity<'a> {
    local: &'a str,
}

impl<'a> Line<'a> {
    fn new(ph: &'static str, name: &'a str, (pid, tid): (u32, u64), ts: f64, args: Value) -> Self {
        Self { name, cat: None, ph, ts, dur: None, pid, tid, id2: None, s: None, args }
    }
}

/// Writes events to a file.
#[derive(Debug)]
pub(super) struct Writer {
    /// `None` when it is finished.
    file: Option<Artifact>,
    begun: Instant,
    tracks: HashMap<Track, u64>,
    is_empty: bool,
    /// The first error. Nothing more is written then.
    failed: Option<io::Error>,
}

impl Writer {
    /// Begins, at the moment from which times are counted.
    pub(super) fn begin(mut file: Artifact, begun: Instant) -> Self {
        let failed = file.write_all(b"{\"displayTimeUnit\":\"ms\",\"traceEvents\":[").err();
        let tracks = HashMap::new();
        let mut writer = Self { file: Some(file), begun, tracks, is_empty: true, failed };
        for (group, name) in GROUPS {
            let line = |what, args| Line::new("M", what, (group, 0), 0.0, args);
            writer.write(&line("process_name", json!({ "name": name })));
            writer.write(&line("process_sort_index", json!({ "sort_index": group })));
        }
        writer
    }

    /// Writes a span.
    pub(super) fn span(&mut self, track: Track, span: Span<'_>) {
        let Span { name, kind, begin, end, about } = span;
        let place = self.place(track);
        let (begin, end) = (self.time(begin), self.time(end));
        let line = Line::new("X", name, place, micros(begin), about);
        let dur = Some(micros(end.saturating_sub(begin)));
        self.write(&Line { cat: Some(kind), dur, ..line });
    }

    /// Writes a moment of a track.
    pub(super) fn instant(
        &mut self,
        track: Track,
        name: &str,
        kind: &'static str,
        at: Instant,
        about: Value,
    ) {
        let place = self.place(track);
        let line = Line::new("i", name, place, micros(self.time(at)), about);
        self.write(&Line { cat: Some(kind), s: Some("t"), ..line });
    }

    pub(super) fn begin_task(&mut self, at: Instant, task: &TaskId, title: &str) {
        self.task("b", at, task, title, json!({ "task": task }));
    }

    pub(super) fn note_task(&mut self, at: Instant, task: &TaskId, what: &str, about: Value) {
        self.task("n", at, task, what, about);
    }

    pub(super) fn end_task(&mut self, at: Instant, task: &TaskId, title: &str, outcome: &str) {
        self.task("e", at, task, title, json!({ "outcome": outcome }));
    }

    /// Tasks overlap, so they are not spans of a thread: each has an identity of its own.
    fn task(&mut self, ph: &'static str, at: Instant, task: &TaskId, name: &str, args: Value) {
        let line = Line::new(ph, name, (TASKS, 0), micros(self.time(at)), args);
        self.write(&Line {
            cat: Some("task"),
            id2: Some(Identity { local: task.as_str() }),
            ..line
        });
    }

    /// Writes what the run has cost so far.
    pub(super) fn count_cost(&mut self, at: Instant, spent: Usd) {
        // A picture is drawn of it; nobody reckons with it.
        let dollars = spent.micros() as f64 / 1e6;
        let args = json!({ "dollars": dollars });
        self.write(&Line::new("C", "cost", (TASKS, 0), micros(self.time(at)), args));
    }

    /// Writes the end, and puts the file in its place.
    pub(super) fn finish(&mut self) -> Result<(), ArtifactError> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let written = match self.failed.take() {
            Some(error) => Err(error),
            None => file.write_all(b"\n]}\n"),
        };
        written.map_err(|error| file.fault(error))?;
        file.keep()
    }

    /// The group and the number of a track, which is named when it is new.
    fn place(&mut self, track: Track) -> (u32, u64) {
        let group = track.group();
        let next = self.tracks.len() as u64 + FIRST_TRACK;
        if let Some(number) = self.tracks.get(&track) {
            return (group, *number);
        }
        let name = json!({ "name": track.name() });
        self.write(&Line::new("M", "thread_name", (group, next), 0.0, name));
        let order = match track {
            Track::Agent(slot) => slot as u64,
            Track::Plugin(..) => next,
        };
        let order = json!({ "sort_index": order });
        self.write(&Line::new("M", "thread_sort_index", (group, next), 0.0, order));
        self.tracks.insert(track, next);
        (group, next)
    }

    fn time(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.begun)
    }

    fn write(&mut self, line: &Line<'_>) {
        let Some(file) = self.file.as_mut().filter(|_| self.failed.is_none()) else { return };
        let separator = if self.is_empty { "\n" } else { ",\n" };
        self.is_empty = false;
        let written = file
            .write_all(separator.as_bytes())
            .and_then(|()| Ok(serde_json::to_writer(file, line)?));
        self.failed = written.err();
    }
}

fn micros(time: Duration) -> f64 {
    // In thousandths, which is what clocks tell.
    time.as_nanos() as f64 / 1e3
}
