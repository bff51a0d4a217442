//! A call with an argument of another type, and one with an argument too few.

use hooks_core::{PluginManager, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str, guests: u32);
}

fn main() {
    let kitchen = PluginManager::new().hooks::<Kitchen>();
    kitchen.on_order("soup", "four");
    kitchen.reported().on_order("soup");
}
