//! The `next` of one hook is not that of another.

use hooks_core::{Next, Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn dishes(&self) -> String;
    /// Documented.
    fn drinks(&self) -> String;
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(wrapper)]
    fn dishes(&self, next: Next<'_, DrinksArgs>) {
        next.call();
    }
}

fn main() {}
