//! Wrappers that cannot stand around anything.

use hooks_core::{Next, Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &mut u32);
    /// Documented.
    fn on_meal(&self);
    /// Documented.
    #[hook(firstresult)]
    fn cook(&self) -> Option<u32>;
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(wrapper)]
    fn on_order(&self, dish: &mut u32, next: Next<'_, OnOrderArgs<'_>>) {
        *dish += 1;
        next.call();
    }

    #[hookimpl(wrapper)]
    fn on_meal(&self) {}

    #[hookimpl(wrapper, firstresult)]
    fn cook(&self, next: Next<'_, CookArgs>) {
        next.call();
    }
}

fn main() {}
