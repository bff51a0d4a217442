//! Plugins come and go: validate everything, then change the tables.
//!
//! The manager holds who is registered and a set of tables per spec. Its lock is held for its own
//! bookkeeping only; plugin code never runs under it, so every method may be called from inside
//! of a hook.

use std::any::{Any, type_name};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::background::{Drained, DropReason, Post};
use crate::block;
use crate::closures::Closures;
#[cfg(feature = "tokio")]
use crate::deadline::Timeout;
use crate::description::HookDescription;
use crate::entry::{Run, let_go};
use crate::fence::Fence;
use crate::hook::Hook;
use crate::intake::{Intake, Seat, Slot};
use crate::monitor::{Monitor, MonitorGuard};
use crate::names;
use crate::order::Cycle;
use crate::plugin::{Implementation, Method, Origin, Plugin, PluginMetadata, Shared};
use crate::quarantine::{Breaker, Quarantine, Ward};
use crate::queue::{Deliveries, QueueOptions};
use crate::refusal::{Blocked, RegisterError, UnknownPlugin};
use crate::selection::Discovery;
use crate::spec::Spec;
use crate::specs::Specs;
use crate::statistics::{HookStatistics, Statistics};
use crate::sync::{Lock, MutexGuard};
use crate::table::{AnyTable, NotJoined, Table};
use crate::unregistered::Unregistered;

/// Holds the plugins of a program and the tables of their hooks.
///
/// A cheap handle: clones share the same plugins. Dropping the last handle, and the last spec
/// that came from it, drops the plugins. What waits to be delivered to one is delivered first, in
/// the background: nobody waits for that, and a program that ends does not. A host that wants it
/// to arrive [drains](Self::drain) before.
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
pub struct PluginManager(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Lock<State>,
    specs: Specs,
    /// How many registrations there have been.
    registrations: AtomicU64,
}

#[derive(Default)]
struct State {
    /// By the number of their registration, and so in the order of registration.
    holders: BTreeMap<u64, Holder>,
    /// The number of the registration that holds a name.
    names: HashMap<Arc<str>, u64>,
    blocked: BTreeSet<String>,
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
        for Holder { origin, plugin, .. } in std::mem::take(&mut self.holders).into_values() {
            let_go(&origin.plugin, plugin);
        }
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
    /// What became of the calls that it was to run in the background.
    pub deliveries: Deliveries,
    /// Whether it is in [quarantine](PluginManager::quarantine).
    pub quarantined: bool,
}

/// A hook with its implementations, in the order in which a call runs them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOrder {
    /// The hook as its author described it.
    pub hook: &'static HookDescription,
    /// The wrappers, outermost first, and the implementations, in call order.
    pub implementations: Vec<Implementation>,
    /// Why each of them stands where it does, a sentence each, in the same order.
    pub reasons: Vec<String>,
}

impl CallOrder {
    fn of(table: &dyn AnyTable) -> Self {
        let (implementations, reasons) = table.implementations_with_reasons().into_iter().unzip();
        Self { hook: table.description(), implementations, reasons }
    }
}

impl PluginManager {
    /// A manager without plugins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What discovery found, registered and left out; empty for a manager that did not discover.
    #[must_use]
    pub fn discovery(&self) -> Arc<Discovery> {
        Arc::clone(&self.state().discovery)
    }

    /// The tables of every spec that somebody has asked for or implements.
    #[cfg(feature = "reference")]
    pub(crate) fn specs(&self) -> &Specs {
        &self.0.specs
    }

    /// Keeps what discovery found.
    pub(crate) fn keep(&self, discovery: Discovery) {
        self.state().discovery = Arc::new(discovery);
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
    /// The plugin is given by value, or in an `Arc`. Calls that historic hooks remember are
    /// replayed to it before it joins their tables.
    ///
    /// # Errors
    ///
    /// [`RegisterError`] says why it was not registered. Nothing has changed then.
    pub fn register<P: Plugin>(
        &self,
        plugin: impl Shared<Plugin = P>,
    ) -> Result<Arc<str>, RegisterError> {
        self.register_as(P::METADATA.name, plugin)
    }

    /// Registers a plugin under a name of the host's choice. See [`register`](Self::register).
    ///
    /// # Errors
    ///
    /// [`RegisterError`] says why it was not registered. Nothing has changed then.
    pub fn register_as<P: Plugin>(
        &self,
        name: &str,
        plugin: impl Shared<Plugin = P>,
    ) -> Result<Arc<str>, RegisterError> {
        let plugin = plugin.share();
        let newcomer = Newcomer {
            name,
            metadata: P::METADATA,
            type_name: type_name::<P>(),
            plugin: Arc::clone(&plugin) as _,
        };
        let registered =
            self.admit(newcomer, |intake| block::gather(&self.0.specs, &plugin, intake));
        // Outside of every lock, because it may be the last of a plugin that was refused.
        let_go(name, plugin);
        registered
    }

    /// Registers closures as a plugin, through the same tables as everyone. See [`Closures`].
    ///
    /// # Errors
    ///
    /// [`RegisterError`] says why they were not registered. Nothing has changed then.
    pub fn register_closures<S: Spec>(
        &self,
        name: &str,
        closures: impl Into<Arc<Closures<S>>>,
    ) -> Result<Arc<str>, RegisterError> {
        let closures = closures.into();
        let newcomer = Newcomer {
            name,
            metadata: PluginMetadata::new("closures"),
            type_name: type_name::<Closures<S>>(),
            plugin: Arc::clone(&closures) as _,
        };
        let spec = self.0.specs.get::<S>();
        let registered =
            self.admit(newcomer, |intake| closures.hand_in(&mut spec.registrar(intake)));
        let_go(name, closures);
        registered
    }

    /// Whether a table is one of this manager.
    pub(crate) fn owns<H: Hook>(&self, table: &Table<H>) -> bool {
        table.core().surroundings.is(self.0.specs.surroundings())
    }

    /// Registers one implementation of one hook as a plugin.
    pub(crate) fn register_implementation<H: Hook>(
        &self,
        name: &str,
        table: &Table<H>,
        method: Method,
        run: Arc<Run<H>>,
    ) -> Result<Arc<str>, RegisterError> {
        let newcomer = Newcomer {
            name,
            metadata: PluginMetadata::new("implementation"),
            type_name: type_name::<Run<H>>(),
            plugin: Arc::new(()),
        };
        self.admit(newcomer, |intake| {
            Slot::new(table, intake).hand_in_implementation(method, run);
        })
    }

    /// Says how long the implementations of a plugin may take in `async` hooks from now on. Forgotten
    /// when the plugin is unregistered.
    ///
    /// # Errors
    ///
    /// [`UnknownPlugin`] if no plugin bears the name.
    #[cfg(feature = "tokio")]
    pub fn set_timeout(&self, name: &str, timeout: Timeout) -> Result<(), UnknownPlugin> {
        let state = self.state();
        let registration = state.find(name)?;
        state.holders[&registration].origin.timeout.set(timeout);
        Ok(())
    }

    /// Adds a monitor: it is told of every call of every hook from now on, until its guard is
    /// dropped. Calls that run already, and those through views that are
    /// [frozen](crate::Table::frozen) or have closures of their own, tell the monitors that there
    /// were when they began or were made.
    pub fn monitor(&self, monitor: impl Monitor) -> MonitorGuard {
        let id = self.0.specs.around().monitors.add(Arc::new(monitor));
        self.0.specs.each_table(|table| table.look_around());
        let inner = Arc::downgrade(&self.0);
        MonitorGuard::new(move || {
            // Without its manager, there is nothing left to watch.
            if let Some(inner) = inner.upgrade() {
                let gone = inner.specs.around().monitors.remove(id);
                inner.specs.each_table(|table| table.look_around());
                gone.let_go();
            }
        })
    }

    /// Keeps statistics from now on: what the calls of each hook come to in each plugin, and how
    /// long they take. Calls that run already, and those through views that were
    /// [frozen](crate::Table::frozen) or have got closures of their own before, are not in them.
    ///
    /// ```
    /// use hooks_core::{Plugin, PluginManager, hookimpl, hookspec};
    ///
    /// #[hookspec]
    /// trait Kitchen {
    ///     /// Asks for the ingredients of a salad.
    ///     fn ingredients(&self) -> Option<String>;
    /// }
    ///
    /// #[derive(Default, Plugin)]
    /// #[plugin(name = "gardener")]
    /// struct Gardener;
    ///
    /// #[hookimpl]
    /// impl Kitchen for Gardener {
    ///     fn ingredients(&self) -> Option<String> {
    ///         None
    ///     }
    /// }
    ///
    /// let plugins = PluginManager::new();
    /// plugins.register(Gardener)?;
    /// plugins.measure();
    /// let kitchen = plugins.hooks::<Kitchen>();
    /// kitchen.ingredients();
    /// kitchen.ingredients();
    /// let [figures] = &plugins.statistics()[..] else { panic!("one hook in one plugin") };
    /// assert_eq!((&*figures.plugin, figures.hook.name), ("gardener", "ingredients"));
    /// assert_eq!((figures.calls, figures.answers, figures.passes), (2, 0, 2));
    /// # Ok::<(), hooks_core::RegisterError>(())
    /// ```
    pub fn measure(&self) {
        self.0.specs.around().switch(|gear| {
            gear.statistics.get_or_insert_with(|| Arc::new(Statistics::new()));
        });
        self.0.specs.each_table(|table| table.look_around());
    }

    /// The figures since [`measure`](Self::measure), of every plugin that was there since, by
    /// spec, hook and plugin; empty if nothing is measured. A plugin that is registered again
    /// under its name goes on with its figures. What a call counts while they are read may be
    /// missing in some.
    #[must_use]
    pub fn statistics(&self) -> Vec<HookStatistics> {
        let statistics = self.0.specs.around().gear().statistics;
        statistics.map(|statistics| statistics.read()).unwrap_or_default()
    }

    /// Tells of implementations of `async` hooks that keep their thread for longer than `limit` in
    /// one poll, from now on: in a `tracing` warning with the target `hooks_core::busy`, and to
    /// monitors ([`Monitor::busy`]). A deadline cannot stop one that computes or blocks where it
    /// should wait, and the other tasks of the thread wait with it.
    pub fn tell_of_busy(&self, limit: Duration) {
        self.0.specs.around().switch(|gear| gear.busy_limit = Some(limit));
        self.0.specs.each_table(|table| table.look_around());
    }

    /// Leaves plugins out that fail again and again: too many failures put a plugin into
    /// quarantine, and none of its implementations and wrappers of any hook is called. After a
    /// while one of them is called, and no other beside it: if it does not fail, the plugin is
    /// called again as before; if it fails, the plugin is left out again, and after some openings
    /// of the quarantine for good, or until the host [readmits](Self::readmit) it.
    ///
    /// What is left out is [skipped](crate::SkipReason::Quarantined); what is inside of a wrapper
    /// that is left out is called. In a hook that says `on_failure = stop`, it is a
    /// [failure](crate::FailureKind::Quarantined) instead, and ends the call: a gate does not pass
    /// because its guard is broken. Such a failure does not count against the plugin.
    ///
    /// Off until it is switched on. Switched on again, it goes by the new policy from then on.
    /// It does not see calls that run already, and those through views that were
    /// [frozen](crate::Table::frozen) or have got closures of their own before; and it has nothing
    /// to do with past calls that are replayed to a plugin that registers. A plugin that is
    /// registered again is not in quarantine.
    ///
    /// ```
    /// use hooks_core::{Closures, Method, PluginManager, Quarantine, hookspec};
    ///
    /// #[hookspec]
    /// trait Kitchen {
    ///     /// Asks for the ingredients of a salad.
    ///     fn ingredients(&self) -> String;
    /// }
    ///
    /// let plugins = PluginManager::new();
    /// plugins.quarantine(Quarantine::default().failures(2));
    /// let clumsy = Closures::<Kitchen>::new(|hooks| {
    ///     hooks.ingredients().implementation(Method::here("drop"), |_| panic!("it broke"));
    /// });
    /// plugins.register_closures("clumsy", clumsy)?;
    /// let kitchen = plugins.hooks::<Kitchen>();
    /// for _ in 0..5 {
    ///     kitchen.ingredients();
    /// }
    /// let [clumsy] = &plugins.plugins()[..] else { panic!("there is one") };
    /// assert_eq!((clumsy.failures, clumsy.quarantined), (2, true));
    /// # Ok::<(), hooks_core::RegisterError>(())
    /// ```
    pub fn quarantine(&self, policy: Quarantine) {
        self.0.specs.around().switch(|gear| match &gear.ward {
            Some(ward) => ward.set(policy),
            None => gear.ward = Some(Arc::new(Ward::new(policy))),
        });
        self.0.specs.each_table(|table| table.look_around());
    }

    /// Calls a plugin again that is in quarantine, and forgets that it ever was. `false` if it is
    /// not there.
    ///
    /// # Errors
    ///
    /// [`UnknownPlugin`] if no plugin bears the name.
    pub fn readmit(&self, name: &str) -> Result<bool, UnknownPlugin> {
        let state = self.state();
        let registration = state.find(name)?;
        let origin = state.holders.get(&registration).map(|holder| Arc::clone(&holder.origin));
        drop(state);
        let change = origin.as_deref().and_then(Origin::breaker).and_then(Breaker::readmit);
        if let Some(change) = &change {
            change.tell(&Fence::raise(), &self.0.specs.around().monitors.now());
        }
        Ok(change.is_some())
    }

    /// Says how many deliveries may wait for a plugin that runs in the background, and what becomes
    /// of those for which there is no room: for each plugin for which the host says nothing else
    /// by [`set_queue`](Self::set_queue), present or to come. What waits already stays.
    pub fn set_queues(&self, options: QueueOptions) {
        self.post().set_all(options);
    }

    /// Says the same for the plugins of one name, present or to come.
    pub fn set_queue(&self, plugin: &str, options: QueueOptions) {
        self.post().set(plugin, options);
    }

    /// Waits until every delivery that was sent before is made, or until `time` is over, and says
    /// which plugins have not got everything then. What they have not got goes on waiting. Plugins
    /// that were unregistered are waited for too.
    ///
    /// Called by a delivery, it waits for nobody, because others may wait for that delivery; which
    /// is itself among what is left then.
    pub fn drain(&self, time: Duration) -> Drained {
        self.post().drain(time)
    }

    /// Drops every delivery that waits, for a host that is at its end and has drained in vain.
    /// Those under way go on.
    pub fn discard(&self) {
        self.post().discard();
    }

    /// Takes a plugin out of every table and gives it back. A call that runs completes with it, and
    /// what waits to be delivered to it is delivered.
    ///
    /// # Errors
    ///
    /// [`UnknownPlugin`] if no plugin bears the name.
    pub fn unregister(&self, name: &str) -> Result<Unregistered, UnknownPlugin> {
        let Holder { origin, plugin, .. } = self.retire(self.state(), name)?;
        tracing::info!(plugin = name, "a plugin was unregistered");
        Ok(Unregistered::new(origin, plugin))
    }

    /// Blocks a name: its holder is unregistered and dropped, what waits to be delivered to it is
    /// dropped too, and nothing can be registered under
    /// it until it is unblocked. A name that nobody bears is blocked for whoever comes later;
    /// [`Blocked::Nobody`] tells which names it may have been meant for.
    pub fn block(&self, name: &str) -> Blocked {
        let mut state = self.state();
        state.blocked.insert(name.to_owned());
        match self.retire(state, name) {
            Ok(Holder { origin, plugin, .. }) => {
                if let Some(mailbox) = origin.mailbox.get() {
                    mailbox.clear(DropReason::Blocked);
                }
                let_go(name, plugin);
                tracing::info!(plugin = name, "a plugin was blocked");
                Blocked::Holder
            }
            Err(unknown) => Blocked::Nobody(unknown),
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

    /// The names that are blocked, in alphabetical order.
    #[must_use]
    pub fn blocked(&self) -> Vec<String> {
        self.state().blocked.iter().cloned().collect()
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
        self.state().names().map(Arc::clone).collect()
    }

    /// The plugins, in the order of registration.
    #[must_use]
    pub fn plugins(&self) -> Vec<PluginInfo> {
        let info = |holder: &Holder| PluginInfo {
            name: Arc::clone(&holder.origin.plugin),
            metadata: holder.metadata.clone(),
            failures: holder.origin.failures(),
            deliveries: holder.origin.deliveries(),
            quarantined: holder.origin.breaker().is_some_and(|breaker| !breaker.is_closed()),
        };
        self.state().holders.values().map(info).collect()
    }

    /// The typed tables of a spec: cheap to clone, cheap to hold, and live.
    #[must_use]
    pub fn hooks<S: Spec>(&self) -> S {
        self.0.specs.get::<S>()
    }

    /// Every hook of a spec with its implementations, hooks in the order in which the spec writes
    /// them.
    #[must_use]
    pub fn call_order<S: Spec>(&self) -> Vec<CallOrder> {
        Spec::tables(&self.hooks::<S>()).into_iter().map(CallOrder::of).collect()
    }

    /// Every hook of this name with its implementations, of each spec that has one and that
    /// somebody has asked for or implements, specs in the order of their names. Empty if there is
    /// none.
    #[must_use]
    pub fn implementations(&self, hook: &str) -> Vec<CallOrder> {
        let mut orders = Vec::new();
        self.0.specs.each_table(|table| {
            if table.description().name == hook {
                orders.push(CallOrder::of(table));
            }
        });
        orders
    }

    /// The hooks that a plugin implements: specs in the order of their names, the hooks of each in
    /// the order in which it writes them.
    ///
    /// # Errors
    ///
    /// [`UnknownPlugin`] if no plugin bears the name.
    pub fn hooks_of(&self, name: &str) -> Result<Vec<&'static HookDescription>, UnknownPlugin> {
        self.state().find(name)?;
        let mut hooks = Vec::new();
        self.0.specs.each_table(|table| {
            if table.implementations().iter().any(|implementation| &*implementation.plugin == name)
            {
                hooks.push(table.description());
            }
        });
        Ok(hooks)
    }

    /// Registers a plugin: validates everything, and only then changes anything.
    fn admit(
        &self,
        newcomer: Newcomer<'_>,
        gather: impl FnOnce(&mut Intake),
    ) -> Result<Arc<str>, RegisterError> {
        let Newcomer { name, metadata, .. } = newcomer.clone();
        let registration = self.0.registrations.fetch_add(1, Ordering::Relaxed);
        let identity = Arc::downgrade(&newcomer.plugin);
        let origin = Arc::new(Origin::new(name.into(), registration, identity));
        let mut intake = Intake::new(Arc::clone(&origin));
        gather(&mut intake);
        self.announce(newcomer, &origin, intake.seats())?;
        join(name, intake.seats()).inspect_err(|_| self.withdraw(registration))?;
        tracing::info!(
            plugin = name,
            version = metadata.version,
            package = metadata.package,
            "a plugin was registered"
        );
        Ok(Arc::clone(&origin.plugin))
    }

    /// Gives a plugin its name, and its implementations their places. Calls do not run them yet.
    fn announce(
        &self,
        newcomer: Newcomer<'_>,
        origin: &Arc<Origin>,
        seats: &[Box<dyn Seat>],
    ) -> Result<(), RegisterError> {
        let mut state = self.state();
        state.may_register(&newcomer)?;
        let name = || newcomer.name.to_owned();
        if let Some(seat) = seats.iter().find(|seat| seat.names_itself()) {
            return Err(RegisterError::NamesItself { name: name(), hook: seat.hook().name });
        }
        for (announced, seat) in seats.iter().enumerate() {
            if let Err(Cycle(cycle)) = seat.announce() {
                // Before anybody else can register and find them there.
                seats[..announced].iter().for_each(|seat| seat.withdraw());
                return Err(RegisterError::Cycle { name: name(), hook: seat.hook().name, cycle });
            }
        }
        let Newcomer { metadata, type_name, plugin, .. } = newcomer;
        state.enter(Holder { origin: Arc::clone(origin), metadata, type_name, plugin });
        Ok(())
    }

    /// Takes a registration back whose replay failed.
    fn withdraw(&self, registration: u64) {
        let holder = self.state().leave(registration);
        self.0.specs.each_table(|table| table.withdraw(registration));
        if let Some(Holder { origin, plugin, .. }) = holder {
            let_go(&origin.plugin, plugin);
        }
    }

    /// Takes a plugin out of the state and of every table. What it returns is dropped without
    /// the lock, because it may run code of the plugin.
    fn retire(
        &self,
        mut state: MutexGuard<'_, State>,
        name: &str,
    ) -> Result<Holder, UnknownPlugin> {
        let registration = state.find(name)?;
        let holder = state.leave(registration).expect("a name that is held has a holder");
        drop(state);
        self.0.specs.each_table(|table| table.withdraw(holder.origin.registration));
        Ok(holder)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.hold()
    }

    fn post(&self) -> &Post {
        &self.0.specs.surroundings().post
    }
}

impl fmt::Debug for PluginManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginManager").field("plugins", &self.names()).finish_non_exhaustive()
    }
}

/// Replays to the implementations of a plugin what their hooks remember, and lets calls run them.
fn join(name: &str, seats: &[Box<dyn Seat>]) -> Result<(), RegisterError> {
    seats.iter().try_for_each(|seat| seat.join()).map_err(|not_joined| match not_joined {
        NotJoined::Failed(failure) => RegisterError::Replay(failure),
        NotJoined::Withdrawn => RegisterError::Withdrawn { name: name.to_owned() },
    })
}

/// A plugin that asks to be registered.
#[derive(Clone)]
struct Newcomer<'a> {
    name: &'a str,
    metadata: PluginMetadata,
    type_name: &'static str,
    plugin: Arc<dyn Any + Send + Sync>,
}

impl State {
    fn may_register(&self, newcomer: &Newcomer<'_>) -> Result<(), RegisterError> {
        let &Newcomer { name, type_name: plugin, .. } = newcomer;
        if name.is_empty() {
            return Err(RegisterError::EmptyName { plugin });
        }
        if self.blocked.contains(name) {
            return Err(RegisterError::Blocked { name: name.to_owned(), plugin });
        }
        match self.holder(name) {
            Some(Holder { type_name: holder, .. }) => {
                Err(RegisterError::NameTaken { name: name.to_owned(), holder, newcomer: plugin })
            }
            None => Ok(()),
        }
    }

    fn enter(&mut self, holder: Holder) {
        let registration = holder.origin.registration;
        self.names.insert(Arc::clone(&holder.origin.plugin), registration);
        self.holders.insert(registration, holder);
    }

    fn leave(&mut self, registration: u64) -> Option<Holder> {
        let holder = self.holders.remove(&registration)?;
        self.names.remove(&holder.origin.plugin);
        Some(holder)
    }

    fn holder(&self, name: &str) -> Option<&Holder> {
        self.holders.get(self.names.get(name)?)
    }

    /// The registration that holds a name.
    fn find(&self, name: &str) -> Result<u64, UnknownPlugin> {
        self.names.get(name).copied().ok_or_else(|| UnknownPlugin {
            name: name.to_owned(),
            nearest: names::nearest(name, self.names().map(|held| &**held)),
        })
    }

    fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.holders.values().map(|holder| &holder.origin.plugin)
    }
}
