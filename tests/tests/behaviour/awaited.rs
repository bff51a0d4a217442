//! Hooks that are awaited: what a call does.

use std::sync::Arc;
use std::time::Duration;

use hooks_core::{
    AsyncNext, Busy, FailureKind, Monitor, Plugin, PluginManager, PluginMetadata, Quarantine,
    Report, SkipReason, Timeout, Verdict, hookimpl, hookspec,
};
use tokio::sync::{Barrier, Notify};
use tokio::time::{Instant, sleep};

use crate::support::Journal;

/// What is awaited.
#[hookspec]
pub(crate) trait Post {
    /// A letter is sent.
    async fn on_letter(&self, letter: &str, copies: &mut Vec<String>);

    /// Asks for a stamp.
    async fn stamp(&self, letter: &str, weight: u32) -> Option<String>;

    /// Asks who carries a letter.
    #[hook(firstresult)]
    async fn carrier(&self, letter: &str) -> Option<String>;

    /// Writes an address.
    #[hook(waterfall)]
    async fn address(&self, #[flow] address: String) -> String;

    /// Whether it may be sent.
    #[hook(on_failure = stop)]
    async fn may_send(&self, letter: &str) -> Result<u32, String>;

    /// Asks everybody at once.
    #[hook(concurrent, timeout = "5s")]
    async fn weigh(&self, letter: &str) -> Result<u32, String>;

    /// Asks everybody at once for the best.
    #[hook(concurrent, firstresult)]
    async fn fastest(&self, letter: &str) -> Option<u32>;
}

macro_rules! plugin {
    ($name:ident { $($field:ident: $type:ty),* }) => {
        struct $name { $($field: $type),* }

        impl Plugin for $name {
            const METADATA: PluginMetadata = PluginMetadata::new(stringify!($name));
        }
    };
}

plugin!(Clerk { journal: Journal, naps: u64 });

impl Clerk {
    async fn nap(&self) {
        sleep(Duration::from_secs(self.naps)).await;
    }
}

#[hookimpl]
impl Post for Clerk {
    async fn on_letter(&self, copies: &mut Vec<String>, letter: &str) {
        self.nap().await;
        copies.push(format!("{letter} {}", self.naps));
    }

    async fn stamp(&self, weight: u32) -> Option<String> {
        self.nap().await;
        (weight > 1).then(|| format!("{weight} from {}", self.naps))
    }

    async fn carrier(&self, letter: &str) -> Option<String> {
        self.journal.note(format!("{} is asked", self.naps));
        self.nap().await;
        (self.naps == 2).then(|| format!("{letter} goes"))
    }

    async fn address(&self, address: String) -> String {
        self.nap().await;
        format!("{address}{}", self.naps)
    }

    async fn may_send(&self, letter: &str) -> Result<u32, String> {
        self.nap().await;
        if letter.is_empty() { Err("empty".to_owned()) } else { Ok(1) }
    }

    async fn weigh(&self, letter: &str) -> Result<u32, String> {
        self.nap().await;
        self.journal.note(format!("{} has weighed", self.naps));
        u32::try_from(letter.len()).map_err(|error| error.to_string())
    }

    async fn fastest(&self, letter: &str) -> Option<u32> {
        self.nap().await;
        self.journal.note(format!("{} has answered {letter}", self.naps));
        Some(u32::try_from(self.naps).unwrap())
    }
}

plugin!(Plain {});

#[hookimpl]
impl Post for Plain {
    fn stamp(&self, letter: &str) -> Option<String> {
        Some(format!("plain {letter}"))
    }

    fn weigh(&self) -> Result<u32, String> {
        Err("no scales".to_owned())
    }

    fn fastest(&self) -> Option<u32> {
        None
    }
}

/// A manager with clerks that nap so many seconds, registered in this order.
fn clerks(journal: &Journal, naps: &[u64]) -> PluginManager {
    let plugins = PluginManager::new();
    for &naps in naps {
        let clerk = Clerk { journal: journal.clone(), naps };
        plugins.register_as(&format!("clerk-{naps}"), clerk).unwrap();
    }
    plugins
}

#[tokio::test(start_paused = true)]
async fn implementations_are_awaited_one_after_the_other_in_call_order() {
    let hooks = clerks(&Journal::default(), &[1, 3, 2]).hooks::<Post>();
    let began = Instant::now();
    let mut copies = Vec::new();
    hooks.on_letter("a", &mut copies).await;
    assert_eq!(copies, ["a 2", "a 3", "a 1"]);
    assert_eq!(began.elapsed().as_secs(), 6);
    assert_eq!(hooks.stamp("a", 5).await, ["5 from 2", "5 from 3", "5 from 1"]);
    assert_eq!(hooks.address("to ".to_owned()).await, "to 231");
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_ends_the_asking() {
    let journal = Journal::default();
    let hooks = clerks(&journal, &[1, 2, 3]).hooks::<Post>();
    assert_eq!(hooks.carrier("a").await.as_deref(), Some("a goes"));
    assert_eq!(journal.read(), ["3 is asked", "2 is asked"]);
}

#[tokio::test]
async fn a_plain_function_implements_an_async_hook() {
    let plugins = PluginManager::new();
    plugins.register(Plain {}).unwrap();
    assert_eq!(plugins.hooks::<Post>().stamp("a", 1).await, ["plain a"]);
}

#[tokio::test(start_paused = true)]
async fn concurrent_implementations_run_together_and_answer_in_call_order() {
    let journal = Journal::default();
    let plugins = clerks(&journal, &[3, 1, 2]);
    plugins.register(Plain {}).unwrap();
    let began = Instant::now();
    let report = plugins.hooks::<Post>().reported().weigh("four").await;
    assert_eq!(began.elapsed().as_secs(), 3);
    assert_eq!(report.output, [4, 4, 4]);
    assert_eq!(journal.read(), ["1 has weighed", "2 has weighed", "3 has weighed"]);
    assert_eq!(report.failures().next().unwrap().message(), "no scales");
}

#[tokio::test(start_paused = true)]
async fn of_concurrent_ones_the_earliest_answer_in_call_order_wins_as_soon_as_it_is_that() {
    let journal = Journal::default();
    // Called in the order 2, 1, 9: who is first in order decides, not who is first in time.
    let plugins = clerks(&journal, &[9, 1, 2]);
    plugins.register(Plain {}).unwrap();
    let began = Instant::now();
    let report = plugins.hooks::<Post>().reported().fastest("a").await;
    assert_eq!(report.output, Some(2));
    assert_eq!(began.elapsed().as_secs(), 2, "nobody waits for the slowest");
    assert_eq!(journal.read(), ["1 has answered a", "2 has answered a"]);
    let skipped = report.outcomes.iter().find(|outcome| &*outcome.plugin == "clerk-9").unwrap();
    assert!(matches!(skipped.verdict, Verdict::Skipped(SkipReason::AnsweredBefore)));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passes_is_a_failure_and_the_host_may_set_another() {
    let plugins = clerks(&Journal::default(), &[60, 1]);
    let hooks = plugins.hooks::<Post>();
    let began = Instant::now();
    let report = hooks.reported().weigh("four").await;
    assert_eq!((report.output, began.elapsed().as_secs()), (vec![4], 5));
    let failure = report.outcomes.iter().find_map(|outcome| match &outcome.verdict {
        Verdict::Failed(failure) => Some(failure),
        _ => None,
    });
    let failure = failure.unwrap();
    assert_eq!((failure.plugin(), failure.kind()), ("clerk-60", FailureKind::Timeout));
    assert_eq!(failure.message(), "not ready within 5s: given up after 5.000s");

    plugins.set_timeout("clerk-60", Timeout::After(Duration::from_secs(90))).unwrap();
    assert_eq!(hooks.weigh("four").await, [4, 4]);
    plugins.set_timeout("clerk-60", Timeout::After(Duration::from_secs(2))).unwrap();
    let began = Instant::now();
    assert_eq!(hooks.weigh("four").await, [4]);
    assert_eq!(began.elapsed().as_secs(), 2);
    plugins.set_timeout("clerk-60", Timeout::Never).unwrap();
    assert_eq!(hooks.weigh("four").await.len(), 2);
    plugins.set_timeout("clerk-60", Timeout::OfTheHook).unwrap();
    assert_eq!(hooks.weigh("four").await.len(), 1);
    assert!(plugins.set_timeout("clerk-61", Timeout::Never).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_failure_stops_a_hook_that_stops() {
    let hooks = clerks(&Journal::default(), &[1, 2]).hooks::<Post>();
    assert_eq!(hooks.may_send("a").await.unwrap(), [1, 1]);
    assert_eq!(hooks.may_send("").await.unwrap_err().plugin(), "clerk-2");
}

plugin!(Around { journal: Journal });

#[hookimpl]
impl Post for Around {
    #[hookimpl(wrapper)]
    async fn stamp(&self, letter: &str, mut next: AsyncNext<'_, StampArgs<'_>>) {
        sleep(Duration::from_secs(1)).await;
        next.args_mut().weight += 1;
        self.journal.note(format!("before {letter}"));
        let stamps = next.call().await;
        sleep(Duration::from_secs(1)).await;
        stamps.push("around".to_owned());
        self.journal.note("after");
    }

    #[hookimpl(wrapper)]
    async fn carrier(&self, next: AsyncNext<'_, CarrierArgs<'_>>) -> Result<(), String> {
        // Lets go of what is inside before it is ready.
        tokio::select! {
            biased;
            _ = next.call() => Ok(()),
            () = sleep(Duration::from_secs(1)) => Err("impatient".to_owned()),
        }
    }

    #[hookimpl(wrapper)]
    async fn weigh(&self, next: AsyncNext<'_, WeighArgs<'_>>) {
        let _ = next;
    }
}

#[tokio::test(start_paused = true)]
async fn wrappers_stand_around_what_is_awaited() {
    let journal = Journal::default();
    let plugins = clerks(&journal, &[1]);
    plugins.register(Around { journal: journal.clone() }).unwrap();
    let hooks = plugins.hooks::<Post>();
    assert_eq!(hooks.stamp("a", 1).await, ["2 from 1", "around"]);
    assert_eq!(journal.read(), ["before a", "after"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_wrapper_lets_go_of_is_awaited_all_the_same_and_runs_once() {
    let journal = Journal::default();
    let plugins = clerks(&journal, &[2]);
    plugins.register(Around { journal: journal.clone() }).unwrap();
    let report = plugins.hooks::<Post>().reported().carrier("a").await;
    assert_eq!(report.output.as_deref(), Some("a goes"));
    assert_eq!(journal.read(), ["2 is asked"]);
    assert_eq!(report.failures().next().unwrap().message(), "impatient");
}

#[tokio::test(start_paused = true)]
async fn what_a_wrapper_never_calls_runs_all_the_same() {
    let journal = Journal::default();
    let plugins = clerks(&journal, &[2]);
    plugins.register(Around { journal: journal.clone() }).unwrap();
    let report = plugins.hooks::<Post>().reported().weigh("four").await;
    assert_eq!(report.output, [4]);
    assert_eq!(report.failures().count(), 1);
}

plugin!(Waits { reached: Arc<Notify>, dropped: Journal });

#[hookimpl]
impl Post for Waits {
    async fn stamp(&self) -> Option<String> {
        let _bomb = self.dropped.bomb("dropped").charged("boom on the way out");
        self.reached.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_call_that_is_cancelled_drops_what_runs_inside_of_a_fence() {
    let (reached, dropped) = (Arc::new(Notify::new()), Journal::default());
    let plugins = PluginManager::new();
    plugins.register(Waits { reached: Arc::clone(&reached), dropped: dropped.clone() }).unwrap();
    let hooks = plugins.hooks::<Post>();
    let call = tokio::spawn(async move { hooks.stamp("a", 1).await });
    reached.notified().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled(), "and not: panicked");
    assert_eq!(dropped.read(), ["dropped"]);
    assert_eq!(plugins.plugins()[0].failures, 1);
}

/// The line above the plugin that breaks.
const BREAKS: u32 = line!();
plugin!(Breaks {});

#[hookimpl]
impl Post for Breaks {
    async fn on_letter(&self) {
        panic!("at once");
    }

    async fn stamp(&self) -> Option<String> {
        tokio::task::yield_now().await;
        panic!("later");
    }

    async fn weigh(&self) -> Result<u32, String> {
        tokio::task::yield_now().await;
        panic!("together");
    }
}

fn messages<O>(report: &Report<O>) -> Vec<(&str, FailureKind, u32)> {
    let failures = report.failures();
    failures
        .map(|failure| (failure.message(), failure.kind(), failure.location().unwrap().line))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_any_poll_is_a_failure_with_its_place_and_the_others_run() {
    let plugins = clerks(&Journal::default(), &[1]);
    plugins.register(Breaks {}).unwrap();
    let hooks = plugins.hooks::<Post>();
    let mut copies = Vec::new();
    let report = hooks.reported().on_letter("a", &mut copies).await;
    assert_eq!(messages(&report), [("at once", FailureKind::Panic, BREAKS + 6)]);
    assert_eq!(copies, ["a 1"]);
    let report = hooks.reported().stamp("a", 2).await;
    assert_eq!(messages(&report), [("later", FailureKind::Panic, BREAKS + 11)]);
    assert_eq!(report.output, ["2 from 1"]);
    let report = hooks.reported().weigh("a").await;
    assert_eq!(messages(&report), [("together", FailureKind::Panic, BREAKS + 16)]);
    assert_eq!(report.output, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_may_go_on_on_another_thread() {
    plugin!(Meets { barrier: Arc<Barrier> });

    #[hookimpl]
    impl Post for Meets {
        async fn weigh(&self) -> Result<u32, String> {
            self.barrier.wait().await;
            Ok(1)
        }
    }

    let barrier = Arc::new(Barrier::new(2));
    let plugins = PluginManager::new();
    plugins.register(Meets { barrier: Arc::clone(&barrier) }).unwrap();
    let calls = [(); 2].map(|()| {
        let hooks = plugins.hooks::<Post>();
        tokio::spawn(async move { hooks.weigh("a").await })
    });
    for call in calls {
        assert_eq!(call.await.unwrap(), [1]);
    }
}

plugin!(Blocks { time: Duration });

#[hookimpl]
impl Post for Blocks {
    async fn stamp(&self) -> Option<String> {
        sleep(Duration::from_secs(60)).await;
        std::thread::sleep(self.time);
        None
    }
}

/// Notes who keeps a thread.
struct Kept(Journal);

impl Monitor for Kept {
    fn busy(&self, busy: &Busy) {
        assert!(busy.time >= Duration::from_millis(20), "{busy:?}");
        self.0.note(format!("{} in {}", busy.implementation.plugin, busy.hook.name));
    }
}

#[tokio::test(start_paused = true)]
async fn who_blocks_a_thread_is_told_of_and_who_waits_is_not() {
    let journal = Journal::default();
    let plugins = clerks(&Journal::default(), &[60]);
    plugins.register(Blocks { time: Duration::from_millis(20) }).unwrap();
    plugins.tell_of_busy(Duration::from_millis(19));
    let guard = plugins.monitor(Kept(journal.clone()));
    plugins.measure();
    plugins.hooks::<Post>().stamp("a", 2).await;
    assert_eq!(journal.read(), ["Blocks in stamp"]);
    let statistics = plugins.statistics();
    let busy = |plugin: &str| {
        statistics.iter().find(|figures| &*figures.plugin == plugin).expect("it was called").busy
    };
    assert!(busy("Blocks") >= Duration::from_millis(20));
    assert!(busy("clerk-60") < busy("Blocks"), "waiting is no work");
    drop(guard);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_in_quarantine_is_not_awaited_and_a_gate_does_not_pass_without_it() {
    let plugins = clerks(&Journal::default(), &[1]);
    plugins.register(Breaks {}).unwrap();
    plugins.quarantine(Quarantine::default().failures(1));
    let hooks = plugins.hooks::<Post>();
    assert_eq!(hooks.stamp("a", 2).await, ["2 from 1"]);
    let report = hooks.reported().weigh("a").await;
    let breaks = report.outcomes.iter().find(|outcome| &*outcome.plugin == "Breaks").unwrap();
    assert!(matches!(breaks.verdict, Verdict::Skipped(SkipReason::Quarantined)), "{breaks:?}");
    assert_eq!(report.output, [1]);

    plugins.register_as("guard", Guard {}).unwrap();
    assert_eq!(hooks.may_send("a").await.unwrap_err().message(), "not today");
    let failure = hooks.may_send("a").await.unwrap_err();
    assert_eq!((failure.plugin(), failure.kind()), ("guard", FailureKind::Quarantined));
}

plugin!(Guard {});

#[hookimpl]
impl Post for Guard {
    async fn may_send(&self) -> Result<u32, String> {
        Err("not today".to_owned())
    }
}
