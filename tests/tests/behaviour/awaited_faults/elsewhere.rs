//! Hooks that are awaited on other threads, by many tasks, and without any runtime.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

use hooks_core::{PluginManager, Verdict, hookimpl, hookspec};
use tokio::task::yield_now;

use super::Named;

/// Every way to pass something to a hook that is awaited, in every kind.
#[hookspec]
pub(crate) trait Kinds {
    /// Tells.
    async fn tell(&self, text: &str, bytes: &[u8], list: &mut Vec<u64>, owned: String);
    /// Collects.
    async fn collect(&self, text: &str, bytes: &[u8], list: &mut Vec<u64>, owned: String) -> u64;
    /// Stops at the first answer.
    #[hook(firstresult)]
    async fn first(&self, text: &str, bytes: &[u8], list: &Vec<u64>, owned: String) -> Option<u64>;
    /// Hands on.
    #[hook(waterfall)]
    async fn hand_on(&self, #[flow] flow: String, text: &str, bytes: &[u8]) -> String;
    /// Stops at a failure.
    #[hook(on_failure = stop)]
    async fn gate(&self, text: &str, list: &mut Vec<u64>) -> Result<u64, String>;
    /// Tells all together.
    #[hook(concurrent)]
    async fn tell_together(&self, text: &str, bytes: &[u8], list: &Vec<u64>, owned: String);
    /// Collects from all together.
    #[hook(concurrent)]
    async fn collect_together(&self, text: &str, bytes: &[u8], owned: String) -> u64;
    /// The earliest of all.
    #[hook(concurrent, firstresult)]
    async fn first_together(&self, text: &str, list: &Vec<u64>) -> Option<u64>;
    /// Stops all at a failure.
    #[hook(concurrent, on_failure = stop)]
    async fn gate_together(&self, text: &str, owned: String) -> Result<u64, String>;
}

/// Does not compile for what stays on one thread. Returns it, to be awaited.
fn sent<F: Future + Send>(call: F) -> F {
    call
}

/// Goes to another thread and comes back.
async fn elsewhere() {
    let mut gone = false;
    std::future::poll_fn(move |context| {
        if gone {
            return Poll::Ready(());
        }
        gone = true;
        let waker = context.waker().clone();
        thread::spawn(move || waker.wake());
        Poll::Pending
    })
    .await;
}

struct All;

#[hookimpl]
impl Kinds for Named<All> {
    async fn tell(&self, text: &str, list: &mut Vec<u64>) {
        elsewhere().await;
        list.push(text.len() as u64);
    }
    async fn collect(&self, bytes: &[u8], list: &mut Vec<u64>) -> u64 {
        elsewhere().await;
        list.push(2);
        bytes.len() as u64
    }
    async fn first(&self, owned: String) -> Option<u64> {
        elsewhere().await;
        Some(owned.len() as u64)
    }
    async fn hand_on(&self, flow: String, text: &str) -> String {
        elsewhere().await;
        flow + text
    }
    async fn gate(&self, text: &str, list: &mut Vec<u64>) -> Result<u64, String> {
        elsewhere().await;
        list.pop().ok_or_else(|| text.to_owned())
    }
    async fn collect_together(&self, bytes: &[u8], owned: String) -> u64 {
        elsewhere().await;
        (bytes.len() + owned.len()) as u64
    }
    async fn first_together(&self, list: &Vec<u64>) -> Option<u64> {
        elsewhere().await;
        list.last().copied()
    }
    async fn gate_together(&self, owned: String) -> Result<u64, String> {
        elsewhere().await;
        Err(owned)
    }
}

struct Unparks(Thread);

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// All that it takes to await something.
fn block_on<T>(call: impl Future<Output = T>) -> T {
    let waker = Arc::new(Unparks(thread::current())).into();
    let mut context = Context::from_waker(&waker);
    let mut call = pin!(call);
    loop {
        match call.as_mut().poll(&mut context) {
            Poll::Ready(ready) => return ready,
            Poll::Pending => thread::park_timeout(Duration::from_secs(60)),
        }
    }
}

#[test]
fn hooks_without_a_timeout_need_no_runtime_and_their_calls_can_be_sent() {
    let plugins = PluginManager::new();
    plugins.register(Named(All)).unwrap();
    let kinds = plugins.hooks::<Kinds>();
    let mut list = Vec::new();
    block_on(sent(kinds.tell("text", b"", &mut list, String::new())));
    let collected = block_on(sent(kinds.collect("", b"bytes", &mut list, String::new())));
    assert_eq!((collected, &list), (vec![5], &vec![4, 2]));
    assert_eq!(block_on(sent(kinds.first("", b"", &list, "owned".to_owned()))), Some(5));
    assert_eq!(block_on(sent(kinds.hand_on("a".to_owned(), "b", b""))), "ab");
    assert_eq!(block_on(sent(kinds.gate("", &mut list))).unwrap(), [2]);
    block_on(sent(kinds.tell_together("", b"", &list, String::new())));
    let collected = block_on(sent(kinds.collect_together("", b"12", "345".to_owned())));
    assert_eq!(collected, [5]);
    assert_eq!(block_on(sent(kinds.first_together("", &list))), Some(4));
    let stopped = block_on(sent(kinds.gate_together("", "no".to_owned())));
    assert_eq!(stopped.unwrap_err().message(), "no");
    let reported = kinds.reported();
    let report = block_on(sent(reported.collect("", b"bytes", &mut list, String::new())));
    assert_eq!(report.output, [5]);
    let report = block_on(sent(reported.collect_together("", b"12", String::new())));
    assert_eq!(report.output, [2]);
}

/// Fails at every third call that it gets, at some await.
struct Flaky {
    calls: AtomicU64,
}

#[hookimpl]
impl Kinds for Named<Flaky> {
    async fn collect(&self) -> u64 {
        self.work().await
    }
    async fn collect_together(&self) -> u64 {
        self.work().await
    }
}

impl Named<Flaky> {
    async fn work(&self) -> u64 {
        let call = self.0.calls.fetch_add(1, Ordering::Relaxed);
        for _ in 0..call % 4 {
            yield_now().await;
        }
        assert!(!call.is_multiple_of(3), "every third");
        1
    }
}

/// Calls both hooks, and returns how often `stays` has run and how often it has failed.
async fn call_often(kinds: Kinds, times: usize) -> (u64, u64) {
    let (mut ran, mut failed) = (0, 0);
    for _ in 0..times {
        let mut list = Vec::new();
        let reported = kinds.reported();
        let in_turn = reported.collect("", b"", &mut list, String::new()).await;
        let together = reported.collect_together("", b"", String::new()).await;
        for report in [in_turn, together] {
            assert_eq!(report.answers().count(), report.output.len());
            assert_eq!(report.output.len() + report.failures().count(), report.outcomes.len());
            let stays = report.outcomes.iter().find(|outcome| &*outcome.plugin == "stays");
            ran += 1;
            failed += u64::from(matches!(stays.unwrap().verdict, Verdict::Failed(_)));
        }
    }
    (ran, failed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_call_one_table_while_plugins_come_and_go() {
    let plugins = PluginManager::new();
    let flaky = || Named(Flaky { calls: AtomicU64::new(0) });
    plugins.register_as("stays", flaky()).unwrap();
    let kinds = plugins.hooks::<Kinds>();
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(call_often(kinds.clone(), 250))).collect();
    while tasks.iter().any(|task| !task.is_finished()) {
        for name in ["a", "b", "c"] {
            plugins.register_as(name, flaky()).unwrap();
        }
        yield_now().await;
        for name in ["b", "c", "a"] {
            plugins.unregister(name).unwrap();
        }
        yield_now().await;
    }
    let (mut ran, mut failed) = (0, 0);
    for task in tasks {
        let (its_runs, its_failures) = task.await.unwrap();
        ran += its_runs;
        failed += its_failures;
    }
    assert_eq!(ran, 8 * 2 * 250);
    assert_eq!(failed, ran.div_ceil(3));
    assert_eq!(plugins.plugins()[0].failures, failed, "none is lost, and none counted twice");
}
