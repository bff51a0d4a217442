//! What came of a call: one outcome per implementation, and what a failure is.

use std::backtrace::Backtrace;
use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::description::HookDescription;
use crate::fence::{Fence, Location, Panic};
use crate::plugin::{Implementation, Role};

/// How many causes of an error its message names. An error may be its own source for ever.
const MOST_CAUSES: usize = 16;

/// What came of one call: its output, and what each implementation did.
///
/// The reported call of a hook returns it; the plain call returns the output alone and pays
/// nothing for reports being possible.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report<O> {
    /// The hook that was called.
    pub hook: &'static HookDescription,
    /// What the plain call would have returned.
    pub output: O,
    /// One outcome per implementation, in call order.
    pub outcomes: Vec<Outcome>,
}

impl<O> Report<O> {
    pub(crate) fn new(hook: &'static HookDescription, output: O, outcomes: Vec<Outcome>) -> Self {
        Self { hook, output, outcomes }
    }

    /// The failures, in call order.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.outcomes.iter().filter_map(|outcome| outcome.verdict.failure())
    }
}

impl<T> Report<Vec<T>> {
    /// Who said what: each answer beside the outcome of the implementation that gave it. Nothing
    /// if a wrapper stood around them, because it may have changed the output.
    pub fn answers(&self) -> impl Iterator<Item = (&Outcome, &T)> {
        answered(&self.outcomes).zip(&self.output)
    }
}

impl<T> Report<Option<T>> {
    /// Who said what: the answer beside the outcome of the implementation that gave it, if one
    /// did. `None` if a wrapper stood around it, because it may have changed the output.
    #[must_use]
    pub fn answer(&self) -> Option<(&Outcome, &T)> {
        answered(&self.outcomes).zip(&self.output).next()
    }
}

/// Those that gave the output as it stands: nobody, if it went through a wrapper.
fn answered(outcomes: &[Outcome]) -> impl Iterator<Item = &Outcome> {
    let wrapped = outcomes.first().is_some_and(|outermost| outermost.role == Role::Wrapper);
    let unchanged: &[Outcome] = if wrapped { &[] } else { outcomes };
    unchanged.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Answered))
}

/// What one implementation did in one call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The plugin, by the name under which it is registered; empty for a closure that was handed
    /// in for a call or a few.
    pub plugin: Arc<str>,
    /// Its method.
    pub method: Cow<'static, str>,
    /// Whether it implements the hook or stands around those that do.
    pub role: Role,
    /// How long it ran; zero if it never began.
    pub duration: Duration,
    /// How it ended.
    pub verdict: Verdict,
}

impl Outcome {
    pub(crate) fn new(
        implementation: &Implementation,
        duration: Duration,
        verdict: Verdict,
    ) -> Self {
        Self {
            plugin: Arc::clone(&implementation.plugin),
            method: implementation.method.clone(),
            role: implementation.role,
            duration,
            verdict,
        }
    }
}

/// How one implementation ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// It ran to its end and gave an answer; in a notify hook, it ran to its end.
    Answered,
    /// It ran to its end and had no answer: it returned `None`.
    Passed,
    /// It panicked, returned an error, or took too long; or it is in quarantine, and the hook stops
    /// on failure.
    Failed(Failure),
    /// It runs in the background: the call stands in the queue of its plugin. How that ends,
    /// monitors are told.
    Queued,
    /// It did not run.
    Skipped(SkipReason),
}

impl Verdict {
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Answered | Self::Passed | Self::Queued | Self::Skipped(_) => None,
        }
    }

    /// Whether anything of the plugin has run.
    pub(crate) fn ran(&self) -> bool {
        match self {
            Self::Answered | Self::Passed => true,
            Self::Failed(failure) => failure.kind() != FailureKind::Quarantined,
            Self::Queued | Self::Skipped(_) => false,
        }
    }
}

/// Why an implementation did not run, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// An implementation before it gave the one answer that a firstresult hook looks for.
    AnsweredBefore,
    /// A failure before it ended the call of a hook that stops on failure.
    StoppedBefore,
    /// It runs in the background, and the queue of its plugin had no room for the call.
    QueueFull,
    /// Its plugin is in [quarantine](crate::PluginManager::quarantine).
    Quarantined,
    /// It runs in the background, and no thread could be started for its plugin.
    NoThread,
}

impl SkipReason {
    /// All of them, in the order in which they are declared.
    pub(crate) const ALL: [Self; 5] = [
        Self::AnsweredBefore,
        Self::StoppedBefore,
        Self::QueueFull,
        Self::Quarantined,
        Self::NoThread,
    ];
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnsweredBefore => f.write_str("an earlier implementation answered"),
            Self::StoppedBefore => {
                f.write_str("an earlier implementation failed, which ended the call")
            }
            Self::QueueFull => f.write_str("the queue of its plugin is full"),
            Self::Quarantined => f.write_str("its plugin is in quarantine"),
            Self::NoThread => f.write_str("no thread could be started for its plugin"),
        }
    }
}

/// An implementation that did not end well: who, in which hook, and how.
///
/// Its `Display` is ``plugin `p`, hook `h`: panicked: message, at file:line:column``: one line, if
/// the message is. A closure that was handed in for a call or a few belongs to no plugin, and is called one.
#[derive(Clone)]
pub struct Failure(Arc<Details>);

struct Details {
    hook: &'static HookDescription,
    implementation: Implementation,
    cause: Cause,
}

/// What made an implementation fail.
pub(crate) enum Cause {
    Panicked(Panic),
    Returned(String),
    #[cfg_attr(not(feature = "tokio"), allow(dead_code))] // nobody looks at a clock
    TimedOut(String),
    /// It did not run.
    Quarantined(String),
}

impl From<Infallible> for Cause {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Cause {
    /// That an implementation was given up, after so long.
    #[cfg(feature = "tokio")]
    pub(crate) fn timed_out(limit: Duration, after: Duration) -> Self {
        Self::TimedOut(format!("not ready within {limit:?}: given up after {after:.3?}"))
    }

    /// That a wrapper has kept to itself what is inside of it.
    pub(crate) fn silent_wrapper() -> Self {
        Self::Returned("the wrapper ended without having called `next.call()`".to_owned())
    }

    /// The cause that an error gives, formatted here because formatting is the plugin's code.
    pub(crate) fn returned<E>(fence: &Fence, error: E) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let text = fence.run(|| error.into()).and_then(|error| {
            let text = fence.run(|| error.to_string()).map(|text| {
                // Causes that cannot be told take nothing from the error itself.
                text + &fence.run(|| causes(&*error)).unwrap_or_default()
            });
            // A destructor that panics has nothing to add to the error that it belongs to.
            let _ = fence.run(|| drop(error));
            text
        });
        Self::Returned(text.unwrap_or_else(|panic| {
            format!("an error that panicked when it was asked what it is: {panic}")
        }))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(panic) => write!(f, "panicked: {panic}"),
            Self::Returned(text) | Self::TimedOut(text) => f.write_str(text),
            Self::Quarantined(text) => write!(f, "quarantined: {text}"),
        }
    }
}

/// The messages of the causes of an error, outermost first.
fn causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source()).take(MOST_CAUSES);
    causes.map(|cause| format!(": {cause}")).collect()
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The implementation panicked.
    Panic,
    /// The implementation returned an error.
    Error,
    /// The implementation of an `async` hook was not ready within its time.
    Timeout,
    /// The implementation did not run, because its plugin is in
    /// [quarantine](crate::PluginManager::quarantine). It is a failure where the hook stops on
    /// failure: a gate does not pass because its guard is broken.
    Quarantined,
}

impl FailureKind {
    /// All of them, in the order in which they are declared.
    pub(crate) const ALL: [Self; 4] = [Self::Panic, Self::Error, Self::Timeout, Self::Quarantined];
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panic => "panic",
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::Quarantined => "quarantined",
        })
    }
}

impl Failure {
    pub(crate) fn new(
        hook: &'static HookDescription,
        implementation: Implementation,
        cause: Cause,
    ) -> Self {
        Self(Arc::new(Details { hook, implementation, cause }))
    }

    /// The plugin, by the name under which it is registered; empty for a closure that was handed
    /// in for a call or a few.
    #[must_use]
    pub fn plugin(&self) -> &str {
        &self.0.implementation.plugin
    }

    /// The spec of the hook.
    #[must_use]
    pub fn spec(&self) -> &'static str {
        self.0.hook.spec
    }

    /// The hook.
    #[must_use]
    pub fn hook(&self) -> &'static str {
        self.0.hook.name
    }

    /// The method of the plugin.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.0.implementation.method
    }

    /// The implementation that failed, with the place at which it is written.
    #[must_use]
    pub fn implementation(&self) -> &Implementation {
        &self.0.implementation
    }

    /// Whether it panicked, returned an error, took too long, or was not run at all.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self.0.cause {
            Cause::Panicked(_) => FailureKind::Panic,
            Cause::Returned(_) => FailureKind::Error,
            Cause::TimedOut(_) => FailureKind::Timeout,
            Cause::Quarantined(_) => FailureKind::Quarantined,
        }
    }

    /// What it said: the message of the panic, or of the error and its causes; or why it was not
    /// run.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.0.cause {
            Cause::Panicked(panic) => panic.message(),
            Cause::Returned(text) | Cause::TimedOut(text) | Cause::Quarantined(text) => text,
        }
    }

    /// Where it panicked; `None` for an error.
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        self.panic().and_then(Panic::location)
    }

    /// The backtrace of a panic, if backtraces are on. To print it takes milliseconds.
    #[must_use]
    pub fn backtrace(&self) -> Option<&Backtrace> {
        self.panic().and_then(Panic::backtrace)
    }

    /// What made it fail.
    pub(crate) fn cause(&self) -> &Cause {
        &self.0.cause
    }

    fn panic(&self) -> Option<&Panic> {
        match &self.0.cause {
            Cause::Panicked(panic) => Some(panic),
            Cause::Returned(_) | Cause::TimedOut(_) | Cause::Quarantined(_) => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plugin() {
            "" => write!(f, "a closure of the host, hook `{}`: ", self.hook())?,
            plugin => write!(f, "plugin `{plugin}`, hook `{}`: ", self.hook())?,
        }
        self.0.cause.fmt(f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("plugin", &self.plugin())
            .field("spec", &self.spec())
            .field("hook", &self.hook())
            .field("method", &self.method())
            .field("kind", &self.kind())
            .field("message", &self.message())
            .field("location", &self.location())
            .finish_non_exhaustive()
    }
}

/// Two failures are equal if they are the same: one failure that was cloned.
impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Failure {}

impl Error for Failure {}
