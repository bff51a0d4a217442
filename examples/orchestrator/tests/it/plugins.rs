//! Plugins that misbehave, and the run that goes on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use bernstein::event::Event;
use bernstein_hooks::{
    AgentExit, BernsteinSpec, GateOutcome, Plugin, PluginMetadata, Task, TaskError, TaskResult,
    Usd, hookimpl,
};

use crate::recorder::Call;
use crate::stage::{OnEvent, PATIENCE, Stage, one_step, process_in};

/// Panics at every event.
struct Panicker;

impl Plugin for Panicker {
    const METADATA: PluginMetadata = PluginMetadata::new("panicker");
}

#[hookimpl]
impl BernsteinSpec for Panicker {
    fn on_task_created(&self, task: &Task) {
        panic!("no {}", task.id);
    }

    fn on_task_claimed(&self) {
        panic!("no");
    }

    fn on_agent_spawned(&self) {
        panic!("no");
    }

    fn on_agent_died(&self, reason: &AgentExit) {
        panic!("no: it {reason}");
    }

    fn on_quality_gate_failure(&self, output: &GateOutcome) {
        panic!("no {output}");
    }

    fn on_task_completed(&self, result: &TaskResult) {
        panic!("no {result}");
    }

    fn on_task_failed(&self, error: &TaskError) {
        panic!("no {error}");
    }

    fn on_cost_threshold(&self, total: Usd) {
        panic!("no {total}");
    }
}

#[test]
fn a_plugin_that_panics_at_every_event_leaves_the_run_whole() {
    let plan = "budget: $0.04
stages:
  - name: all
    steps:
      - {title: a, mock: [idle], completion_signals: [{path_exists: proof}]}
      - {title: b}
";
    let alone = Stage::new(plan);
    let beside = Stage::new(plan);
    beside.plugins.register(Panicker).expect("registered");
    let (alone, beside) = (alone.run(), beside.run());
    let mut hooks = [alone.hooks(), beside.hooks()];
    hooks.iter_mut().for_each(|hooks| hooks.sort_unstable());
    assert_eq!(hooks[0], hooks[1], "the other plugin is told all the same");
    assert_eq!(alone.statuses(), beside.statuses());

    let tally = beside.report.tally;
    let calls: Vec<(&str, u64, u64)> =
        tally.plugins().map(|(name, calls)| (name, calls.calls, calls.failures)).collect();
    let count = beside.calls.len() as u64;
    assert_eq!(calls, [("panicker", count, count), ("recorder", count, 0)]);
    let created =
        tally.failures().find(|(group, _)| group.hook == "on_task_created").expect("it failed");
    assert_eq!(created.0.message, "no t-001");
    assert_eq!(created.0.kind, "panic");
    assert!(
        created.0.location.as_ref().expect("a place").contains("tests/it/plugins.rs:"),
        "{created:?}"
    );
    let claimed =
        tally.failures().find(|(group, _)| group.hook == "on_task_claimed").expect("it failed");
    assert_eq!(claimed.1, 3, "what has everything in common is counted as one");
}

/// Waits in the first event until it may go on.
struct Blocker {
    go_on: std::sync::Mutex<mpsc::Receiver<()>>,
    blocks: AtomicBool,
}

impl Plugin for Blocker {
    const METADATA: PluginMetadata = PluginMetadata::new("blocker");
}

#[hookimpl]
impl BernsteinSpec for Blocker {
    fn on_agent_spawned(&self) {
        if self.blocks.swap(false, Ordering::Relaxed) {
            let go_on = self.go_on.lock().expect("one waits");
            go_on.recv_timeout(PATIENCE).expect("told to go on");
        }
    }
}

#[test]
fn a_plugin_that_blocks_holds_up_neither_output_nor_deadlines() {
    // More output than a pipe holds, and an agent that would never end.
    let script =
        "echo $$ > pid; seq 1 100000; echo '{\"input_tokens\": 5}'; while :; do sleep 0.02; done";
    let mut stage = Stage::for_agent(script).attempts(1);
    stage.config.deadline = Duration::from_secs(1);
    let (go_on, receiver) = mpsc::channel();
    let blocker = Blocker { go_on: std::sync::Mutex::new(receiver), blocks: AtomicBool::new(true) };
    stage.plugins.register(blocker).expect("registered");
    let log = stage.run_dir().join("logs/t-001.1.log");
    let pid = stage.run_dir().join("work/pid");
    let witness = std::thread::spawn(move || {
        crate::stage::until_gone(process_in(&pid));
        go_on.send(()).expect("the blocker waits");
    });
    let ended = stage.run();
    witness.join().expect("the agent was ended while the plugin was blocking");
    assert!(ended.calls.iter().any(|call| matches!(call, Call::Died(_, AgentExit::TimedOut))));
    assert!(std::fs::read_to_string(log).expect("a log").contains("\n100000\n"));
    assert_eq!(ended.only_task().tokens.input, 5);
}

/// Says when it is dropped.
struct LastWords(Arc<AtomicBool>);

impl Plugin for LastWords {
    const METADATA: PluginMetadata = PluginMetadata::new("last-words");
}

impl Drop for LastWords {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[hookimpl]
impl BernsteinSpec for LastWords {
    fn on_task_created(&self) {}
}

#[test]
fn a_run_that_has_ended_holds_no_plugin() {
    let dropped = Arc::new(AtomicBool::new(false));
    let stage = Stage::new(&one_step("title: a"));
    stage.plugins.register(LastWords(Arc::clone(&dropped))).expect("registered");
    let ended = stage.run();
    assert!(ended.report.is_success());
    assert!(dropped.load(Ordering::Relaxed), "the report keeps no plugin alive");
}

/// Works in the background, when it is let: all of it that a run gives it to do, but for the first.
struct Clerk {
    go_on: std::sync::Mutex<mpsc::Receiver<()>>,
    begun: mpsc::Sender<()>,
    done: Arc<AtomicBool>,
}

impl Plugin for Clerk {
    const METADATA: PluginMetadata = PluginMetadata::new("clerk");
}

#[hookimpl]
impl BernsteinSpec for Clerk {
    #[hookimpl(background)]
    fn on_task_created(&self) {
        self.begun.send(()).expect("the test goes on");
        // The sender is gone when it is to go on.
        let _ = self.go_on.lock().expect("one waits").recv_timeout(PATIENCE);
        panic!("no");
    }

    #[hookimpl(background)]
    fn on_task_completed(&self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

/// A stage with a clerk: it goes on when the first is dropped, says on the second that it has begun,
/// and with the third that it has done its work.
fn stage_with_clerk() -> (Stage, mpsc::Sender<()>, mpsc::Receiver<()>, Arc<AtomicBool>) {
    let stage = Stage::new(&one_step("title: a"));
    let (sender, receiver) = mpsc::channel();
    let (begun, beginning) = mpsc::channel();
    let done = Arc::new(AtomicBool::new(false));
    let go_on = std::sync::Mutex::new(receiver);
    let clerk = Clerk { go_on, begun, done: Arc::clone(&done) };
    stage.plugins.register(clerk).expect("registered");
    (stage, sender, beginning, done)
}

/// An observer that does something when the task is done.
fn when_done(act: impl FnOnce()) -> impl bernstein::observer::Observer {
    let mut act = Some(act);
    OnEvent(move |event: &Event| {
        if matches!(event, Event::TaskCompleted { .. })
            && let Some(act) = act.take()
        {
            act();
        }
    })
}

#[test]
fn the_end_of_a_run_waits_for_what_is_done_in_the_background_and_counts_it() {
    let (mut stage, go_on, _beginning, done) = stage_with_clerk();
    stage.config.drain = 2 * PATIENCE;
    let ended = stage.run_watched(|_| when_done(|| drop(go_on)));
    assert!(ended.report.is_success());
    assert!(done.load(Ordering::Relaxed));
    let tally = ended.report.tally;
    let clerk = tally.plugins().find(|(name, _)| *name == "clerk").expect("it is there").1;
    assert_eq!((clerk.calls, clerk.failures), (2, 1));
    let (group, count) = tally.failures().next().expect("it failed");
    assert_eq!((&*group.hook, &*group.message, count), ("on_task_created", "no", 1));
}

#[test]
fn the_end_of_a_run_waits_no_longer_than_it_may_and_gives_the_rest_up() {
    let (mut stage, go_on, beginning, done) = stage_with_clerk();
    stage.config.drain = Duration::from_millis(1);
    let plugins = stage.plugins.clone();
    let has_begun = || beginning.recv_timeout(PATIENCE).expect("it begins");
    let ended = stage.run_watched(|_| when_done(has_begun));
    assert!(ended.report.is_success());
    let info = plugins.plugins().into_iter().find(|plugin| &*plugin.name == "clerk");
    let deliveries = info.expect("it is there").deliveries;
    assert_eq!((deliveries.dropped, deliveries.waiting), (1, 1));
    drop(go_on);
    assert!(plugins.drain(PATIENCE).is_complete());
    assert!(!done.load(Ordering::Relaxed), "what was given up does not come later");
}
