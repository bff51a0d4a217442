//! A wrapper reaches what the hook passes as `&mut` through `next`.

use hooks_core::{Next, Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &mut u32);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(wrapper)]
    fn on_order(&self, dish: &u32, next: Next<'_, OnOrderArgs<'_>>) {
        println!("{dish}");
        next.call();
    }
}

fn main() {}
