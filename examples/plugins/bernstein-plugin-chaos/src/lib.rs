//! Misbehaves in every way that the fence around plugins holds: an example to see the fence work.
//!
//! With this plugin a run comes out as it would without it. What is to be seen is how the run tells
//! of the plugin.
//!
//! | Environment variable | |
//! |---|---|
//! | `BERNSTEIN_CHAOS` | one of the modes below; read once, when the plugin is made. Not set or empty: `panic` |
//!
//! **It panics at every event unless it is told not to.** Set `BERNSTEIN_CHAOS=off`, or block
//! `bernstein-plugin-chaos`, to be rid of it.
//!
//! | Mode | What it does at every event | What the operator sees |
//! |---|---|---|
//! | `off` | nothing | nothing |
//! | `panic` | panics | a failure that says `chaos at` and the hook, with the line in this crate |
//! | `panic-not-text` | panics with a number instead of a message | a failure that says that there is no text, with the line |
//! | `panic-payload-drop` | panics with a value that panics again when it is dropped | the same |
//! | `panic-nested` | panics, and a destructor panics and catches that while the first one unwinds | the first panic, with its line; nothing of the second |
//! | `panic-caught` | panics and catches it itself | nothing: that is no failure |
//! | `panic-on-thread` | starts a thread that panics, and waits for it | Rust's own message on standard error, and no failure: no hook failed |
//! | `resume` | catches its own panic and lets it go on | the panic, with the line where it began |
//! | `resume-fresh` | unwinds without a panic | a failure without a line, because nobody can know it |
//! | `poison` | panics with its own lock in hand, and from then on at the lock | one failure of the first kind, then failures that speak of a `PoisonError` |
//! | `slow` | sleeps for a twentieth of a second | nothing but a run that takes that much longer |
//! | `print` | prints a line on standard output | the line; under `--json` on standard error, so that the JSON stays JSON |
//!
//! Two more modes leave the events alone:
//!
//! | Mode | What it does | What the operator sees |
//! |---|---|---|
//! | `panic-in-default` | panics when it is made | a plugin that failed to start, with message and line; the run goes on without it |
//! | `panic-in-drop` | panics when it is dropped at the end of the run | an error in the log that names the plugin |
//!
//! With `background-` before it, a mode leaves the events alone too: the plugin does the same in the
//! background of the host, after the end of each task. So `background-panic` panics on the thread
//! that the host has for the plugin, and `background-slow` fills no queue but its own.
//!
//! A mode that does not exist is an error in the log that lists those that do, and works like `off`.
//!
//! # What is not here
//!
//! No fence within a process holds a plugin that aborts, exits, recurses until the stack is full,
//! takes all memory, or never returns; nor one that lets a second panic out of a destructor while a
//! first one unwinds, or panics while the message of a panic is being formatted: Rust ends the
//! process in these cases. So this plugin does nothing of the kind.

#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

// How it may misbehave,
mod mode;
// and how it does.
mod misbehave;

use std::sync::Mutex;

use bernstein_hooks::{BernsteinSpec, Plugin, hookimpl};

pub use mode::{Mode, Place, UnknownMode};

/// A plugin that misbehaves. See the [crate](self) for how.
#[derive(Debug, Plugin)]
pub struct Chaos {
    mode: Mode,
    place: Place,
    /// For the mode that panics with it in hand.
    lock: Mutex<()>,
}

/// Misbehaves as `BERNSTEIN_CHAOS` says.
///
/// # Panics
///
/// In the mode [`Mode::PanicInDefault`].
impl Default for Chaos {
    fn default() -> Self {
        let (mode, place) = mode::from_environment().unwrap_or_else(|error| {
            tracing::error!("{error}; it stays off");
            (Mode::Off, Place::Call)
        });
        assert!(mode != Mode::PanicInDefault, "chaos while the plugin is made");
        Self::with(mode).in_place(place)
    }
}

impl Chaos {
    /// Misbehaves in that mode, whatever the environment says. [`Mode::PanicInDefault`] misbehaves
    /// in `default` only.
    #[must_use]
    pub fn with(mode: Mode) -> Self {
        Self { mode, place: Place::Call, lock: Mutex::new(()) }
    }

    /// The same, in that place.
    #[must_use]
    pub fn in_place(mut self, place: Place) -> Self {
        self.place = place;
        self
    }
}

#[hookimpl]
impl BernsteinSpec for Chaos {
    fn on_task_created(&self) {
        self.misbehave("on_task_created");
    }

    fn on_task_claimed(&self) {
        self.misbehave("on_task_claimed");
    }

    fn on_agent_spawned(&self) {
        self.misbehave("on_agent_spawned");
    }

    fn on_agent_died(&self) {
        self.misbehave("on_agent_died");
    }

    fn on_quality_gate_failure(&self) {
        self.misbehave("on_quality_gate_failure");
    }

    fn on_task_completed(&self) {
        self.misbehave("on_task_completed");
    }

    fn on_task_failed(&self) {
        self.misbehave("on_task_failed");
    }

    fn on_cost_threshold(&self) {
        self.misbehave("on_cost_threshold");
    }

    #[hookimpl(hook = on_task_completed, background)]
    fn after_task_completed(&self) {
        self.misbehave_in_background("on_task_completed");
    }

    #[hookimpl(hook = on_task_failed, background)]
    fn after_task_failed(&self) {
        self.misbehave_in_background("on_task_failed");
    }
}

impl Drop for Chaos {
    fn drop(&mut self) {
        // A second panic while a first one unwinds would end the process.
        if self.mode == Mode::PanicInDrop && !std::thread::panicking() {
            panic!("chaos while the plugin is dropped");
        }
    }
}
