//! `bernstein hooks list`

use std::io::{self, Write};

use bernstein_hooks::{BernsteinSpec, CallOrder, Implementation};
use clap::Args;
use serde::Serialize;

use super::output::Output;
use super::{CliError, PluginArguments, SUCCESS, input};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Write a list of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    plugins: PluginArguments,
}

/// A hook.
#[derive(Serialize)]
struct Row {
    spec: &'static str,
    hook: &'static str,
    documentation: &'static str,
    arguments: Vec<Argument>,
    /// In call order.
    implementations: Vec<Implements>,
}

#[derive(Serialize)]
struct Argument {
    name: &'static str,
    r#type: &'static str,
    documentation: &'static str,
}

/// An implementation of a hook, and where it is written.
#[derive(Serialize)]
struct Implements {
    plugin: String,
    method: String,
    role: String,
    band: String,
    /// Why it stands where it does.
    reason: String,
    file: &'static str,
    line: u32,
}

/// Lists the hooks, each with its implementations in call order.
pub(super) fn list(arguments: &Arguments) -> Result<u8, CliError> {
    let mut out = Output::new(arguments.json)?;
    let config = input::load_config(arguments.plugins.config.as_deref())?;
    let plugins = arguments.plugins.discover(&config)?;
    let rows: Vec<Row> = plugins.call_order::<BernsteinSpec>().into_iter().map(Row::from).collect();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&rows).map_err(io::Error::from)?)?;
    } else {
        rows.iter().try_for_each(|row| row.write(&mut out))?;
    }
    Ok(SUCCESS)
}

impl Row {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let arguments: Vec<String> = self
            .arguments
            .iter()
            .map(|argument| format!("{}: {}", argument.name, argument.r#type))
            .collect();
        writeln!(out, "{}({})", self.hook, arguments.join(", "))?;
        for line in self.documentation.lines() {
            writeln!(out, "    {line}")?;
        }
        if self.implementations.is_empty() {
            writeln!(out, "  no plugin implements it")?;
        }
        for (place, implementation) in self.implementations.iter().enumerate() {
            let Implements { plugin, method, role, reason, file, line, .. } = implementation;
            let method =
                if *method == self.hook { String::new() } else { format!(" by `{method}`") };
            let role = if role == "wrapper" { " around it all" } else { "" };
            writeln!(out, "  {}. {plugin}{method}{role} ({reason}; {file}:{line})", place + 1)?;
        }
        writeln!(out)
    }
}

impl From<CallOrder> for Row {
    fn from(order: CallOrder) -> Self {
        let arguments = order.hook.arguments.iter().map(|argument| Argument {
            name: argument.name,
            r#type: argument.written_type,
            documentation: argument.documentation,
        });
        Self {
            spec: order.hook.spec,
            hook: order.hook.name,
            documentation: order.hook.documentation,
            arguments: arguments.collect(),
            implementations: order
                .implementations
                .into_iter()
                .zip(order.reasons)
                .map(Implements::from)
                .collect(),
        }
    }
}

impl From<(Implementation, String)> for Implements {
    fn from((implementation, reason): (Implementation, String)) -> Self {
        Self {
            plugin: implementation.plugin.to_string(),
            method: implementation.method.into_owned(),
            role: implementation.role.to_string(),
            reason,
            band: implementation.band.to_string(),
            file: implementation.file,
            line: implementation.line,
        }
    }
}
