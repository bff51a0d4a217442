//! A wrapper changes the output in place.

use hooks_core::{Next, Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn dishes(&self) -> String;
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(wrapper)]
    fn dishes(&self, next: Next<'_, DishesArgs>) -> Vec<String> {
        next.call().clone()
    }
}

fn main() {}
