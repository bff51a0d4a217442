//! An `async fn` implements a hook that is none.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    async fn on_order(&self, dish: &str) {
        let _ = dish;
    }
}

fn main() {}
