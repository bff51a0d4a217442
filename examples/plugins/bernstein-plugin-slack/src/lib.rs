//! Posts what failed in a run, and how it ended, to a Slack channel.
//!
//! Posted are:
//!
//! - every task that failed for good, with why, and with the end of what its last gates wrote;
//! - every cost threshold that was crossed;
//! - at the end of the run, how many tasks are done, failed, stopped or not finished, and what is
//!   known of the cost.
//!
//! An attempt that is followed by another is not posted, nor is a task that was stopped because the
//! run was: the end of the run counts these. A run of which no event was told posts nothing.
//!
//! | Environment variable | |
//! |---|---|
//! | `BERNSTEIN_SLACK_WEBHOOK` | the address of an [incoming webhook]; not set or empty: the plugin does nothing at all |
//! | `BERNSTEIN_SLACK_DEADLINE` | how many seconds the message about the end of a run may take, 0 to 3600; not set or empty: 5 |
//!
//! A value that makes no sense is one error in the log when the plugin is made; then the plugin does
//! nothing. The other environment variable of note is `HTTPS_PROXY`, with `NO_PROXY`.
//!
//! # A secret
//!
//! Whoever knows the address can post. So it stands in no message, no log and no `Debug` of this
//! plugin, redirects are not followed, and the address must begin with `https://`, except on this
//! machine itself. (The HTTP client `ureq` tells whole addresses to the `log` crate at the level
//! `trace`; do not let a host write that down.)
//!
//! # Delivery
//!
//! The plugin keeps its account in the hooks themselves, which takes no time, and posts in the
//! background: the host puts what is to be posted into the queue of the plugin, and a thread of the
//! host has it posted, so no hook waits for the network. How long that queue may be, what is dropped
//! when it is full, and how long the end of a run waits for it is for the host to say. Answers 429
//! and 5xx, and failures of the connection, are tried again, up to three times in all, after the
//! time that the answer asks for, a minute at most, or else a growing one. It is therefore possible
//! that a message comes twice, if the first answer to it was lost.
//!
//! The last message is posted when the host lets go of the plugin, and says how many before it were
//! dropped. What could not be delivered is a warning in the log, as is the first message that could
//! not.
//!
//! [incoming webhook]: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

// Where to, and for how long.
mod settings;

// What the run has come to, and what is said of it: nothing here waits or sends.
mod account;
mod message;
mod text;

// From the hooks to the network.
mod client;
mod courier;
mod office;

use bernstein_hooks::{
    BernsteinSpec, GateOutcome, Plugin, Task, TaskError, TaskResult, Usd, hookimpl,
};

use office::Office;

pub use settings::{Settings, SettingsError};

/// Posts to a Slack channel. See the [crate](self) for what, and when.
///
/// Dropping it posts the result of the run, and waits until that is delivered or the deadline has
/// passed. Deliveries that wait keep it from being dropped: a host [drains] before.
///
/// [drains]: bernstein_hooks::PluginManager::drain
#[derive(Debug, Plugin)]
pub struct Slack(Option<Office>);

/// Posts as the environment says: to nowhere, if it says nothing or makes no sense.
impl Default for Slack {
    fn default() -> Self {
        match Settings::from_environment(|name| std::env::var_os(name)) {
            Ok(settings) => Self(settings.map(Office::new)),
            Err(error) => {
                tracing::error!("{error}; nothing will be posted to Slack");
                Self(None)
            }
        }
    }
}

impl Slack {
    /// Posts as the settings say, whatever the environment does.
    #[must_use]
    pub fn with(settings: Settings) -> Self {
        Self(Some(Office::new(settings)))
    }
}

#[hookimpl]
impl BernsteinSpec for Slack {
    fn on_task_created(&self, task: &Task) {
        if let Some(office) = &self.0 {
            office.account().task_created(task);
        }
    }

    fn on_quality_gate_failure(&self, task: &Task, output: &GateOutcome) {
        if let Some(office) = &self.0 {
            office.account().gate_failed(task, output);
        }
    }

    fn on_task_completed(&self, task: &Task, result: &TaskResult) {
        if let Some(office) = &self.0 {
            office.account().task_done(task, result);
        }
    }

    fn on_task_failed(&self, task: &Task, error: &TaskError) {
        if let Some(office) = &self.0 {
            office.account().attempt_failed(task, error);
        }
    }

    #[hookimpl(background, hook = on_task_failed)]
    fn post_failure(&self, task: &Task, error: &TaskError) {
        if let Some(office) = &self.0 {
            let failure = office.account().take_failure(task);
            if let Some(failure) = failure {
                office.post(&message::failure(task, error, &failure));
            }
        }
    }

    fn on_cost_threshold(&self, total: Usd) {
        if let Some(office) = &self.0 {
            office.account().threshold_crossed(total);
        }
    }

    #[hookimpl(background, hook = on_cost_threshold)]
    fn post_threshold(&self, total: Usd, threshold: Usd) {
        if let Some(office) = &self.0 {
            let run = office.account().take_threshold();
            office.post(&message::threshold(total, threshold, &run));
        }
    }
}

impl Drop for Slack {
    fn drop(&mut self) {
        if let Some(office) = &self.0 {
            office.close();
        }
    }
}
