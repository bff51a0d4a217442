//! Kinds of hooks that make no sense.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(firstresult, historic)]
    fn first_and_historic(&self) -> Option<u32>;

    /// Documented.
    #[hook(waterfall, firstresult)]
    fn waterfall_and_first(&self, #[flow] dish: u32) -> Option<u32>;

    /// Documented.
    #[hook(historic, waterfall)]
    fn historic_and_waterfall(&self, #[flow] dish: u32) -> u32;

    /// Documented.
    #[hook(firstresult)]
    fn first_of_nothing(&self);

    /// Documented.
    #[hook(firstresult)]
    fn first_of_what_is_always_there(&self) -> u32;

    /// Documented.
    #[hook(on_failure = explode)]
    fn unknown_policy(&self);

    /// Documented.
    #[hook(on_failure = stop, on_failure = stop)]
    fn two_policies(&self);

    /// Documented.
    #[hook(on_failure)]
    fn no_policy(&self);
}

fn main() {}
