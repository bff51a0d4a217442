//! Who knows that a hook is deprecated may say so where they implement it.

#![deny(warnings)]

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    #[deprecated(note = "implement `on_meal`")]
    fn on_order(
        &self,
        #[deprecated]
        dish: &str,
    );
}

#[derive(Default, Plugin)]
#[plugin(name = "cook")]
struct Cook;

#[hookimpl]
#[allow(deprecated)]
impl Kitchen for Cook {
    fn on_order(&self) {}
}

#[derive(Default, Plugin)]
#[plugin(name = "waiter")]
struct Waiter;

#[hookimpl]
impl Kitchen for Waiter {
    #[allow(deprecated)]
    fn on_order(&self, dish: &str) {
        let _ = dish;
    }
}

fn main() {}
