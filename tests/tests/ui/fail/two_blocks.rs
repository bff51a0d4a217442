//! Two blocks of one spec for one plugin.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str);

    /// A meal is ready.
    fn on_meal(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self) {}
}

#[hookimpl]
impl Kitchen for Cook {
    fn on_meal(&self) {}
}

fn main() {}
