//! What excludes the background, seen from the implementation.

use hooks_core::{Next, Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &str);

    /// Documented.
    #[hook(firstresult)]
    fn cook(&self) -> Option<u32>;
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(wrapper, background)]
    fn on_order(&self, next: Next<'_, OnOrderArgs<'_>>) {
        next.call();
    }

    #[hookimpl(background, firstresult)]
    fn cook(&self) -> Option<u32> {
        None
    }
}

fn main() {}
