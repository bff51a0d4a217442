//! The locks and atomics that calls and changes of tables share.
//!
//! They stand in one place so that a model checker can put its own there: built with
//! `--cfg hooks_shuttle`, they are those of `shuttle`, which runs threads in many orders.
//! `tests/tests/model` does so.

use std::sync::{Arc, PoisonError};

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
use shuttle::sync::Mutex;
#[cfg(not(hooks_shuttle))]
use std::sync::Mutex;

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
