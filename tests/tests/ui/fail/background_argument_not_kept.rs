//! A background hook clones its arguments.

use hooks_core::hookspec;

struct Dish;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(background)]
    fn on_order(&self, dish: &Dish);
}

fn main() {}
