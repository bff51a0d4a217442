//! Relying on what the spec does not say.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// How long does it take?
    fn minutes(&self, dish: &str) -> Option<u32>;
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(firstresult)]
    fn minutes(&self) -> Option<u32> {
        None
    }
}

fn main() {}
