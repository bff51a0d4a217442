//! What the linker brought: the plugins that announced themselves, chosen and registered.

use std::any::type_name;
use std::collections::BTreeMap;

use crate::fence::{self, Fence, Panic};
use crate::manager::PluginManager;
use crate::names;
use crate::plugin::{Plugin, PluginMetadata};

/// Which of the plugins that are linked in are to be registered.
///
/// ```standalone_crate
/// use hooks_core::{PluginManager, Selection};
///
/// let selection = Selection::default().block(["chatty"]);
/// let plugins = PluginManager::discover_with(&selection)?;
/// assert!(plugins.is_blocked("chatty"));
/// # Ok::<(), hooks_core::DiscoverError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selection {
    /// The names that are left out, whatever `allowed` says.
    pub blocked: Vec<String>,
    /// If given, the only names that are let in.
    pub allowed: Option<Vec<String>>,
}

impl Selection {
    /// The same selection, with these names blocked too.
    #[must_use]
    pub fn block(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.blocked.extend(names.into_iter().map(Into::into));
        self
    }

    /// The same selection, with these names allowed; what is not on the list is left out from
    /// now on.
    #[must_use]
    pub fn allow(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.allowed.get_or_insert_default().extend(names.into_iter().map(Into::into));
        self
    }

    /// Every name on a list, with the list.
    fn names(&self) -> impl Iterator<Item = (&str, SelectionList)> {
        let blocked = self.blocked.iter().map(|name| (&**name, SelectionList::Blocked));
        let allowed = self.allowed.iter().flatten().map(|name| (&**name, SelectionList::Allowed));
        blocked.chain(allowed)
    }

    /// Why a plugin is left out, if it is.
    fn refusal(&self, name: &str) -> Option<Fate> {
        let named = |list: &[String]| list.iter().any(|listed| listed == name);
        if named(&self.blocked) {
            return Some(Fate::Blocked);
        }
        let left_out = self.allowed.as_deref().is_some_and(|allowed| !named(allowed));
        left_out.then_some(Fate::NotAllowed)
    }
}

/// A list of a [`Selection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SelectionList {
    /// [`Selection::blocked`].
    Blocked,
    /// [`Selection::allowed`].
    Allowed,
}

impl std::fmt::Display for SelectionList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Blocked => "block list",
            Self::Allowed => "allow list",
        })
    }
}

/// What discovery found, and what became of it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Discovery {
    /// The plugins that are linked in, in the order of their names.
    pub plugins: Vec<Discovered>,
    /// The names of the selection that no plugin bears.
    pub unknown: Vec<UnknownName>,
}

/// A plugin that is linked in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Discovered {
    /// What it says of itself.
    pub metadata: PluginMetadata,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a plugin that is linked in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fate {
    /// It is registered.
    Registered,
    /// It is on the block list.
    Blocked,
    /// There is an allow list, and it is not on it.
    NotAllowed,
    /// Its `Default` panicked, so there is nothing to register. The others are not affected.
    Failed(Panic),
}

impl std::fmt::Display for Fate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registered => f.write_str("registered"),
            Self::Blocked => f.write_str("blocked"),
            Self::NotAllowed => f.write_str("not allowed"),
            Self::Failed(panic) => write!(f, "failed to start: {panic}"),
        }
    }
}

/// A name of a [`Selection`] that no plugin bears.
///
/// Its `Display` is a sentence that names the list and the names that come near.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// The list on which it stands.
    pub list: SelectionList,
    /// The names of plugins that resemble it, nearest first.
    pub nearest: Vec<String>,
}

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let suggestion = names::suggestion(&self.nearest);
        write!(
            f,
            "the {} names `{}`, but no plugin is called that{suggestion}",
            self.list, self.name
        )
    }
}

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
        Ok(plugin) => {
            manager
                .register(plugin)
                .expect("discovery has checked the name, and the manager is new");
            Fate::Registered
        }
        Err(panic) => {
            tracing::error!(
                plugin = P::METADATA.name,
                location = panic.location().map(tracing::field::display),
                "a plugin panicked while it was made, and is left out: {}",
                panic.message(),
            );
            Fate::Failed(panic)
        }
    }
}

/// Registers the chosen ones of the linked plugins with `manager`, which has none.
pub(crate) fn run(
    manager: &PluginManager,
    selection: &Selection,
) -> Result<Discovery, DiscoverError> {
    // Before the first plugin is made: its `Default` may panic.
    fence::install();
    warn_without_isolation();
    let announced = by_name(inventory::iter::<Announcement>())?;
    let unknown = unknown_names(selection, &announced);
    for name in &unknown {
        tracing::warn!(name = &*name.name, "{name}");
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
            tracing::info!(plugin = announcement.metadata.name, "a plugin was left out: {fate}");
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
            "this program is built with `panic = \"abort\"`: a plugin that panics ends it. \
             Build it with `panic = \"unwind\"` for plugins to be isolated"
        );
    }
}
