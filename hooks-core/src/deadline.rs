//! When an implementation of an `async` hook has to be ready. Needs the `tokio` feature, whose
//! clock it goes by.

use std::task::{Context, Poll};

use crate::description::HookDescription;
use crate::plugin::Origin;
use crate::report::Cause;

#[cfg(feature = "tokio")]
pub use with_tokio::Timeout;

#[cfg(feature = "tokio")]
pub(crate) use with_tokio::Deadline;
#[cfg(not(feature = "tokio"))]
pub(crate) use without::Deadline;

#[cfg(feature = "tokio")]
mod with_tokio {
    use std::pin::Pin;
    use std::time::Duration;

    use tokio::time::{Instant, Sleep, sleep_until};

    use super::{Cause, Context, HookDescription, Origin, Poll};

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

    impl Timeout {
        /// As a number, for an atomic.
        pub(crate) fn encoded(self) -> u64 {
            match self {
                Self::OfTheHook => 0,
                Self::Never => u64::MAX,
                Self::After(time) => {
                    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).clamp(1, u64::MAX - 1)
                }
            }
        }

        pub(crate) fn decoded(number: u64) -> Self {
            match number {
                0 => Self::OfTheHook,
                u64::MAX => Self::Never,
                nanoseconds => Self::After(Duration::from_nanos(nanoseconds)),
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
        /// The deadline of an implementation that begins now.
        pub(crate) fn of(hook: &HookDescription, origin: &Origin) -> Self {
            let time = match origin.timeout() {
                Timeout::OfTheHook => hook.timeout,
                Timeout::After(time) => Some(time),
                Timeout::Never => None,
            };
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
    use super::{Cause, Context, HookDescription, Origin, Poll};

    /// There are no deadlines without a clock.
    pub(crate) struct Deadline;

    impl Deadline {
        pub(crate) fn of(_: &HookDescription, _: &Origin) -> Self {
            Self
        }

        #[allow(clippy::unused_self)] // that of the other has one
        pub(crate) fn poll(&mut self, _: &mut Context<'_>, _: bool) -> Poll<Cause> {
            Poll::Pending
        }
    }
}
