//! A hook and an argument that another crate does not have.

#![allow(unused_variables)]

use bernstein_hooks::{BernsteinSpec, Plugin, Task, hookimpl};

#[derive(Default, Plugin)]
struct Greeter;

#[hookimpl]
impl BernsteinSpec for Greeter {
    fn on_task_craeted(&self, task: &Task) {}

    fn on_task_completed(&self, tsk: &Task) {}
}

fn main() {}
