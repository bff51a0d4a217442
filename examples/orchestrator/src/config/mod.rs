//! The configuration of runs, whatever their plan: read from `bernstein.yaml` or the file that the
//! operator names.
//!
//! Every key is optional:
//!
//! ```yaml
//! gates:                                     # beside those of the plan
//!   - {name: tests, command: make test, timeout: 2m}
//! adapters:                                  # beside `mock`; the words in braces are filled in
//!   claude: claude -p {prompt}
//! environment: [ANTHROPIC_API_KEY]           # what agents may see, beside PATH and the like
//! deadline: 30m                              # for one attempt
//! grace: 10s                                 # between asking an agent to end and ending it
//! drain: 5s                                  # at the end, for what plugins do in the background
//! max_attempts: 3
//! backoff: {first: 1s, max: 1m}              # before the second attempt; doubled for each more
//! thresholds: [50, 80, 100]                  # percent of the budget
//! prices:                                    # for a million tokens
//!   default: {input: $3, output: $15}
//!   opus: {input: $15, output: $75}
//! quarantine:                                # for plugins that fail again and again
//!   failures: 5                              # so many; 0 switches quarantine off
//!   window: 1m                               # within so long put a plugin there,
//!   cool_down: 30s                           # where it is left out for so long,
//!   openings: 3                              # and the third time for the rest of the run
//! plugins:                                   # followed while a run goes on
//!   block: [bernstein-plugin-chaos]
//!   allow: [bernstein-plugin-journal]        # then no others
//! ```
//!
//! Durations are numbers of seconds, or text such as `90s`, `5m`, `1h 30m`, `250ms`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use bernstein_hooks::{ModelId, Quarantine, Task, Tokens, Usd};

use crate::plan::Gate;
use crate::source::{self, LoadError, Loaded};

mod read;

/// The file that is read from the working directory when the operator names none.
pub const DEFAULT_FILE: &str = "bernstein.yaml";

/// Reads a configuration. An empty file is the default.
///
/// # Errors
///
/// When the file cannot be read or is not a configuration: with everything that is wrong with it.
pub fn load(path: &Path) -> Result<Loaded<Config>, LoadError> {
    source::load(path, read::config)
}

/// How runs are done, whatever their plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The gates that are asked after every agent, beside those of the plan and the signals of the
    /// step. Their names differ.
    pub gates: Vec<Gate>,
    /// The command line of each adapter beside the built-in `mock`, with words in braces that the
    /// run fills in.
    pub adapters: BTreeMap<String, String>,
    /// The variables of the run's environment that agents and gates may see:
    /// [`Config::BASE_ENVIRONMENT`], and those that the file adds.
    pub environment: Vec<String>,
    /// How long an agent may run. Never zero.
    pub deadline: Duration,
    /// How long an agent that was asked to end may take for it.
    pub grace: Duration,
    /// How long the end of a run waits for what plugins do in the background: half of it for what
    /// waits, the rest for what is under way then.
    pub drain: Duration,
    /// How many attempts a task has.
    pub max_attempts: NonZeroU32,
    /// How long to wait between attempts.
    pub backoff: Backoff,
    /// The cost thresholds in percent of the budget, from 1 to 100, ascending, each once.
    pub thresholds: Vec<u32>,
    /// What tokens cost.
    pub prices: Prices,
    /// When plugins are left out that fail again and again.
    pub quarantine: QuarantineTerms,
    /// Which plugins take part.
    pub plugins: PluginLists,
}

impl Config {
    /// The adapter that is always there.
    pub const BUILT_IN_ADAPTER: &str = "mock";

    /// What agents and gates may see of the run's environment, whatever the configuration says.
    pub const BASE_ENVIRONMENT: &[&str] =
        &["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER"];
}

impl Default for Config {
    fn default() -> Self {
        Self {
            gates: Vec::new(),
            adapters: BTreeMap::new(),
            environment: Self::BASE_ENVIRONMENT.iter().map(ToString::to_string).collect(),
            deadline: Duration::from_mins(30),
            grace: Duration::from_secs(10),
            drain: Duration::from_secs(5),
            max_attempts: const { NonZeroU32::new(Task::DEFAULT_MAX_ATTEMPTS).unwrap() },
            backoff: Backoff::default(),
            thresholds: vec![50, 80, 100],
            prices: Prices::default(),
            quarantine: QuarantineTerms::default(),
            plugins: PluginLists::default(),
        }
    }
}

/// How long to wait between the attempts at a task: a first time, doubled for each attempt, up to a
/// longest time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait before the second attempt.
    pub first: Duration,
    /// The longest wait.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), max: Duration::from_mins(1) }
    }
}

impl Backoff {
    /// The wait before the attempt of that number, counted from 1. There is none before the first.
    #[must_use]
    pub fn before(&self, attempt: u32) -> Duration {
        match attempt {
            0 | 1 => Duration::ZERO,
            _ => self.first.saturating_mul(2_u32.saturating_pow(attempt - 2)).min(self.max),
        }
    }
}

/// What tokens cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    /// What the tokens of a model cost that has no price of its own.
    pub default: Price,
    /// The models that have.
    pub models: BTreeMap<ModelId, Price>,
}

impl Default for Prices {
    fn default() -> Self {
        let default = Price { input: Usd::from_cents(300), output: Usd::from_cents(1_500) };
        Self { default, models: BTreeMap::new() }
    }
}

impl Prices {
    /// What the tokens of that model cost.
    #[must_use]
    pub fn of(&self, model: Option<&ModelId>) -> Price {
        model.and_then(|model| self.models.get(model)).copied().unwrap_or(self.default)
    }
}

/// What a million tokens cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// A million tokens that the model reads.
    pub input: Usd,
    /// A million tokens that the model writes.
    pub output: Usd,
}

impl Price {
    /// What those tokens cost.
    #[must_use]
    pub fn cost(&self, tokens: Tokens) -> Usd {
        self.input
            .for_millionths(tokens.input)
            .saturating_add(self.output.for_millionths(tokens.output))
    }
}

/// When plugins are left out that fail again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantineTerms {
    /// How many failures put a plugin into quarantine; with none, nobody is.
    pub failures: u32,
    /// Within what time.
    pub window: Duration,
    /// How long a plugin is left out before it is tried again.
    pub cool_down: Duration,
    /// The how manieth time it is left out for the rest of the run.
    pub openings: u32,
}

impl Default for QuarantineTerms {
    fn default() -> Self {
        let (window, cool_down) = (Duration::from_mins(1), Duration::from_secs(30));
        Self { failures: 5, window, cool_down, openings: 3 }
    }
}

impl QuarantineTerms {
    /// The policy of these terms, unless they switch quarantine off.
    #[must_use]
    pub fn policy(&self) -> Option<Quarantine> {
        let policy = Quarantine::new()
            .failures(self.failures)
            .window(self.window)
            .cool_down(self.cool_down)
            .openings(self.openings);
        (self.failures > 0).then_some(policy)
    }
}

/// Which plugins take part, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PluginLists {
    /// Those that do not.
    pub block: Vec<String>,
    /// If given, none but those do.
    pub allow: Option<Vec<String>>,
}
