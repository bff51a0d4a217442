//! What flows is cloned for each implementation.

use hooks_core::hookspec;

struct Dish;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(waterfall)]
    fn cook(&self, #[flow] dish: Dish) -> Dish;
}

fn main() {}
