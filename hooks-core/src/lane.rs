//! Where a thread counts: in a lane of its own, which nobody else writes, so that counting is a
//! plain load and store.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread_local;

/// How many threads have a lane at one time. All others share one.
const LANES: usize = 32;
const SHARED: usize = LANES;
const NOT_ASKED: usize = LANES + 1;

/// The lanes that threads have, a bit each.
static TAKEN: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// Has no destructor, so it is there even while a thread ends.
    static LANE: Cell<usize> = const { Cell::new(NOT_ASKED) };
    static HELD: Held = Held::take();
}

/// Keeps the lane of a thread until it ends.
struct Held(usize);

impl Held {
    fn take() -> Self {
        // Acquires what the thread has written that had the lane before.
        let taken = TAKEN.fetch_update(Ordering::AcqRel, Ordering::Relaxed, |taken| {
            (taken != u32::MAX).then(|| taken | (1 << taken.trailing_ones()))
        });
        Self(taken.map_or(SHARED, |taken| taken.trailing_ones() as usize))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        LANE.set(SHARED);
        if self.0 != SHARED {
            TAKEN.fetch_and(!(1 << self.0), Ordering::Release);
        }
    }
}

/// The lane of this thread.
#[inline]
fn current() -> usize {
    match LANE.get() {
        NOT_ASKED => ask(),
        lane => lane,
    }
}

#[cold]
fn ask() -> usize {
    // The error: this thread ends.
    let lane = HELD.try_with(|held| held.0).unwrap_or(SHARED);
    LANE.set(lane);
    lane
}

/// Something for each thread.
pub(crate) struct Lanes<T>(Box<[Apart<T>]>);

/// On cache lines that it shares with nothing.
#[repr(align(128))]
struct Apart<T>(T);

impl<T> Lanes<T> {
    /// One for each, made by `make`, which is told whether threads share it.
    pub(crate) fn new(make: impl Fn(bool) -> T) -> Self {
        Self((0..=LANES).map(|lane| Apart(make(lane == SHARED))).collect())
    }

    /// That of this thread.
    #[inline]
    pub(crate) fn own(&self) -> &T {
        &self.0[current()].0
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|apart| &apart.0)
    }
}

/// Adds one to a count in a lane.
#[inline]
pub(crate) fn count(counter: &AtomicU64, is_shared: bool) {
    if is_shared {
        counter.fetch_add(1, Ordering::Relaxed);
    } else {
        counter.store(counter.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }
}
