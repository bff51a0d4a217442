//! From the model to code. Nothing here reports an error.

mod implementations;
mod links;
mod names;
mod plugin;
mod spec;

pub(crate) use implementations::implementations;
pub(crate) use links::links;
pub(crate) use plugin::plugin;
pub(crate) use spec::spec;
