//! An argument by value that the spec lends.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self, dish: String) {
        drop(dish);
    }
}

fn main() {}
