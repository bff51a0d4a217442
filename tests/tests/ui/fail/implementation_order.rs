//! Orders that cannot be.

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self);
    /// Documented.
    fn on_meal(&self);
    /// Documented.
    fn on_bill(&self);
    /// Documented.
    fn on_leave(&self);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(tryfirst, trylast)]
    fn on_order(&self) {}

    #[hookimpl(before = "")]
    fn on_meal(&self) {}

    #[hookimpl(after = waiter)]
    fn on_bill(&self) {}

    #[hookimpl(before)]
    fn on_leave(&self) {}
}

fn main() {}
