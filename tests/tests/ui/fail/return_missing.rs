//! No answer to a hook that asks.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// How long does it take?
    fn minutes(&self, dish: &str) -> u32;
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn minutes(&self) {}
}

fn main() {}
