//! Who shows a run while it happens.

use crate::event::Event;
use crate::state::State;

/// Sees every event of a run, on the thread of the run, after the plugins did. The command line
/// shows progress through one; a run that nobody watches takes [`Unwatched`].
pub trait Observer {
    /// Runs `plugins_speak`, in which plugins may write to the terminal. An observer that draws on
    /// it makes room first.
    fn make_room(&mut self, plugins_speak: &mut dyn FnMut()) {
        plugins_speak();
    }

    /// Sees an event, and the state that it has led to.
    fn saw(&mut self, event: &Event, state: &State);
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Observer for Unwatched {
    fn saw(&mut self, _: &Event, _: &State) {}
}
