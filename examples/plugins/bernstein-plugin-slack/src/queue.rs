//! The bounded queue between the hooks and the courier. No hook waits here.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many messages wait at most.
pub(crate) const MOST_WAITING: usize = 64;

/// Makes the last message, given how many were dropped.
type LastMessage = Box<dyn FnOnce(u64) -> String + Send>;

/// Messages on their way to the courier.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<String>,
    last: Option<LastMessage>,
    dropped: u64,
    /// What the courier has taken, and not delivered yet or at all.
    undelivered: u64,
    closing: Option<Closing>,
    /// The courier takes nothing any more.
    ended: bool,
}

/// The end of the run has come.
#[derive(Debug, Clone, Copy)]
struct Closing {
    /// From then on only the last message is taken.
    last_call: Instant,
    /// From then on nothing is.
    deadline: Instant,
}

/// What did not reach the channel.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Messages that were taken or waited, and did not arrive in time.
    pub undelivered: u64,
    /// Messages that were dropped, because there was no room or no time.
    pub dropped: u64,
}

impl Queue {
    /// Adds a message, or drops it if too many wait.
    pub(crate) fn push(&self, message: String) {
        let mut state = self.state();
        if state.waiting.len() < MOST_WAITING {
            state.waiting.push_back(message);
            self.changed.notify_all();
        } else {
            state.dropped += 1;
        }
    }

    /// Adds the last message, and gives the courier that long to deliver what there is.
    pub(crate) fn close(&self, time: Duration, last: impl FnOnce(u64) -> String + Send + 'static) {
        let now = Instant::now();
        let mut state = self.state();
        state.last = Some(Box::new(last));
        state.closing = Some(Closing { last_call: now + time / 2, deadline: now + time });
        self.changed.notify_all();
    }

    /// Waits for the courier to end, or for the deadline, and says what is lost.
    pub(crate) fn wait_for_end(&self) -> Losses {
        let mut state = self.state();
        while !state.ended && state.time_left() != Some(Duration::ZERO) {
            let time_left = state.time_left();
            state = self.wait(state, time_left);
        }
        let left = state.waiting.len() as u64 + u64::from(state.last.is_some());
        Losses { undelivered: state.undelivered + left, dropped: state.dropped }
    }

    /// The next message, for the courier. Waits for one; `None` when no more will come or there is
    /// no more time.
    pub(crate) fn take(&self) -> Option<String> {
        let mut state = self.state();
        loop {
            if state.time_left() == Some(Duration::ZERO) {
                return None;
            }
            if let Some(message) = state.next() {
                state.undelivered += 1;
                return Some(message);
            }
            if state.closing.is_some() {
                return None;
            }
            state = self.wait(state, None);
        }
    }

    /// The message that was taken last has arrived.
    pub(crate) fn delivered(&self) {
        self.state().undelivered -= 1;
    }

    /// The courier takes nothing any more.
    pub(crate) fn ended(&self) {
        self.state().ended = true;
        self.changed.notify_all();
    }

    /// The time until the deadline, if the end of the run has come.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        self.state().time_left()
    }

    /// Lets that time pass; says `false`, as soon as it is known, if the deadline comes before.
    pub(crate) fn pause(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        let mut state = self.state();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if state.time_left().is_some_and(|time| time <= left) {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            state = self.wait(state, Some(left));
        }
    }

    fn wait<'q>(
        &self,
        state: MutexGuard<'q, State>,
        time: Option<Duration>,
    ) -> MutexGuard<'q, State> {
        match time {
            Some(time) => {
                let waited = self.changed.wait_timeout(state, time);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next(&mut self) -> Option<String> {
        if self.closing.is_some_and(|closing| closing.last_call <= Instant::now()) {
            self.dropped += self.waiting.len() as u64;
            self.waiting.clear();
        }
        let next = self.waiting.pop_front();
        next.or_else(|| self.last.take().map(|last| last(self.dropped)))
    }

    fn time_left(&self) -> Option<Duration> {
        let deadline = self.closing.map(|closing| closing.deadline);
        deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("waiting", &self.waiting.len())
            .field("dropped", &self.dropped)
            .field("undelivered", &self.undelivered)
            .field("closing", &self.closing)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);

    fn taken(queue: &Queue) -> Vec<String> {
        std::iter::from_fn(|| queue.take().inspect(|_| queue.delivered())).collect()
    }

    #[test]
    fn messages_come_in_their_order_and_the_last_one_last() {
        let queue = Queue::default();
        queue.push("one".into());
        queue.push("two".into());
        queue.close(LONG, |dropped| format!("{dropped} dropped"));
        assert_eq!(taken(&queue), ["one", "two", "0 dropped"]);
        queue.ended();
        assert_eq!(queue.wait_for_end(), Losses { undelivered: 0, dropped: 0 });
    }

    #[test]
    fn what_finds_no_room_is_dropped_and_the_last_message_knows() {
        let queue = Queue::default();
        for number in 0..MOST_WAITING + 3 {
            queue.push(number.to_string());
        }
        queue.close(LONG, |dropped| format!("{dropped} dropped"));
        let taken = taken(&queue);
        assert_eq!(taken.len(), MOST_WAITING + 1);
        assert_eq!(taken[MOST_WAITING - 1..], ["63", "3 dropped"]);
    }

    #[test]
    fn without_time_nothing_is_taken_and_everything_is_lost() {
        let queue = Queue::default();
        queue.push("one".into());
        queue.push("two".into());
        assert_eq!(queue.take().as_deref(), Some("one"));
        queue.close(Duration::ZERO, |_| "the last".into());
        assert_eq!(queue.take(), None);
        assert!(!queue.pause(Duration::ZERO));
        assert_eq!(queue.wait_for_end(), Losses { undelivered: 3, dropped: 0 });
    }

    #[test]
    fn after_the_last_call_only_the_last_message_is_taken() {
        let queue = Queue::default();
        queue.push("one".into());
        queue.close(LONG, |dropped| format!("{dropped} dropped"));
        let closing = queue.state().closing.expect("a queue that closes");
        assert!(closing.last_call < closing.deadline);
        queue.state().closing = Some(Closing { last_call: Instant::now(), ..closing });
        assert_eq!(taken(&queue), ["1 dropped"]);
    }

    #[test]
    fn a_pause_that_would_outlast_the_deadline_ends_at_once() {
        let queue = Queue::default();
        std::thread::scope(|scope| {
            let pause = scope.spawn(|| queue.pause(2 * LONG));
            queue.close(LONG, |_| String::new());
            assert!(!pause.join().expect("an answer"));
        });
    }
}
