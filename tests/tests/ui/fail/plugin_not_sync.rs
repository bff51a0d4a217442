//! Several threads may call a plugin at once.

use std::cell::Cell;

use hooks_core::Plugin;

#[derive(Default, Plugin)]
struct Cook {
    dishes: Cell<u32>,
}

fn main() {}
