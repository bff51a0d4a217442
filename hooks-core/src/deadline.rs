//! When an implementation of an `async` hook has to be ready. Needs the `tokio` feature, whose
//! clock it goes by.

use std::task::{Context, Poll};

use crate::description::HookDescription;
use crate::entry::Head;
use crate::report::Cause;

#[cfg(feature = "tokio")]
pub use with_tokio::Timeout;

#[cfg(feature = "tokio")]
pub(crate) use with_tokio::{Deadline, OwnTimeout};
#[cfg(not(feature = "tokio"))]
pub(crate) use without::Deadline;

#[cfg(feature = "tokio")]
mod with_tokio {
    use std::pin::Pin;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::time::Duration;

    use tokio::time::{Instant, Sleep, sleep_until};

    use super::{Cause, Context, Head, HookDescription, Poll};

    /// How long the implementations of a plugin may take in `async` hooks. For
    /// [`PluginManager::set_timeout`](crate::PluginManager::set_timeout).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Timeout {
        /// As long as the spec of each hook says: `#[hook(timeout = "5s")]`.
        #[default]
        OfTheHook,
        /// So long, whatever the specs say.
        After(Duration),
        /// As long as they like, whatever the specs say.
        Never,
    }

    /// The timeout that the host has set for a plugin.
    #[derive(Default)]
    pub(crate) struct OwnTimeout(AtomicU64);

    /// Whether any plugin of the process has had one: spares calls the look at each of theirs.
    static ANY_OWN: AtomicBool = AtomicBool::new(false);

    const OF_THE_HOOK: u64 = 0;
    const NEVER: u64 = u64::MAX;

    impl OwnTimeout {
        pub(crate) fn set(&self, timeout: Timeout) {
            let number = match timeout {
                Timeout::OfTheHook => OF_THE_HOOK,
                Timeout::Never => NEVER,
                Timeout::After(time) => {
                    u64::try_from(time.as_nanos()).unwrap_or(NEVER).clamp(1, NEVER - 1)
                }
            };
            self.0.store(number, Ordering::Relaxed);
            ANY_OWN.store(true, Ordering::Relaxed);
        }

        /// How long its implementations may take in this hook.
        fn time(&self, hook: &HookDescription) -> Option<Duration> {
            match self.0.load(Ordering::Relaxed) {
                OF_THE_HOOK => hook.timeout,
                NEVER => None,
                nanoseconds => Some(Duration::from_nanos(nanoseconds)),
            }
        }
    }

    /// When an implementation has to be ready; never, if neither its hook nor the host says.
    pub(crate) struct Deadline(Option<Limit>);

    struct Limit {
        began: Instant,
        time: Duration,
        /// Since when it stands still.
        still: Option<Instant>,
        /// Made when the implementation is not ready at once.
        sleep: Option<Pin<Box<Sleep>>>,
    }

    impl Deadline {
        /// Whether an implementation has a deadline.
        #[inline]
        pub(crate) fn is_set(hook: &HookDescription, head: &Head) -> bool {
            if ANY_OWN.load(Ordering::Relaxed) {
                head.origin.timeout.time(hook).is_some()
            } else {
                hook.timeout.is_some()
            }
        }

        /// The deadline of an implementation that begins now.
        pub(crate) fn of(hook: &HookDescription, head: &Head) -> Self {
            let time = head.origin.timeout.time(hook);
            Self(time.map(|time| Limit { began: Instant::now(), time, still: None, sleep: None }))
        }

        /// Ready when it has passed. It stands still for the time from a poll that says so to the
        /// next that does not.
        pub(crate) fn poll(&mut self, context: &mut Context<'_>, still: bool) -> Poll<Cause> {
            let Some(limit) = &mut self.0 else { return Poll::Pending };
            if still {
                limit.still.get_or_insert_with(Instant::now);
                return Poll::Pending;
            }
            limit.go_on();
            limit.poll(context)
        }
    }

    impl Limit {
        fn go_on(&mut self) {
            if let Some(since) = self.still.take() {
                self.began += since.elapsed();
                self.sleep = None;
            }
        }

        fn poll(&mut self, context: &mut Context<'_>) -> Poll<Cause> {
            let Self { began, time, sleep, .. } = self;
            let sleep = sleep.get_or_insert_with(|| Box::pin(sleep_until(*began + *time)));
            let passed = sleep.as_mut().poll(context);
            passed.map(|()| Cause::timed_out(*time, began.elapsed()))
        }
    }
}

#[cfg(not(feature = "tokio"))]
mod without {
    use super::{Cause, Context, Head, HookDescription, Poll};

    /// There are no deadlines without a clock.
    pub(crate) struct Deadline;

    impl Deadline {
        pub(crate) fn is_set(_: &HookDescription, _: &Head) -> bool {
            false
        }

        pub(crate) fn of(_: &HookDescription, _: &Head) -> Self {
            Self
        }

        #[allow(clippy::unused_self)] // that of the other has one
        pub(crate) fn poll(&mut self, _: &mut Context<'_>, _: bool) -> Poll<Cause> {
            Poll::Pending
        }
    }
}
