//! A value that flows through a hook: how often it is copied, and what it is then.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hooks_core::{Closures, Method, Next, PluginManager, hookspec};

/// A value that counts its copies.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    number: u32,
    copies: Arc<AtomicUsize>,
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.copies.fetch_add(1, Ordering::Relaxed);
        Self { number: self.number, copies: Arc::clone(&self.copies) }
    }
}

/// A river.
#[hookspec]
trait River {
    /// Flows.
    #[hook(waterfall)]
    fn flow(&self, #[flow] water: Counted) -> Counted;
}

/// A plugin that adds to what it gets its own copy of.
fn adder(number: u32) -> Closures<River> {
    Closures::<River>::new(move |hooks| {
        hooks.flow().implementation(Method::here("add"), move |args| {
            let mut water = args.water.clone();
            water.number += number;
            water
        });
    })
}

/// What flows out of the hook, and how often it was copied.
fn flow(plugins: &PluginManager) -> (u32, usize) {
    let water = plugins.hooks::<River>().flow(Counted { number: 1, ..Counted::default() });
    (water.number, water.copies.load(Ordering::Relaxed))
}

#[test]
fn what_nobody_touches_is_not_copied() {
    assert_eq!(flow(&PluginManager::new()), (1, 0));
}

#[test]
fn what_flows_is_copied_for_implementations_only() {
    let plugins = PluginManager::new();
    for (name, number) in [("ten", 10), ("twenty", 20), ("thirty", 30)] {
        plugins.register_closures(name, adder(number)).unwrap();
    }
    assert_eq!(flow(&plugins), (61, 3));
}

#[test]
fn a_wrapper_costs_no_copy_and_sees_what_flows_out() {
    let plugins = PluginManager::new();
    plugins.register_closures("ten", adder(10)).unwrap();
    let doubles = Closures::<River>::new(|hooks| {
        hooks.flow().wrapper(Method::here("double"), |next: Next<'_, FlowArgs>| {
            next.call().number *= 2;
            Ok(())
        });
    });
    plugins.register_closures("doubles", doubles).unwrap();
    assert_eq!(flow(&plugins), (22, 1));
}

#[test]
fn what_everybody_failed_to_change_flows_on() {
    let plugins = PluginManager::new();
    let dam = Closures::<River>::new(|hooks| {
        hooks.flow().implementation(Method::here("dam"), |_| panic!("no way through"));
    });
    plugins.register_closures("dam", dam).unwrap();
    assert_eq!(flow(&plugins).0, 1);
}
