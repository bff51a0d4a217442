//! For tests of plugins: a host that writes down what happens, and tells of every failure.
//!
//! A plugin author has no host at hand. A [`Host`] is one: it registers the plugin, lets the test
//! call hooks, and knows afterwards which implementation ran, in which order, and how it ended.
//!
//! ```
//! use hooks_core::{Plugin, hookimpl, hookspec, testing::Host};
//!
//! #[hookspec]
//! trait Kitchen {
//!     /// Asks who cooks a dish. The first answer wins.
//!     #[hook(firstresult)]
//!     fn cook(&self, dish: &str) -> Option<String>;
//! }
//!
//! #[derive(Default, Plugin)]
//! #[plugin(name = "soup-cook")]
//! struct SoupCook;
//!
//! #[hookimpl]
//! impl Kitchen for SoupCook {
//!     fn cook(&self, dish: &str) -> Option<String> {
//!         (dish == "soup").then(|| "the soup cook".to_owned())
//!     }
//! }
//!
//! let host = Host::of(SoupCook);
//! let kitchen = host.hooks::<Kitchen>();
//! assert_eq!(kitchen.cook("soup").as_deref(), Some("the soup cook"));
//! assert_eq!(kitchen.cook("salad"), None);
//! host.expect(&kitchen.cook).called(2).answered(["soup-cook"]).passed(["soup-cook"]);
//! ```
//!
//! **Failures.** The fence keeps quiet what a plugin does wrong, and a test must not. When a host
//! is dropped and implementations have failed for which the test did not ask, by
//! [`Host::failures`] or [`Expect::failed`], the host panics and says which plugin failed, in which
//! hook, how and where. So it does when a plugin panics while it is dropped. In a test that panics
//! anyway it prints the same, since that is often why.
//!
//! **Background.** What is delivered in the background is waited for before anything is told, for
//! a minute at most.
//!
//! **Arguments.** A test knows the arguments of the calls that it makes. Those of other calls,
//! which plugins make or the code of a program, it sees through a [`Probe`].
//!
//! **Time.** A hook that is awaited is awaited by the test, on the runtime of the test. Virtual time
//! is that of the runtime: with tokio, `#[tokio::test(start_paused = true)]`.

// A host
mod host;
// writes down each call,
mod record;
// which a test has expectations of,
mod expect;
// and whose arguments it may want to see.
mod probe;

pub use expect::Expect;
pub use host::Host;
pub use probe::{Probe, Silence};
pub use record::Call;
