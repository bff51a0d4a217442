//! The documentation of a hook is its entry in the reference.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    fn on_order(&self, dish: &str);

    // A comment is no documentation.
    fn on_meal(&self, dish: &str);

    #[doc(hidden)]
    fn on_bill(&self, dish: &str);
}

fn main() {}
