//! A plain function stands around a hook that is awaited.

use hooks_core::{Next, Plugin, hookimpl, hookspec};

#[hookspec]
trait Post {
    /// Documented.
    async fn on_letter(&self, letter: &str);
}

#[derive(Default, Plugin)]
struct Clerk;

#[hookimpl]
impl Post for Clerk {
    #[hookimpl(wrapper)]
    fn on_letter(&self, next: Next<'_, OnLetterArgs<'_>>) {
        next.call();
    }
}

fn main() {}
