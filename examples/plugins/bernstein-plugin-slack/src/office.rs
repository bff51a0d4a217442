//! Takes messages from the hooks, and has a courier as soon as there is one to deliver.

use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use crate::account::Account;
use crate::courier;
use crate::message;
use crate::queue::{Losses, Queue};
use crate::settings::Settings;

/// The plugin, if it has somewhere to post to.
#[derive(Debug)]
pub(crate) struct Office {
    settings: Settings,
    account: Mutex<Account>,
    queue: Arc<Queue>,
    courier: Once,
}

impl Office {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, account: Mutex::default(), queue: Arc::default(), courier: Once::new() }
    }

    /// The account of the run. Held for a moment only.
    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Posts a message, sooner or later. Does not wait.
    pub(crate) fn post(&self, message: String) {
        self.queue.push(message);
        self.start_courier();
    }

    /// Posts the result of the run, and waits for everything to be delivered or for the deadline.
    pub(crate) fn close(&self) {
        let account = self.account().clone();
        if account.is_empty() {
            return;
        }
        let last = move |dropped| message::ending(&account, dropped);
        self.queue.close(self.settings.deadline, last);
        self.start_courier();
        let Losses { undelivered, dropped } = self.queue.wait_for_end();
        if undelivered + dropped > 0 {
            tracing::warn!(undelivered, dropped, "not every message to Slack was delivered");
        }
    }

    fn start_courier(&self) {
        self.courier.call_once(|| {
            let started = courier::start(Arc::clone(&self.queue), self.settings.address.clone());
            if let Err(error) = started {
                tracing::error!("nothing will be posted to Slack: no thread: {error}");
                self.queue.ended();
            }
        });
    }
}
