//! A type that is no plugin, registered.

use hooks_core::PluginManager;

struct Cook;

fn main() {
    let _ = PluginManager::new().register(Cook);
}
