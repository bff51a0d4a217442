//! An argument that cannot be kept keeps an implementation out of the background, and no other.

use hooks_core::{Plugin, hookimpl, hookspec};

struct Dish;

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &Dish);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self) {}

    #[hookimpl(background, hook = on_order)]
    fn later(&self) {}
}

fn main() {}
