//! Bernstein: runs coding agents on the tasks of a plan, checks what they did, and tells plugins
//! about it.
//!
//! ```text
//! plan, config ──► run ──► conductor ──► supervisor ──► attempt ──► processes: agents, gates
//!                              │ ▲                         │
//!                              │ └──────── messages ───────┘
//!                              ▼
//!                           machine ──► state, hooks, observer
//! ```
//!
//! - The **conductor** decides, on one ordinary thread: which task is next, what an end means,
//!   whether to try again.
//! - The **machine** is the only way to change the state of a run, and the only place from which
//!   hooks are called.
//! - The **supervisor** makes attempts side by side on a thread of its own, so that a slow plugin
//!   holds up no process.
//! - An **attempt** starts one agent, waits for its end, asks the gates, and tells the conductor
//!   what happens.
//!
//! The library is there so that the binary's plugins and those of its tests are linked in one
//! place.

// The plugins are the dependencies whose names say so. Nothing here names one.
bernstein_hooks::link_plugins!();

// What the operator gives: files,
pub mod source;
// which hold plans
pub mod plan;
// and a configuration;
pub mod config;
// and what is made of them before anything starts.
pub mod folder;
pub mod run;

// What happens in a run,
pub mod budget;
pub mod event;
pub mod state;
// and who is told of it.
pub mod observer;
pub mod tally;
// The two are brought together here.
mod machine;

// What is kept of a run: files, whole or not at all,
pub mod artifact;
mod slots;
// for a viewer of traces,
pub mod trace;
// and for people.
pub mod report;

// Who makes it happen: the one that decides,
mod conductor;
mod queue;
// those that do,
mod attempt;
mod supervisor;
// the agents,
pub mod agent;
mod changes;
// the gates after them,
mod gate;
// and the processes that both are.
mod process;

// What authors of plugins are given.
pub mod plugin_crate;

// What the operator sees.
pub mod cli;
