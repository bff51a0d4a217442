//! A call of a hook that is about to go.

#![deny(deprecated)]

use hooks_core::{PluginManager, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    #[deprecated(note = "call `on_meal`")]
    fn on_order(&self, dish: &str);
}

fn main() {
    let kitchen = PluginManager::new().hooks::<Kitchen>();
    kitchen.on_order("soup");
    kitchen.reported().on_order("soup");
}
