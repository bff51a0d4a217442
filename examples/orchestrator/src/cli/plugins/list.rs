//! `bernstein plugins list`

use std::io::{self, Write};

use bernstein_hooks::{Discovered, Fate, PluginManager};
use clap::Args;
use serde::Serialize;

use crate::cli::output::Output;
use crate::cli::{
    CliError, PluginArguments, SUCCESS, input,
    table::{self, Column},
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Write a list of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    plugins: PluginArguments,
}

/// A plugin that is linked into this program.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    version: &'static str,
    description: &'static str,
    authors: Vec<&'static str>,
    repository: &'static str,
    package: &'static str,
    /// Whether it takes part in a run.
    active: bool,
    /// What became of it.
    state: String,
    /// The hooks that it implements; none if it does not take part.
    hooks: Vec<&'static str>,
}

/// Lists the plugins that are linked into this program.
pub(in crate::cli) fn list(arguments: &Arguments) -> Result<u8, CliError> {
    let mut out = Output::new(arguments.json)?;
    let config = input::load_config(arguments.plugins.config.as_deref())?;
    let plugins = arguments.plugins.discover(&config)?;
    let discovery = plugins.discovery();
    let rows: Vec<Row> =
        discovery.plugins.iter().map(|plugin| Row::new(plugin, &plugins)).collect();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&rows).map_err(io::Error::from)?)?;
    } else if rows.is_empty() {
        writeln!(out, "No plugins are linked into this program.")?;
    } else {
        let mut table = table::new(&[
            Column::Word("Plugin"),
            Column::Word("Version"),
            Column::Word("State"),
            Column::Number("Hooks"),
            Column::Text,
        ]);
        for row in rows {
            let hooks = row.hooks.len().to_string();
            table.add_row([row.name, row.version, &row.state, &hooks, row.description]);
        }
        writeln!(out, "{}", table.trim_fmt())?;
    }
    Ok(SUCCESS)
}

impl Row {
    fn new(plugin: &Discovered, plugins: &PluginManager) -> Self {
        let metadata = &plugin.metadata;
        let hooks = plugins.hooks_of(metadata.name).unwrap_or_default();
        Self {
            name: metadata.name,
            version: metadata.version,
            description: metadata.description,
            authors: metadata.authors.split(':').filter(|author| !author.is_empty()).collect(),
            repository: metadata.repository,
            package: metadata.package,
            active: matches!(plugin.fate, Fate::Registered),
            state: plugin.fate.to_string(),
            hooks: hooks.into_iter().map(|hook| hook.name).collect(),
        }
    }
}
