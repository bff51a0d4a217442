//! `bernstein plugins add`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::shell_path;
use crate::cli::output::{Output, remark};
use crate::cli::{CliError, SUCCESS};
use crate::plugin_crate::{self, Added, PREFIX};

pub(in crate::cli) const EXAMPLE: &str = "\
Example:
    bernstein plugins add greeter --path examples/plugins/bernstein-plugin-greeter

A host is a package that depends on `bernstein-hooks` and says `link_plugins!` in its source code.
Without --host, it is the package of the next Cargo.toml above the current folder, or a member of
the workspace there, or else one of the Cargo.toml above that.";

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The name of the package, with or without `bernstein-plugin-`
    name: String,
    /// The folder of the plugin crate
    #[arg(long, value_name = "FOLDER")]
    path: PathBuf,
    /// The folder of the host, or its Cargo.toml [default: the nearest host]
    #[arg(long, value_name = "PATH")]
    host: Option<PathBuf>,
    /// Write what the host has now as an object of JSON
    #[arg(long)]
    json: bool,
}

/// Adds a plugin to its host, and says how to go on.
pub(in crate::cli) fn add(arguments: &Arguments) -> Result<u8, CliError> {
    let Arguments { name, path, host, json } = arguments;
    let mut out = Output::new(*json)?;
    let added = plugin_crate::add(name, path, host.as_deref(), &std::env::current_dir()?)?;
    if !added.links {
        remark(format_args!(
            "warning: `{}` says `link_plugins!` nowhere below `src`, so it links no plugins; put \
             `bernstein_hooks::link_plugins!();` into its library",
            added.host_package
        ));
    }
    if *json {
        writeln!(out, "{}", serde_json::to_string_pretty(&added).map_err(io::Error::from)?)?;
    } else {
        tell(&added, &mut out)?;
    }
    Ok(SUCCESS)
}

fn tell(added: &Added, out: &mut impl Write) -> io::Result<()> {
    let Added { host, host_package, line, listed, changed, .. } = added;
    let host = shell_path(host);
    let done = if *changed { "Added to" } else { "Nothing to do, it is already in" };
    writeln!(out, "{done} {host}:\n    {line}")?;
    if *listed {
        writeln!(
            out,
            "`plugins` in [package.metadata.hooks] has it too: its name does not begin with `{PREFIX}`."
        )?;
    }
    // Only of this program it is known how it tells which plugins it has.
    let (command, arguments) = match host_package == env!("CARGO_PKG_NAME") {
        true => ("run", " -- plugins list"),
        false => ("build", ""),
    };
    writeln!(out, "\nBuild the host again:\n    cargo {command} --manifest-path {host}{arguments}")
}
