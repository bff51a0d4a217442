//! A second spec, beside the kitchen.

use hooks_core::hookspec;

/// What happens below the kitchen.
#[hookspec(crate = hooks_core)]
pub trait Cellar {
    /// A bottle is fetched.
    fn on_bottle(&self, wine: &str);

    /// How warm it is, in degrees.
    fn temperature(&self) -> i32;
}
