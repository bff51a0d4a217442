//! A method that says the wrong name of its hook.

#![allow(unused_variables)]

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str, guests: u32);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    #[hookimpl(hook = on_oder)]
    fn serve(&self, dish: &str) {}
}

fn main() {}
