//! A gate cannot be in the background.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(on_failure = stop)]
    fn on_order(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(background)]
    fn on_order(&self, dish: &str) {
        println!("{dish}");
    }
}

fn main() {}
