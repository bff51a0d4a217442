//! Hooks for Rust programs: a host declares them, plugins implement them, and each plugin is one
//! line in the host's `Cargo.toml`.
//!
//! The arguments and answers of a hook are typed and checked by the compiler; implementations
//! take the arguments that they need, by name. Every implementation runs inside of a fence: when
//! it panics or fails, the others still run, the host lives, and the failure is on record with
//! its plugin, its hook, its message and its source location.
//!
//! # A host
//!
//! ```standalone_crate
//! use hooks_core::{PluginManager, hookspec};
//!
//! /// What happens in the kitchen.
//! #[hookspec]
//! pub trait Kitchen {
//!     /// Called when an order comes in.
//!     fn on_order(
//!         &self,
//!         /// What the guest asked for.
//!         dish: &str,
//!         /// How many of it.
//!         count: u32,
//!     );
//!
//!     /// Asks what can be put into a dish.
//!     fn ingredients(&self, dish: &str) -> String;
//!
//!     /// Asks who cooks a dish. The first answer wins.
//!     #[hook(firstresult)]
//!     fn cook(&self, dish: &str) -> Option<String>;
//! }
//!
//! // Every plugin that is linked into this program; here there is none.
//! let plugins = PluginManager::discover()?;
//! let kitchen = plugins.hooks::<Kitchen>();
//! kitchen.on_order("soup", 2);
//! assert!(kitchen.ingredients("soup").is_empty());
//! assert_eq!(kitchen.cook("soup"), None);
//! # Ok::<(), hooks_core::DiscoverError>(())
//! ```
//!
//! [`#[hookspec]`](hookspec) puts a struct in the place of the trait: the typed hook table, with a
//! public [`Table`] and a call method per hook.
//!
//! # A plugin
//!
//! ```standalone_crate
//! # use hooks_core::{Plugin, PluginManager, hookimpl, hookspec};
//! # #[hookspec]
//! # pub trait Kitchen {
//! #     /// Called when an order comes in.
//! #     fn on_order(&self, dish: &str, count: u32);
//! #     /// Asks what can be put into a dish.
//! #     fn ingredients(&self, dish: &str) -> String;
//! #     /// Asks who cooks a dish.
//! #     #[hook(firstresult)]
//! #     fn cook(&self, dish: &str) -> Option<String>;
//! # }
//! /// Cooks soup.
//! #[derive(Default, Plugin)]
//! pub struct SoupCook;
//!
//! #[hookimpl]
//! impl Kitchen for SoupCook {
//!     // Takes one of the two arguments.
//!     fn on_order(&self, count: u32) {
//!         println!("{count} more");
//!     }
//!
//!     #[hookimpl(tryfirst)]
//!     fn cook(&self, dish: &str) -> Option<String> {
//!         (dish == "soup").then(|| "the soup cook".to_owned())
//!     }
//! }
//! # let plugins = PluginManager::discover()?;
//! # assert_eq!(plugins.hooks::<Kitchen>().cook("soup").as_deref(), Some("the soup cook"));
//! # Ok::<(), hooks_core::DiscoverError>(())
//! ```
//!
//! The plugin crate depends on the crate that defines `Kitchen`; the host depends on the plugin
//! crate, and says [`link_plugins!`] once.
//!
//! # What a call does
//!
//! | the spec says | a call returns | |
//! |---|---|---|
//! | `fn h(&self, …)` | `()` | every implementation is told |
//! | `fn h(&self, …) -> T` | `Vec<T>` | every implementation is asked; answers in call order |
//! | `fn h(&self, …) -> Option<T>` | `Vec<T>` | the same; `None` adds nothing |
//! | `#[hook(firstresult)] fn h(&self, …) -> Option<T>` | `Option<T>` | asked in call order until one answers |
//! | any of them `-> Result<…, E>` | the same | an `Err` is a failure of the implementation |
//!
//! **Order.** `tryfirst` before plain before `trylast`; within the first two, what was registered
//! last is called first, and within `trylast` it is called last. Discovered plugins are registered
//! in the order of their names; the methods of a plugin in the order in which they are written.
//!
//! **Failures.** An implementation that panics or returns an `Err` has a [`Failure`] on record:
//! one `tracing` error event with the target `hooks_core::failure` and with `plugin` and `hook`
//! among its fields, and an outcome in the [`Report`] of a reported call. Then the next implementation is called. Nothing that was
//! collected is lost; in a `firstresult` hook, the next one is asked.
//!
//! **Time.** A call takes no lock and, where nothing fails, allocates nothing but the vector of
//! answers. Plugins may be registered, unregistered and blocked at any time, from inside of hooks
//! too; a call that runs goes on with what there was when it began.
//!
//! # What the fence cannot hold
//!
//! A plugin is code of the same process. No fence holds a program that is built with
//! `panic = "abort"` ([`PluginManager::isolates`] is `false` then, and discovery warns), `abort`
//! and `exit`, a stack overflow, memory that runs out, a deadlock or an endless loop, a panic that
//! leaves a destructor while another panic unwinds, or one whose own message panics while it is
//! formatted.

// Generated code says `::hooks_core`, in this crate as in every other.
extern crate self as hooks_core;

// A spec says what hooks there are, and a plugin implements them.
mod spec;
// The one who does:
mod plugin;

// The implementations of a hook stand in a table, in an order.
mod order;
// The table itself:
mod table;

// A call runs a table, every implementation inside of the fence.
mod dispatch;
// The fence itself:
mod fence;

// What comes of a call is in its report.
mod report;

// Plugins come and go at the manager.
mod manager;
// Most of them come from the linker,
mod discover;
// and are chosen by names that somebody may mistype.
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
pub use manager::{
    CallOrder, PluginInfo, PluginManager, RegisterError, UnknownPlugin, Unregistered,
};
pub use order::Band;
pub use plugin::{Implementation, Plugin, PluginMetadata};
pub use report::{Failure, FailureKind, Outcome, Report, SkipReason, Verdict};
pub use spec::{ArgumentDescription, Hook, HookDescription, HookKind, Output, Spec};
pub use table::{AnyTable, Table};
