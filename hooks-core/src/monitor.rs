//! Watches calls without taking part.
//!
//! A monitor is told before and after every call of every hook, replays too, of every failure when
//! it is put on record, and of what became of each implementation. Monitors are nested: the one that was added last is the outermost,
//! the first to be told of a beginning and the last to be told of an end. A monitor that panics is
//! fenced like a plugin.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::description::HookDescription;
use crate::fence::{self, Fence};
use crate::quarantine::QuarantineChange;
use crate::report::{Failure, Outcome};
use crate::sync::Lock;

/// Watches calls without taking part. Every method does nothing unless it is written.
pub trait Monitor: Send + Sync + 'static {
    /// A call begins.
    fn before(&self, call: &MonitoredCall) {
        let _ = call;
    }

    /// An implementation or a wrapper has failed, and the call has not ended.
    fn failed(&self, failure: &Failure) {
        let _ = failure;
    }

    /// An implementation or a wrapper has ended, or was skipped; a wrapper after all that is inside
    /// of it. The call has not ended.
    fn ended(&self, call: &MonitoredCall, outcome: &Outcome) {
        let _ = (call, outcome);
    }

    /// A plugin goes into quarantine, is tried, or comes out.
    fn quarantine(&self, change: &QuarantineChange) {
        let _ = change;
    }

    /// A call has ended. `stopped` is the failure that stopped it, if one did.
    fn after(&self, call: &MonitoredCall, stopped: Option<&Failure>) {
        let _ = (call, stopped);
    }
}

/// A call that is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MonitoredCall {
    /// Which call it is: no two calls in a program have the same number while monitors watch.
    pub id: u64,
    /// The hook.
    pub hook: &'static HookDescription,
    /// How many implementations and wrappers it has at this call.
    pub implementations: usize,
    /// Whether a past call is replayed to a plugin that registers.
    pub replay: bool,
}

impl MonitoredCall {
    pub(crate) fn new(
        hook: &'static HookDescription,
        implementations: usize,
        replay: bool,
    ) -> Self {
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let id = CALLS.fetch_add(1, Ordering::Relaxed);
        Self { id, hook, implementations, replay }
    }
}

/// One monitor, told apart from others that are equal to it.
#[derive(Clone)]
struct Added {
    id: u64,
    monitor: Arc<dyn Monitor>,
}

/// The monitors of a manager at one moment, innermost first.
#[derive(Clone, Default)]
pub(crate) struct Monitors(Arc<[Added]>);

impl Monitors {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Drops monitors that were removed, inside of a fence.
    pub(crate) fn let_go(self) {
        if let Err(panic) = fence::dispose(self) {
            tracing::error!(
                target: "hooks_core::drop",
                "a monitor panicked while it was dropped: {panic}",
            );
        }
    }

    pub(crate) fn before(&self, fence: &Fence, call: &MonitoredCall) {
        self.0.iter().rev().for_each(|added| added.tell(fence, |monitor| monitor.before(call)));
    }

    pub(crate) fn failed(&self, fence: &Fence, failure: &Failure) {
        self.0.iter().for_each(|added| added.tell(fence, |monitor| monitor.failed(failure)));
    }

    pub(crate) fn ended(&self, fence: &Fence, call: &MonitoredCall, outcome: &Outcome) {
        self.0.iter().for_each(|added| added.tell(fence, |monitor| monitor.ended(call, outcome)));
    }

    pub(crate) fn quarantine(&self, fence: &Fence, change: &QuarantineChange) {
        self.0.iter().for_each(|added| added.tell(fence, |monitor| monitor.quarantine(change)));
    }

    pub(crate) fn after(&self, fence: &Fence, call: &MonitoredCall, stopped: Option<&Failure>) {
        self.0.iter().for_each(|added| added.tell(fence, |monitor| monitor.after(call, stopped)));
    }
}

impl Added {
    fn tell(&self, fence: &Fence, tell: impl FnOnce(&dyn Monitor)) {
        let told = fence.run(|| tell(&*self.monitor));
        fence.forget_caught();
        if let Err(panic) = told {
            fence.outside(|| {
                tracing::error!(target: "hooks_core::monitor", "a monitor panicked: {panic}");
            });
        }
    }
}

/// The monitors of a manager, as they come and go. Every table of the manager looks here when it
/// makes a snapshot.
#[derive(Default)]
pub(crate) struct MonitorList(Lock<(u64, Monitors)>);

impl MonitorList {
    pub(crate) fn now(&self) -> Monitors {
        self.0.hold().1.clone()
    }

    /// Adds a monitor as the outermost, and says how to remove it.
    pub(crate) fn add(&self, monitor: Arc<dyn Monitor>) -> u64 {
        let mut list = self.0.hold();
        let (next, monitors) = &mut *list;
        let id = *next;
        *next += 1;
        let added = std::iter::once(Added { id, monitor });
        monitors.0 = monitors.0.iter().cloned().chain(added).collect();
        id
    }

    /// Removes a monitor. What it returns is to be dropped without a lock.
    pub(crate) fn remove(&self, id: u64) -> Monitors {
        let mut list = self.0.hold();
        let kept = Monitors(list.1.0.iter().filter(|added| added.id != id).cloned().collect());
        std::mem::replace(&mut list.1, kept)
    }
}

/// Keeps a monitor. Dropping it removes exactly this monitor, whatever others were added since.
#[must_use = "a monitor is removed when its guard is dropped"]
pub struct MonitorGuard(Option<Box<dyn FnOnce() + Send + Sync>>);

impl MonitorGuard {
    pub(crate) fn new(remove: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(remove)))
    }
}

impl Drop for MonitorGuard {
    fn drop(&mut self) {
        if let Some(remove) = self.0.take() {
            remove();
        }
    }
}

impl fmt::Debug for MonitorGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MonitorGuard").finish_non_exhaustive()
    }
}
