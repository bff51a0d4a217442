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
//! | `#[hook(waterfall)] fn h(&self, #[flow] v: T, …) -> T` | `T` | each gets what the one before returned |
//! | `#[hook(historic)] fn h(&self, …)` | `()` | told, and remembered for plugins that are registered later |
//! | `#[hook(background)] fn h(&self, …)` | `()` | told by a thread of each plugin, after the call has returned |
//! | any of them `-> Result<…, E>` | the same | an `Err` is a failure of the implementation |
//! | any of them `#[hook(on_failure = stop)]` | `Result<…, Failure>` | the first failure ends the call |
//!
//! **Order.** `tryfirst` before plain before `trylast`; within the first two, what was registered
//! last is called first, and within `trylast` it is called last. Discovered plugins are registered
//! in the order of their names; the methods of a plugin in the order in which they are written. On
//! top of that, `before = "plugin"` and `after = "plugin"` move an implementation within this
//! order, as little as needed. [`PluginManager::call_order`] tells why each one stands where it
//! does.
//!
//! **Failures.** An implementation that panics or returns an `Err` has a [`Failure`] on record:
//! one `tracing` error event with the target `hooks_core::failure` and with `plugin` and `hook`
//! among its fields, and an outcome in the [`Report`] of a reported call. Then the next implementation is called. Nothing that was
//! collected is lost; in a `firstresult` hook, the next one is asked; in a waterfall, the value
//! stays what it was. A hook that says `on_failure = stop` is for gates and approvals, which must
//! fail closed: its first failure ends the call, and is what the call returns.
//!
//! **Wrappers.** A [`wrapper`](Next) stands around the implementations of a hook, and around the
//! wrappers after it. It runs what is inside by [`Next::call`], and may change the arguments
//! before and the output after.
//!
//! **Awaiting.** A hook that is an `async fn` is awaited. Its implementations are `async` or plain
//! functions; they are awaited in call order or, where the spec says `concurrent`, together. All
//! else holds as above. The fence stands around each poll, and around whatever is dropped when the
//! call is cancelled. With the feature `tokio`, an implementation that is not ready within the
//! `timeout` of its hook has failed; `PluginManager::set_timeout` sets another one for a plugin.
//!
//! **Background.** A call of a `background` hook keeps its arguments, puts them into the queue of
//! each plugin that implements the hook, and returns. A plugin that knows that it is slow may ask
//! for the same on a plain hook, by `#[hookimpl(background)]` on its method; the others run in the
//! call, and before it is queued. Each plugin has one bounded queue and one thread, so it gets its
//! deliveries in the order in which they were sent, and is slow for nobody but itself.
//! [`PluginManager::set_queues`] says how much room there is and [what happens](WhenFull) when there
//! is none; every drop is counted in [`PluginInfo::deliveries`], told to monitors
//! ([`Monitor::dropped`]), and told of in a `tracing` warning with the target
//! `hooks_core::background`. [`PluginManager::drain`] waits for what was sent, up to a deadline, and
//! says what is left. A plugin that is unregistered, or whose manager is dropped, still gets what
//! waits for it; what waits for one that is blocked is dropped.
//!
//! **Views.** A spec is a live view of its tables. `frozen()` gives the one of this moment,
//! `without(&names)` leaves plugins out, `with(…)` adds closures for a call or a few, and
//! `reported()` has the same calls with reports. A [`Monitor`] is told of every call of every
//! hook.
//!
//! **What an operator sees.** [`PluginManager::measure`] counts the calls of each hook in each
//! plugin and takes their time; [`PluginManager::quarantine`] leaves plugins out that fail again
//! and again. Where somebody listens to `tracing` at the level `debug`, each call of a hook that
//! somebody implements is a span with the target `hooks_core::call`, and each implementation an
//! event with the target `hooks_core::implementation`. None of it costs anything while it is off.
//!
//! **What there is to hook.** [`SpecDescription::all`] tells every spec that is linked into the
//! program, with what its author says of each hook: constant data, that costs nothing until somebody
//! asks. With the feature `reference`, `PluginManager::reference` makes one whole of it, with the
//! implementations in call order and a plugin to begin with for each hook, to be serialised or
//! written as pages of Markdown.
//!
//! **Tests.** [`testing::Host`] is a host for tests of plugins: it knows what ran, and a plugin that
//! fails in it fails the test.
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

// A spec and its hooks are described,
mod description;
// with the schemas of its types,
#[cfg(feature = "reference")]
mod schema;
// is a type,
mod hook;
// is of a kind,
mod kind;
// and has a mode: its calls return, or are awaited.
mod mode;

// A plugin implements hooks by methods.
mod plugin;
// Each is an entry in a table,
mod entry;
// alone or around others,
mod wrapper;
// and has its place in the order.
mod order;

// A call runs what there is at its moment,
mod snapshot;
// all of it inside of a fence,
mod fence;
// in one loop,
mod dispatch;
// or awaited: one after the other,
mod in_turn;
// or together,
mod together;
// inside of what surrounds them,
mod surrounded;
// each fenced while it is under way,
mod underway;
// within its time,
mod deadline;
// while monitors watch,
mod monitor;
// told what became of each implementation,
mod watch;
// and somebody may write it down
mod recorder;
// for a report.
mod report;

// The host may switch on more:
mod gear;
// that calls are told to `tracing`,
mod spans;
// that they are counted,
mod statistics;
// by each thread in its own lane,
mod lane;
// with the time that they take,
mod histogram;
// and that a plugin which fails too often is left out,
mod quarantine;
// by a circuit breaker.
mod circuit;
// All of it costs little where nothing out of the ordinary happens.
mod quiet;

// A table knows who is in it,
mod roster;
// and what it has to tell to those who come later.
mod history;
// The table itself:
mod table;

// What is to run in the background waits in a queue,
mod queue;
// and a thread of the plugin delivers it.
mod background;

// A spec is a set of tables.
mod spec;
// A program has several.
mod specs;
// What a plugin brings is gathered,
mod intake;
// a block of methods for each spec,
mod block;
// or closures.
mod closures;

// Plugins come and go at the manager,
mod manager;
// which may refuse,
mod refusal;
// and gives them back.
mod unregistered;
// Most of them come from the linker,
mod discover;
// those that the host lets in,
mod selection;
// by names that somebody may mistype.
mod names;

// Tests of plugins have a host of their own.
pub mod testing;
// What can be hooked, and who does, is written down for those who want to know.
#[cfg(feature = "reference")]
pub mod reference;

// Underneath: locks and atomics.
mod sync;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use background::{Drained, DropReason, Dropped, Undelivered};
pub use closures::Closures;
#[cfg(feature = "tokio")]
pub use deadline::Timeout;
pub use description::{
    ArgumentDescription, Deprecation, HookDescription, HookKind, HookMode, HookPolicy, Passing,
    SpecDescription,
};
pub use discover::DiscoverError;
pub use fence::{Location, Panic};
pub use hook::{Arguments, Hook, Kind, Mode, Output, Policy};
pub use hooks_macros::{Plugin, hookimpl, hookspec, link_plugins};
pub use intake::{AsyncSlot, ConcurrentSlot, Slot};
pub use kind::{
    Background, Collect, FirstResult, Historic, Isolate, Notify, Stop, Waterfall, Wrappable,
};
pub use manager::{CallOrder, PluginInfo, PluginManager};
pub use mode::{AsyncHook, Concurrent, Sequential, SyncHook, Synchronous};
pub use monitor::{Busy, Monitor, MonitorGuard, MonitoredCall};
pub use order::Band;
pub use plugin::{Implementation, Method, Plugin, PluginMetadata, Role, Shared};
pub use quarantine::{Quarantine, QuarantineChange, QuarantineStep};
pub use queue::{Deliveries, QueueOptions, WhenFull};
pub use refusal::{Blocked, RegisterError, UnknownPlugin};
pub use report::{Failure, FailureKind, Outcome, Report, SkipReason, Verdict};
pub use selection::{Discovered, Discovery, Fate, Selection, SelectionList, UnknownName};
pub use spec::Spec;
pub use statistics::HookStatistics;
pub use table::{AnyTable, Table};
pub use unregistered::Unregistered;
pub use wrapper::{AsyncNext, Next};

/// The examples in these guides are tested with those of this crate.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../docs/order.md")]
    struct Order;

    #[doc = include_str!("../../docs/from-pluggy.md")]
    struct FromPluggy;
}
