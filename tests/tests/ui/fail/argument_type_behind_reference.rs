//! A reference to another type.

#![allow(unused_variables)]

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, dish: &str, notes: &mut Vec<String>);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self, notes: &mut String) {}
}

fn main() {}
