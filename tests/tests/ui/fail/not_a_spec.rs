//! Implementations of a trait that is no spec.

use hooks_core::{Plugin, hookimpl};

trait Kitchen {
    fn on_order(&self);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self) {}
}

fn main() {}
