//! A hook that is about to go.

#![deny(deprecated)]

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    #[deprecated(note = "implement `on_meal`")]
    fn on_order(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self) {}
}

fn main() {}
