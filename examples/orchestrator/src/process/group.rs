//! A child process at the head of a process group of its own.
//!
//! The group is what is signalled, so that whatever the child has started goes with it. The child,
//! which leads the group, stays unreaped until the group was killed: so long the kernel gives its
//! number to nobody else, and no signal can reach a stranger.
//!
//! A process that has left the group (by `setsid`) is out of reach.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bernstein_hooks::KillReason;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use tokio::net::unix::pipe;
use tokio::sync::watch;
use tokio::time::sleep;

use super::guard::{Guard, Guarded};
use super::halt::HaltWatch;
use super::output::Sink;

/// Bytes read from a child at once.
const CHUNK: usize = 16 * 1024;

/// The most that is read after the death of a group: the capacity of the largest pipe that an
/// ordinary user can have. What the dead have written is in the pipe; a process that has left the
/// group could write for ever.
const LAST_WORDS: usize = 1024 * 1024;

/// How long a group may run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Until TERM.
    pub deadline: Duration,
    /// From TERM until KILL.
    pub grace: Duration,
}

/// How a group came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The child ended by itself, or by a signal from elsewhere.
    Exited(ExitStatus),
    /// The deadline passed.
    TimedOut,
    /// It was told to stop.
    Halted(KillReason),
}

/// A running child process and its group. Dropped without [`supervise`](Group::supervise), it is
/// killed.
#[derive(Debug)]
pub(crate) struct Group {
    leader: Child,
    id: Pid,
    output: pipe::Receiver,
    guarded: Option<Guarded>,
}

impl Group {
    /// Starts `command` in a group of its own. Standard output and standard error go into one pipe,
    /// so that their lines keep their order.
    ///
    /// # Errors
    ///
    /// What the operating system says if the program cannot be started; nothing runs then.
    pub(crate) fn spawn(
        mut command: Command,
        input: Stdio,
        guard: &Arc<Guard>,
    ) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        let output = pipe::Receiver::from_owned_fd(reader.into())?;
        command.process_group(0).stdin(input).stdout(writer.try_clone()?).stderr(writer);
        let leader = command.spawn()?;
        // The parent's copies of the writing end are in the command; while they are open the pipe
        // has no end.
        drop(command);
        let id = Pid::from_child(&leader);
        Ok(Self { leader, id, output, guarded: Some(guard.watch(id)) })
    }

    /// The number of the child, which is that of its group.
    pub(crate) fn id(&self) -> u32 {
        self.leader.id()
    }

    /// Waits until the child ends, is out of time or is told to stop; then ends the whole group,
    /// hands the last of its output to `sink`, and reaps the child.
    ///
    /// # Errors
    ///
    /// What the operating system says if the child cannot be waited for.
    pub(crate) async fn supervise(
        mut self,
        limits: Limits,
        mut halt: HaltWatch,
        sink: &mut impl Sink,
    ) -> io::Result<Ending> {
        let mut leader_ended = watch_leader(self.id);
        let cut_short = tokio::select! {
            biased;
            () = ended(&mut leader_ended) => None,
            reason = halt.requested() => Some(Ending::Halted(reason)),
            () = sleep(limits.deadline) => Some(Ending::TimedOut),
            () = read_for_ever(&self.output, sink) => None,
        };
        if cut_short.is_some() {
            self.signal(Signal::TERM);
            // The grace belongs to the whole group: a shell that dies of TERM at once must not take
            // it from its child.
            tokio::select! {
                biased;
                () = halt.forced() => {}
                () = sleep(limits.grace) => {}
                () = everyone_is_gone(&self.output, sink, &mut leader_ended) => {}
            }
        }
        self.signal(Signal::KILL);
        ended(&mut leader_ended).await;
        read_last_words(&self.output, sink);
        let status = self.reap()?;
        Ok(cut_short.unwrap_or(Ending::Exited(status)))
    }

    /// Reaps the child, which has ended or is about to. From now on its number may be somebody
    /// else's.
    fn reap(&mut self) -> io::Result<ExitStatus> {
        drop(self.guarded.take());
        self.leader.wait()
    }

    /// Signals every process of the group. That there is none left to be signalled is no error.
    fn signal(&self, signal: Signal) {
        let _ = rustix::process::kill_process_group(self.id, signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.leader.try_wait(), Ok(None)) {
            self.signal(Signal::KILL);
            let _ = self.reap();
        }
    }
}

/// Tells when the leader has ended, and leaves it unreaped. A thread waits, since no portable call
/// waits for several children without reaping them.
fn watch_leader(id: Pid) -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::task::spawn_blocking(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let wait = || rustix::process::waitid(WaitId::Pid(id), options);
        while matches!(wait(), Err(Errno::INTR)) {}
        sender.send_replace(true);
    });
    receiver
}

async fn ended(leader: &mut watch::Receiver<bool>) {
    // The sender goes away only after it has sent.
    let _ = leader.wait_for(|ended| *ended).await;
}

/// Waits until the leader has ended and nobody is left who could write.
async fn everyone_is_gone(
    output: &pipe::Receiver,
    sink: &mut impl Sink,
    leader: &mut watch::Receiver<bool>,
) {
    read_to_end(output, sink).await;
    ended(leader).await;
}

/// Hands output to `sink` for as long as it is waited for.
async fn read_for_ever(output: &pipe::Receiver, sink: &mut impl Sink) {
    read_to_end(output, sink).await;
    std::future::pending::<()>().await;
}

async fn read_to_end(output: &pipe::Receiver, sink: &mut impl Sink) {
    let mut chunk = vec![0; CHUNK];
    while output.readable().await.is_ok() {
        match output.try_read(&mut chunk) {
            Ok(0) => return,
            Ok(length) => sink.take(&chunk[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// Hands what is left in the pipe to `sink`. It asks the pipe itself: what tokio knows of it may be
/// older than the death.
fn read_last_words(output: &pipe::Receiver, sink: &mut impl Sink) {
    let mut chunk = vec![0; CHUNK];
    let mut left = LAST_WORDS;
    while left > 0 {
        match rustix::io::read(output, &mut chunk) {
            Ok(0) => return,
            Ok(length) => {
                sink.take(&chunk[..length]);
                left = left.saturating_sub(length);
            }
            Err(Errno::INTR) => {}
            Err(_) => return,
        }
    }
}
