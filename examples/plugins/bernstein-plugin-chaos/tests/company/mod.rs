//! The chaos plugin in the company of two healthy ones.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bernstein_hooks::{
    AgentExit, AgentId, BernsteinSpec, Failure, GateOutcome, GateVerdict, Plugin, PluginManager,
    PluginMetadata, Report, Role, Task, TaskError, TaskErrorKind, TaskResult, Usd, Verdict,
    hookimpl,
};
use bernstein_plugin_chaos::{Chaos, Mode};

/// Every hook, in the order in which [`Company::tell_everything`] calls them.
pub(crate) const HOOKS: [&str; 8] = [
    "on_task_created",
    "on_task_claimed",
    "on_agent_spawned",
    "on_cost_threshold",
    "on_agent_died",
    "on_quality_gate_failure",
    "on_task_failed",
    "on_task_completed",
];

/// Remembers what it was told.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<&'static str>>>);

impl Plugin for Recorder {
    const METADATA: PluginMetadata = PluginMetadata::new("recorder");
}

impl Recorder {
    fn saw(&self, hook: &'static str) {
        self.0.lock().expect("a healthy plugin").push(hook);
    }

    fn all(&self) -> Vec<&'static str> {
        self.0.lock().expect("a healthy plugin").clone()
    }
}

#[hookimpl]
impl BernsteinSpec for Recorder {
    fn on_task_created(&self) {
        self.saw("on_task_created");
    }

    fn on_task_claimed(&self) {
        self.saw("on_task_claimed");
    }

    fn on_agent_spawned(&self) {
        self.saw("on_agent_spawned");
    }

    fn on_agent_died(&self) {
        self.saw("on_agent_died");
    }

    fn on_quality_gate_failure(&self) {
        self.saw("on_quality_gate_failure");
    }

    fn on_task_completed(&self) {
        self.saw("on_task_completed");
    }

    fn on_task_failed(&self) {
        self.saw("on_task_failed");
    }

    fn on_cost_threshold(&self) {
        self.saw("on_cost_threshold");
    }
}

/// The chaos plugin between a healthy plugin that is called after it and one that is called before.
pub(crate) struct Company {
    pub(crate) plugins: PluginManager,
    healthy: [Recorder; 2],
}

impl Company {
    pub(crate) fn of(mode: Mode) -> Self {
        Self::around(Chaos::with(mode))
    }

    pub(crate) fn around(chaos: Chaos) -> Self {
        let plugins = PluginManager::new();
        let healthy = [Recorder::default(), Recorder::default()];
        plugins.register_as("after", healthy[0].clone()).expect("a free name");
        plugins.register(chaos).expect("a free name");
        plugins.register_as("before", healthy[1].clone()).expect("a free name");
        Self { plugins, healthy }
    }

    /// Calls every hook once, waits for the background, checks that the healthy plugins are so
    /// still, and gives the failures of the calls.
    pub(crate) fn tell_everything(&self) -> Vec<Failure> {
        let seen = self.healthy[0].all().len();
        let reports = tell_everything(&self.plugins.hooks());
        assert!(self.plugins.drain(Duration::from_secs(100)).is_complete());
        for report in &reports {
            let [before, chaos, after, later @ ..] = &*report.outcomes else { panic!("three") };
            assert!(later.iter().all(|one| matches!(one.verdict, Verdict::Queued)), "{later:?}");
            assert_eq!([&*before.plugin, &*after.plugin], ["before", "after"]);
            assert_eq!(&*chaos.plugin, "bernstein-plugin-chaos");
            assert!(matches!(before.verdict, Verdict::Answered), "{before:?}");
            assert!(matches!(after.verdict, Verdict::Answered), "{after:?}");
        }
        for recorder in &self.healthy {
            assert_eq!(recorder.all()[seen..], HOOKS);
        }
        reports.iter().flat_map(Report::failures).cloned().collect()
    }
}

/// Calls every hook once.
fn tell_everything(hooks: &BernsteinSpec) -> Vec<Report<()>> {
    let (task, agent) = (Task::new("t-001", "Write the parser"), AgentId::new("t-001.1"));
    let gate = GateOutcome::new("tests", GateVerdict::Fail);
    let error = TaskError::new(TaskErrorKind::TimedOut, "the agent ran past its deadline");
    let hooks = hooks.reported();
    vec![
        hooks.on_task_created(&task),
        hooks.on_task_claimed(&task, &agent),
        hooks.on_agent_spawned(&agent, &Role::default(), "mock", None),
        hooks.on_cost_threshold(Usd::ZERO, Usd::ZERO),
        hooks.on_agent_died(&agent, &AgentExit::Clean),
        hooks.on_quality_gate_failure(&task, "tests", &gate),
        hooks.on_task_failed(&task, &error),
        hooks.on_task_completed(&task, &TaskResult::new("t-001.1", "written")),
    ]
}
