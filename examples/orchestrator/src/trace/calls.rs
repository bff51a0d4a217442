//! The calls of hooks, as spans of the plugins.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::Instant;

use bernstein_hooks::hooks_core::Role;
use bernstein_hooks::{MonitoredCall, Outcome, QuarantineChange, Verdict};
use serde_json::{Value, json};

use super::writer::{Span, Track, Writer};

/// The calls underway, and the tracks of the plugins.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// When the earliest implementation began of each call that has not ended.
    underway: HashMap<u64, Instant>,
    /// A plugin has a track for each thread on which it is called: what happens on one thread
    /// nests.
    tracks: HashMap<Arc<str>, Vec<ThreadId>>,
}

impl Calls {
    /// Writes what became of an implementation.
    pub(super) fn ended(&mut self, call: &MonitoredCall, outcome: &Outcome, writer: &mut Writer) {
        let end = Instant::now();
        let track = self.track(&outcome.plugin);
        let about = about(call, outcome);
        let name = call.hook.name;
        if matches!(outcome.verdict, Verdict::Skipped(_)) {
            return writer.instant(track, name, "hook", end, about);
        }
        let begin = self.beginning(call, outcome, end);
        writer.span(track, Span { name, kind: "hook", begin, end, about });
    }

    /// A call has ended.
    pub(super) fn after(&mut self, call: &MonitoredCall) {
        self.underway.remove(&call.id);
    }

    /// Writes that a plugin goes into quarantine, is tried, or comes out.
    pub(super) fn quarantine(&mut self, change: &QuarantineChange, writer: &mut Writer) {
        let track = self.track(&change.plugin);
        let about = json!({
            "step": format!("{:?}", change.step),
            "openings": change.openings,
            "failure": change.failure.as_ref().map(ToString::to_string),
        });
        writer.instant(track, "quarantine", "quarantine", Instant::now(), about);
    }

    /// When the implementation began. Its end is a little late here, and so is its beginning; a
    /// wrapper must not for that seem to begin after what it wraps.
    fn beginning(&mut self, call: &MonitoredCall, outcome: &Outcome, end: Instant) -> Instant {
        let begin = end.checked_sub(outcome.duration).unwrap_or(end);
        let earliest = self.underway.entry(call.id).or_insert(begin);
        *earliest = begin.min(*earliest);
        if outcome.role == Role::Wrapper { *earliest } else { begin }
    }

    fn track(&mut self, plugin: &Arc<str>) -> Track {
        let here = thread::current().id();
        let threads = self.tracks.entry(Arc::clone(plugin)).or_default();
        let place = threads.iter().position(|thread| *thread == here).unwrap_or_else(|| {
            threads.push(here);
            threads.len() - 1
        });
        Track::Plugin(Arc::clone(plugin), place)
    }
}

fn about(call: &MonitoredCall, outcome: &Outcome) -> Value {
    let mut about = json!({
        "call": call.id,
        "method": outcome.method,
        "wrapper": outcome.role == Role::Wrapper,
        "verdict": verdict(&outcome.verdict),
    });
    match &outcome.verdict {
        Verdict::Failed(failure) => {
            about["failure"] = json!(failure.message());
            about["kind"] = json!(failure.kind().to_string());
            about["location"] = json!(failure.location().map(ToString::to_string));
        }
        Verdict::Skipped(reason) => about["reason"] = json!(reason.to_string()),
        _ => {}
    }
    if call.replay {
        about["replay"] = json!(true);
    }
    about
}

fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Answered => "answered",
        Verdict::Passed => "passed",
        Verdict::Failed(_) => "failed",
        Verdict::Queued => "queued",
        Verdict::Skipped(_) => "skipped",
        _ => "other",
    }
}
