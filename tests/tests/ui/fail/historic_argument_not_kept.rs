//! A historic hook clones its arguments.

use hooks_core::hookspec;

struct Dish;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(historic)]
    fn on_order(&self, dish: &Dish);
}

fn main() {}
