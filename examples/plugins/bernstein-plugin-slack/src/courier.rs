//! Brings messages from the queue to the channel, on a thread of its own.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::client::{Again, Client};
use crate::queue::Queue;
use crate::settings::Address;

/// How often a message is posted at most.
const MOST_TRIES: u32 = 3;

/// The pause after the first try, where the answer asks for none; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Sends a courier on its way. It comes to its end when the queue does.
pub(crate) fn start(queue: Arc<Queue>, address: Address) -> io::Result<()> {
    let work = move || {
        let _end = End(&queue);
        let client = Client::new(address);
        work(&queue, &client);
    };
    thread::Builder::new().name(env!("CARGO_PKG_NAME").into()).spawn(work).map(drop)
}

/// Tells the queue that the courier has ended, however it did.
struct End<'q>(&'q Queue);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.ended();
    }
}

fn work(queue: &Queue, client: &Client) {
    let mut is_told = false;
    while let Some(message) = queue.take() {
        match deliver(queue, client, &message) {
            Ok(()) => queue.delivered(),
            Err(why) if !is_told => {
                is_told = true;
                tracing::warn!("a message to Slack was not delivered, because {why}");
            }
            Err(_) => {}
        }
    }
}

/// Posts a message until it is accepted, or there is no use or no time. The error follows
/// "because".
fn deliver(queue: &Queue, client: &Client, message: &str) -> Result<(), String> {
    let mut pause = FIRST_PAUSE;
    let mut tries = 0;
    loop {
        let Err(refusal) = client.post(message, queue.time_left()) else { return Ok(()) };
        tries += 1;
        let time = match refusal.again {
            Again::After(time) => time,
            Again::Later => pause,
            Again::Never => return Err(refusal.why),
        };
        if tries == MOST_TRIES || !queue.pause(time) {
            return Err(refusal.why);
        }
        pause *= 2;
    }
}
