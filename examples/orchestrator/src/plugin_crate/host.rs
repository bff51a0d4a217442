//! Which package is the host: the one whose program the plugins are linked into.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::FRAMEWORK;
use super::manifest::{Manifest, ManifestError};
use super::workspace;

/// What every host says in its source code.
const LINK: &str = "link_plugins!";

/// A host that was found or named.
pub(super) struct Host {
    pub(super) manifest: Manifest,
    /// Whether its source code says that it links plugins.
    pub(super) links: bool,
}

/// Why there is no host to add a plugin to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HostError {
    /// None was named, and there is none near by.
    #[error(
        "no host was found above `{}`: a package that depends on `{FRAMEWORK}` and says \
         `{LINK}` in its source code; name it with `--host`",
        folder.display()
    )]
    NotFound {
        /// Where the search began.
        folder: PathBuf,
    },
    /// None was named, and several are equally near.
    #[error("{} packages link plugins; name one with `--host`:{}", hosts.len(), listed(hosts))]
    Several {
        /// The folders of all of them.
        hosts: Vec<PathBuf>,
    },
    /// The package that was named cannot have plugins.
    #[error(
        "`{}` does not depend on `{FRAMEWORK}`, so it cannot link plugins; name another package \
         with `--host`",
        manifest.display()
    )]
    NoHost {
        /// Its manifest.
        manifest: PathBuf,
    },
    /// Its manifest cannot be used.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

fn listed(hosts: &[PathBuf]) -> String {
    hosts.iter().map(|host| format!("\n    --host {}", host.display())).collect()
}

impl Host {
    /// The host that was named, by its folder or its manifest. A workspace without a package of
    /// its own stands for the one host in it.
    pub(super) fn named(path: &Path) -> Result<Self, HostError> {
        let manifest = Manifest::read(path)?;
        if let Err(no_package) = manifest.package() {
            return only(hosts(manifest)?)?.ok_or(no_package.into());
        }
        if manifest.dependency(FRAMEWORK).is_none() {
            return Err(HostError::NoHost { manifest: manifest.path().to_owned() });
        }
        let links = links(&manifest);
        Ok(Self { manifest, links })
    }

    /// The nearest host: the package of the next manifest above `folder`, or a package of the
    /// workspace there, or else those of the manifest above it.
    pub(super) fn near(folder: &Path) -> Result<Self, HostError> {
        for manifest in Manifest::around(folder) {
            if let Some(host) = only(hosts(manifest?)?)? {
                return Ok(host);
            }
        }
        Err(HostError::NotFound { folder: folder.to_owned() })
    }
}

/// The host, if there is one.
fn only(mut hosts: Vec<Manifest>) -> Result<Option<Host>, HostError> {
    if hosts.len() > 1 {
        let folders = hosts.iter().map(Manifest::folder).collect::<Result<_, _>>()?;
        return Err(HostError::Several { hosts: folders });
    }
    Ok(hosts.pop().map(|manifest| Host { manifest, links: true }))
}

/// The hosts of a manifest: its package, and the members of its workspace.
fn hosts(manifest: Manifest) -> Result<Vec<Manifest>, ManifestError> {
    let own = manifest.folder()?;
    let mut packages = workspace::members(&manifest)?;
    // Members may name the package of the root as well.
    packages.retain(|package| package.folder().is_ok_and(|folder| folder != own));
    packages.push(manifest);
    packages.retain(is_host);
    Ok(packages)
}

fn is_host(package: &Manifest) -> bool {
    package.package().is_ok() && package.dependency(FRAMEWORK).is_some() && links(package)
}

/// Whether a line of its source code, other than a comment, says that it links plugins.
fn links(package: &Manifest) -> bool {
    let Ok(folder) = package.folder() else { return false };
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let says_it = |source: String| source.lines().filter(is_code).any(|line| line.contains(LINK));
    workspace::matching(&folder, Path::new("src/**/*.rs"))
        .filter_map(|file| fs::read_to_string(file).ok())
        .any(says_it)
}
