//! What the operator gives: plans, the configuration, lists of plugins. Whatever is odd about it is
//! told on standard error.

use std::path::Path;

use bernstein_hooks::{Fate, PluginManager, Selection};

use super::output::remark;
use super::{CliError, PluginArguments};
use crate::config::{self, Config};
use crate::plan::{self, Plan};
use crate::source::{LoadError, Loaded};

/// The plan of that file.
pub(super) fn load_plan(path: &Path) -> Result<Plan, LoadError> {
    plan::load(path).map(tell_warnings)
}

/// The configuration of that file, or of the file that is read when none is named and there is one.
pub(super) fn load_config(path: Option<&Path>) -> Result<Config, LoadError> {
    read_config(path).map(tell_warnings)
}

/// The same, and what is odd about it, which is not told yet.
pub(super) fn read_config(path: Option<&Path>) -> Result<Loaded<Config>, LoadError> {
    let default = Path::new(config::DEFAULT_FILE);
    match path {
        Some(path) => config::load(path),
        None if default.exists() => config::load(default),
        None => Ok(Loaded { value: Config::default(), warnings: Vec::new() }),
    }
}

fn tell_warnings<T>(loaded: Loaded<T>) -> T {
    loaded.warnings.iter().for_each(remark);
    loaded.value
}

impl PluginArguments {
    /// Discovers the plugins that the configuration and these arguments select.
    pub(super) fn discover(&self, config: &Config) -> Result<PluginManager, CliError> {
        let selection = self.selection(config);
        let plugins = PluginManager::discover_with(&selection)?;
        tell_oddities(&plugins);
        Ok(plugins)
    }

    /// Which plugins the configuration and these arguments select.
    pub(super) fn selection(&self, config: &Config) -> Selection {
        let selection = Selection::default().block(config.plugins.block.iter().chain(&self.block));
        match (&config.plugins.allow, self.allow.as_slice()) {
            (None, []) => selection,
            (Some(allowed), []) => selection.allow(allowed),
            (_, allowed) => selection.allow(allowed),
        }
    }
}

fn tell_oddities(plugins: &PluginManager) {
    let discovery = plugins.discovery();
    for unknown in &discovery.unknown {
        remark(format_args!("warning: {unknown}"));
    }
    for plugin in &discovery.plugins {
        if let Fate::Failed(panic) = &plugin.fate {
            remark(format_args!(
                "warning: the plugin `{}` is left out, it panicked when it was made: {panic}",
                plugin.metadata.name
            ));
        }
    }
    if !PluginManager::isolates() {
        remark(
            "warning: this program is built with `panic = \"abort\"`; a plugin that panics ends it",
        );
    }
}
