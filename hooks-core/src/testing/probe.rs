//! Sees the arguments of calls.

use std::fmt;
use std::sync::Arc;

use crate::sync::Lock;

/// How the names of probes begin, among those of plugins.
const PREFIX: &str = "hooks_core::testing::Probe ";

/// The name of a probe, by its number.
pub(super) fn name(number: usize) -> String {
    format!("{PREFIX}{number}")
}

pub(super) fn is_probe(plugin: &str) -> bool {
    plugin.starts_with(PREFIX)
}

/// What was picked from the arguments of each call of a hook, in the order of the calls. See
/// [`Host::probe`](super::Host::probe).
pub struct Probe<T>(Arc<Lock<Vec<T>>>);

impl<T> Probe<T> {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// What shows it something.
    pub(super) fn show(&self) -> impl Fn(T) + use<T> {
        let seen = Arc::clone(&self.0);
        move |picked| seen.hold().push(picked)
    }

    /// Takes what it has seen since the last look.
    #[must_use]
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.0.hold())
    }
}

impl<T> fmt::Debug for Probe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("seen", &self.0.hold().len()).finish_non_exhaustive()
    }
}

/// What an implementation may return and have said nothing: `()`, an `Option`, or a `Result` of one
/// of them.
#[diagnostic::on_unimplemented(
    message = "a probe cannot keep silent in a hook whose implementations return `{Self}`",
    label = "every implementation of the hook has to answer",
    note = "register a wrapper, by `PluginManager::register_closures`, that looks at `next.args()`"
)]
pub trait Silence {
    /// No answer.
    #[doc(hidden)]
    fn silence() -> Self;
}

#[diagnostic::do_not_recommend]
impl Silence for () {
    fn silence() {}
}

#[diagnostic::do_not_recommend]
impl<T> Silence for Option<T> {
    fn silence() -> Self {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<T: Silence, E> Silence for Result<T, E> {
    fn silence() -> Self {
        Ok(T::silence())
    }
}
