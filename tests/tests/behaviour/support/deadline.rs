//! A limit for tests that would hang if what they claim were wrong.

use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Far more than any test needs, on any machine.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs `test` on a thread of its own, and fails if it hangs.
pub(crate) fn within_the_deadline(test: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        let _done = done;
        test();
    });
    // The end drops the sender, whichever way it comes.
    match ended.recv_timeout(LIMIT) {
        Err(RecvTimeoutError::Disconnected) => {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        Err(RecvTimeoutError::Timeout) | Ok(()) => panic!("hangs: a deadlock"),
    }
}
