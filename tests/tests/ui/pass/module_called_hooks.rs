//! A crate of specs under a name that the user likes.

#![deny(warnings)]

use bernstein_hooks as hooks;

#[hooks::hookspec]
trait Kitchen {
    /// A task came in.
    fn on_task(&self, task: &hooks::Task);
}

#[derive(Default, hooks::Plugin)]
struct Greeter;

#[hooks::hookimpl]
impl hooks::BernsteinSpec for Greeter {
    fn on_task_created(&self, task: &hooks::Task) {
        let _ = task;
    }
}

fn main() {
    let plugins = hooks::PluginManager::discover().unwrap();
    let _ = plugins.hooks::<Kitchen>();
}
