//! The workspace around a folder: what Cargo makes of a package that is put there.

use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::manifest::{Manifest, ManifestError};

/// A workspace.
pub(super) struct Workspace {
    pub(super) manifest: Manifest,
    root: PathBuf,
}

/// The packages that the workspace of a manifest names as its members; none if there is no
/// workspace. What cannot be read is no package.
pub(super) fn members(manifest: &Manifest) -> Result<Vec<Manifest>, ManifestError> {
    let root = manifest.folder()?;
    let folders = paths(manifest, "members").flat_map(|member| matching(&root, &member));
    Ok(folders.filter_map(|folder| Manifest::read(&folder).ok()).collect())
}

/// What there is in the folder that matches the pattern.
pub(super) fn matching(folder: &Path, pattern: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    // Only the pattern has wildcards.
    let folder = folder.to_str().map(Pattern::escape).map(PathBuf::from);
    let pattern = folder.map(|folder| folder.join(pattern));
    let found = pattern.as_deref().and_then(Path::to_str).and_then(|all| glob::glob(all).ok());
    found.into_iter().flatten().filter_map(Result::ok)
}

/// A list of paths that a workspace has. There may be wildcards in them.
fn paths(manifest: &Manifest, list: &str) -> impl Iterator<Item = PathBuf> {
    // Without `./` and a last `/`, so that they can be compared.
    let plain = |path: &str| -> PathBuf {
        Path::new(path).components().filter(|part| *part != Component::CurDir).collect()
    };
    manifest.texts(&["workspace", list]).into_iter().map(plain)
}

impl Workspace {
    /// The workspace that a package in `folder` would belong to. One that excludes the folder is
    /// passed over, as Cargo does.
    pub(super) fn around(folder: &Path) -> Result<Option<Self>, ManifestError> {
        for manifest in Manifest::around(folder) {
            let manifest = manifest?;
            if manifest.get(&["workspace"]).is_some() {
                let workspace = Self { root: manifest.folder()?, manifest };
                if !workspace.excludes(folder) {
                    return Ok(Some(workspace));
                }
            }
        }
        Ok(None)
    }

    /// The path from its root to a folder in it.
    fn path_to<'f>(&self, folder: &'f Path) -> &'f Path {
        folder.strip_prefix(&self.root).unwrap_or(folder)
    }

    /// Whether `members` has the folder already.
    pub(super) fn covers(&self, folder: &Path) -> bool {
        let path = self.path_to(folder);
        let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
        paths(&self.manifest, "members")
            .filter_map(|member| Pattern::new(member.to_str()?).ok())
            .any(|pattern| pattern.matches_path_with(path, options))
    }

    fn excludes(&self, folder: &Path) -> bool {
        let path = self.path_to(folder);
        let is_in = |list| paths(&self.manifest, list).any(|folder| path.starts_with(folder));
        is_in("exclude") && !is_in("members")
    }

    /// Adds the folder to `members`.
    pub(super) fn add_member(&mut self, folder: &Path) -> Result<(), ManifestError> {
        let path = self.path_to(folder).to_string_lossy().into_owned();
        self.manifest.push(&["workspace"], "members", &path)
    }
}
