//! What flows is what is returned.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(waterfall)]
    fn cook(&self, #[flow] dish: u32) -> String;
}

fn main() {}
