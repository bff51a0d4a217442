//! Makes attempts side by side, away from the thread that calls the plugins.
//!
//! Processes are watched on a thread of their own. A plugin that takes its time holds up the news
//! about the agents, and nothing else: output is still read, deadlines are kept, and an order to
//! stop arrives.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use bernstein_hooks::KillReason;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::attempt::{Job, Message, News, Workplace, attempt};
use crate::process::{Halt, HaltWatch};

/// Makes the attempts of one run. Dropped, it waits until the last process that it has started is
/// gone.
pub(crate) struct Supervisor {
    workplace: Arc<Workplace>,
    stopper: Stopper,
    messages: Sender<Message>,
    runtime: Runtime,
}

/// Stops a run. Clones stop the same run.
#[derive(Debug, Clone, Default)]
pub struct Stopper {
    halt: Arc<watch::Sender<Halt>>,
}

impl Stopper {
    /// Orders the end of the run: no agent starts any more, and those that run are asked to end
    /// and, after the grace, are ended. When that was ordered before, they are ended now.
    ///
    /// Returns at once, and can be called from any thread. The run ends when its agents have.
    pub fn stop(&self, reason: KillReason) {
        self.halt.send_modify(|halt| {
            *halt = match *halt {
                Halt::No | Halt::Stop(KillReason::Budget) => Halt::Stop(reason),
                Halt::Stop(_) | Halt::Kill(_) => Halt::Kill(reason),
            }
        });
    }

    /// Orders the end because the budget is spent. Not a second order if there was one.
    pub(crate) fn stop_for_the_budget(&self) {
        self.halt.send_if_modified(|halt| {
            let first = *halt == Halt::No;
            if first {
                *halt = Halt::Stop(KillReason::Budget);
            }
            first
        });
    }

    /// Why the run was ordered to end, if it was.
    pub(crate) fn reason(&self) -> Option<KillReason> {
        match *self.halt.borrow() {
            Halt::No => None,
            Halt::Stop(reason) | Halt::Kill(reason) => Some(reason),
        }
    }

    fn subscribe(&self) -> HaltWatch {
        HaltWatch::new(self.halt.subscribe())
    }
}

impl Supervisor {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// What the operating system says if there are no threads or descriptors left.
    pub(crate) fn start(
        workplace: Workplace,
        stopper: Stopper,
        messages: Sender<Message>,
    ) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("supervisor")
            .enable_all()
            .build()?;
        {
            // Whoever started the orchestrator may have left it ignoring the deaths of its
            // children; then the kernel would reap them, and nobody could tell how they ended.
            // Asking for the signal undoes that.
            let _context = runtime.enter();
            drop(signal(SignalKind::child())?);
        }
        runtime.spawn(pass_on_orders(stopper.halt.subscribe(), messages.clone()));
        Ok(Self { workplace: Arc::new(workplace), stopper, messages, runtime })
    }

    /// Begins an attempt.
    pub(crate) fn begin(&self, job: Job) {
        let messages = self.messages.clone();
        let agent = job.agent.clone();
        let underway =
            attempt(Arc::clone(&self.workplace), job, self.stopper.subscribe(), messages.clone());
        self.runtime.spawn(async move {
            if let Err(error) = tokio::spawn(underway).await {
                let news = News::Broken { why: error.to_string() };
                drop(messages.send(Message::Attempt(agent, news)));
            }
        });
    }
}

/// Wakes the conductor whenever the order to stop changes.
async fn pass_on_orders(mut halt: watch::Receiver<Halt>, messages: Sender<Message>) {
    // An order that came before is one as well.
    halt.mark_changed();
    while halt.changed().await.is_ok() && messages.send(Message::Halted).is_ok() {}
}
