//! What `tracing` is told of calls that go well, if somebody listens.

use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing::{Level, Span};

use crate::description::HookDescription;
use crate::entry::Head;
use crate::monitor::MonitoredCall;
use crate::report::Verdict;

/// Whether anybody in the process may want to hear of a call. Costs one load.
#[inline]
pub(crate) fn may_be_heard() -> bool {
    LevelFilter::current() >= LevelFilter::DEBUG
}

/// Whether somebody wants to hear of a call, or of what becomes of an implementation.
#[cold]
pub(crate) fn are_heard() -> bool {
    may_be_heard()
        && (tracing::span_enabled!(target: "hooks_core::call", Level::DEBUG)
            || tracing::event_enabled!(target: "hooks_core::implementation", Level::DEBUG))
}

/// The span of one call.
pub(crate) fn call(call: &MonitoredCall) -> Span {
    let MonitoredCall { hook, implementations, .. } = call;
    tracing::debug_span!(
        target: "hooks_core::call",
        "hooks_core::call",
        spec = hook.spec,
        hook = hook.name,
        implementations,
    )
}

/// Tells what became of one implementation.
pub(crate) fn implementation(
    hook: &HookDescription,
    head: &Head,
    duration: Duration,
    verdict: &Verdict,
) {
    let implementation = head.implementation();
    let verdict = match verdict {
        Verdict::Answered => "answered",
        Verdict::Passed => "passed",
        Verdict::Failed(_) => "failed",
        Verdict::Skipped(_) => "skipped",
    };
    tracing::debug!(
        target: "hooks_core::implementation",
        plugin = &*implementation.plugin,
        spec = hook.spec,
        hook = hook.name,
        method = &*implementation.method,
        role = %implementation.role,
        verdict,
        ?duration,
        "a hook implementation has ended",
    );
}
