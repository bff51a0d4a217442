//! Plugins come and go: validate everything, then change the tables.
//!
//! The manager holds who is registered and a set of tables per spec. Its lock is held for its own
//! bookkeeping only; plugin code never runs under it, so every method may be called from inside
//! of a hook.

use std::any::{Any, TypeId, type_name};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::discover::{self, DiscoverError, Discovery, Selection};
use crate::fence;
use crate::names;
use crate::order::Sequence;
use crate::plugin::{Implementation, Implements, Method, Origin, Plugin, PluginMetadata};
use crate::spec::{Hook, HookDescription, Spec};
use crate::table::{AnyEntry, AnyTable, Entry, Table, report_drop};

/// Holds the plugins of a program and the tables of their hooks.
///
/// A cheap handle: clones share the same plugins. Dropping the last handle, and the last spec
/// that came from it, drops the plugins.
///
/// ```
/// use hooks_core::{Plugin, PluginManager, hookimpl, hookspec};
///
/// #[hookspec]
/// trait Kitchen {
///     /// Asks for the ingredients of a salad.
///     fn ingredients(&self, guests: u32) -> String;
/// }
///
/// #[derive(Default, Plugin)]
/// struct Gardener;
///
/// #[hookimpl]
/// impl Kitchen for Gardener {
///     fn ingredients(&self, guests: u32) -> String {
///         format!("{guests} tomatoes")
///     }
/// }
///
/// let plugins = PluginManager::new();
/// plugins.register(Gardener)?;
/// let kitchen = plugins.hooks::<Kitchen>();
/// assert_eq!(kitchen.ingredients(4), ["4 tomatoes"]);
/// # Ok::<(), hooks_core::RegisterError>(())
/// ```
#[derive(Clone, Default)]
pub struct PluginManager(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// In the order of registration.
    holders: Vec<Holder>,
    blocked: BTreeSet<String>,
    specs: Specs,
    /// How many registrations there have been.
    registrations: u64,
    /// How many implementations there have been.
    implementations: Sequence,
    discovery: Arc<Discovery>,
}

/// One registered plugin.
struct Holder {
    origin: Arc<Origin>,
    metadata: PluginMetadata,
    type_name: &'static str,
    plugin: Arc<dyn Any + Send + Sync>,
}

impl Drop for State {
    fn drop(&mut self) {
        for Holder { origin, plugin, .. } in self.holders.drain(..) {
            let_go(&origin.plugin, plugin);
        }
    }
}

/// Drops a plugin, unless somebody else still holds it.
fn let_go<P: ?Sized>(name: &str, plugin: Arc<P>) {
    if let Err(panic) = fence::dispose(plugin) {
        report_drop(name, &panic);
    }
}

/// A spec whose type is not known.
trait AnySpec: Any + Send + Sync {
    fn tables(&self) -> Vec<&dyn AnyTable>;
}

impl<S: Spec> AnySpec for S {
    fn tables(&self) -> Vec<&dyn AnyTable> {
        Spec::tables(self)
    }
}

/// The tables of every spec that somebody has asked for or implements.
#[derive(Clone, Default)]
struct Specs(Vec<(TypeId, Arc<dyn AnySpec>)>);

impl Specs {
    fn get<S: Spec>(&mut self) -> S {
        let known = self.0.iter().find(|(id, _)| *id == TypeId::of::<S>());
        let known = known.and_then(|(_, spec)| (&**spec as &dyn Any).downcast_ref::<S>());
        if let Some(spec) = known {
            return spec.clone();
        }
        let spec = S::vacant();
        self.0.push((TypeId::of::<S>(), Arc::new(spec.clone())));
        spec
    }

    fn tables(&self) -> impl Iterator<Item = &dyn AnyTable> {
        self.0.iter().flat_map(|(_, spec)| AnySpec::tables(&**spec))
    }
}

/// Why a plugin was not registered. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The name is empty.
    #[error("a plugin needs a name: {plugin} has an empty one")]
    EmptyName {
        /// The type of the plugin.
        plugin: &'static str,
    },
    /// The name is blocked.
    #[error("the plugin name `{name}` is blocked: unblock it before you register {plugin}")]
    Blocked {
        /// The name.
        name: String,
        /// The type of the plugin that asked for it.
        plugin: &'static str,
    },
    /// Another plugin bears the name.
    #[error(
        "the plugin name `{name}` is taken: {holder} bears it, and {newcomer} asks for it; \
         register one of them under another name"
    )]
    NameTaken {
        /// The name.
        name: String,
        /// The type of the plugin that bears it.
        holder: &'static str,
        /// The type of the plugin that asked for it.
        newcomer: &'static str,
    },
}

/// No plugin bears the name. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no plugin is registered as `{name}`{}", names::suggestion(nearest))]
pub struct UnknownPlugin {
    /// The name.
    pub name: String,
    /// The registered names that resemble it, nearest first.
    pub nearest: Vec<String>,
}

/// A plugin that was unregistered. Dropped, it is dropped inside of a fence, like every plugin.
pub struct Unregistered {
    name: Arc<str>,
    /// `None` once it was taken out.
    plugin: Option<Arc<dyn Any + Send + Sync>>,
}

impl Unregistered {
    /// The name under which the plugin was registered.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The plugin itself, to be dropped by the host.
    ///
    /// # Errors
    ///
    /// All of this again if it is no `P`.
    pub fn downcast<P: Plugin>(mut self) -> Result<Arc<P>, Self> {
        let downcast = self.plugin.take().map(Arc::downcast::<P>);
        match downcast {
            Some(Ok(plugin)) => Ok(plugin),
            Some(Err(plugin)) => {
                self.plugin = Some(plugin);
                Err(self)
            }
            None => Err(self),
        }
    }
}

impl Drop for Unregistered {
    fn drop(&mut self) {
        if let Some(plugin) = self.plugin.take() {
            let_go(&self.name, plugin);
        }
    }
}

impl fmt::Debug for Unregistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unregistered").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A registered plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PluginInfo {
    /// The name under which it is registered.
    pub name: Arc<str>,
    /// What it says of itself.
    pub metadata: PluginMetadata,
    /// How many of its implementations have failed since it was registered.
    pub failures: u64,
}

/// A hook with its implementations, in the order in which a call runs them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOrder {
    /// The hook as its author described it.
    pub hook: &'static HookDescription,
    /// The implementations, in call order.
    pub implementations: Vec<Implementation>,
}

impl CallOrder {
    fn of(table: &dyn AnyTable) -> Self {
        Self { hook: table.description(), implementations: table.implementations() }
    }
}

impl PluginManager {
    /// A manager without plugins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A manager with every plugin that is linked into the program, registered in the order of
    /// their names. See [`link_plugins!`](crate::link_plugins) for how they get there.
    ///
    /// # Errors
    ///
    /// [`DiscoverError`] if two plugins bear one name, or one bears none.
    pub fn discover() -> Result<Self, DiscoverError> {
        Self::discover_with(&Selection::default())
    }

    /// The same, with plugins left out by name. What is blocked here stays blocked: a plugin
    /// cannot be registered under such a name later on.
    ///
    /// # Errors
    ///
    /// [`DiscoverError`] if two plugins bear one name, or one bears none.
    pub fn discover_with(selection: &Selection) -> Result<Self, DiscoverError> {
        let manager = Self::new();
        let discovery = discover::run(&manager, selection)?;
        manager.state().discovery = Arc::new(discovery);
        Ok(manager)
    }

    /// What discovery found, registered and left out; empty for a manager that did not discover.
    #[must_use]
    pub fn discovery(&self) -> Arc<Discovery> {
        Arc::clone(&self.state().discovery)
    }

    /// Whether a plugin that panics leaves the host alive: `false` in a program that is built
    /// with `panic = "abort"`.
    #[must_use]
    pub fn isolates() -> bool {
        cfg!(panic = "unwind")
    }

    /// Registers a plugin under the name in its metadata, which is returned. It is the newest
    /// from then on.
    ///
    /// # Errors
    ///
    /// [`RegisterError`] if the name is empty, blocked or taken. Nothing has changed then.
    pub fn register<P: Plugin>(&self, plugin: P) -> Result<Arc<str>, RegisterError> {
        self.register_as(P::METADATA.name, plugin)
    }

    /// Registers a plugin under a name of the host's choice. See [`register`](Self::register).
    ///
    /// # Errors
    ///
    /// [`RegisterError`] if the name is empty, blocked or taken. Nothing has changed then.
    pub fn register_as<P: Plugin>(&self, name: &str, plugin: P) -> Result<Arc<str>, RegisterError> {
        let plugin = Arc::new(plugin);
        let registered = self.state().register(name, &plugin);
        match &registered {
            Ok(name) => tracing::info!(
                plugin = &**name,
                version = P::METADATA.version,
                package = P::METADATA.package,
                "a plugin was registered"
            ),
            // Here and not within `State::register`, because the lock is free again.
            Err(_) => let_go(name, plugin),
        }
        registered
    }

    /// Takes a plugin out of every table and gives it back. A call that runs completes with it.
    ///
    /// # Errors
    ///
    /// [`UnknownPlugin`] if no plugin bears the name.
    pub fn unregister(&self, name: &str) -> Result<Unregistered, UnknownPlugin> {
        let Holder { origin, plugin, .. } = self.retire(self.state(), name)?;
        tracing::info!(plugin = name, "a plugin was unregistered");
        Ok(Unregistered { name: Arc::clone(&origin.plugin), plugin: Some(plugin) })
    }

    /// Blocks a name: its holder is unregistered and dropped, and nothing can be registered under
    /// it until it is unblocked. A name that nobody bears can be blocked too.
    pub fn block(&self, name: &str) {
        let mut state = self.state();
        state.blocked.insert(name.to_owned());
        if let Ok(Holder { plugin, .. }) = self.retire(state, name) {
            let_go(name, plugin);
            tracing::info!(plugin = name, "a plugin was blocked");
        }
    }

    /// Lifts the block of a name; `false` if it was not blocked. A plugin that was unregistered
    /// by the block does not come back by itself.
    pub fn unblock(&self, name: &str) -> bool {
        self.state().blocked.remove(name)
    }

    /// Whether a name is blocked.
    #[must_use]
    pub fn is_blocked(&self, name: &str) -> bool {
        self.state().blocked.contains(name)
    }

    /// The plugin that is registered under `name`, if it is a `P`.
    #[must_use]
    pub fn get<P: Plugin>(&self, name: &str) -> Option<Arc<P>> {
        let plugin = Arc::clone(&self.state().holder(name)?.plugin);
        plugin.downcast().ok()
    }

    /// The names of the plugins, in the order of registration.
    #[must_use]
    pub fn names(&self) -> Vec<Arc<str>> {
        self.state().names().cloned().collect()
    }

    /// The plugins, in the order of registration.
    #[must_use]
    pub fn plugins(&self) -> Vec<PluginInfo> {
        let info = |holder: &Holder| PluginInfo {
            name: Arc::clone(&holder.origin.plugin),
            metadata: holder.metadata.clone(),
            failures: holder.origin.failures(),
        };
        self.state().holders.iter().map(info).collect()
    }

    /// The typed tables of a spec: cheap to clone, cheap to hold, and live.
    #[must_use]
    pub fn hooks<S: Spec>(&self) -> S {
        self.state().specs.get::<S>()
    }

    /// Every hook of a spec with its implementations, hooks in the order in which the spec writes
    /// them.
    #[must_use]
    pub fn call_order<S: Spec>(&self) -> Vec<CallOrder> {
        Spec::tables(&self.hooks::<S>()).into_iter().map(CallOrder::of).collect()
    }

    /// The hooks that a plugin implements, of every spec, in the order in which the specs write
    /// them.
    ///
    /// # Errors
    ///
    /// [`UnknownPlugin`] if no plugin bears the name.
    pub fn hooks_of(&self, name: &str) -> Result<Vec<&'static HookDescription>, UnknownPlugin> {
        let specs = {
            let state = self.state();
            state.position(name)?;
            state.specs.clone()
        };
        let implements = |table: &&dyn AnyTable| {
            table.implementations().iter().any(|implementation| &*implementation.plugin == name)
        };
        Ok(specs.tables().filter(implements).map(AnyTable::description).collect())
    }

    /// Takes a plugin out of the state and of every table. What it returns is dropped without
    /// the lock, because it may run code of the plugin.
    fn retire(
        &self,
        mut state: MutexGuard<'_, State>,
        name: &str,
    ) -> Result<Holder, UnknownPlugin> {
        let position = state.position(name)?;
        let holder = state.holders.remove(position);
        let specs = state.specs.clone();
        drop(state);
        for table in specs.tables() {
            table.withdraw(holder.origin.registration);
        }
        Ok(holder)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code of others runs under this lock, so nothing leaves the state half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for PluginManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginManager").field("plugins", &self.names()).finish_non_exhaustive()
    }
}

impl State {
    fn register<P: Plugin>(
        &mut self,
        name: &str,
        plugin: &Arc<P>,
    ) -> Result<Arc<str>, RegisterError> {
        self.admit::<P>(name)?;
        let origin = Arc::new(Origin::new(name.into(), self.registrations));
        let mut intake = Intake {
            origin: Arc::clone(&origin),
            sequence: self.implementations,
            staged: Vec::new(),
        };
        for block in Block::of_plugin::<P>() {
            (block.implement)(&mut self.specs, Arc::clone(plugin) as _, &mut intake);
        }
        self.registrations += 1;
        self.implementations = intake.sequence;
        intake.commit();
        let name = Arc::clone(&origin.plugin);
        self.holders.push(Holder {
            origin,
            metadata: P::METADATA,
            type_name: type_name::<P>(),
            plugin: Arc::clone(plugin) as _,
        });
        Ok(name)
    }

    /// Whether a `P` may be registered under `name`.
    fn admit<P: Plugin>(&self, name: &str) -> Result<(), RegisterError> {
        let newcomer = type_name::<P>();
        if name.is_empty() {
            return Err(RegisterError::EmptyName { plugin: newcomer });
        }
        if self.blocked.contains(name) {
            return Err(RegisterError::Blocked { name: name.to_owned(), plugin: newcomer });
        }
        match self.holder(name) {
            Some(Holder { type_name: holder, .. }) => {
                Err(RegisterError::NameTaken { name: name.to_owned(), holder, newcomer })
            }
            None => Ok(()),
        }
    }

    fn holder(&self, name: &str) -> Option<&Holder> {
        self.holders.iter().find(|holder| &*holder.origin.plugin == name)
    }

    fn position(&self, name: &str) -> Result<usize, UnknownPlugin> {
        let position = self.names().position(|held| &**held == name);
        position.ok_or_else(|| UnknownPlugin {
            name: name.to_owned(),
            nearest: names::nearest(name, self.names().map(|held| &**held)),
        })
    }

    fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.holders.iter().map(|holder| &holder.origin.plugin)
    }
}

/// One `#[hookimpl]` block: how a plugin of one type implements hooks of one spec.
#[doc(hidden)]
pub struct Block {
    plugin: TypeId,
    spec: fn() -> &'static str,
    implement: fn(&mut Specs, Arc<dyn Any + Send + Sync>, &mut Intake),
}

inventory::collect!(Block);

impl Block {
    /// The block of the plugin `P` for the spec `S`.
    #[must_use]
    pub const fn of<P: Implements<S>, S: Spec>() -> Self {
        Self { plugin: TypeId::of::<P>(), spec: type_name::<S>, implement: implement::<P, S> }
    }

    /// The blocks of the plugin `P`, in the order of the names of their specs: the order in which
    /// the linker brings them changes with the profile.
    fn of_plugin<P: Plugin>() -> Vec<&'static Self> {
        let mut blocks: Vec<_> =
            inventory::iter::<Self>().filter(|block| block.plugin == TypeId::of::<P>()).collect();
        blocks.sort_by_key(|block| (block.spec)());
        blocks
    }
}

fn implement<P: Implements<S>, S: Spec>(
    specs: &mut Specs,
    plugin: Arc<dyn Any + Send + Sync>,
    intake: &mut Intake,
) {
    let plugin = plugin.downcast::<P>().expect("a block is asked for its own type of plugin only");
    P::implement(&plugin, &mut specs.get::<S>().registrar(intake));
}

/// Gathers the implementations of one plugin, so that all of them are added or none.
#[doc(hidden)]
pub struct Intake {
    origin: Arc<Origin>,
    sequence: Sequence,
    staged: Vec<Box<dyn FnOnce()>>,
}

impl Intake {
    /// Stages one implementation for `table`.
    pub fn add<H: Hook>(
        &mut self,
        table: &Table<H>,
        method: Method,
        run: impl for<'a, 'b> Fn(&'b mut H::Args<'a>) -> H::Return + Send + Sync + 'static,
    ) {
        let entry: Arc<AnyEntry<H>> =
            Arc::new(Entry::new(Arc::clone(&self.origin), method, self.sequence, run));
        self.sequence += 1;
        let table = table.clone();
        self.staged.push(Box::new(move || table.live().enroll(entry)));
    }

    fn commit(self) {
        for enroll in self.staged {
            enroll();
        }
    }
}
