//! Ctrl-C and its relatives.

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
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next signal: the operator interrupts, the system terminates.
    async fn next(&mut self) -> KillReason {
        tokio::select! {
            _ = self.interrupt.recv() => KillReason::Operator,
            _ = self.terminate.recv() => KillReason::Shutdown,
        }
    }
}
