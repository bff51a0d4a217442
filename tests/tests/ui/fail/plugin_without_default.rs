//! Discovery makes plugins with `Default`.

use hooks_core::Plugin;

#[derive(Plugin)]
struct Cook {
    stove: u32,
}

fn main() {}
