//! Calls that are cancelled, and futures that a call lets go of: each is dropped once, and what
//! panics then is caught and counted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hooks_core::{
    FailureKind, Plugin, PluginManager, PluginMetadata, SkipReason, Verdict, hookimpl, hookspec,
};
use tokio::task::yield_now;

use super::is_ready_after;
use crate::support::{Bomb, Journal, recorded};

/// Something that panics when the last that shares it is dropped.
#[derive(Clone)]
pub(crate) struct Ware(#[expect(dead_code, reason = "is dropped")] Arc<Bomb>);

/// What answers with something that panics when it is dropped.
#[hookspec]
pub(crate) trait Shop {
    /// One after the other.
    async fn gather(&self) -> Ware;
    /// Together.
    #[hook(concurrent)]
    async fn gather_together(&self) -> Ware;
    /// Together, until the earliest has one.
    #[hook(concurrent, firstresult)]
    async fn best(&self) -> Option<Ware>;
    /// From hand to hand.
    #[hook(waterfall)]
    async fn hand_on(&self, #[flow] ware: Ware) -> Ware;
    /// Stops at a failure.
    #[hook(on_failure = stop)]
    async fn gate(&self) -> Result<Ware, String>;
    /// Together, and stops at a failure.
    #[hook(concurrent, on_failure = stop)]
    async fn gate_together(&self) -> Result<Ware, String>;
}

/// Awaits so often, and answers.
struct Seller {
    name: &'static str,
    awaits: usize,
    /// Whether it panics when it is dropped before its end.
    loud: bool,
    fails: bool,
    journal: Journal,
    wares: Journal,
}

impl Plugin for Seller {
    const METADATA: PluginMetadata = PluginMetadata::new("seller");
}

impl Seller {
    fn ware(&self) -> Ware {
        Ware(Arc::new(self.wares.bomb(self.name).charged("boom of a ware")))
    }

    async fn sell(&self) -> Ware {
        self.journal.note(format!("{} starts", self.name));
        let gone = self.journal.bomb(&format!("{} is gone", self.name));
        let gone = if self.loud { gone.charged("boom on the way out") } else { gone };
        for _ in 0..self.awaits {
            yield_now().await;
        }
        if self.loud {
            // Not on the way out at its end.
            std::mem::forget(gone);
            self.journal.note(format!("{} is gone", self.name));
        }
        self.ware()
    }
}

#[hookimpl]
impl Shop for Seller {
    async fn gather(&self) -> Ware {
        self.sell().await
    }
    async fn gather_together(&self) -> Ware {
        self.sell().await
    }
    async fn best(&self) -> Option<Ware> {
        Some(self.sell().await)
    }
    async fn hand_on(&self, ware: Ware) -> Ware {
        let sold = self.sell().await;
        drop(ware);
        sold
    }
    async fn gate(&self) -> Result<Ware, String> {
        let ware = self.sell().await;
        if self.fails {
            std::mem::forget(ware);
            return Err("no".to_owned());
        }
        Ok(ware)
    }
    async fn gate_together(&self) -> Result<Ware, String> {
        self.gate().await
    }
}

/// A shop, and what was noted in it.
struct Scene {
    plugins: PluginManager,
    shop: Shop,
    journal: Journal,
    wares: Journal,
}

/// Sellers that are called in this order.
fn sellers(sellers: &[(&'static str, usize, bool, bool)]) -> Scene {
    let (journal, wares) = (Journal::default(), Journal::default());
    let plugins = PluginManager::new();
    for &(name, awaits, loud, fails) in sellers.iter().rev() {
        let (journal, wares) = (journal.clone(), wares.clone());
        plugins.register_as(name, Seller { name, awaits, loud, fails, journal, wares }).unwrap();
    }
    Scene { shop: plugins.hooks::<Shop>(), plugins, journal, wares }
}

impl Scene {
    /// Calls a hook, polls the call so often, and cancels it. Whether it was ready; its output is
    /// leaked then.
    fn cancel_after(&self, hook: &str, polls: usize) -> bool {
        macro_rules! cancel {
            ($call:expr) => {{
                let mut call = Box::pin(async { std::mem::forget($call.await) });
                let is_ready = is_ready_after(&mut call, polls);
                drop(call);
                is_ready
            }};
        }
        match hook {
            "gather" => cancel!(self.shop.gather()),
            "gather_together" => cancel!(self.shop.gather_together()),
            "best" => cancel!(self.shop.best()),
            "hand_on" => {
                let first = Ware(Arc::new(self.wares.bomb("host")));
                cancel!(self.shop.hand_on(first))
            }
            "gate" => cancel!(self.shop.gate()),
            "gate_together" => cancel!(self.shop.gate_together()),
            "gather, reported" => cancel!(self.shop.reported().gather()),
            "gather_together, reported" => cancel!(self.shop.reported().gather_together()),
            "best, reported" => cancel!(self.shop.reported().best()),
            unknown => unreachable!("{unknown}"),
        }
    }

    /// Who has started and is gone, in the order of the names. Fails if that differs.
    fn started_and_gone(&self) -> Vec<String> {
        let notes = self.journal.read();
        let noted = |end: &str| {
            let mut names: Vec<_> =
                notes.iter().filter_map(|note| note.strip_suffix(end).map(str::to_owned)).collect();
            names.sort();
            names
        };
        assert_eq!(noted(" starts"), noted(" is gone"), "{notes:?}");
        noted(" starts")
    }

    fn failures(&self, name: &str) -> u64 {
        let plugins = self.plugins.plugins();
        plugins.iter().find(|plugin| &*plugin.name == name).unwrap().failures
    }
}

const HOOKS: [&str; 9] = [
    "gather",
    "gather_together",
    "best",
    "hand_on",
    "gate",
    "gate_together",
    "gather, reported",
    "gather_together, reported",
    "best, reported",
];

#[test]
fn a_call_that_is_cancelled_at_any_await_drops_each_future_once() {
    for hook in HOOKS {
        for polls in 0.. {
            let scene =
                sellers(&[("a", 2, false, false), ("b", 3, false, false), ("c", 1, false, false)]);
            let is_ready = scene.cancel_after(hook, polls);
            let started = scene.started_and_gone();
            match polls {
                0 => assert!(started.is_empty(), "nobody starts before the first poll"),
                _ => assert_eq!(started[0], "a", "{hook} after {polls}"),
            }
            assert_eq!(["a", "b", "c"].map(|name| scene.failures(name)), [0; 3], "{hook}: {polls}");
            if is_ready {
                break;
            }
            assert!(polls < 20, "{hook} is never ready");
        }
    }
}

#[test]
fn answers_that_panic_when_a_call_is_cancelled_stay_in_the_fence() {
    for hook in HOOKS {
        let mut most = 0;
        for polls in 0.. {
            // Two are waiting: if they were dropped together, the second would end the process.
            let scene =
                sellers(&[("a", 0, false, false), ("b", 1, false, false), ("c", 3, false, false)]);
            let is_ready = catch_unwind(AssertUnwindSafe(|| scene.cancel_after(hook, polls)));
            let is_ready = is_ready.unwrap_or_else(|_| panic!("{hook}: escapes after {polls}"));
            if is_ready {
                break;
            }
            most = most.max(scene.wares.read().len());
        }
        let expected = match hook {
            // The first answer ends the call.
            "best" | "best, reported" => 0,
            // That of the host, the one before the last, and the last.
            "hand_on" => 3,
            _ => 2,
        };
        assert_eq!(most, expected, "{hook}: so many are dropped at most");
    }
}

#[test]
fn futures_that_panic_when_a_call_is_cancelled_are_failures_of_their_plugins() {
    for (hook, expected) in [("gather", [1, 0]), ("gather_together", [1, 1]), ("best", [1, 1])] {
        let scene = sellers(&[("a", 3, true, false), ("b", 3, true, false)]);
        let (_, events) = recorded(|| scene.cancel_after(hook, 2));
        assert_eq!(["a", "b"].map(|name| scene.failures(name)), expected, "{hook}");
        scene.started_and_gone();
        for (event, plugin) in events.iter().zip(["a", "b"]) {
            let fields = ["plugin", "hook", "method", "kind"].map(|field| event.field(field));
            assert_eq!(fields, [plugin, hook, hook, "panic"].map(Some));
        }
        assert_eq!(u64::try_from(events.len()).unwrap(), expected.iter().sum::<u64>());
    }
}

#[test]
fn the_earliest_answer_ends_the_call_and_the_rest_are_let_go_of_in_a_fence() {
    // `d` has answered before `a` has, and its answer panics when it is dropped; `b` panics when
    // it is let go of; `c` does not.
    let scene = sellers(&[
        ("a", 3, false, false),
        ("b", 9, true, false),
        ("c", 9, false, false),
        ("d", 1, false, false),
    ]);
    let report = super::run(scene.shop.reported().best());
    let names: Vec<_> = report.outcomes.iter().map(|outcome| &*outcome.plugin).collect();
    assert_eq!(names, ["a", "b", "c", "d"], "in call order, whoever ends first");
    let verdicts = [0, 1, 2, 3].map(|place| &report.outcomes[place].verdict);
    let [
        Verdict::Answered,
        Verdict::Failed(failure),
        Verdict::Skipped(SkipReason::AnsweredBefore),
        Verdict::Answered,
    ] = verdicts
    else {
        panic!("{verdicts:?}")
    };
    assert_eq!((failure.plugin(), failure.kind()), ("b", FailureKind::Panic));
    assert_eq!(failure.message(), "boom on the way out");
    assert_eq!(scene.failures("b"), 1);
    assert_eq!(scene.started_and_gone(), ["a", "b", "c", "d"]);
    assert_eq!(scene.wares.read(), ["d"], "and not the answer");
    assert_eq!(&*report.answer().unwrap().0.plugin, "a");
    std::mem::forget(report.output);
}

#[test]
fn nobody_is_polled_once_the_earliest_has_answered() {
    let scene = sellers(&[("a", 0, false, false), ("b", 0, false, false)]);
    let report = super::run(scene.shop.reported().best());
    assert_eq!(scene.started_and_gone(), ["a"]);
    assert!(matches!(report.outcomes[1].verdict, Verdict::Skipped(SkipReason::AnsweredBefore)));
    std::mem::forget(report.output);
}

#[test]
fn answers_that_panic_when_a_failure_stops_the_call_stay_in_the_fence() {
    for hook in ["gate", "gate_together"] {
        let scene =
            sellers(&[("a", 0, false, false), ("b", 0, false, false), ("c", 2, false, true)]);
        let output = super::run(async {
            match hook {
                "gate" => scene.shop.gate().await,
                _ => scene.shop.gate_together().await,
            }
        });
        assert_eq!(output.map(std::mem::forget).unwrap_err().plugin(), "c", "{hook}");
        assert_eq!(scene.wares.read(), ["a", "b"], "{hook}");
        assert_eq!(["a", "b", "c"].map(|name| scene.failures(name)), [0, 0, 1], "{hook}");
    }
}

#[test]
fn who_said_what_is_right_whoever_was_first() {
    let scene = sellers(&[("a", 3, false, false), ("b", 1, false, false), ("c", 2, false, false)]);
    let report = super::run(scene.shop.reported().gather_together());
    let names: Vec<_> = report.answers().map(|(outcome, _)| outcome.plugin.to_string()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    for ware in report.output {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(ware)));
    }
    assert_eq!(scene.wares.read(), ["a", "b", "c"], "the answers are in call order too");
}

/// Answers in no time.
struct Till(Journal);

impl Plugin for Till {
    const METADATA: PluginMetadata = PluginMetadata::new("till");
}

#[hookimpl]
impl Shop for Till {
    fn gate_together(&self) -> Result<Ware, String> {
        self.0.note("the till runs");
        panic!("the till is empty")
    }
}

#[test]
fn a_plain_function_that_stops_the_call_keeps_those_after_it_from_starting() {
    let scene = sellers(&[("a", 2, false, false)]);
    scene.plugins.register(Till(scene.wares.clone())).unwrap();
    let report = super::run(scene.shop.reported().gate_together());
    assert_eq!(report.output.map(std::mem::forget).unwrap_err().message(), "the till is empty");
    assert_eq!(scene.wares.read(), ["the till runs"]);
    assert_eq!(scene.started_and_gone(), [""; 0]);
    assert_eq!(report.outcomes.len(), 2);
    assert!(matches!(report.outcomes[1].verdict, Verdict::Skipped(SkipReason::StoppedBefore)));
}
