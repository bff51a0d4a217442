//! Where a new plugin gets `bernstein-hooks` from. A plugin and its host have to be built with the
//! same one, so it is the one that the nearest workspace or host uses.

use std::path::{Path, PathBuf};

use toml_edit::{InlineTable, Item, Value};

use super::FRAMEWORK;
use super::manifest::Manifest;
use super::workspace::{self, Workspace};

/// The version that this program is built with: the two are released together.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The keys of a dependency that say where it comes from.
const ORIGIN: [&str; 7] = ["version", "path", "git", "branch", "tag", "rev", "registry"];

/// Where `bernstein-hooks` comes from.
pub(super) enum Framework {
    /// The workspace that the crate belongs to says it.
    Inherited,
    /// What another manifest says, for a crate in a certain folder.
    Found(InlineTable),
    /// From the registry, because no manifest was found that says otherwise.
    Released,
}

impl Framework {
    /// Looks above `folder`, in which the crate will be, and then above each of `places`.
    pub(super) fn find(folder: &Path, member_of: Option<&Workspace>, places: &[PathBuf]) -> Self {
        let dependency = ["workspace", "dependencies", FRAMEWORK];
        if member_of.is_some_and(|workspace| workspace.manifest.get(&dependency).is_some()) {
            return Self::Inherited;
        }
        std::iter::once(folder)
            .chain(places.iter().map(PathBuf::as_path))
            .flat_map(Manifest::around)
            .filter_map(Result::ok)
            .find_map(|manifest| origin(&manifest, folder))
            .map_or(Self::Released, Self::Found)
    }

    /// The value of the dependency.
    pub(super) fn dependency(&self) -> Value {
        match self {
            Self::Inherited => Value::from_iter([("workspace", true)]),
            Self::Found(origin) => origin.clone().into(),
            Self::Released => VERSION.into(),
        }
    }
}

/// Where that manifest gets it from, as a crate in `folder` would say it.
fn origin(manifest: &Manifest, folder: &Path) -> Option<InlineTable> {
    let base = manifest.folder().ok()?;
    let shared = manifest.get(&["workspace", "dependencies", FRAMEWORK]);
    let own = manifest.dependency(FRAMEWORK).map(|(_, item)| item);
    if let Some(stated) = shared.or(own).and_then(|item| rebased(item, &base, folder)) {
        return Some(stated);
    }
    let is_it = |package: &Manifest| package.package().is_ok_and(|name| name == FRAMEWORK);
    let framework = workspace::members(manifest).ok()?.into_iter().find(is_it)?;
    let framework = framework.folder().ok()?;
    Some(InlineTable::from_iter([("path", relative(&framework, folder)?)]))
}

/// What a dependency says of where it comes from, in a manifest in `from`, for one in `to`.
fn rebased(dependency: &Item, from: &Path, to: &Path) -> Option<InlineTable> {
    if let Some(version) = dependency.as_str() {
        return Some(InlineTable::from_iter([("version", version)]));
    }
    let mut origin = InlineTable::new();
    for key in ORIGIN {
        match dependency.get(key).and_then(Item::as_str) {
            Some(path) if key == "path" => {
                let path = from.join(path).canonicalize().ok()?;
                origin.insert(key, relative(&path, to)?.into());
            }
            Some(text) => drop(origin.insert(key, text.into())),
            None => {}
        }
    }
    (!origin.is_empty()).then_some(origin)
}

/// The path to `to` from the folder `from`, as a manifest has it. `None` if it is no text.
pub(super) fn relative(to: &Path, from: &Path) -> Option<String> {
    pathdiff::diff_paths(to, from)?.into_os_string().into_string().ok()
}
