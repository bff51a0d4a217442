//! Ctrl-C and its relatives.

use std::fs;
use std::future;
use std::io;
use std::process;
use std::thread;

use bernstein_hooks::KillReason;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::screen::Screen;
use super::{CliError, INTERRUPTED};
use crate::run::Stopper;

const STOP: &str = "stopping; press Ctrl-C again to kill the agents\n";
const KILL: &str = "killing the agents; press Ctrl-C again to leave at once\n";

/// From now on a first signal asks the agents of the run to end, a second ends them, and a third
/// ends this program, whatever it is doing: a plugin that never returns must not hold the operator.
/// The guard ends what is left behind then.
pub(super) fn watch(stopper: Stopper, screen: Screen) -> Result<(), CliError> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(CliError::Signals)?;
    let mut signals = {
        let _context = runtime.enter();
        Signals::new().map_err(CliError::Signals)?
    };
    let watch = move || {
        runtime.block_on(async {
            for order in [STOP, KILL] {
                let reason = signals.next().await;
                screen.print(order.as_bytes());
                stopper.stop(reason);
            }
            signals.next().await;
            process::exit(INTERRUPTED.into());
        });
    };
    thread::Builder::new().name("signals".to_owned()).spawn(watch).map_err(CliError::Signals)?;
    Ok(())
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// `None` when the run is to outlive its terminal.
    hangup: Option<Signal>,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let hangup = (!ignores_hangups()).then(|| signal(SignalKind::hangup()));
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: hangup.transpose()?,
        })
    }

    /// The next signal: the operator interrupts, the system terminates, the terminal goes away.
    async fn next(&mut self) -> KillReason {
        tokio::select! {
            _ = self.interrupt.recv() => KillReason::Operator,
            _ = self.terminate.recv() => KillReason::Shutdown,
            () = next_of(&mut self.hangup) => KillReason::Shutdown,
        }
    }
}

/// Waits for a signal that may be of no interest, and then for ever.
async fn next_of(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => future::pending().await,
    }
}

/// Whether this program was started to outlive its terminal, as `nohup` does it: to listen for
/// hangups would undo that. No safe call tells, so the kernel's own account is read; where there is
/// none, hangups do what they always do.
fn ignores_hangups() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask & (1 << (SignalKind::hangup().as_raw_value() - 1)) != 0)
}
