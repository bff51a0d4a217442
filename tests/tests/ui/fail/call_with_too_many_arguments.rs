//! A call with an argument that the hook does not have.

use hooks_core::{PluginManager, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str);
}

fn main() {
    let kitchen = PluginManager::new().hooks::<Kitchen>();
    kitchen.on_order("soup", 4);
}
