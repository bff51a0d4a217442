//! What the tests share.

mod cook;
mod scratch;

pub(crate) use cook::{PLUGIN, host, host_manifest, plugin, plugin_manifest, with_plugins};
pub(crate) use scratch::{Profile, Scratch, run, workspace_root};
