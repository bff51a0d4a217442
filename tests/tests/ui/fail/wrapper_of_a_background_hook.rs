//! A background hook takes no wrappers.

use hooks_core::{Next, Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(background)]
    fn on_order(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(wrapper)]
    fn on_order(&self, next: Next<'_, OnOrderArgs<'_>>) {
        next.call();
    }
}

fn main() {}
