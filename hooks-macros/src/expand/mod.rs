//! From the model to code. Nothing here reports an error.

mod combining;
mod description;
mod documentation;
mod hook;
mod implementations;
mod imports;
mod lifetimes;
mod links;
mod plugin;
mod spec;
mod written;

pub(crate) use implementations::implementations;
pub(crate) use links::links;
pub(crate) use plugin::plugin;
pub(crate) use spec::spec;
