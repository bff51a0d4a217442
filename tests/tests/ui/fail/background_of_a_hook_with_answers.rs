//! Nobody waits for an answer from the background.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn ingredients(&self, dish: &str) -> String;
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(background)]
    fn ingredients(&self, dish: &str) -> String {
        dish.to_owned()
    }
}

fn main() {}
