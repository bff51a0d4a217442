//! Options of `#[hookspec]` that there are not.

use hooks_core::hookspec;

#[hookspec(name = "kitchen")]
trait Named {
    /// Documented.
    fn of_named(&self, value: u32);
}

#[hookspec(crate = ::hooks_core, crate = ::hooks_core)]
trait Twice {
    /// Documented.
    fn of_twice(&self, value: u32);
}

#[hookspec(crate = "hooks_core")]
trait Quoted {
    /// Documented.
    fn of_quoted(&self, value: u32);
}

fn main() {}
