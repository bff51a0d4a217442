//! The state machine of a run: every change goes through [`Machine::apply`], and hooks are called
//! there and nowhere else.
//!
//! ```text
//! event ──► State::change ──► hooks ──► observer
//!           legal or not      plugins   the screen
//! ```
//!
//! Each event is applied once and calls its hook once. What may happen how often is therefore a
//! question of which events are legal when, and that is written down in one place, [`State`].

use bernstein_hooks::{BernsteinSpec, Usd};

use crate::event::Event;
use crate::observer::Observer;
use crate::state::{IllegalEvent, State};
use crate::tally::Tally;

/// The state of a run, together with everyone who is told of its changes.
pub(crate) struct Machine<'run> {
    state: State,
    hooks: BernsteinSpec,
    tally: Tally,
    observer: &'run mut dyn Observer,
}

impl<'run> Machine<'run> {
    pub(crate) fn new(
        state: State,
        hooks: BernsteinSpec,
        tally: Tally,
        observer: &'run mut dyn Observer,
    ) -> Self {
        Self { state, hooks, tally, observer }
    }

    /// The transition function: changes the state, calls the hook that belongs to the change, and
    /// shows both.
    ///
    /// # Errors
    ///
    /// When the event cannot happen in the present state. Nothing has changed then, and nobody was
    /// told.
    pub(crate) fn apply(&mut self, event: &Event) -> Result<(), IllegalEvent> {
        let crossed = self.state.change(event)?;
        let Self { state, hooks, tally, observer } = self;
        observer.happened();
        let mut told = Ok(());
        observer.make_room(&mut || told = call_hooks(hooks, tally, state, event, &crossed));
        told?;
        observer.saw(event, state);
        Ok(())
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Lets go of the hooks, and so of the plugins, and keeps what is known about the run.
    pub(crate) fn finish(self) -> (State, Tally) {
        (self.state, self.tally)
    }
}

/// Calls the hook that belongs to a change of the state, and counts what came of it.
fn call_hooks(
    hooks: &BernsteinSpec,
    tally: &mut Tally,
    state: &State,
    event: &Event,
    crossed: &[Usd],
) -> Result<(), IllegalEvent> {
    let hooks = hooks.reported();
    match event {
        Event::TaskOpened { task } => {
            tally.count(&hooks.on_task_created(&state.record(task)?.task));
        }
        Event::TaskClaimed { task, agent } => {
            tally.count(&hooks.on_task_claimed(&state.record(task)?.task, agent));
        }
        Event::AgentSpawned { agent, adapter, model, .. } => {
            let role = &state.agent(agent)?.role;
            tally.count(&hooks.on_agent_spawned(agent, role, adapter, model.as_ref()));
        }
        Event::TokensSpent { .. } => {
            for threshold in crossed {
                tally.count(&hooks.on_cost_threshold(state.budget().spent(), *threshold));
            }
        }
        Event::AgentDied { agent, exit } => tally.count(&hooks.on_agent_died(agent, exit)),
        Event::GateChecked { task, outcome } if outcome.blocks() => {
            let task = &state.record(task)?.task;
            tally.count(&hooks.on_quality_gate_failure(task, &outcome.gate, outcome));
        }
        Event::TaskCompleted { task, result } => {
            tally.count(&hooks.on_task_completed(&state.record(task)?.task, result));
        }
        Event::TaskFailed { task, error } => {
            tally.count(&hooks.on_task_failed(&state.record(task)?.task, error));
        }
        Event::GateChecked { .. } | Event::TaskBlocked { .. } | Event::TaskCancelled { .. } => {}
    }
    Ok(())
}
