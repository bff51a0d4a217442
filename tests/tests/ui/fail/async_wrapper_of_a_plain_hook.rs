//! An `async fn` stands around a hook that is none.

use hooks_core::{AsyncNext, Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(wrapper)]
    async fn on_order(&self, next: AsyncNext<'_, OnOrderArgs<'_>>) {
        next.call().await;
    }
}

fn main() {}
