//! What an implementation is not.

#![allow(unused_variables)]

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    fn on_order(&self, dish: &str, place: (u32, u32));
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(hook = on_order)]
    fn generic<T>(&self) {}

    #[hookimpl(hook = on_order)]
    fn with_a_lifetime<'a>(&self, dish: &'a str) {}

    #[hookimpl(hook = on_order)]
    async fn asynchronous(&self) {}

    #[hookimpl(hook = on_order)]
    unsafe fn dangerous(&self) {}

    #[hookimpl(hook = on_order)]
    fn without_receiver(dish: &str) {}

    #[hookimpl(hook = on_order)]
    fn consuming(self, dish: &str) {}

    #[hookimpl(hook = on_order)]
    fn exclusive(&mut self, dish: &str) {}

    #[hookimpl(hook = on_order)]
    fn pattern(&self, (table, seat): (u32, u32)) {}

    #[hookimpl(hook = on_order)]
    fn nameless(&self, _: &str) {}
}

fn main() {}
