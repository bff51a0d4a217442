//! What a background hook cannot be.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(background)]
    fn answering(&self) -> u32;

    /// Documented.
    #[hook(background)]
    fn optional(&self) -> Result<Option<u32>, String>;

    /// Documented.
    #[hook(background)]
    fn changed(&self, dish: &mut u32);

    /// Documented.
    #[hook(background)]
    fn borrowed(&self, dish: Option<&u32>);

    /// Documented.
    #[hook(background, on_failure = stop)]
    fn stopping(&self);

    /// Documented.
    #[hook(background, firstresult)]
    fn first(&self) -> Option<u32>;

    /// Documented.
    #[hook(waterfall, background)]
    fn flowing(&self, #[flow] dish: u32) -> u32;

    /// Documented.
    #[hook(historic, background)]
    fn remembered(&self);

    /// Documented.
    #[hook(background, background)]
    fn twice(&self);
}

fn main() {}
