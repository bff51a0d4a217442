//! A small process that outlives the orchestrator by a moment, to kill what it left behind.
//!
//! An orchestrator that is killed outright cannot end its agents. The guard holds the reading end
//! of a pipe on which it is told of every group that starts and ends. When the pipe closes, the
//! orchestrator is gone, and the groups that are still on the list are killed. It has a group of
//! its own, so that Ctrl-C on the terminal does not reach it.
//!
//! A group is taken off the list before its leader is reaped, so the list never holds a number that
//! someone else bears.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustix::process::{Pid, Signal};

/// The hidden subcommand under which the binary becomes the guard.
pub(crate) const GUARD_SUBCOMMAND: &str = "guard";

/// The orchestrator's end of the guard. The process starts with the first group.
#[derive(Debug)]
pub(crate) struct Guard {
    executable: PathBuf,
    process: OnceLock<Option<Mutex<Process>>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl Guard {
    /// The guard that `executable` will be.
    pub(crate) fn new(executable: PathBuf) -> Arc<Self> {
        Arc::new(Self { executable, process: OnceLock::new() })
    }

    /// Puts a group on the list, until what is returned is dropped.
    pub(crate) fn watch(self: &Arc<Self>, group: Pid) -> Guarded {
        self.tell('+', group);
        Guarded { guard: Arc::clone(self), group }
    }

    fn tell(&self, sign: char, group: Pid) {
        let Some(process) = self.process.get_or_init(|| start(&self.executable)) else { return };
        let mut process = process.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = &mut process.pipe {
            // One write for the line. That the guard was killed is no reason to end the run.
            let _ = pipe.write_all(format!("{sign}{}\n", group.as_raw_nonzero()).as_bytes());
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of the pipe is the end of the guard.
        drop(self.pipe.take());
        let _ = self.child.wait();
    }
}

/// A group that is on the guard's list.
#[derive(Debug)]
pub(crate) struct Guarded {
    guard: Arc<Guard>,
    group: Pid,
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.guard.tell('-', self.group);
    }
}

/// Starts the process. Without it the run goes on, only less safe, and a warning says so.
fn start(executable: &Path) -> Option<Mutex<Process>> {
    let child = Command::new(executable)
        .arg(GUARD_SUBCOMMAND)
        .process_group(0)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match child {
        Ok(mut child) => {
            let pipe = child.stdin.take();
            Some(Mutex::new(Process { child, pipe }))
        }
        Err(error) => {
            tracing::warn!(%error, "no guard: if this is killed, its agents are left behind");
            None
        }
    }
}

/// The guard itself: reads the list until the orchestrator is gone, and kills what is left on it.
pub(crate) fn guard_main() {
    let mut groups = BTreeSet::new();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        match line.split_at_checked(1) {
            Some(("+", group)) => groups.insert(group.to_owned()),
            Some(("-", group)) => groups.remove(group),
            _ => false,
        };
    }
    for group in groups.iter().filter_map(|group| Pid::from_raw(group.parse().ok()?)) {
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
    }
}
