//! From the model to code. Nothing here reports an error.

mod hook;
mod implementations;
mod lifetimes;
mod links;
mod plugin;
mod spec;

pub(crate) use implementations::implementations;
pub(crate) use links::links;
pub(crate) use plugin::plugin;
pub(crate) use spec::spec;
