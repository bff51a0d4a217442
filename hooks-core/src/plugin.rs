//! Who implements hooks: a plugin, what it says of itself, and where its methods stand.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use crate::background::Mailbox;
#[cfg(feature = "tokio")]
use crate::deadline::OwnTimeout;
use crate::order::Band;
use crate::quarantine::{Breaker, Ward};
use crate::queue::Deliveries;
use crate::table::Surroundings;

/// A plugin: a value that implements hooks.
///
/// Derive it. The derived implementation takes the metadata from the `Cargo.toml` of the crate
/// and announces the plugin, so that [`PluginManager::discover`](crate::PluginManager::discover)
/// finds it in every program that links the crate:
///
/// ```
/// use hooks_core::Plugin;
///
/// /// Says hello.
/// #[derive(Default, Plugin)]
/// pub struct Greeter;
///
/// assert_eq!(Greeter::METADATA.name, env!("CARGO_PKG_NAME"));
/// ```
///
/// Implement it by hand for a plugin that is only ever registered by hand, and that discovery is
/// not to find:
///
/// ```
/// use hooks_core::{Plugin, PluginMetadata};
///
/// struct Recorder(Vec<String>);
///
/// impl Plugin for Recorder {
///     const METADATA: PluginMetadata = PluginMetadata::new("recorder");
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a plugin",
    label = "not a plugin",
    note = "write `#[derive(Default, Plugin)]` on `{Self}`"
)]
pub trait Plugin: Send + Sync + 'static {
    /// What the plugin says of itself. Constant, so that no plugin code runs to learn it.
    const METADATA: PluginMetadata;
}

/// A plugin by value, or in an `Arc`: what can be registered.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a plugin",
    label = "not a plugin",
    note = "write `#[derive(Default, Plugin)]` on `{Self}`"
)]
pub trait Shared {
    /// The plugin.
    type Plugin: Plugin;

    /// The plugin in an `Arc`.
    fn share(self) -> Arc<Self::Plugin>;
}

#[diagnostic::do_not_recommend]
impl<P: Plugin> Shared for P {
    type Plugin = P;

    fn share(self) -> Arc<P> {
        Arc::new(self)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Plugin> Shared for Arc<P> {
    type Plugin = P;

    fn share(self) -> Self {
        self
    }
}

/// What a plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PluginMetadata {
    /// The name under which it is registered, blocked and ordered. Unique in a program.
    pub name: &'static str,
    /// The version of its package; empty if unknown.
    pub version: &'static str,
    /// The description of its package; empty if there is none.
    pub description: &'static str,
    /// The authors of its package, separated by `:`; empty if there are none.
    pub authors: &'static str,
    /// The repository of its package; empty if there is none.
    pub repository: &'static str,
    /// The package that holds it; empty if unknown.
    pub package: &'static str,
}

impl PluginMetadata {
    /// Metadata of a plugin that says nothing but its name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, version: "", description: "", authors: "", repository: "", package: "" }
    }

    /// The same, with the version.
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// The same, with the description.
    #[must_use]
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// The same, with the authors, separated by `:` as Cargo gives them.
    #[must_use]
    pub const fn authors(mut self, authors: &'static str) -> Self {
        self.authors = authors;
        self
    }

    /// The same, with the address of the repository.
    #[must_use]
    pub const fn repository(mut self, repository: &'static str) -> Self {
        self.repository = repository;
        self
    }

    /// The same, with the name of the package that holds the plugin.
    #[must_use]
    pub const fn package(mut self, package: &'static str) -> Self {
        self.package = package;
        self
    }
}

/// Where one implementation is written, and how it asks to be ordered.
///
/// `#[hookimpl]` makes one for each method. A host that registers closures makes them itself:
///
/// ```
/// use hooks_core::{Band, Method};
///
/// let method = Method::here("on_order").band(Band::TryFirst).after("greeter");
/// ```
#[derive(Clone, Debug)]
pub struct Method {
    pub(crate) name: Cow<'static, str>,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    pub(crate) band: Band,
    pub(crate) before: Vec<String>,
    pub(crate) after: Vec<String>,
    /// The arguments that it takes; `None` for a closure, which gets all.
    pub(crate) arguments: Option<&'static [&'static str]>,
    pub(crate) is_async: bool,
    pub(crate) background: bool,
}

impl Method {
    /// A method in the plain band, written in `file` at `line`.
    #[must_use]
    pub const fn new(name: &'static str, file: &'static str, line: u32) -> Self {
        Self {
            name: Cow::Borrowed(name),
            file,
            line,
            band: Band::Plain,
            before: Vec::new(),
            after: Vec::new(),
            arguments: None,
            is_async: false,
            background: false,
        }
    }

    /// An implementation in the plain band that is written where this is called.
    #[must_use]
    #[track_caller]
    pub fn here(name: impl Into<Cow<'static, str>>) -> Self {
        let place = Location::caller();
        Self { name: name.into(), ..Self::new("", place.file(), place.line()) }
    }

    /// The same, in another band.
    #[must_use]
    pub fn band(self, band: Band) -> Self {
        Self { band, ..self }
    }

    /// The same, which takes these of the arguments. Used by the expansion of `#[hookimpl]`.
    #[doc(hidden)]
    #[must_use]
    pub fn arguments(self, arguments: &'static [&'static str]) -> Self {
        Self { arguments: Some(arguments), ..self }
    }

    /// The same, as an `async fn`.
    pub(crate) fn awaited(self) -> Self {
        Self { is_async: true, ..self }
    }

    /// The same, on a thread of its plugin.
    pub(crate) fn in_the_background(self) -> Self {
        Self { background: true, ..self }
    }

    /// The same, without anything that it asks of the order.
    pub(crate) fn plain(self) -> Self {
        Self { band: Band::Plain, before: Vec::new(), after: Vec::new(), ..self }
    }

    /// The same, before the implementations of the plugin `name`. A name that no plugin bears asks
    /// for nothing, like the empty one.
    #[must_use]
    pub fn before(mut self, name: impl Into<String>) -> Self {
        self.before.extend(named(name));
        self
    }

    /// The same, after the implementations of the plugin `name`. A name that no plugin bears asks
    /// for nothing, like the empty one.
    #[must_use]
    pub fn after(mut self, name: impl Into<String>) -> Self {
        self.after.extend(named(name));
        self
    }
}

/// The name of a plugin: not the empty one, which closures of one call have.
fn named(name: impl Into<String>) -> Option<String> {
    Some(name.into()).filter(|name| !name.is_empty())
}

/// One registration of a plugin: what all of its implementations share.
pub(crate) struct Origin {
    /// The name under which it is registered; empty for the closures of one call.
    pub(crate) plugin: Arc<str>,
    /// Which registration it is, among all of its manager.
    pub(crate) registration: u64,
    /// The plugin itself, to tell it from others of the same name.
    pub(crate) identity: Weak<dyn Any + Send + Sync>,
    failures: AtomicU64,
    /// How long implementations of `async` hooks may take, if the host has said so.
    #[cfg(feature = "tokio")]
    pub(crate) timeout: OwnTimeout,
    /// Where it gets what it runs in the background; empty if it runs nothing there.
    pub(crate) mailbox: OnceLock<Arc<Mailbox>>,
    /// Empty while quarantine is off.
    breaker: OnceLock<Breaker>,
}

impl Origin {
    pub(crate) fn new(
        plugin: Arc<str>,
        registration: u64,
        identity: Weak<dyn Any + Send + Sync>,
    ) -> Self {
        Self {
            plugin,
            registration,
            identity,
            failures: AtomicU64::new(0),
            #[cfg(feature = "tokio")]
            timeout: OwnTimeout::default(),
            mailbox: OnceLock::new(),
            breaker: OnceLock::new(),
        }
    }

    /// Where it gets what it runs in the background.
    pub(crate) fn mailbox(&self, surroundings: &Surroundings) -> Arc<Mailbox> {
        let Surroundings { around, post } = surroundings;
        let open = || post.open(&self.plugin, self.registration, around);
        Arc::clone(self.mailbox.get_or_init(open))
    }

    /// What became of what it was to run in the background.
    pub(crate) fn deliveries(&self) -> Deliveries {
        self.mailbox.get().map(|mailbox| mailbox.deliveries()).unwrap_or_default()
    }

    /// Puts it under the rules of quarantine. Closures of one call belong to no plugin, and are
    /// not there long enough.
    pub(crate) fn guard(&self, ward: &Arc<Ward>) {
        if !self.plugin.is_empty() {
            self.breaker.get_or_init(|| Breaker::new(Arc::clone(&self.plugin), Arc::clone(ward)));
        }
    }

    #[inline]
    pub(crate) fn breaker(&self) -> Option<&Breaker> {
        self.breaker.get()
    }

    pub(crate) fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }
}

/// What is left in the mailbox is delivered; who would send more has gone.
impl Drop for Origin {
    fn drop(&mut self) {
        if let Some(mailbox) = self.mailbox.get() {
            mailbox.close();
        }
    }
}

/// Whether something implements a hook or stands around those that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "reference", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "reference", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Role {
    /// It implements the hook.
    Implementation,
    /// It stands around the implementations.
    Wrapper,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Implementation => "implementation",
            Self::Wrapper => "wrapper",
        })
    }
}

/// One implementation in a table: who supplies it, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Implementation {
    /// The name under which its plugin is registered; empty for a closure that was handed in for
    /// a call or a few.
    pub plugin: Arc<str>,
    /// The method of the plugin.
    pub method: Cow<'static, str>,
    /// Whether it implements the hook or stands around those that do.
    pub role: Role,
    /// The band in which it stands.
    pub band: Band,
    /// The file in which it is written.
    pub file: &'static str,
    /// The line at which it is written.
    pub line: u32,
    /// The names of the arguments that it takes, in its own order; `None` for a closure, which is
    /// handed all of them and does not say which it looks at.
    pub arguments: Option<&'static [&'static str]>,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// Whether a thread of its plugin runs it, after the call has gone on.
    pub background: bool,
}
