//! Who shows a run while it happens.

use crate::event::Event;
use crate::state::State;

/// Sees every event of a run, on the thread of the run, after the plugins did. The command line
/// shows progress through one; a run that nobody watches takes [`Unwatched`].
pub trait Observer {
    /// An event has happened, and the plugins have not been told of it yet. Whoever keeps times
    /// takes this one: plugins may be slow.
    fn happened(&mut self) {}

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

/// Several observers that see the same run. They make room one inside of the other, and see events
/// in their order.
pub struct Audience<'a>(pub Vec<&'a mut dyn Observer>);

impl Observer for Audience<'_> {
    fn happened(&mut self) {
        self.0.iter_mut().for_each(|observer| observer.happened());
    }

    fn make_room(&mut self, plugins_speak: &mut dyn FnMut()) {
        make_room(&mut self.0, plugins_speak);
    }

    fn saw(&mut self, event: &Event, state: &State) {
        self.0.iter_mut().for_each(|observer| observer.saw(event, state));
    }
}

fn make_room(observers: &mut [&mut dyn Observer], plugins_speak: &mut dyn FnMut()) {
    match observers {
        [] => plugins_speak(),
        [first, rest @ ..] => first.make_room(&mut || make_room(rest, plugins_speak)),
    }
}
