//! Whoever implements a deprecated hook is told what takes its place.

#![deny(deprecated)]

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str);

    /// An order came in.
    #[deprecated(since = "0.2.0", note = "there are no tickets any more")]
    #[hook(replaced_by = on_order)]
    fn on_ticket(&self, dish: &str);

    /// An order came in.
    #[deprecated]
    #[hook(replaced_by = on_order)]
    fn on_bell(&self, dish: &str);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_ticket(&self) {}

    fn on_bell(&self) {}
}

fn main() {}
