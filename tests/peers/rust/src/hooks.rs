//! This framework.

use std::hint::black_box;

use hooks_core::{Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

/// What is added up.
#[hookspec]
pub(crate) trait Sum {
    /// Lets each implementation add to a total.
    fn add(&self, total: &mut u64);

    /// Asks each implementation for its number.
    fn number(&self) -> u64;
}

struct Adder(u64);

impl Plugin for Adder {
    const METADATA: PluginMetadata = PluginMetadata::new("adder");
}

#[hookimpl]
impl Sum for Adder {
    fn add(&self, total: &mut u64) {
        *total += self.0;
    }

    fn number(&self) -> u64 {
        self.0
    }
}

/// Hooks that see plugins come and go.
pub(crate) fn live(numbers: impl Iterator<Item = u64>) -> Sum {
    let plugins = PluginManager::new();
    for number in numbers {
        plugins.register_as(&format!("adder-{number}"), Adder(number)).expect("the names differ");
    }
    plugins.hooks::<Sum>()
}

/// A call in which each implementation adds to a total.
pub(crate) fn add(hooks: Sum) -> impl FnMut() -> u64 {
    let mut total = Box::new(0);
    move || {
        *total = 0;
        black_box(&hooks).add(&mut total);
        *total
    }
}

/// A call that asks each implementation for its number.
pub(crate) fn collect(hooks: Sum) -> impl FnMut() -> u64 {
    move || black_box(black_box(&hooks).number()).iter().sum()
}
