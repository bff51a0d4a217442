//! What is lent to an implementation that waits may be looked at from another thread.

use std::cell::Cell;

use hooks_core::hookspec;

#[hookspec]
trait Post {
    /// Documented.
    async fn on_letter(&self, count: &Cell<u32>);
}

fn main() {}
