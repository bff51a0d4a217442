//! An argument that the spec does not let anybody change.

#![allow(unused_variables)]

use hooks_core::{Plugin, hookimpl, hookspec};

#[hookspec]
trait Kitchen {
    /// An order came in.
    fn on_order(&self, notes: &Vec<String>);
}

#[derive(Default, Plugin)]
struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn on_order(&self, notes: &mut Vec<String>) {}
}

fn main() {}
