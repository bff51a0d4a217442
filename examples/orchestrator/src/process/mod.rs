//! Child processes: started in a group of their own, watched, stopped as a group, always waited
//! for.
//!
//! Agents and the commands of gates run through the same few lines here. Nothing in this module
//! knows of tasks.

// How a child is started,
mod site;
// what it is while it runs,
mod group;
// where its output goes,
mod output;
// what stops it,
mod halt;
// and what stops it when the orchestrator is gone.
mod guard;

pub(crate) use group::{Ending, Group, Limits};
pub(crate) use guard::{GUARD_SUBCOMMAND, Guard, guard_main};
pub(crate) use halt::{Halt, HaltWatch};
pub(crate) use output::{HeadTail, Lines, Log, Sink};
pub(crate) use site::{Site, allowed_environment};
