//! An argument by value of which there cannot be a copy for everybody.

use hooks_core::hookspec;

struct Dish;

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: Dish);
}

fn main() {}
