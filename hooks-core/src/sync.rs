//! The locks and atomics that calls and changes of tables share.
//!
//! They stand in one place so that a model checker can put its own there: built with
//! `--cfg hooks_shuttle`, they are those of `shuttle`, which runs threads in many orders.
//! `tests/tests/model` does so.

use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use arc_swap::{ArcSwapOption, Guard};

#[cfg(hooks_shuttle)]
pub(crate) use shuttle::sync::{
    MutexGuard,
    atomic::{AtomicBool, AtomicU64, AtomicUsize},
};
#[cfg(hooks_shuttle)]
pub(crate) use shuttle::thread_local;
#[cfg(not(hooks_shuttle))]
pub(crate) use std::sync::{
    MutexGuard,
    atomic::{AtomicBool, AtomicU64, AtomicUsize},
};
#[cfg(not(hooks_shuttle))]
pub(crate) use std::thread_local;

#[cfg(hooks_shuttle)]
use shuttle::{
    sync::{Condvar, Mutex},
    thread,
};
#[cfg(not(hooks_shuttle))]
use std::{
    sync::{Condvar, Mutex},
    thread,
};

/// A mutex that no panic poisons: no code of others runs under the locks of this crate, so
/// nothing is ever left half-changed.
#[derive(Default)]
pub(crate) struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn hold(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes threads that wait for a change of what a [`Lock`] holds.
#[derive(Default)]
pub(crate) struct Signal(Condvar);

impl Signal {
    pub(crate) fn wait<'a, T>(&self, held: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(held).unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits at most until then; for ever, if there is no end. The model checker has no clock, and
    /// waits for ever.
    pub(crate) fn wait_until<'a, T>(
        &self,
        held: MutexGuard<'a, T>,
        end: Option<Instant>,
    ) -> MutexGuard<'a, T> {
        let Some(end) = end else { return self.wait(held) };
        let time = end.saturating_duration_since(Instant::now());
        self.0.wait_timeout(held, time).unwrap_or_else(PoisonError::into_inner).0
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}

/// Starts a thread that nobody waits for.
pub(crate) fn start(name: String, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name).spawn(work).map(drop)
}

/// A place for an `Arc` that is read without a lock.
pub(crate) struct Shelf<T> {
    value: ArcSwapOption<T>,
    /// The model checker does not see into `arc-swap`, but it sees this.
    #[cfg(hooks_shuttle)]
    looked_at: AtomicBool,
}

impl<T> Shelf<T> {
    pub(crate) fn empty() -> Self {
        Self {
            value: ArcSwapOption::empty(),
            #[cfg(hooks_shuttle)]
            looked_at: AtomicBool::new(false),
        }
    }

    /// What is in the place, borrowed.
    #[inline]
    pub(crate) fn load(&self) -> Guard<Option<Arc<T>>> {
        self.let_others_run();
        self.value.load()
    }

    /// What is in the place, shared.
    pub(crate) fn load_full(&self) -> Option<Arc<T>> {
        self.let_others_run();
        self.value.load_full()
    }

    /// Puts `value` in the place of what was there.
    pub(crate) fn put(&self, value: Option<Arc<T>>) {
        self.let_others_run();
        self.value.store(value);
    }

    /// Lets the model checker run other threads first.
    #[inline]
    #[cfg_attr(not(hooks_shuttle), allow(clippy::unused_self))] // nobody to let run
    fn let_others_run(&self) {
        #[cfg(hooks_shuttle)]
        self.looked_at.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}
