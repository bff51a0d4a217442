//! Calls remembered, for plugins that are registered later.

use std::sync::Arc;

use crate::dispatch;
use crate::fence::{self, Fence};
use crate::hook::Hook;
use crate::hook::Policy;
use crate::kind::Historic;
use crate::mode::SyncHook;
use crate::recorder::Unrecorded;
use crate::report::Failure;
use crate::snapshot::Snapshot;

/// A hook whose arguments can be kept. Implemented by `#[hookspec]` for each historic and each
/// background hook, and for each notify hook of which an implementation may run in the background.
#[doc(hidden)]
pub trait Keeps: SyncHook {
    /// The arguments, owned.
    type Record: Send + Sync + 'static;

    /// Keeps the arguments of a call.
    fn keep(args: &Self::Args<'_>) -> Self::Record;

    /// The arguments of a call that was kept.
    fn lend(record: &Self::Record) -> Self::Args<'_>;
}

/// A hook of which an implementation may run in the background. Implemented by `#[hookspec]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this hook cannot be implemented in the background",
    label = "the call would have to return before the implementation runs",
    note = "that takes a hook that returns nothing or `Result<(), E>`, is neither historic nor \
            `on_failure = stop`, and has arguments that can be kept: `&T`, or a type that owns"
)]
pub trait Defers: Keeps {}

/// Takes the answers to a historic call, those that come later too.
pub(crate) type Taker<H> = Box<dyn Fn(<H as Hook>::Answer) + Send + Sync>;

/// The calls that a table remembers, oldest first.
pub(crate) struct History<H: Hook> {
    past: Vec<Arc<dyn Past<H>>>,
    /// How many calls there were before those in `past`.
    forgotten: usize,
}

impl<H: Hook> History<H> {
    /// The first call that is remembered of those from `position` on, which counts all calls there
    /// ever were.
    pub(crate) fn next(&self, position: usize) -> Option<Recalled<H>> {
        let position = position.max(self.forgotten);
        let past = self.past.get(position - self.forgotten)?;
        Some(Recalled { past: Arc::clone(past), next: position + 1 })
    }

    pub(crate) fn add(&mut self, past: Arc<dyn Past<H>>) {
        self.past.push(past);
    }

    /// Forgets all calls. What it returns is to be dropped once the history is unlocked.
    pub(crate) fn forget(&mut self) -> Vec<Arc<dyn Past<H>>> {
        self.forgotten += self.past.len();
        std::mem::take(&mut self.past)
    }
}

impl<H: Hook> Default for History<H> {
    fn default() -> Self {
        Self { past: Vec::new(), forgotten: 0 }
    }
}

/// A call that was looked up.
pub(crate) struct Recalled<H: Hook> {
    pub(crate) past: Arc<dyn Past<H>>,
    /// The position after it.
    pub(crate) next: usize,
}

/// A call that is remembered.
pub(crate) trait Past<H: Hook>: Send + Sync {
    /// Runs the call through one implementation that was not there at its time.
    ///
    /// # Errors
    ///
    /// The failure that stopped it.
    fn replay(&self, alone: &Snapshot<H>) -> Result<(), Failure>;
}

/// A call of the hook `H` that is remembered.
pub(crate) struct Remembered<H: Keeps> {
    record: H::Record,
    taker: Option<Taker<H>>,
}

impl<H: Keeps<Kind = Historic>> Past<H> for Remembered<H> {
    fn replay(&self, alone: &Snapshot<H>) -> Result<(), Failure> {
        let mut args = H::lend(&self.record);
        let output = dispatch::replay(alone, &mut args, &mut Unrecorded);
        dispatch::release::<H>(args);
        let answers = H::Policy::into_result(output)?;
        // Here, unlike in the call itself, it is not the caller who would hear of a panic.
        let taken = Fence::raise().run(|| self.hand_over(answers));
        if let Err(panic) = taken {
            tracing::error!(
                target: "hooks_core::replay",
                hook = H::DESCRIPTION.name,
                "who takes the answers of a past call panicked: {panic}",
            );
        }
        Ok(())
    }
}

impl<H: Keeps> Remembered<H> {
    pub(crate) fn new(args: &H::Args<'_>, taker: Option<Taker<H>>) -> Self {
        Self { record: H::keep(args), taker }
    }

    /// Hands the answers to whoever asked for them.
    pub(crate) fn hand_over(&self, answers: Vec<H::Answer>) {
        match &self.taker {
            Some(taker) => answers.into_iter().for_each(taker),
            None => fence::dispose_each(answers),
        }
    }
}
