//! Options of `#[hookimpl]` that there are not, or not there.

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
    #[hookimpl(tryfirst, trylast)]
    fn on_order(&self) {}

    #[hookimpl(tryfirst, tryfirst, hook = on_order)]
    fn twice(&self) {}

    #[hookimpl(hook = on_order, hook = on_order)]
    fn named_twice(&self) {}

    #[hookimpl(hook = on_order)]
    #[hookimpl(trylast)]
    #[hookimpl(trylast)]
    fn twice_in_two_attributes(&self) {}

    #[hookimpl(priority = 3, hook = on_order)]
    fn unknown(&self) {}

    #[hookimpl(hook = "on_order")]
    fn quoted(&self) {}

    #[hookimpl(hook = on_order, tryfirst = true)]
    fn valued(&self) {}
}

#[derive(Default, Plugin)]
struct Waiter;

#[hookimpl(tryfirst)]
impl Kitchen for Waiter {
    fn on_order(&self) {}
}

#[derive(Default, Plugin)]
struct Guest;

#[hookimpl(name = "guest")]
impl Kitchen for Guest {
    fn on_order(&self) {}
}

#[derive(Default, Plugin)]
struct Owner;

#[hookimpl(crate = ::hooks_core, crate = ::hooks_core)]
impl Kitchen for Owner {
    fn on_order(&self) {}
}

fn main() {}
