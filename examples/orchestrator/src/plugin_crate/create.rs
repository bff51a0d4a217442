//! A new plugin crate.

use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;

use super::draft::{Draft, DraftError};
use super::framework::Framework;
use super::manifest::{Manifest, ManifestError};
use super::name::PluginName;
use super::workspace::{self, Workspace};
use super::{FRAMEWORK, template};

/// A crate that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Created {
    /// The name of its package.
    pub package: String,
    /// Its folder, without links and relative parts.
    pub folder: PathBuf,
    /// Its files, as paths from the folder.
    pub files: Vec<&'static str>,
    /// The line of its manifest that says where `bernstein-hooks` comes from.
    pub dependency: String,
    /// Whether that is the registry, because no manifest near by says otherwise.
    pub from_registry: bool,
    /// The workspace that it belongs to, if it does not stand alone.
    pub workspace: Option<Membership>,
}

/// How a crate came to belong to a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Membership {
    /// The manifest of the workspace.
    pub manifest: PathBuf,
    /// Whether its `members` had to be changed for that.
    pub added: bool,
}

/// Why there is no new crate. Nothing was written then.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreateError {
    /// Its folder cannot be made.
    #[error(transparent)]
    Folder(#[from] DraftError),
    /// The manifest of the workspace around it cannot be used.
    #[error("the crate would be in a workspace, but {0}")]
    Workspace(#[from] ManifestError),
    /// The workspace around it has a package of that name, and cannot have another one.
    #[error("the workspace has a package `{package}` already, in `{}`; choose another name", folder.display())]
    Taken {
        /// The name of the package.
        package: String,
        /// The folder of the other one.
        folder: PathBuf,
    },
}

/// Writes a crate with that plugin into `folder`, which is empty or does not exist.
///
/// Below the root of a workspace that does not exclude the folder, the crate becomes a member of it.
/// `bernstein-hooks` comes from where the next manifest above the folder gets it, or else the next
/// one above any of `places`, or else from the registry.
///
/// # Errors
///
/// When something is in the folder, when it cannot be written, or when the crate would belong to a
/// workspace that cannot take it. Nothing has changed then.
pub fn create(
    name: &PluginName,
    folder: &Path,
    places: &[PathBuf],
) -> Result<Created, CreateError> {
    let draft = Draft::begin(folder, &name.package())?;
    let folder = draft.folder();
    let mut workspace = Workspace::around(&folder)?;
    if let Some(workspace) = &workspace {
        refuse_a_second(name, workspace)?;
    }
    let framework = Framework::find(&folder, workspace.as_ref(), places);
    let files = template::files(name, &framework, workspace.as_ref());
    for (file, text) in &files {
        draft.write(file, text)?;
    }
    let membership = match &mut workspace {
        Some(workspace) => Some(keep_in(workspace, draft)?),
        None => {
            draft.keep()?;
            None
        }
    };
    Ok(Created {
        package: name.package(),
        files: files.map(|(file, _)| file).into(),
        dependency: format!("{FRAMEWORK} = {}", framework.dependency()),
        from_registry: matches!(framework, Framework::Released),
        folder,
        workspace: membership,
    })
}

/// Cargo would refuse to build anything in a workspace with two packages of one name.
fn refuse_a_second(name: &PluginName, workspace: &Workspace) -> Result<(), CreateError> {
    let package = name.package();
    let has_name = |member: &Manifest| member.package().is_ok_and(|name| name == package);
    match workspace::members(&workspace.manifest)?.into_iter().find(has_name) {
        Some(other) => Err(CreateError::Taken { package, folder: other.folder()? }),
        None => Ok(()),
    }
}

/// Puts the crate in its place, and makes sure that the workspace has it as a member.
fn keep_in(workspace: &mut Workspace, draft: Draft) -> Result<Membership, CreateError> {
    let folder = draft.folder();
    let manifest = workspace.manifest.path().to_owned();
    if workspace.covers(&folder) {
        draft.keep()?;
        return Ok(Membership { manifest, added: false });
    }
    workspace.add_member(&folder)?;
    let changed = workspace.manifest.draft()?;
    let kept = draft.keep()?;
    if let Err(error) = changed.keep() {
        kept.undo();
        return Err(ManifestError::from(error).into());
    }
    Ok(Membership { manifest, added: true })
}
