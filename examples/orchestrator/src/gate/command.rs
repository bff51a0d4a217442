//! Gates that are command lines.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use bernstein_hooks::{CommandExit, GateOutcome, GateVerdict, KillReason};

use super::Gates;
use crate::process::{Ending, HeadTail, Limits, Log, Sink};

/// Bytes of the beginning, and of the end, of an output that are kept for people. The rest is in
/// the log.
const KEPT: usize = 4 * 1024;

/// The exit codes with which a shell says that it could not start the command: it may not be run,
/// or is not there.
const SHELL_COULD_NOT_START: [i32; 2] = [126, 127];

impl Gates<'_> {
    /// Runs a command line in the shell. Exit code 0 is a pass. The error is the reason why the run
    /// was ordered to end meanwhile.
    pub(super) async fn run_command(
        &self,
        name: &str,
        command: &str,
        timeout: Duration,
        log: PathBuf,
    ) -> Result<GateOutcome, KillReason> {
        let (outcome, output) = match self.supervise(command, timeout, log.clone()).await {
            Ok((Ending::Halted(reason), _)) => return Err(reason),
            Ok((Ending::TimedOut, output)) => {
                (GateOutcome::new(name, GateVerdict::TimedOut), output)
            }
            Ok((Ending::Exited(status), output)) => (judge(name, status), output),
            Err(error) => {
                return Ok(GateOutcome::new(name, GateVerdict::CouldNotRun)
                    .with_output(error.to_string(), ""));
            }
        };
        let (head, tail) = output.into_text();
        Ok(outcome.with_output(head, tail).with_log(log))
    }

    async fn supervise(
        &self,
        line: &str,
        timeout: Duration,
        log: PathBuf,
    ) -> std::io::Result<(Ending, HeadTail)> {
        let mut output = Output { log: Log::create(log)?, kept: HeadTail::new(KEPT) };
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(line);
        let limits = Limits { deadline: timeout, ..self.site.limits };
        let group = self.site.spawn(command, Stdio::null())?;
        let ending = group.supervise(limits, self.halt.clone(), &mut output).await?;
        Ok((ending, output.kept))
    }
}

struct Output {
    log: Log,
    kept: HeadTail,
}

impl Sink for Output {
    fn take(&mut self, bytes: &[u8]) {
        self.log.take(bytes);
        self.kept.take(bytes);
    }
}

fn judge(name: &str, status: ExitStatus) -> GateOutcome {
    let (verdict, exit) = match (status.code(), status.signal()) {
        (Some(0), _) => (GateVerdict::Pass, CommandExit::Code(0)),
        (Some(code), _) if SHELL_COULD_NOT_START.contains(&code) => {
            (GateVerdict::CouldNotRun, CommandExit::Code(code))
        }
        (Some(code), _) => (GateVerdict::Fail, CommandExit::Code(code)),
        // What was waited for has ended with a code or by a signal.
        (None, signal) => (GateVerdict::Fail, CommandExit::Signal(signal.unwrap_or_default())),
    };
    GateOutcome::new(name, verdict).with_exit(exit)
}
