//! Keeps the account of the run, and has the courier deliver what is to be said of it.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::account::Account;
use crate::courier::Courier;
use crate::message;
use crate::settings::Settings;

/// The plugin, if it has somewhere to post to.
pub(crate) struct Office {
    settings: Settings,
    account: Mutex<Account>,
    courier: Courier,
}

impl Office {
    pub(crate) fn new(settings: Settings) -> Self {
        let courier = Courier::new(settings.address.clone());
        Self { settings, account: Mutex::default(), courier }
    }

    /// The account of the run. Held for a moment only.
    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Posts a message, and waits until it is there or is lost.
    pub(crate) fn post(&self, message: &str) {
        self.deliver(message, None);
    }

    /// Posts the result of the run, and waits until it is there or the deadline has passed.
    pub(crate) fn close(&self) {
        let account = self.account().clone();
        if account.is_empty() {
            return;
        }
        let dropped = account.dropped();
        let end = Instant::now().checked_add(self.settings.deadline);
        self.deliver(&message::ending(&account, dropped), end);
        let undelivered = self.account().undelivered;
        if undelivered + dropped > 0 {
            tracing::warn!(undelivered, dropped, "not every message to Slack was delivered");
        }
    }

    fn deliver(&self, message: &str, end: Option<Instant>) {
        let Err(why) = self.courier.deliver(message, end) else { return };
        let mut account = self.account();
        account.undelivered += 1;
        let is_first = account.undelivered == 1;
        drop(account);
        if is_first {
            tracing::warn!("a message to Slack was not delivered, because {why}");
        }
    }
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Office")
            .field("settings", &self.settings)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
