//! How the answers of a hook combine, and what a failure does: the sentences that rustdoc and the
//! reference say of it.

use crate::model::{Hook, Kind, Mode};

/// The sentences.
pub(super) fn sentences(hook: &Hook) -> String {
    let failing = if hook.returns.fallible {
        "An implementation that panics or returns an error"
    } else {
        "An implementation that panics"
    };
    let failure = if hook.stops { "ends the call" } else { "is put on record and passed over" };
    format!("{} {failing} {failure}.", answers(hook))
}

fn answers(hook: &Hook) -> &'static str {
    match hook.kind {
        _ if hook.mode == Mode::Concurrent && hook.kind == Kind::FirstResult => {
            "Awaits the implementations together, and returns the answer of the earliest in call \
             order that has one, as soon as it is known to be that; the others are dropped."
        }
        _ if hook.mode == Mode::Concurrent => {
            "Awaits the implementations together, and returns the answers in call order, if there \
             are any."
        }
        Kind::Notify => "Calls every implementation.",
        Kind::Background => {
            "Puts the call into the queue of each plugin that implements the hook, and returns. A \
             thread of the plugin runs its implementations."
        }
        Kind::Collect => "Calls every implementation, and returns the answers in call order.",
        Kind::FirstResult => {
            "Calls the implementations in call order until one answers, and returns that answer."
        }
        Kind::Waterfall => {
            "Hands the value to the implementations in call order, to each what the one before \
             made of it, and returns what the last one made of it."
        }
        Kind::Historic => {
            "Calls every implementation, and remembers the call for plugins that are registered \
             later."
        }
    }
}
