//! Where `#[hookimpl]` does not belong.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &str);
}

#[hookimpl]
struct Struct;

#[hookimpl]
fn function() {}

#[hookimpl]
trait Trait {}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Cook {
    fn on_order(&self) {}
}

#[derive(Default, Plugin)]
struct Waiter;

impl Waiter {
    #[hookimpl(tryfirst)]
    fn on_order(&self) {}
}

fn main() {}
