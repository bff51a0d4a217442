//! Implementations of a struct that is no spec.

use hooks_core::{Plugin, hookimpl};

struct Kitchen;

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self) {}
}

fn main() {}
