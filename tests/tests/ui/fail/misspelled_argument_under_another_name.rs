//! An argument that the hook does not have, in a method of another name than the hook.

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
    #[hookimpl(hook = on_order)]
    fn serve(&self, guest: u32) {}
}

fn main() {}
