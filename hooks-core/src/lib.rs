//! A typed hook framework. (front page to come)

// Generated code names this crate as `::hooks_core`, here as everywhere.
extern crate self as hooks_core;

// What a hook is, and who implements it.
mod spec;
// And who does.
mod plugin;

// The implementations of one hook, in call order.
mod order;
// A table of them.
mod table;

// A call runs a table.
mod fence;
// Inside of the fence.
mod dispatch;

// What came of it.
mod report;

// Plugins come and go.
mod manager;
// Found by the linker.
mod discover;
// Suggestions.
mod names;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use discover::{
    DiscoverError, Discovered, Discovery, Fate, Selection, SelectionList, UnknownName,
};
pub use dispatch::{Collect, FirstResult, Kind, Notify};
pub use fence::{Location, Panic};
pub use hooks_macros::{Plugin, hookimpl, hookspec, link_plugins};
pub use manager::{CallOrder, PluginInfo, PluginManager, RegisterError, UnknownPlugin};
pub use order::Band;
pub use plugin::{Implementation, Plugin, PluginMetadata};
pub use report::{Failure, FailureKind, Outcome, Report, SkipReason, Verdict};
pub use spec::{ArgumentDescription, Hook, HookDescription, HookKind, Output, Spec};
pub use table::{AnyTable, Table};
