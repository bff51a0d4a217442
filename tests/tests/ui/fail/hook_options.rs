//! Options of `#[hook]` that there are not.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(lastresult)]
    fn unknown(&self) -> Option<u32>;

    /// Documented.
    #[hook(firstresult, firstresult)]
    fn twice(&self) -> Option<u32>;

    /// Documented.
    #[hook(firstresult)]
    #[hook(firstresult)]
    fn twice_in_two_attributes(&self) -> Option<u32>;

    /// Documented.
    #[hook(firstresult = true)]
    fn valued(&self) -> Option<u32>;

    /// Documented.
    #[hook]
    fn without_options(&self);

    /// Documented.
    #[hookimpl(tryfirst)]
    fn option_of_an_implementation(&self);

    /// Documented.
    #[must_use]
    fn other_attribute(&self) -> u32;
}

fn main() {}
