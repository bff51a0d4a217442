//! What a historic hook cannot keep.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(historic)]
    fn changed(&self, dish: &mut u32);

    /// Documented.
    #[hook(historic)]
    fn borrowed(&self, dish: Option<&u32>);
}

fn main() {}
