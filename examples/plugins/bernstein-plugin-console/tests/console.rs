//! The console as a host sees it: events through hooks, lines on an output.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bernstein_hooks::testing::Host;
use bernstein_hooks::{
    AgentExit, AgentId, BernsteinSpec, GateOutcome, GateVerdict, Role, Task, TaskError,
    TaskErrorKind, TaskResult, Usd,
};
use bernstein_plugin_console::Console;

/// An output that keeps each write apart.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<String>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).expect("whole characters").to_owned();
        self.0.lock().expect("the output").push(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn tell_everything(console: Console) {
    let host = Host::of(console);
    let hooks = host.hooks::<BernsteinSpec>();
    let (task, agent) = (Task::new("t-001", "Write\nthe parser"), AgentId::new("t-001.1"));
    let error = TaskError::new(TaskErrorKind::TimedOut, "the agent\nran past its deadline");
    hooks.on_task_created(&task);
    hooks.on_task_claimed(&task, &agent);
    hooks.on_agent_spawned(&agent, &Role::new("qa"), "mock", None);
    hooks.on_cost_threshold(Usd::from_cents(1), Usd::from_cents(1));
    hooks.on_agent_died(&agent, &AgentExit::SpawnFailed("no such\nfile".into()));
    hooks.on_quality_gate_failure(
        &task,
        "tests",
        &GateOutcome::new("te\u{1b}[31msts", GateVerdict::TimedOut).with_output("1\n2\n", "9\n"),
    );
    hooks.on_task_failed(&task, &error.clone().with_retry());
    hooks.on_task_failed(&task, &error);
    hooks.on_task_completed(&task, &TaskResult::new("t-001.2", "written"));
}

#[test]
fn every_event_is_one_line_in_one_write() {
    let output = Output::default();
    tell_everything(Console::on(output.clone(), false));
    let writes = output.0.lock().expect("the output").clone();
    assert_eq!(writes.len(), 9);
    for line in writes {
        let text = line.strip_suffix('\n').expect("a line");
        assert!(!text.contains(char::is_control), "{text:?}");
    }
}

#[test]
fn a_coloured_line_ends_in_the_colour_in_which_it_began() {
    let output = Output::default();
    tell_everything(Console::on(output.clone(), true));
    for line in output.0.lock().expect("the output").iter() {
        let colours: Vec<&str> = line.split('\u{1b}').skip(1).collect();
        assert_eq!(colours.len(), 2, "{line:?}");
        assert!(colours[1].starts_with("[0m"), "{line:?}");
    }
}

#[test]
fn an_output_that_nobody_reads_is_no_failure() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    tell_everything(Console::on(Closed, false));
}
