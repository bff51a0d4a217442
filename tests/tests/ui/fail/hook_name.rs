//! Names that a hook cannot have.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &str);

    /// Documented.
    fn on_order(&self, guests: u32);

    /// Documented.
    fn reported(&self);

    /// Documented.
    fn frozen(&self);

    /// Documented.
    #[hook(historic)]
    fn on_open(&self) -> u32;

    /// Documented.
    fn on_open_then(&self);
}

fn main() {}
