//! Plugins that were left out for a while, because they failed again and again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bernstein_hooks::hooks_core::QuarantineStep;
use bernstein_hooks::{Failure, QuarantineChange};
use maud::{Markup, html};

use super::record::Activity;
use super::show::{clean, counted, time};

/// The most changes that are shown in the table.
const MOST_CHANGES: usize = 200;

/// A plugin has gone into quarantine, was tried, or has come out.
#[derive(Debug)]
pub(super) struct Change {
    at: Duration,
    step: QuarantineStep,
    /// The failure that put it there.
    because: Option<Failure>,
}

impl Change {
    pub(super) fn new(at: Duration, change: &QuarantineChange) -> Self {
        let opened = matches!(change.step, QuarantineStep::Opened { .. } | QuarantineStep::Kept);
        let failure = change.failure.as_ref().filter(|_| opened);
        Self { at, step: change.step, because: failure.cloned() }
    }
}

/// From when to when a plugin was left out. A probe that fails does not end it, and what has no end
/// lasts for ever.
pub(super) fn stays(changes: &[Change]) -> Vec<(Duration, Duration)> {
    let mut stays: Vec<(Duration, Duration)> = Vec::new();
    for change in changes {
        let present = stays.last_mut().filter(|(_, until)| *until == Duration::MAX);
        match (change.step, present) {
            (QuarantineStep::Opened { .. } | QuarantineStep::Kept, None) => {
                stays.push((change.at, Duration::MAX));
            }
            (QuarantineStep::Closed | QuarantineStep::Readmitted, Some((_, until))) => {
                *until = change.at;
            }
            _ => {}
        }
    }
    stays
}

/// The table of what has happened; nothing, if nothing has.
pub(super) fn quarantine(plugins: &BTreeMap<Arc<str>, Activity>) -> Option<Markup> {
    let mut changes: Vec<(&str, &Change)> = plugins
        .iter()
        .flat_map(|(name, activity)| {
            activity.quarantine.iter().map(move |change| (&**name, change))
        })
        .collect();
    changes.sort_by_key(|(_, change)| change.at);
    let more = changes.len().saturating_sub(MOST_CHANGES);
    let table = html! {
        table {
            caption { "Plugins that were left out because they failed again and again" }
            thead {
                tr {
                    th.number scope="col" { "At" }
                    @for name in ["Plugin", "Quarantine", "Because of"] { th scope="col" { (name) } }
                }
            }
            tbody {
                @for (plugin, change) in changes.iter().take(MOST_CHANGES) {
                    tr {
                        td.number { (time(change.at)) }
                        td { (clean(plugin)) }
                        td { (told(change.step)) }
                        td.text {
                            @if let Some(failure) = &change.because {
                                code { (failure.hook()) } ": " (clean(failure.message()))
                            }
                        }
                    }
                }
            }
        }
    };
    (!changes.is_empty()).then(|| {
        html! {
            div.wide-table role="region" aria-label="Table of quarantine, scrollable" tabindex="0" {
                (table)
            }
            @if more > 0 { p { "And " (counted(more, "change")) " more." } }
        }
    })
}

fn told(step: QuarantineStep) -> String {
    match step {
        QuarantineStep::Opened { cool_down } => {
            format!("left out, to be tried after {}", time(cool_down))
        }
        QuarantineStep::Kept => "left out for good".to_owned(),
        QuarantineStep::Probing => "tried".to_owned(),
        QuarantineStep::Closed => "called again".to_owned(),
        QuarantineStep::Readmitted => "readmitted".to_owned(),
        _ => "changed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_left_out_until_a_probe_goes_well() {
        let opened = QuarantineStep::Opened { cool_down: Duration::from_secs(1) };
        let steps = [
            opened,
            QuarantineStep::Probing,
            opened,
            QuarantineStep::Probing,
            QuarantineStep::Closed,
            opened,
            QuarantineStep::Kept,
        ];
        let changes: Vec<_> = (0..)
            .map(Duration::from_secs)
            .zip(steps)
            .map(|(at, step)| Change { at, step, because: None })
            .collect();
        let seconds = Duration::from_secs;
        assert_eq!(stays(&changes), [(seconds(0), seconds(4)), (seconds(5), Duration::MAX)]);
        assert_eq!(stays(&[]), []);
    }
}
