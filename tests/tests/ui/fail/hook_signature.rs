//! What a hook is not.

use std::sync::Arc;

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    fn with_a_body(&self) {
        println!("cooked");
    }

    /// Documented.
    fn generic<T>(&self, value: T);

    /// Documented.
    fn bounded(&self, value: u32)
    where
        u32: Copy;

    /// Documented.
    fn with_lifetimes<'a>(&self, first: &'a str, second: &'a str);

    /// Documented.
    const fn constant(&self);

    /// Documented.
    unsafe fn dangerous(&self);

    /// Documented.
    extern "C" fn foreign(&self);

    /// Documented.
    fn without_receiver(value: u32);

    /// Documented.
    fn consuming(self);

    /// Documented.
    fn exclusive(&mut self);

    /// Documented.
    fn counted(self: Arc<Self>);
}

fn main() {}
