//! Brings messages to the channel, one at a time, and waits until each is there or is lost.

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Again, Client};
use crate::settings::Address;

/// How often a message is posted at most.
const MOST_TRIES: u32 = 3;

/// The pause after the first try, where the answer asks for none; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Posts to one incoming webhook, and tries again.
pub(crate) struct Courier {
    address: Address,
    /// Made when there is something to post: most runs have no failures.
    client: OnceLock<Client>,
}

impl Courier {
    pub(crate) fn new(address: Address) -> Self {
        Self { address, client: OnceLock::new() }
    }

    /// Posts a message until it is accepted, there is no use, or there is no time until `end`. The
    /// error follows "because".
    pub(crate) fn deliver(&self, message: &str, end: Option<Instant>) -> Result<(), String> {
        let client = self.client.get_or_init(|| Client::new(self.address.clone()));
        let time_left = || end.map(|end| end.saturating_duration_since(Instant::now()));
        let mut pause = FIRST_PAUSE;
        let mut tries = 0;
        if time_left() == Some(Duration::ZERO) {
            return Err("there was no time".to_owned());
        }
        loop {
            let Err(refusal) = client.post(message, time_left()) else { return Ok(()) };
            tries += 1;
            let time = match refusal.again {
                Again::After(time) => time,
                Again::Later => pause,
                Again::Never => return Err(refusal.why),
            };
            if tries == MOST_TRIES || time_left().is_some_and(|left| left <= time) {
                return Err(refusal.why);
            }
            thread::sleep(time);
            pause *= 2;
        }
    }
}
