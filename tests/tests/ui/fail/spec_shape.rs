//! What a spec is not.

use hooks_core::hookspec;

#[hookspec]
struct Struct {
    field: u32,
}

#[hookspec]
fn function() {}

#[hookspec]
trait Generic<T> {
    /// Documented.
    fn of_generic(&self, value: u32);
}

#[hookspec]
trait Bounded
where
    u32: Copy,
{
    /// Documented.
    fn of_bounded(&self, value: u32);
}

#[hookspec]
trait Child: Clone + Send {
    /// Documented.
    fn of_child(&self, value: u32);
}

#[hookspec]
unsafe trait Unsafe {
    /// Documented.
    fn of_unsafe(&self, value: u32);
}

#[hookspec]
trait Empty {}

#[hookspec]
trait Items {
    /// Documented.
    fn of_items(&self, value: u32);

    const LIMIT: u32;

    type Answer;
}

fn main() {}
