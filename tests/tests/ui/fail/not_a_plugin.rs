//! Implementations for a type that is no plugin.

use hooks_core::{hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str);
}

struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self) {}
}

fn main() {}
