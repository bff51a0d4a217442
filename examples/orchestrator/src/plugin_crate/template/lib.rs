//! A plugin that says hello to every new task.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicUsize, Ordering};

use bernstein_hooks::{BernsteinSpec, Plugin, Task, TaskError, hookimpl};

/// Says hello to every new task, and tells which ones failed.
///
/// The host makes it with `Default`, once per run.
#[derive(Debug, Default, Plugin)]
pub struct PluginType {
    // Hooks get `&self`: what changes is atomic, or behind a lock.
    greeted: AtomicUsize,
}

impl PluginType {
    /// How many tasks it has said hello to.
    pub fn greeted(&self) -> usize {
        self.greeted.load(Ordering::Relaxed)
    }
}

// Each method implements the hook of its name, and takes those arguments of the hook that it
// needs, by their names. `bernstein hooks list` shows every hook.
#[hookimpl]
impl BernsteinSpec for PluginType {
    fn on_task_created(&self, task: &Task) {
        self.greeted.fetch_add(1, Ordering::Relaxed);
        println!("hello, {}", task.title);
    }

    fn on_task_failed(&self, task: &Task, error: &TaskError) {
        println!("{} failed: {error}", task.title);
    }
}
