//! Waterfalls that do not fall.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(waterfall)]
    fn without_a_flow(&self, dish: u32) -> u32;

    /// Documented.
    #[hook(waterfall)]
    fn with_two(&self, #[flow] dish: u32, #[flow] drink: u32) -> u32;

    /// Documented.
    #[hook(waterfall)]
    fn by_reference(&self, #[flow] dish: &u32) -> u32;

    /// Documented.
    #[hook(waterfall)]
    fn returns_nothing(&self, #[flow] dish: u32);

    /// Documented.
    fn flows_without_a_waterfall(&self, #[flow] dish: u32) -> u32;
}

fn main() {}
