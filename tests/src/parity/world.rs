//! What surrounds the plugins of a scenario. Runs its operations, and logs what comes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hooks_core::{Closures, MonitorGuard, PluginManager};

use super::actor::Actor;
use super::fault::Fault;
use super::hooks::ParityHooks;
use super::log::{Event, Level, Log};
use super::operations::Trouble;
use super::scenario::{Effect, Hook, Operation, Plugin, Scenario};
use super::tag::Tag;
use super::watch::Isolations;

/// How deep effects are run: those in a call from the top have depth 1.
const DEPTH_LIMIT: usize = 5;

/// The log of a scenario.
///
/// # Errors
///
/// [`Fault`] if the scenario cannot be run to its end.
pub fn run(scenario: &Scenario) -> Result<Vec<Event>, Fault> {
    let world = World::new(scenario);
    for operation in &scenario.ops {
        // An error is in the log.
        let _ = world.operate(Level::Op, operation);
    }
    world.log.take()
}

/// What surrounds the plugins of a scenario.
pub(crate) struct World {
    pub(crate) log: Arc<Log>,
    pub(crate) manager: PluginManager,
    pub(crate) hooks: ParityHooks,
    /// By their keys.
    pub(crate) plugins: BTreeMap<String, Arc<Closures<ParityHooks>>>,
    /// Never locked while anything runs that may call back in here.
    state: Mutex<State>,
    /// How many effects are running, each within the one before.
    depth: AtomicUsize,
    /// Kept as long as the world is.
    _isolations: Option<MonitorGuard>,
}

/// What the operations of a scenario leave behind, beside what the manager knows.
#[derive(Default)]
pub(crate) struct State {
    /// The keys of plugins, by the names under which they are registered.
    pub(crate) bearers: BTreeMap<String, String>,
    /// The names that have ever been blocked.
    pub(crate) blocked: BTreeSet<String>,
    /// The subsets, by their ids.
    pub(crate) subsets: BTreeMap<String, Subset>,
    /// The monitors, in the order in which they were added.
    pub(crate) monitors: Vec<MonitorGuard>,
}

/// A hook without some of the plugins.
#[derive(Clone)]
pub(crate) struct Subset {
    pub(crate) hook: Hook,
    pub(crate) hooks: ParityHooks,
}

impl World {
    fn new(scenario: &Scenario) -> Arc<Self> {
        Arc::new_cyclic(|world| {
            let log = Arc::new(Log::default());
            let manager = PluginManager::new();
            // A call that nobody watches takes a shorter way: as many as possible shall take it.
            let isolations =
                scenario.isolates().then(|| manager.monitor(Isolations::new(Arc::clone(&log))));
            let plugins = scenario.plugins.iter();
            let plugins = plugins.map(|(key, plugin)| (key.clone(), closures(key, plugin, world)));
            Self {
                log,
                hooks: manager.hooks(),
                manager,
                plugins: plugins.collect(),
                state: Mutex::default(),
                depth: AtomicUsize::new(0),
                _isolations: isolations,
            }
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs an effect of an implementation.
    ///
    /// # Errors
    ///
    /// The failure of the implementation that the effect propagates.
    pub(crate) fn run_effect(self: &Arc<Self>, effect: &Effect) -> Result<(), Tag> {
        if self.depth.load(Ordering::Relaxed) == DEPTH_LIMIT {
            self.log.record(Event::DepthLimit);
            return Ok(());
        }
        self.depth.fetch_add(1, Ordering::Relaxed);
        let done = self.operate(Level::Nested, &effect.operation);
        self.depth.fetch_sub(1, Ordering::Relaxed);
        match done {
            Err(tag) if effect.propagates() => Err(Tag::propagated(&tag)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Runs an operation, and logs what comes of it.
    ///
    /// # Errors
    ///
    /// The tag of the error that the operation has ended with.
    fn operate(self: &Arc<Self>, level: Level, operation: &Operation) -> Result<(), String> {
        if self.log.is_given_up() {
            return Ok(());
        }
        let (name, done) = self.perform(operation);
        let value = match done {
            Ok(value) => Ok(value),
            Err(Trouble::Tagged(tag)) => Err(tag),
            Err(Trouble::Fault(fault)) => {
                self.log.give_up(fault);
                return Ok(());
            }
        };
        self.log.record(Event::Operation(level, name, value.clone()));
        value.map(drop)
    }
}

/// The plugin of this key.
fn closures(key: &str, plugin: &Plugin, world: &Weak<World>) -> Arc<Closures<ParityHooks>> {
    let key = key.to_owned();
    let implementations = plugin.impls.clone();
    let world = Weak::clone(world);
    Arc::new(Closures::new(move |hooks| {
        for (index, implementation) in implementations.iter().enumerate() {
            Actor::new(format!("{key}.{index}"), &world).hand_in(implementation, hooks);
        }
    }))
}
