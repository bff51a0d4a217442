//! The order to stop, as the processes of a run see it.

use bernstein_hooks::KillReason;
use tokio::sync::watch;

/// What a run asks of its child processes. It only ever moves downwards in this list, except that a
/// later reason to stop replaces an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Halt {
    /// Go on.
    #[default]
    No,
    /// End: TERM, the grace, then KILL.
    Stop(KillReason),
    /// End at once: KILL.
    Kill(KillReason),
}

/// One process's view of the order to stop.
#[derive(Debug, Clone)]
pub(crate) struct HaltWatch {
    halt: watch::Receiver<Halt>,
    outlives_budget: bool,
}

impl HaltWatch {
    /// A view that heeds every order.
    pub(crate) fn new(halt: watch::Receiver<Halt>) -> Self {
        Self { halt, outlives_budget: false }
    }

    /// A view that goes on when the budget is spent. For gates: they cost nothing, and what they
    /// are about to check has been paid for.
    pub(crate) fn outliving_the_budget(mut self) -> Self {
        self.outlives_budget = true;
        self
    }

    /// The reason to stop, if there is one by now.
    pub(crate) fn reason(&self) -> Option<KillReason> {
        self.heeded(*self.halt.borrow())
    }

    /// Waits for an order to stop.
    pub(crate) async fn requested(&mut self) -> KillReason {
        loop {
            if let Some(reason) = self.reason() {
                return reason;
            }
            self.changed().await;
        }
    }

    /// Waits for the order to end at once.
    pub(crate) async fn forced(&mut self) {
        while !matches!(*self.halt.borrow(), Halt::Kill(_)) {
            self.changed().await;
        }
    }

    fn heeded(&self, halt: Halt) -> Option<KillReason> {
        match halt {
            Halt::No => None,
            Halt::Stop(KillReason::Budget) if self.outlives_budget => None,
            Halt::Stop(reason) | Halt::Kill(reason) => Some(reason),
        }
    }

    /// Waits for a change; for ever once nobody is left to order one.
    async fn changed(&mut self) {
        if self.halt.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
