//! What the linker brought: the plugins that announced themselves, chosen and registered.

use std::any::type_name;
use std::collections::BTreeMap;

use crate::fence::{self, Fence};
use crate::manager::PluginManager;
use crate::names;
use crate::plugin::{Plugin, PluginMetadata};
use crate::selection::{Discovered, Discovery, Fate, Selection, UnknownName};

/// Why discovery gave up. No plugin has been made or registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoverError {
    /// Two plugins bear one name.
    #[error(
        "two plugins are called `{name}`: {first} and {second}; \
         give one of them another name with `#[plugin(name = \"…\")]`, or remove one of the crates"
    )]
    DuplicateName {
        /// The name.
        name: &'static str,
        /// The type and the package of one of them.
        first: String,
        /// The type and the package of the other.
        second: String,
    },
    /// A plugin has an empty name.
    #[error("{plugin} has an empty name: give it one with `#[plugin(name = \"…\")]`")]
    EmptyName {
        /// Its type and its package.
        plugin: String,
    },
}

/// A plugin that is linked in: how to learn of it, and how to make it. Made by
/// `#[derive(Plugin)]`.
#[doc(hidden)]
pub struct Announcement {
    metadata: PluginMetadata,
    type_name: fn() -> &'static str,
    register: fn(&PluginManager) -> Fate,
}

inventory::collect!(Announcement);

impl Announcement {
    /// The announcement of the plugin `P`.
    #[must_use]
    pub const fn of<P: Makeable>() -> Self {
        Self { metadata: P::METADATA, type_name: type_name::<P>, register: register::<P> }
    }

    /// Its type and its package, for people who look for it.
    fn who(&self) -> String {
        let PluginMetadata { package, version, .. } = self.metadata;
        format!("`{}` of the package `{package} {version}`", (self.type_name)())
    }
}

/// A plugin that discovery can make.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `Default`, with which discovery makes a plugin",
    label = "cannot be made",
    note = "derive or implement `Default`; for a plugin that is registered by hand only, implement \
            `Plugin` by hand in place of deriving it"
)]
pub trait Makeable: Plugin {
    /// Makes one.
    fn make() -> Self;
}

#[diagnostic::do_not_recommend]
impl<P: Plugin + Default> Makeable for P {
    fn make() -> Self {
        Self::default()
    }
}

/// Makes a `P` and registers it.
fn register<P: Makeable>(manager: &PluginManager) -> Fate {
    // In a statement of its own: the fence is down again when the host's subscriber is told.
    let made = Fence::raise().run(P::make);
    match made {
        Ok(plugin) => match manager.register(plugin) {
            Ok(_) => Fate::Registered,
            Err(refusal) => {
                tracing::error!(
                    target: "hooks_core::discovery",
                    plugin = P::METADATA.name,
                    "a plugin was refused, and is left out: {refusal}",
                );
                Fate::Refused(refusal)
            }
        },
        Err(panic) => {
            tracing::error!(
                target: "hooks_core::discovery",
                plugin = P::METADATA.name,
                location = panic.location().map(tracing::field::display),
                "a plugin panicked while it was made, and is left out: {}",
                panic.message(),
            );
            Fate::Failed(panic)
        }
    }
}

impl PluginManager {
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
        let discovery = run(&manager, selection)?;
        manager.keep(discovery);
        Ok(manager)
    }

    /// Chooses again among the plugins that are linked into the program, while it runs. One that
    /// took part and is left out now is unregistered and dropped. One that was left out and takes
    /// part now is made anew and registered, as the newest, and gets the calls that historic hooks
    /// remember. All others stay as they are, also one that could not be made.
    ///
    /// Gives those that came or went, or could not come, and what became of each;
    /// [`discovery`](Self::discovery) tells from now on what this selection has come to.
    ///
    /// ```standalone_crate
    /// use hooks_core::{PluginManager, Selection};
    ///
    /// let plugins = PluginManager::discover()?;
    /// let changed = plugins.reselect(&Selection::default().block(["bernstein-plugin-slack"]))?;
    /// for plugin in changed {
    ///     println!("{}: {}", plugin.metadata.name, plugin.fate);
    /// }
    /// # Ok::<(), hooks_core::DiscoverError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DiscoverError`] if two plugins bear one name, or one bears none. Nothing has changed then.
    pub fn reselect(&self, selection: &Selection) -> Result<Vec<Discovered>, DiscoverError> {
        fence::install();
        let announced = by_name(inventory::iter::<Announcement>())?;
        let former = self.discovery();
        let unknown = unknown_names(selection, &announced);
        for name in unknown.iter().filter(|name| !former.unknown.contains(name)) {
            tracing::warn!(target: "hooks_core::discovery", name = &*name.name, "{name}");
        }
        let was_blocked = former.unknown.iter().map(|unknown| &*unknown.name);
        for name in was_blocked.chain(announced.keys().copied()) {
            if !selection.blocked.iter().any(|blocked| blocked == name) {
                self.unblock(name);
            }
        }
        for name in &selection.blocked {
            self.block(name);
        }
        let mut changed = Vec::new();
        let mut plugins = Vec::new();
        for announcement in announced.into_values() {
            let metadata = announcement.metadata.clone();
            let before = former.plugins.iter().find(|plugin| plugin.metadata == metadata);
            let before = before.map(|plugin| &plugin.fate);
            let fate = choose_again(announcement, self, selection, before);
            let plugin = Discovered { metadata, fate };
            if before.is_none_or(|before| differ(before, &plugin.fate)) {
                changed.push(plugin.clone());
            }
            plugins.push(plugin);
        }
        self.keep(Discovery { plugins, unknown });
        Ok(changed)
    }
}

/// Makes a plugin come or go, if the selection has changed for it.
fn choose_again(
    announcement: &Announcement,
    manager: &PluginManager,
    selection: &Selection,
    before: Option<&Fate>,
) -> Fate {
    match (selection.refusal(announcement.metadata.name), before) {
        (Some(refusal), _) => {
            // Gone already if it is blocked, or if the host took it out.
            let _ = manager.unregister(announcement.metadata.name);
            refusal
        }
        (None, Some(before)) if !before.is_left_out() => before.clone(),
        (None, _) => (announcement.register)(manager),
    }
}

/// Whether something has become of a plugin that the host notices.
fn differ(before: &Fate, now: &Fate) -> bool {
    before.is_left_out() != now.is_left_out()
}

/// Registers the chosen ones of the linked plugins with `manager`, which has none.
fn run(manager: &PluginManager, selection: &Selection) -> Result<Discovery, DiscoverError> {
    // Before the first plugin is made: its `Default` may panic.
    fence::install();
    warn_without_isolation();
    let announced = by_name(inventory::iter::<Announcement>())?;
    let unknown = unknown_names(selection, &announced);
    for name in &unknown {
        tracing::warn!(target: "hooks_core::discovery", name = &*name.name, "{name}");
    }
    for name in &selection.blocked {
        manager.block(name);
    }
    let plugins = announced
        .into_values()
        .map(|announcement| Discovered {
            metadata: announcement.metadata.clone(),
            fate: admit(announcement, manager, selection),
        })
        .collect();
    Ok(Discovery { plugins, unknown })
}

fn admit(announcement: &Announcement, manager: &PluginManager, selection: &Selection) -> Fate {
    match selection.refusal(announcement.metadata.name) {
        Some(fate) => {
            tracing::info!(
                target: "hooks_core::discovery",
                plugin = announcement.metadata.name,
                "a plugin was left out: {fate}",
            );
            fate
        }
        None => (announcement.register)(manager),
    }
}

/// The announcements in the order of their names: the order in which the linker brings them
/// changes with the profile.
fn by_name(
    announced: impl IntoIterator<Item = &'static Announcement>,
) -> Result<BTreeMap<&'static str, &'static Announcement>, DiscoverError> {
    let mut named = BTreeMap::new();
    for announcement in announced {
        let name = announcement.metadata.name;
        if name.is_empty() {
            return Err(DiscoverError::EmptyName { plugin: announcement.who() });
        }
        if let Some(other) = named.insert(name, announcement) {
            let mut both = [announcement.who(), other.who()];
            both.sort();
            let [first, second] = both;
            return Err(DiscoverError::DuplicateName { name, first, second });
        }
    }
    Ok(named)
}

fn unknown_names(
    selection: &Selection,
    announced: &BTreeMap<&'static str, &'static Announcement>,
) -> Vec<UnknownName> {
    selection
        .names()
        .filter(|(name, _)| !announced.contains_key(name))
        .map(|(name, list)| UnknownName {
            name: name.to_owned(),
            list,
            nearest: names::nearest(name, announced.keys().copied()),
        })
        .collect()
}

fn warn_without_isolation() {
    if !PluginManager::isolates() {
        tracing::warn!(
            target: "hooks_core::discovery",
            "this program is built with `panic = \"abort\"`: a plugin that panics ends it. \
             Build it with `panic = \"unwind\"` for plugins to be isolated"
        );
    }
}
