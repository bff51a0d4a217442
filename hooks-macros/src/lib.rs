//! The macros of `hooks-core`. Use them through that crate, which re-exports them and shows them
//! at work; their manuals are here.
//!
//! # Where the macros find `hooks_core`
//!
//! In the `Cargo.toml` of the crate that uses them. A crate that depends on `hooks-core` has it
//! there, under whatever name. A plugin crate depends on the crate that defines the specs of its
//! host instead: by convention the name of such a crate ends in `-hooks`, and it says
//! `pub use hooks_core;`. For everything else there is `crate = path::to::hooks_core`, on each
//! macro.

use proc_macro::TokenStream;

mod crate_path;
mod errors;
mod fingerprint;
mod manifest;

// Each macro parses into the model, reporting every mistake, and expands what is left.
mod parse;
// What the user's code means,
mod model;
// and what is called how.
mod names;
// The code in its place.
mod expand;

use errors::Errors;

/// Declares hooks: a spec.
///
/// On a trait, whose methods are the hooks. The trait is consumed; a struct of the same name
/// takes its place, the typed hook table:
///
/// - a public field per hook, `Table<…>`, that tells who implements it;
/// - a method per hook, of the same name, that calls it;
/// - `reported()`, the same calls with a report of what every implementation did;
/// - `frozen()`, the same hooks with the plugins of this moment;
/// - `without(&names)`, a live view that leaves plugins out;
/// - `with(|hooks| …)`, the same hooks with closures among the plugins, for a call or a few.
///
/// The host gets one from `PluginManager::hooks::<TheSpec>()`. Beside it stands one arguments
/// struct per hook, `OnOrderArgs` for `on_order`: two specs that have a hook of one name stand in
/// two modules.
///
/// ```
/// use hooks_core::hookspec;
///
/// #[hookspec]
/// pub trait Kitchen {
///     /// Called when an order comes in.
///     fn on_order(
///         &self,
///         /// What the guest asked for.
///         dish: &str,
///         /// How many of it.
///         count: u32,
///     );
///
///     /// Asks who cooks a dish. The first answer wins.
///     #[hook(firstresult)]
///     fn cook(&self, dish: &str) -> Option<String>;
/// }
/// ```
///
/// # A hook
///
/// - takes `&self` and arguments that have a name each; patterns have none;
/// - takes arguments as `&T`, as `&mut T`, which implementations change in turn, or by value, of
///   which every implementation gets a clone;
/// - returns nothing, `T`, `Option<T>`, or a `Result` of one of them, whose error converts into
///   `Box<dyn Error + Send + Sync>`; what it returns, it owns;
/// - has a doc comment, which is its entry in the reference. Arguments may have one;
/// - may be `#[deprecated]`, and so may an argument: who implements or takes it is warned by
///   rustc, at their own line;
/// - is a `fn`, whose calls return, or an `async fn`, whose calls are awaited;
/// - is not generic, and has no body.
///
/// # Options
///
/// On a hook, `#[hook(…)]` takes one kind, and a policy:
///
/// - `firstresult`, where the hook returns `Option<T>`: implementations are asked in call order
///   until one answers.
/// - `waterfall`, where the hook returns the type of its one `#[flow]` argument: each
///   implementation gets what the one before returned. The value is `Clone`.
/// - `historic`: a call is remembered, and replayed to plugins that are registered later. The
///   arguments are `&T` of what is `ToOwned`, as what is `Clone` is, or owned. If the hook returns
///   something, `on_order_then` beside `on_order` takes a closure that gets the answers, those
///   that come later too.
/// - `background`, where the hook returns nothing or `Result<(), E>`: a call puts its arguments,
///   which are those that a historic hook can have, into the queue of each plugin that implements
///   the hook, and returns. Each plugin has a queue and a thread of its own, and gets its
///   deliveries in the order of the calls, those of other background hooks among them.
///   `PluginManager::set_queues` says how long a queue may be and what happens when it is full,
///   `PluginManager::drain` waits for deliveries. The hook takes no wrappers.
/// - `on_failure = stop`: the first failure ends the call, which returns a `Result`.
/// - `concurrent`, on an `async fn`: the implementations are awaited together and not one after the
///   other. Answers stand in call order all the same; with `firstresult`, the earliest in call
///   order that answers wins, and the others are dropped as soon as that is known. The hook has no
///   `&mut` arguments.
/// - `timeout = "5s"`, on an `async fn`: an implementation that is not ready by then has failed,
///   and is dropped. Needs the feature `tokio` of `hooks-core`, and calls that are made on a tokio
///   runtime; without the feature there are no timeouts.
///
/// And what readers of the reference are told:
///
/// - `subject = "orders"`: what the hook has to do with. Hooks of one subject stand together.
/// - `since = "0.2"`: the version of the crate in which the hook came.
/// - `replaced_by = on_order`, on a hook that is `#[deprecated]`: the hook of the same spec that
///   takes its place. rustc's note says so to those who implement or call it.
///
/// On the trait:
///
/// - `#[hookspec(crate = path::to::hooks_core)]`, see the [crate].
///
/// # Evolution
///
/// Implementations take arguments by name, and any subset of them: a new argument breaks no
/// plugin. A new hook does not either.
#[proc_macro_attribute]
pub fn hookspec(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let spec = parse::spec(options.into(), item.into(), &mut errors);
    finish(spec.as_ref().map(expand::spec), errors)
}

/// Implements hooks.
///
/// On `impl TheSpec for ThePlugin`, which looks like an implementation of a trait and is none:
/// the methods stay ordinary methods of the plugin, which its own tests can call, and each is
/// registered as an implementation of the hook of its name.
///
/// ```
/// # use hooks_core::{Plugin, hookimpl, hookspec};
/// # #[hookspec]
/// # pub trait Kitchen {
/// #     /// Called when an order comes in.
/// #     fn on_order(&self, dish: &str, count: u32);
/// #     /// Asks who cooks a dish.
/// #     #[hook(firstresult)]
/// #     fn cook(&self, dish: &str) -> Option<String>;
/// # }
/// # #[derive(Default, Plugin)]
/// # struct SoupCook;
/// #[hookimpl]
/// impl Kitchen for SoupCook {
///     fn on_order(&self, count: u32) {
///         println!("{count} more");
///     }
///
///     #[hookimpl(tryfirst, firstresult)]
///     fn cook(&self, dish: &str) -> Option<String> {
///         (dish == "soup").then(|| "the soup cook".to_owned())
///     }
///
///     #[hookimpl(hook = on_order, trylast)]
///     fn write_down(&self, dish: &str, count: u32) {
///         println!("{count} times {dish}");
///     }
/// }
/// ```
///
/// # A method
///
/// - takes `&self`, and of the arguments of the hook those that it names, in any order;
/// - takes a `&T` as `&T`, a `&mut T` as `&mut T` or `&T`, and a value as that value;
/// - returns what the hook returns in the spec;
/// - is a `fn`, or an `async fn` if the hook is one. An `async` hook takes both; its wrappers are
///   `async`;
/// - may be `#[cfg(…)]`.
///
/// # Options of a method
///
/// - `tryfirst`, `trylast`: before, or after, the implementations that say neither.
/// - `before = "plugin"`, `after = "plugin"`: before, or after, the implementations of that plugin,
///   if it is there. May be given several times.
/// - `wrapper`: stands around the implementations, and takes `next: Next<'_, OnOrderArgs<'_>>` as
///   its last parameter, or `next: AsyncNext<'_, OnOrderArgs<'_>>` if the hook is `async`. Returns
///   nothing, or `Result<(), E>`.
/// - `background`: runs the method on a thread of the plugin, as every method that implements a
///   `background` hook. It is for the plugin that is slower than others, where the hook is a `fn`,
///   returns nothing or `Result<(), E>`, does not stop on failure, and has arguments that can be
///   kept: `&T` of what is `ToOwned`, as what is `Clone` is, or owned. The call is put into the
///   queue of the plugin after all implementations that do not say so have run, and within the
///   wrappers: what a wrapper changes in the arguments, the method gets changed.
/// - `firstresult`: states that the method relies on being the only one that answers. It compiles
///   only if the spec says so too.
/// - `hook = name`: implements the hook `name`, whatever the method is called. So a plugin can
///   implement a hook twice.
///
/// On the block, `#[hookimpl(crate = path::to::hooks_core)]`, see the [crate].
#[proc_macro_attribute]
pub fn hookimpl(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let block = parse::implementations(options.into(), item.into(), &mut errors);
    finish(block.as_ref().map(expand::implementations), errors)
}

/// Makes a type a plugin, and announces it to the programs that link its crate.
///
/// Its version, description, authors and repository are those of its package, and so is its name
/// unless it has one of its own. It is made with `Default`, once, when a host discovers its
/// plugins; so it needs `Default`, and `Send + Sync`, since several threads may call hooks.
///
/// ```
/// use hooks_core::Plugin;
///
/// /// Cooks soup.
/// #[derive(Default, Plugin)]
/// #[plugin(name = "soup")]
/// pub struct SoupCook;
/// ```
///
/// # Options
///
/// - `#[plugin(name = "…")]`: the name, unique in a program. A crate that holds several plugins
///   names all but one.
/// - `#[plugin(crate = path::to::hooks_core)]`, see the [crate].
#[proc_macro_derive(Plugin, attributes(plugin))]
pub fn derive_plugin(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let plugin = parse::plugin(item.into(), &mut errors);
    finish(plugin.as_ref().map(expand::plugin), errors)
}

/// Links the plugin crates among the dependencies of the crate that says so.
///
/// A crate that is listed in `Cargo.toml` and named nowhere in the source is not linked, and its
/// plugins are not there. This macro reads the `Cargo.toml` and names each plugin crate, so that
/// adding a plugin is a matter of one line there:
///
/// ```
/// hooks_core::link_plugins!(prefix = "kitchen-plugin-");
/// ```
///
/// It names every dependency whose package name starts with the prefix, and those that the
/// manifest lists:
///
/// ```toml
/// [package.metadata.hooks]
/// plugins = ["a-package-with-another-name"]
/// ```
///
/// Renamed, optional and inherited dependencies and those of a target are understood. A
/// dependency that should be a plugin and is none does not compile, nor does one that is built
/// with another `hooks-core`: neither goes missing unnoticed.
///
/// Say it in the library of the host, if it has one: what only its `main.rs` links, the host's
/// integration tests do not see. The crate that defines the specs of a host may wrap it, so that
/// hosts need not know the prefix.
#[proc_macro]
pub fn link_plugins(options: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let links = parse::links(options.into(), &mut errors);
    finish(links.as_ref().map(expand::links), errors)
}

/// The expansion of what is right, followed by what is wrong.
fn finish(expansion: Option<proc_macro2::TokenStream>, errors: Errors) -> TokenStream {
    let mut tokens = expansion.unwrap_or_default();
    tokens.extend(errors.into_tokens());
    tokens.into()
}
