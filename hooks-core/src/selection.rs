//! Which of the plugins that are linked in a host lets in, and what became of each.

use std::fmt;

use crate::fence::Panic;
use crate::names;
use crate::plugin::PluginMetadata;
use crate::refusal::RegisterError;

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
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, SelectionList)> {
        let blocked = self.blocked.iter().map(|name| (&**name, SelectionList::Blocked));
        let allowed = self.allowed.iter().flatten().map(|name| (&**name, SelectionList::Allowed));
        blocked.chain(allowed)
    }

    /// Why a plugin is left out, if it is.
    pub(crate) fn refusal(&self, name: &str) -> Option<Fate> {
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

impl fmt::Display for SelectionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    /// It was not registered: what it asks of the order cannot come true, for one. The others are
    /// not affected.
    Refused(RegisterError),
}

impl Fate {
    /// Whether the selection is why it does not take part.
    pub(crate) fn is_left_out(&self) -> bool {
        matches!(self, Self::Blocked | Self::NotAllowed)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registered => f.write_str("registered"),
            Self::Blocked => f.write_str("blocked"),
            Self::NotAllowed => f.write_str("not allowed"),
            Self::Failed(panic) => write!(f, "failed to start: {panic}"),
            Self::Refused(refusal) => write!(f, "refused: {refusal}"),
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

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suggestion = names::suggestion(&self.nearest);
        write!(
            f,
            "the {} names `{}`, but no plugin is called that{suggestion}",
            self.list, self.name
        )
    }
}
