//! The line by which a host links a plugin.

use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;
use toml_edit::{InlineTable, Item, Table, Value, value};

use super::framework::relative;
use super::host::{Host, HostError};
use super::manifest::{Manifest, ManifestError};
use super::{FRAMEWORK, PREFIX};

/// The list of plugins whose names do not say that they are.
const LISTED: [&str; 4] = ["package", "metadata", "hooks", "plugins"];

/// A plugin that is among the dependencies of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Added {
    /// The name of its package.
    pub package: String,
    /// The manifest of the host.
    pub host: PathBuf,
    /// The name of the package of the host.
    pub host_package: String,
    /// The line in the manifest.
    pub line: String,
    /// Whether the host lists the plugin in `[package.metadata.hooks]` too, because the name of the
    /// package does not begin with `bernstein-plugin-`.
    pub listed: bool,
    /// Whether the manifest was changed; it was not if it says all this already.
    pub changed: bool,
    /// Whether the source code of the host says `link_plugins!`, without which the line is for
    /// nothing.
    pub links: bool,
}

/// Why a plugin cannot be added. Nothing was changed then.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AddError {
    /// Its manifest cannot be used, or that of the host.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// There is no host to add it to.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Another package stands there.
    #[error(
        "the package in `{}` is `{found}` and not `{asked}`; write `plugins add {found}`",
        folder.display()
    )]
    OtherName {
        /// Where it was looked for.
        folder: PathBuf,
        /// What it is called.
        found: String,
        /// What was asked for.
        asked: String,
    },
    /// It has no hooks to implement.
    #[error(
        "`{package}` does not depend on `{FRAMEWORK}`, so it is no plugin; `{}` has to have it in \
         `[dependencies]`",
        manifest.display()
    )]
    NoPlugin {
        /// The name of the package.
        package: String,
        /// Its manifest.
        manifest: PathBuf,
    },
    /// The nearest host is the plugin.
    #[error("`{package}` cannot be a plugin of itself; name its host with `--host`")]
    Itself {
        /// The name of the package.
        package: String,
    },
    /// The host depends on a package of that name from elsewhere.
    #[error(
        "`{}` has another `{package}` already: `{line}`; remove that line first",
        host.display()
    )]
    Other {
        /// The manifest of the host.
        host: PathBuf,
        /// The name of the package.
        package: String,
        /// The line in it.
        line: String,
    },
    /// A manifest is text, and this is none.
    #[error("the path from `{}` to `{}` is not UTF-8, so no manifest can hold it", host.display(), folder.display())]
    PathNotText {
        /// The folder of the host.
        host: PathBuf,
        /// The folder of the plugin.
        folder: PathBuf,
    },
}

/// Adds the plugin whose package is in `folder` to the dependencies of a host: of the one that is
/// named, or else of the nearest above `from`.
///
/// The plugin is named by its package, or without `bernstein-plugin-`. A host that has it already
/// stays as it is.
///
/// # Errors
///
/// When there is no such plugin or no such host, or when the host has another package of that name.
pub fn add(name: &str, folder: &Path, host: Option<&Path>, from: &Path) -> Result<Added, AddError> {
    let plugin = Plugin::read(name, folder)?;
    let Host { manifest: mut host, links } = match host {
        Some(host) => Host::named(host)?,
        None => Host::near(from)?,
    };
    if host.folder()? == plugin.folder {
        return Err(AddError::Itself { package: plugin.package });
    }
    let present = present(&host, &plugin)?;
    let line = match &present {
        Some(line) => line.clone(),
        None => insert(&mut host, &plugin)?,
    };
    let needs_list = !plugin.package.starts_with(PREFIX);
    let is_listed = host.texts(&LISTED).contains(&plugin.package.as_str());
    if needs_list && !is_listed {
        let [table @ .., list] = LISTED;
        host.push(&table, list, &plugin.package)?;
    }
    let changed = present.is_none() || (needs_list && !is_listed);
    if changed {
        host.draft()?.keep().map_err(ManifestError::from)?;
    }
    Ok(Added {
        package: plugin.package,
        host: host.path().to_owned(),
        host_package: host.package()?.to_owned(),
        line,
        listed: needs_list,
        changed,
        links,
    })
}

/// What is known of a plugin from its manifest.
struct Plugin {
    package: String,
    folder: PathBuf,
    version: Option<String>,
}

impl Plugin {
    fn read(name: &str, folder: &Path) -> Result<Self, AddError> {
        let manifest = Manifest::read(folder)?;
        let package = manifest.package()?.to_owned();
        if package != name && package.strip_prefix(PREFIX) != Some(name) {
            let (folder, asked) = (folder.to_owned(), name.to_owned());
            return Err(AddError::OtherName { folder, found: package, asked });
        }
        if manifest.dependency(FRAMEWORK).is_none() {
            return Err(AddError::NoPlugin { package, manifest: manifest.path().to_owned() });
        }
        Ok(Self { package, folder: manifest.folder()?, version: version(&manifest)? })
    }
}

/// The version of a package, which its workspace may give.
fn version(manifest: &Manifest) -> Result<Option<String>, ManifestError> {
    match manifest.get(&["package", "version"]) {
        Some(item) if item.get("workspace").is_some() => {
            let shared = ["workspace", "package", "version"];
            let workspace = manifest.workspace()?;
            let version = workspace.as_ref().and_then(|workspace| workspace.get(&shared)?.as_str());
            Ok(version.map(str::to_owned))
        }
        own => Ok(own.and_then(Item::as_str).map(str::to_owned)),
    }
}

/// The line by which the host has the plugin already.
fn present(host: &Manifest, plugin: &Plugin) -> Result<Option<String>, AddError> {
    let Some((key, item)) = host.dependency(&plugin.package) else { return Ok(None) };
    let line = format!("{key} = {}", one_line(item));
    let workspace = match item.get("workspace") {
        Some(_) => host.workspace()?,
        None => None,
    };
    let (source, item) = match &workspace {
        Some(root) => (root, root.get(&["workspace", "dependencies", key])),
        None => (host, Some(item)),
    };
    let path = item.and_then(|item| item.get("path")?.as_str());
    let folder = source.folder()?;
    if path.and_then(|path| folder.join(path).canonicalize().ok()) == Some(plugin.folder.clone()) {
        return Ok(Some(line));
    }
    Err(AddError::Other { host: host.path().to_owned(), package: plugin.package.clone(), line })
}

/// A dependency as the value of its key, however it is written.
fn one_line(item: &Item) -> String {
    match item.clone().into_value() {
        Ok(mut value) => {
            if let Value::InlineTable(table) = &mut value {
                table.fmt();
            }
            value.decorated("", "").to_string()
        }
        Err(item) => item.to_string(),
    }
}

/// Adds the line, and tells it.
fn insert(host: &mut Manifest, plugin: &Plugin) -> Result<String, AddError> {
    let folder = host.folder()?;
    let Some(path) = relative(&plugin.folder, &folder) else {
        return Err(AddError::PathNotText { host: folder, folder: plugin.folder.clone() });
    };
    let mut dependency = InlineTable::new();
    if let Some(version) = &plugin.version {
        dependency.insert("version", version.as_str().into());
    }
    dependency.insert("path", path.into());
    let line = format!("{} = {dependency}", plugin.package);
    let dependencies = host.table_mut(&["dependencies"])?;
    match dependencies.as_table_mut() {
        Some(table) => insert_among_plugins(table, &plugin.package, dependency),
        None => dependencies[&plugin.package] = value(dependency),
    }
    Ok(line)
}

/// Puts a plugin where the alphabet wants it among the other plugins, or else at the end.
fn insert_among_plugins(table: &mut Table, package: &str, dependency: InlineTable) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let is_plugin = |key: &String| package.starts_with(PREFIX) && key.starts_with(PREFIX);
    let before = keys.iter().rposition(|key| is_plugin(key) && key.as_str() < package);
    let place = match before {
        Some(place) => place + 1,
        None => keys.iter().position(is_plugin).unwrap_or(keys.len()),
    };
    // A table takes new keys at its end only.
    let mut later: Vec<_> =
        keys[place..].iter().filter_map(|key| table.remove_entry(key)).collect();
    table.insert(package, value(dependency));
    if before.is_none()
        && let Some((first, _)) = later.first_mut()
        && let Some(mut new) = table.key_mut(package)
    {
        // A comment above the first plugin is about all of them.
        *new.leaf_decor_mut() = std::mem::take(first.leaf_decor_mut());
    }
    for (key, item) in later {
        table.insert_formatted(&key, item);
    }
}
