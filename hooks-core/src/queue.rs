//! A bounded queue with many senders and one taker.
//!
//! It knows nothing of hooks. What is put in is accepted, and then taken or dropped; what finds no
//! room is refused, unless it waits for room or takes the place of the oldest. All of that is
//! counted, so that what was put in is at any time what was delivered, what was dropped and what
//! waits.

use std::collections::VecDeque;
use std::time::Instant;

use crate::sync::{Lock, MutexGuard, Signal};

/// How many deliveries may wait for a plugin, and what becomes of those for which there is no room.
///
/// ```
/// use hooks_core::{PluginManager, QueueOptions, WhenFull};
///
/// let plugins = PluginManager::new();
/// plugins.set_queues(QueueOptions::new().capacity(100));
/// plugins.set_queue("archivist", QueueOptions::new().when_full(WhenFull::Wait));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueOptions {
    /// At least one: who drops the oldest has one to drop.
    capacity: usize,
    when_full: WhenFull,
}

impl QueueOptions {
    /// Room for 1,024 deliveries, and the oldest is dropped for the newest.
    #[must_use]
    pub const fn new() -> Self {
        Self { capacity: 1_024, when_full: WhenFull::DropOldest }
    }

    /// The same, with room for `capacity` deliveries beside the one that is under way; for one, if
    /// that is zero.
    #[must_use]
    pub const fn capacity(mut self, capacity: usize) -> Self {
        self.capacity = if capacity == 0 { 1 } else { capacity };
        self
    }

    /// The same, with another way to deal with a full queue.
    #[must_use]
    pub const fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }
}

impl Default for QueueOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// What happens when a delivery finds the queue of a plugin full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenFull {
    /// The caller waits for room: nothing is lost, and a slow plugin makes the caller slow. A call
    /// that is made by a delivery does not wait, because those that it would wait for may wait for
    /// it: what it has to deliver is dropped as by [`DropNewest`](Self::DropNewest).
    Wait,
    /// The delivery that waits longest is dropped. The plugin learns how it went in the end.
    DropOldest,
    /// The new delivery is dropped. The plugin learns how it began.
    DropNewest,
}

/// What became of the deliveries of one plugin since it was registered.
///
/// At any time, `sent` is `delivered + dropped + waiting`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deliveries {
    /// How many there have been.
    pub sent: u64,
    /// How many were made, whether they ended well or not.
    pub delivered: u64,
    /// How many were dropped.
    pub dropped: u64,
    /// How many wait or are under way.
    pub waiting: u64,
}

/// A bounded queue with many senders and one taker.
pub(crate) struct Queue<T> {
    state: Lock<State<T>>,
    /// Something has come, or nothing will any more.
    arrived: Signal,
    /// There may be room.
    room: Signal,
    /// Something has been delivered or dropped.
    settled: Signal,
}

struct State<T> {
    options: QueueOptions,
    waiting: VecDeque<T>,
    /// What the taker has taken last, by its number among those accepted, until it comes back.
    underway: Option<u64>,
    /// Whether that is dropped.
    forfeited: bool,
    /// Whether there is a taker.
    manned: bool,
    /// Whether nothing will come any more.
    closed: bool,
    taker_sleeps: bool,
    senders_waiting: usize,
    watchers_waiting: usize,
    accepted: u64,
    refused: u64,
    delivered: u64,
    /// How many were accepted, and then dropped.
    displaced: u64,
}

/// What became of something that was put into a queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Put<T> {
    /// What was dropped for want of room: the new, or the oldest.
    pub(crate) dropped: Option<T>,
    /// Whether the new was accepted.
    pub(crate) accepted: bool,
    /// Whether it is for the sender to supply a taker, since there is none.
    pub(crate) unmanned: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(options: QueueOptions) -> Self {
        let state = State {
            options,
            waiting: VecDeque::new(),
            underway: None,
            forfeited: false,
            manned: false,
            closed: false,
            taker_sleeps: false,
            senders_waiting: 0,
            watchers_waiting: 0,
            accepted: 0,
            refused: 0,
            delivered: 0,
            displaced: 0,
        };
        Self {
            state: Lock::new(state),
            arrived: Signal::default(),
            room: Signal::default(),
            settled: Signal::default(),
        }
    }

    /// Changes the options. What waits stays, even if there are more than there is room for now.
    pub(crate) fn set(&self, options: QueueOptions) {
        self.state.hold().options = options;
        self.room.notify_all();
    }

    /// Puts something in. `patient` says whether the sender may be made to wait.
    pub(crate) fn put(&self, new: T, patient: bool) -> Put<T> {
        let mut state = self.state.hold();
        let mut dropped = None;
        while state.is_full() {
            match state.options.when_full {
                WhenFull::Wait if patient => {
                    state.senders_waiting += 1;
                    state = self.room.wait(state);
                    state.senders_waiting -= 1;
                }
                WhenFull::DropOldest => {
                    dropped = state.waiting.pop_front();
                    state.displaced += 1;
                    break;
                }
                WhenFull::Wait | WhenFull::DropNewest => {
                    state.refused += 1;
                    return Put { dropped: Some(new), accepted: false, unmanned: false };
                }
            }
        }
        state.waiting.push_back(new);
        state.accepted += 1;
        let unmanned = !std::mem::replace(&mut state.manned, true);
        let wake = std::mem::take(&mut state.taker_sleeps);
        let tell = dropped.is_some() && state.watchers_waiting > 0;
        drop(state);
        if wake {
            self.arrived.notify_one();
        }
        if tell {
            self.settled.notify_all();
        }
        Put { dropped, accepted: true, unmanned }
    }

    /// Takes the oldest, and so says that what was taken before is delivered. `None` if there is
    /// nothing at the moment.
    pub(crate) fn try_take(&self) -> Option<T> {
        self.next(&mut self.state.hold())
    }

    /// Takes the oldest, and waits for one. `None` if there will be none any more.
    pub(crate) fn take(&self) -> Option<T> {
        let mut state = self.state.hold();
        loop {
            let next = self.next(&mut state);
            if next.is_some() || state.closed {
                return next;
            }
            state.taker_sleeps = true;
            state = self.arrived.wait(state);
        }
    }

    fn next(&self, state: &mut MutexGuard<'_, State<T>>) -> Option<T> {
        if state.underway.take().is_some() {
            if std::mem::take(&mut state.forfeited) {
                state.displaced += 1;
            } else {
                state.delivered += 1;
            }
            if state.watchers_waiting > 0 {
                self.settled.notify_all();
            }
        }
        let number = state.oldest();
        let next = state.waiting.pop_front()?;
        state.underway = Some(number);
        if state.senders_waiting > 0 {
            self.room.notify_one();
        }
        Some(next)
    }

    /// Says that what was taken last is not delivered, but dropped. It is counted so at once, and
    /// settled when the taker comes back.
    pub(crate) fn forfeit(&self) {
        self.state.hold().forfeited = true;
    }

    /// Takes out everything that waits, as dropped.
    pub(crate) fn clear(&self) -> VecDeque<T> {
        let mut state = self.state.hold();
        let cleared = std::mem::take(&mut state.waiting);
        state.displaced += cleared.len() as u64;
        drop(state);
        self.room.notify_all();
        self.settled.notify_all();
        cleared
    }

    /// Says that there is no taker after all. The next sender is asked for one again.
    pub(crate) fn unman(&self) -> VecDeque<T> {
        self.state.hold().manned = false;
        self.clear()
    }

    /// Says that nothing will come any more. The taker ends with what there is.
    pub(crate) fn close(&self) {
        self.state.hold().closed = true;
        self.arrived.notify_one();
    }

    /// How many were accepted so far: what [`unsettled`](Self::unsettled) counts up to.
    pub(crate) fn mark(&self) -> u64 {
        self.state.hold().accepted
    }

    /// Waits until everything that was accepted before the mark is delivered or dropped, at most
    /// until then; for ever, if there is no end. How many are neither.
    pub(crate) fn unsettled(&self, mark: u64, end: Option<Instant>) -> u64 {
        let mut state = self.state.hold();
        loop {
            let left = state.unsettled(mark);
            if left == 0 || end.is_some_and(|end| end <= Instant::now()) {
                return left;
            }
            state.watchers_waiting += 1;
            state = self.settled.wait_until(state, end);
            state.watchers_waiting -= 1;
        }
    }

    pub(crate) fn deliveries(&self) -> Deliveries {
        let state = self.state.hold();
        let forfeited = u64::from(state.forfeited);
        Deliveries {
            sent: state.accepted + state.refused,
            delivered: state.delivered,
            dropped: state.refused + state.displaced + forfeited,
            waiting: state.unsettled(state.accepted) - forfeited,
        }
    }
}

impl<T> State<T> {
    fn is_full(&self) -> bool {
        self.waiting.len() >= self.options.capacity
    }

    /// The number, among those accepted, of the oldest that waits. Those that wait are always the
    /// last that were accepted: whatever leaves, leaves at the front.
    fn oldest(&self) -> u64 {
        self.accepted - self.waiting.len() as u64
    }

    /// How many of those accepted before the mark wait or are under way.
    fn unsettled(&self, mark: u64) -> u64 {
        let underway = self.underway.is_some_and(|number| number < mark);
        mark.saturating_sub(self.oldest()) + u64::from(underway)
    }
}
