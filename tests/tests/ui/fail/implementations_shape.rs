//! What a block of implementations is not.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &str);
}

struct Cook<T>(T);

#[hookimpl]
impl<T> Kitchen for Cook<T> {
    fn on_order(&self) {}
}

#[derive(Default, Plugin)]
struct Waiter;

#[hookimpl]
impl !Kitchen for Waiter {}

#[derive(Default, Plugin)]
struct Guest;

#[hookimpl]
impl Kitchen for Guest {
    const HUNGER: u32 = 3;

    type Dish = String;

    fn on_order(&self) {}
}

fn main() {}
