//! Follows the configuration while a run goes on: who is blocked in it gets no further call, and who
//! is not gets them again.
//!
//! The file is looked at a few times a second. That is one system call each time, and it sees a file
//! that was replaced, that was not there at first, or that stands on another machine, all of which
//! take special care with notifications of the kernel; an operator does not notice the difference.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use bernstein_hooks::{Discovered, Fate, PluginManager};
use serde::Serialize;

use super::input::read_config;
use super::{PluginArguments, output::JsonLines, screen::Screen};
use crate::config::{self, Config, PluginLists};
use crate::source::{Diagnostic, Loaded};

/// How often the file is looked at.
const INTERVAL: Duration = Duration::from_millis(200);

/// The state of a file by which a change is noticed; `None` if there is none.
type Stamp = Option<(SystemTime, u64, u64)>;

/// The configuration of a run, as it was when it was looked at.
pub(super) struct Watched {
    path: PathBuf,
    stamp: Stamp,
}

impl Watched {
    /// The file that those arguments name. To be made before the file is read: what changes after
    /// that is noticed.
    pub(super) fn new(arguments: &PluginArguments) -> Self {
        let path = arguments.config.clone().unwrap_or_else(|| config::DEFAULT_FILE.into());
        Self { stamp: stamp(&path), path }
    }

    /// Whether the file has changed since, and has not changed since the last look: an editor may
    /// be writing it. `last` is that look.
    fn has_changed(&mut self, last: &mut Stamp) -> bool {
        let now = stamp(&self.path);
        let is_settled = std::mem::replace(last, now) == now;
        if now == self.stamp || !is_settled {
            return false;
        }
        self.stamp = now;
        true
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len(), metadata.ino()))
}

/// Where the operator is told: as lines of JSON, or on the screen.
pub(super) struct Teller {
    pub screen: Screen,
    pub lines: Option<JsonLines>,
}

/// What the operator is told, for programs.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum News<'a> {
    /// A plugin has come or gone.
    PluginChanged { plugin: &'a str, active: bool, state: String },
    /// The configuration cannot be used, and the former one stays.
    ConfigurationRejected { diagnostics: &'a [Diagnostic] },
    /// What has changed beside the plugins waits for the next run.
    ConfigurationDeferred { file: String },
}

impl Teller {
    fn tell(&self, news: &News<'_>, line: &str) {
        match &self.lines {
            Some(lines) => lines.write_if_possible(news),
            None => self.say(line),
        }
    }

    fn say(&self, line: &str) {
        self.screen.print(format!("{line}\n").as_bytes());
    }
}

/// Follows the configuration until it is dropped.
pub(super) struct Reload {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Reload {
    /// Follows `watched`, which held `config`, with those arguments beside it.
    pub(super) fn start(
        watched: Watched,
        arguments: PluginArguments,
        config: Config,
        plugins: PluginManager,
        teller: Teller,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let mut follower = Follower { watched, arguments, config, plugins, teller };
        let follow = move || {
            let mut last = follower.watched.stamp;
            while !stopped.load(Ordering::Relaxed) {
                if follower.watched.has_changed(&mut last) {
                    follower.read_again();
                }
                thread::park_timeout(INTERVAL);
            }
        };
        let thread = thread::Builder::new().name("configuration".to_owned()).spawn(follow)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Reload {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// Makes the plugins what the configuration says.
struct Follower {
    watched: Watched,
    arguments: PluginArguments,
    /// The configuration that is in force.
    config: Config,
    plugins: PluginManager,
    teller: Teller,
}

impl Follower {
    fn read_again(&mut self) {
        match read_config(self.arguments.config.as_deref()) {
            Ok(Loaded { value, warnings }) => {
                warnings.iter().for_each(|warning| self.teller.say(&warning.to_string()));
                self.follow(value);
            }
            Err(error) => self.reject(error.diagnostics()),
        }
    }

    fn reject(&self, diagnostics: &[Diagnostic]) {
        diagnostics.iter().for_each(|diagnostic| self.teller.say(&diagnostic.to_string()));
        let file = self.watched.path.display();
        let line = format!("warning: {file} cannot be used; the former one stays in force");
        self.teller.tell(&News::ConfigurationRejected { diagnostics }, &line);
    }

    fn follow(&mut self, config: Config) {
        let file = self.watched.path.display().to_string();
        let former = std::mem::replace(&mut self.config, config);
        if former.plugins != self.config.plugins {
            self.select(&file);
        }
        if beside_plugins(former) != beside_plugins(self.config.clone()) {
            let line = format!("{file}: what else has changed takes effect in the next run");
            self.teller.tell(&News::ConfigurationDeferred { file }, &line);
        }
    }

    fn select(&self, file: &str) {
        let known = self.plugins.discovery();
        let changed = match self.plugins.reselect(&self.arguments.selection(&self.config)) {
            Ok(changed) => changed,
            // The run could not have begun with such plugins.
            Err(error) => return self.teller.say(&format!("warning: {error}")),
        };
        for plugin in &changed {
            self.tell_change(file, plugin);
        }
        let unknown = &self.plugins.discovery().unknown;
        for unknown in unknown.iter().filter(|unknown| !known.unknown.contains(unknown)) {
            self.teller.say(&format!("warning: {unknown}"));
        }
    }

    fn tell_change(&self, file: &str, Discovered { metadata, fate, .. }: &Discovered) {
        let plugin = metadata.name;
        let active = matches!(fate, Fate::Registered);
        let line = match active {
            true => format!("{file}: {plugin} takes part from now on"),
            false => format!("{file}: {plugin} takes no part from now on: {fate}"),
        };
        let state = fate.to_string();
        self.teller.tell(&News::PluginChanged { plugin, active, state }, &line);
    }
}

/// What is left of a configuration without its plugins.
fn beside_plugins(config: Config) -> Config {
    Config { plugins: PluginLists::default(), ..config }
}
