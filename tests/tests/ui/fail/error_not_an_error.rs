//! An error that is none.

use hooks_core::hookspec;

struct Burnt;

#[hookspec]
trait Kitchen {
    /// Cooks.
    fn cook(&self) -> Result<u32, Burnt>;
}

fn main() {}
