//! What an implementation keeps while it waits may go to another thread.

use std::rc::Rc;

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Post {
    /// Documented.
    async fn on_letter(&self, letter: &str);
}

#[derive(Default, Plugin)]
struct Clerk;

#[hookimpl]
impl Post for Clerk {
    async fn on_letter(&self, letter: &str) {
        let kept = Rc::new(letter.len());
        std::future::ready(()).await;
        println!("{kept}");
    }
}

fn main() {}
