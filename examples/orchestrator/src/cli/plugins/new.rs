//! `bernstein plugins new`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::{program, shell_path};
use crate::cli::output::Output;
use crate::cli::{CliError, SUCCESS};
use crate::plugin_crate::{self, Created, PluginName};

pub(in crate::cli) const EXAMPLE: &str = "\
Example:
    bernstein plugins new greeter --path examples/plugins/bernstein-plugin-greeter

Below the root of a workspace, the crate becomes a member of it. `bernstein-hooks` comes from where
the workspace or the host gets it above the new folder, the current folder, or this program; if none
is there, from the registry.";

/// What to do about a host that could not be asked.
const FROM_REGISTRY: &str = "\
That is the registry, because no manifest near by says otherwise. A host that gets the hooks from
elsewhere cannot link this plugin: change that line, or call this in the folder of the host.";

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The name of the plugin: `greeter` and `bernstein-plugin-greeter` both make a package that is
    /// called `bernstein-plugin-greeter`
    name: PluginName,
    /// The folder of the crate, which is empty or does not exist yet [default: the name of the
    /// package]
    #[arg(long, value_name = "FOLDER")]
    path: Option<PathBuf>,
    /// Write what was made as an object of JSON
    #[arg(long)]
    json: bool,
}

/// Writes a new plugin crate, and says how to go on.
pub(in crate::cli) fn new(arguments: &Arguments) -> Result<u8, CliError> {
    let mut out = Output::new(arguments.json)?;
    let name = &arguments.name;
    let folder = arguments.path.clone().unwrap_or_else(|| name.package().into());
    let created = plugin_crate::create(name, &folder, &places())?;
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&created).map_err(io::Error::from)?)?;
    } else {
        tell(&created, &mut out)?;
    }
    Ok(SUCCESS)
}

/// Where a checkout of `bernstein-hooks` may be, beside the new folder: this program may have been
/// built in one.
fn places() -> Vec<PathBuf> {
    [std::env::current_dir(), std::env::current_exe()].into_iter().flatten().collect()
}

fn tell(created: &Created, out: &mut impl Write) -> io::Result<()> {
    let Created { package, folder, files, dependency, from_registry, workspace, .. } = created;
    let folder = shell_path(folder);
    writeln!(out, "Wrote `{package}` to {folder}:")?;
    for file in files {
        writeln!(out, "    {file}")?;
    }
    if let Some(workspace) = workspace.as_ref().filter(|workspace| workspace.added) {
        writeln!(out, "Added it to `members` in {}.", shell_path(&workspace.manifest))?;
    }
    writeln!(out, "It gets the hooks by `{dependency}`.")?;
    if *from_registry {
        writeln!(out, "{FROM_REGISTRY}")?;
    }
    writeln!(out, "\nTest it:\n    cargo test --manifest-path {folder}/Cargo.toml")?;
    writeln!(out, "Add it to a host:\n    {} plugins add {package} --path {folder}", program())
}
