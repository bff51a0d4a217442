//! What the tests share.

mod deadline;
mod journal;
mod order;
mod process;
mod stage;
mod tracing;

pub(crate) use deadline::within_the_deadline;
pub(crate) use journal::{Bomb, Journal};
pub(crate) use order::by_band;
pub(crate) use process::in_a_process_of_its_own;
pub(crate) use stage::{
    Asked, Stage, Teller, asked, chooser, failing, first_teller, last_teller, teller,
};
pub(crate) use tracing::{Event, Told, recorded, recorded_everywhere};

use hooks_core::PluginManager;

/// A manager with these plugins, registered under these names in this order.
pub(crate) fn manager_of<P: hooks_core::Plugin, N: AsRef<str>>(
    plugins: impl IntoIterator<Item = (N, P)>,
) -> PluginManager {
    let manager = PluginManager::new();
    for (name, plugin) in plugins {
        manager.register_as(name.as_ref(), plugin).unwrap();
    }
    manager
}
