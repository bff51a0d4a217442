//! What a call costs beside a loop written by hand.
//!
//! ```text
//! cargo bench -p hooks-tests --bench dispatch
//! ```
//!
//! Each row compares a hook with the loop that its author would otherwise write: over a
//! `Vec<Box<dyn Trait>>`, with `catch_unwind` around each call; where hooks are `async`, around each
//! poll of a future that is boxed. Both run in turns, for many short rounds, on many layouts: how
//! fast a loop over pointers is depends on where the allocator has put what they point to, so both
//! lists are made anew again and again. The figures are medians, the ratio that of the ratios of
//! each layout.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use hooks_core::{
    Closures, Method, Next, Plugin, PluginManager, PluginMetadata, Quarantine, QueueOptions,
    hookimpl, hookspec,
};

/// On how many layouts a row is measured.
const LAYOUTS: usize = 31;
/// How many rounds of each of the two are measured on a layout.
const ROUNDS: usize = 15;
/// About how many implementations are called in one round.
const CALLS_PER_ROUND: usize = 10_000;

/// The hooks that are measured.
#[hookspec]
trait Measured {
    /// Tells of a number.
    fn notify(&self, number: &u64);
    /// Asks for a number.
    fn collect(&self, number: &u64) -> u64;
    /// Asks for a number that nobody has.
    #[hook(firstresult)]
    fn firstresult(&self, number: &u64) -> Option<u64>;
    /// Hands a number on.
    #[hook(waterfall)]
    fn waterfall(&self, #[flow] number: u64) -> u64;
    /// Tells of a number that may be refused.
    fn fallible(&self, number: &u64) -> Result<(), std::fmt::Error>;
    /// Tells of a number, inside of a wrapper.
    fn wrapped(&self, number: &u64);
}

/// Does nothing, and answers with what it is given.
struct Idle;

impl Plugin for Idle {
    const METADATA: PluginMetadata = PluginMetadata::new("idle");
}

#[hookimpl]
impl Measured for Idle {
    fn notify(&self, number: &u64) {
        black_box(number);
    }
    fn collect(&self, number: &u64) -> u64 {
        *number
    }
    fn firstresult(&self, number: &u64) -> Option<u64> {
        black_box(number);
        None
    }
    fn waterfall(&self, number: u64) -> u64 {
        number + 1
    }
    fn fallible(&self, number: &u64) -> Result<(), std::fmt::Error> {
        black_box(number);
        Ok(())
    }
    fn wrapped(&self, number: &u64) {
        black_box(number);
    }
}

/// Stands around a hook and does nothing.
struct Around;

impl Plugin for Around {
    const METADATA: PluginMetadata = PluginMetadata::new("around");
}

#[hookimpl]
impl Measured for Around {
    #[hookimpl(wrapper)]
    fn wrapped(&self, number: &u64, next: Next<'_, WrappedArgs<'_>>) {
        black_box(number);
        next.call();
    }
}

/// What somebody without hooks would write.
trait ByHand: Send + Sync {
    fn notify(&self, number: &u64);
    fn collect(&self, number: &u64) -> u64;
    fn firstresult(&self, number: &u64) -> Option<u64>;
    fn waterfall(&self, number: u64) -> u64;
    fn fallible(&self, number: &u64) -> Result<(), std::fmt::Error>;
}

impl ByHand for Idle {
    fn notify(&self, number: &u64) {
        Idle::notify(self, number);
    }
    fn collect(&self, number: &u64) -> u64 {
        Idle::collect(self, number)
    }
    fn firstresult(&self, number: &u64) -> Option<u64> {
        Idle::firstresult(self, number)
    }
    fn waterfall(&self, number: u64) -> u64 {
        Idle::waterfall(self, number)
    }
    fn fallible(&self, number: &u64) -> Result<(), std::fmt::Error> {
        Idle::fallible(self, number)
    }
}

type ByHandList = Vec<Box<dyn ByHand>>;

fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

#[inline(never)]
fn notify_by_hand(list: &ByHandList, number: &u64) {
    for implementation in list {
        caught(|| implementation.notify(number));
    }
}

#[inline(never)]
fn collect_by_hand(list: &ByHandList, number: &u64) -> Vec<u64> {
    let mut answers = Vec::with_capacity(list.len());
    for implementation in list {
        answers.extend(caught(|| implementation.collect(number)));
    }
    answers
}

#[inline(never)]
fn firstresult_by_hand(list: &ByHandList, number: &u64) -> Option<u64> {
    list.iter().find_map(|implementation| caught(|| implementation.firstresult(number)).flatten())
}

#[inline(never)]
fn waterfall_by_hand(list: &ByHandList, number: u64) -> u64 {
    list.iter().fold(number, |number, implementation| {
        caught(|| implementation.waterfall(number)).unwrap_or(number)
    })
}

#[inline(never)]
fn fallible_by_hand(list: &ByHandList, number: &u64) {
    for implementation in list {
        caught(|| implementation.fallible(number));
    }
}

/// Keeps the allocator from putting what is made next where its like was before.
fn gaps(seed: usize) -> Vec<Box<[u8]>> {
    (0..seed % 7).map(|gap| vec![0; 16 + 40 * gap].into_boxed_slice()).collect()
}

/// A list and a set of hooks with as many implementations, somewhere in memory.
struct Layout {
    list: ByHandList,
    hooks: Measured,
    frozen: Measured,
    _gaps: Vec<Box<[u8]>>,
}

impl Layout {
    fn new(count: usize, seed: usize) -> Self {
        Self::of(count, seed, |_| ())
    }

    /// A layout whose manager has something switched on.
    fn of(count: usize, seed: usize, switch: impl Fn(&PluginManager)) -> Self {
        let gaps = gaps(seed);
        let plugins = PluginManager::new();
        plugins.register(Around).expect("the names differ");
        for place in 0..count {
            plugins.register_as(&format!("idle-{place}"), Idle).expect("the names differ");
        }
        switch(&plugins);
        let hooks = plugins.hooks::<Measured>();
        let frozen = hooks.frozen();
        let list = (0..count).map(|_| Box::new(Idle) as Box<dyn ByHand>).collect();
        Self { list, hooks, frozen, _gaps: gaps }
    }
}

/// What is awaited, and is ready at once.
#[hookspec]
trait Awaited {
    /// Tells of a number.
    async fn notify_later(&self, number: &u64);
    /// Asks for a number.
    async fn collect_later(&self, number: &u64) -> u64;
    /// Tells plain functions of a number.
    async fn plain_later(&self, number: &u64);
}

/// Does nothing, in a future.
struct Later;

impl Plugin for Later {
    const METADATA: PluginMetadata = PluginMetadata::new("later");
}

#[hookimpl]
impl Awaited for Later {
    async fn notify_later(&self, number: &u64) {
        black_box(number);
    }
    async fn collect_later(&self, number: &u64) -> u64 {
        *number
    }
    fn plain_later(&self, number: &u64) {
        black_box(number);
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What somebody without hooks would write, to be awaited.
trait AwaitedByHand: Send + Sync {
    fn notify_later<'a>(&'a self, number: &'a u64) -> Boxed<'a, ()>;
    fn collect_later<'a>(&'a self, number: &'a u64) -> Boxed<'a, u64>;
    fn plain_later(&self, number: &u64);
}

impl AwaitedByHand for Later {
    fn notify_later<'a>(&'a self, number: &'a u64) -> Boxed<'a, ()> {
        Box::pin(Later::notify_later(self, number))
    }
    fn collect_later<'a>(&'a self, number: &'a u64) -> Boxed<'a, u64> {
        Box::pin(Later::collect_later(self, number))
    }
    fn plain_later(&self, number: &u64) {
        Later::plain_later(self, number);
    }
}

type AwaitedByHandList = Vec<Box<dyn AwaitedByHand>>;

/// Catches what a future panics with.
struct Caught<'a, T>(Boxed<'a, T>);

impl<T> Future for Caught<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        match caught(|| self.0.as_mut().poll(context)) {
            Some(polled) => polled.map(Some),
            None => Poll::Ready(None),
        }
    }
}

#[inline(never)]
async fn notify_awaited_by_hand(list: &AwaitedByHandList, number: &u64) {
    for implementation in list {
        Caught(implementation.notify_later(number)).await;
    }
}

#[inline(never)]
async fn collect_awaited_by_hand(list: &AwaitedByHandList, number: &u64) -> Vec<u64> {
    let mut answers = Vec::with_capacity(list.len());
    for implementation in list {
        answers.extend(Caught(implementation.collect_later(number)).await);
    }
    answers
}

#[inline(never)]
async fn plain_awaited_by_hand(list: &AwaitedByHandList, number: &u64) {
    for implementation in list {
        caught(|| implementation.plain_later(number));
    }
}

/// What is awaited, somewhere in memory.
struct AwaitedLayout {
    list: AwaitedByHandList,
    hooks: Awaited,
    frozen: Awaited,
    _gaps: Vec<Box<[u8]>>,
}

impl AwaitedLayout {
    fn new(count: usize, seed: usize) -> Self {
        let gaps = gaps(seed);
        let plugins = PluginManager::new();
        for place in 0..count {
            plugins.register_as(&format!("later-{place}"), Later).expect("the names differ");
        }
        let hooks = plugins.hooks::<Awaited>();
        let frozen = hooks.frozen();
        let list = (0..count).map(|_| Box::new(Later) as Box<dyn AwaitedByHand>).collect();
        Self { list, hooks, frozen, _gaps: gaps }
    }
}

/// Makes calls from a future, in which nothing has to be waited for.
fn ready<T>(calls: usize, call: impl AsyncFn() -> T) {
    let calls = pin!(async {
        for _ in 0..calls {
            black_box(call().await);
        }
    });
    match calls.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(()) => {}
        Poll::Pending => unreachable!("all are ready"),
    }
}

/// Measures the rows of hooks that are awaited one after the other.
fn awaited_rows() {
    for count in [0, 1, 10, 100] {
        awaited_row(
            "async notify",
            count,
            async |on, number| notify_awaited_by_hand(&on.list, number).await,
            async |on, number| on.hooks.notify_later(number).await,
        );
        awaited_row(
            "async notify, frozen",
            count,
            async |on, number| notify_awaited_by_hand(&on.list, number).await,
            async |on, number| on.frozen.notify_later(number).await,
        );
        awaited_row(
            "async collect",
            count,
            async |on, number| collect_awaited_by_hand(&on.list, number).await,
            async |on, number| on.hooks.collect_later(number).await,
        );
        awaited_row(
            "async, plain fn",
            count,
            async |on, number| plain_awaited_by_hand(&on.list, number).await,
            async |on, number| on.hooks.plain_later(number).await,
        );
    }
}

/// Measures one row of those.
fn awaited_row<T>(
    name: &str,
    count: usize,
    by_hand: impl AsyncFn(&AwaitedLayout, &u64) -> T,
    by_hook: impl AsyncFn(&AwaitedLayout, &u64) -> T,
) {
    let new = |seed| AwaitedLayout::new(count, seed);
    let number = &7;
    measure(
        name,
        count,
        new,
        |on, calls| ready(calls, async || by_hand(black_box(on), black_box(number)).await),
        |on, calls| ready(calls, async || by_hook(black_box(on), black_box(number)).await),
    );
}

/// Measures one row of the table.
fn row(
    name: &str,
    count: usize,
    by_hand: impl Fn(&ByHandList, &u64),
    by_hook: impl Fn(&Layout, &u64),
) {
    let new = |seed| Layout::new(count, seed);
    let number = &7;
    measure(
        name,
        count,
        new,
        |on, calls| repeat(calls, || by_hand(black_box(&on.list), black_box(number))),
        |on, calls| repeat(calls, || by_hook(black_box(on), black_box(number))),
    );
}

/// Measures two ways to do the same so many times, on many layouts.
fn measure<L>(
    name: &str,
    count: usize,
    new: impl Fn(usize) -> L,
    by_hand: impl Fn(&L, usize),
    by_hook: impl Fn(&L, usize),
) {
    let calls = (CALLS_PER_ROUND / count.max(1)).max(1);
    let mut figures = Vec::new();
    for seed in 0..LAYOUTS {
        let layout = new(seed);
        let (mut hand, mut hook) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            hand.push(time(calls, |calls| by_hand(&layout, calls)));
            hook.push(time(calls, |calls| by_hook(&layout, calls)));
        }
        figures.push((median(hand), median(hook)));
    }
    print(name, count, &figures);
}

/// Prints a row of figures from as many layouts.
fn print(name: &str, count: usize, figures: &[(f64, f64)]) {
    let one = median(figures.iter().map(|(one, _)| *one).collect());
    let other = median(figures.iter().map(|(_, other)| *other).collect());
    let ratio = median(figures.iter().map(|(one, other)| other / one).collect());
    println!("{name:<22} {count:>6} {one:>12.1} {other:>12.1} {:>10.1} {ratio:>7.2}", other - one);
}

/// What one of so many calls takes.
fn time(calls: usize, make: impl Fn(usize)) -> f64 {
    let start = Instant::now();
    make(calls);
    per(start.elapsed(), calls)
}

#[inline]
fn repeat(calls: usize, call: impl Fn()) {
    for _ in 0..calls {
        call();
    }
}

#[allow(clippy::cast_precision_loss)] // a round takes far less than 2^52 nanoseconds
fn per(elapsed: Duration, calls: usize) -> f64 {
    elapsed.as_nanos() as f64 / calls as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn main() {
    println!(
        "{:<22} {:>6} {:>12} {:>12} {:>10} {:>7}",
        "hook", "impls", "by hand ns", "hook ns", "differ ns", "ratio"
    );
    for count in [0, 1, 10, 100, 1_000] {
        row("notify", count, notify_by_hand, |on, number| on.hooks.notify(number));
        row("notify, frozen", count, notify_by_hand, |on, number| on.frozen.notify(number));
        row("notify, fallible", count, fallible_by_hand, |on, number| on.hooks.fallible(number));
        row("notify, one wrapper", count, notify_by_hand, |on, number| on.hooks.wrapped(number));
        row("notify, reported", count, notify_by_hand, |on, number| {
            black_box(on.hooks.reported().notify(number));
        });
        row(
            "collect",
            count,
            |list, number| {
                black_box(collect_by_hand(list, number));
            },
            |on, number| {
                black_box(on.hooks.collect(number));
            },
        );
        row(
            "firstresult",
            count,
            |list, number| {
                black_box(firstresult_by_hand(list, number));
            },
            |on, number| {
                black_box(on.hooks.firstresult(number));
            },
        );
        row(
            "waterfall",
            count,
            |list, number| {
                black_box(waterfall_by_hand(list, *number));
            },
            |on, number| {
                black_box(on.hooks.waterfall(*number));
            },
        );
    }
    awaited_rows();
    let nothing = |_: &ByHandList, number: &u64| {
        black_box(number);
    };
    row("notify beside nothing", 0, nothing, |on, number| on.hooks.notify(number));
    switched_on();
    sending();
    two_threads();
    registering();
}

/// What the host may switch on, beside the same call without it.
fn switched_on() {
    println!(
        "\n{:<22} {:>6} {:>12} {:>12} {:>10} {:>7}",
        "switched on", "impls", "off ns", "on ns", "differ ns", "ratio"
    );
    let measure: fn(&PluginManager) = PluginManager::measure;
    let quarantine: fn(&PluginManager) = |plugins| plugins.quarantine(Quarantine::default());
    let both: fn(&PluginManager) = |plugins| {
        plugins.measure();
        plugins.quarantine(Quarantine::default());
    };
    let nothing: fn(&PluginManager) = |_| ();
    for (name, switch) in
        [("nothing", nothing), ("statistics", measure), ("quarantine", quarantine), ("both", both)]
    {
        for count in [1, 10, 100] {
            let calls = CALLS_PER_ROUND / count;
            let figures: Vec<_> = (0..LAYOUTS)
                .map(|seed| {
                    let off = Layout::new(count, seed);
                    let on = Layout::of(count, seed, switch);
                    let call = |layout: &Layout| {
                        time(calls, |calls| {
                            repeat(calls, || black_box(layout).hooks.notify(black_box(&7)));
                        })
                    };
                    let rounds = (0..ROUNDS).map(|_| (call(&off), call(&on)));
                    let (off, on) = rounds.unzip();
                    (median(off), median(on))
                })
                .collect();
            print(name, count, &figures);
        }
    }
}

/// A hook whose implementations run in the background.
#[hookspec]
trait Sent {
    /// Tells of a number, later.
    #[hook(background)]
    fn send(&self, number: &u64);
    /// Tells of a text, later.
    #[hook(background)]
    fn send_text(&self, text: &str);
}

/// What a call costs that goes into the background: to a plugin that is at work, and to one whose
/// thread sleeps and has to be woken.
fn sending() {
    let gate = Arc::new(Barrier::new(2));
    let plugins = PluginManager::new();
    let (entrance, calls) = (Arc::clone(&gate), CALLS_PER_ROUND);
    plugins.set_queues(QueueOptions::new().capacity(2 * calls));
    let busy = Closures::<Sent>::new(move |hooks| {
        let entrance = Arc::clone(&entrance);
        hooks.send().implementation(Method::here("send"), move |args| {
            // The first of a round, which holds up the others.
            if *args.number == u64::MAX {
                entrance.wait();
                entrance.wait();
            }
        });
        hooks.send_text().implementation(Method::here("send_text"), |_| ());
    });
    plugins.register_closures("busy", busy).expect("the first");
    let hooks = plugins.hooks::<Sent>();
    let drain = || assert!(plugins.drain(Duration::MAX).is_complete());
    println!();
    let round = |call: &dyn Fn()| {
        hooks.send(&u64::MAX);
        gate.wait();
        let spent = time(calls, |calls| repeat(calls, call));
        gate.wait();
        drain();
        spent
    };
    let rounds = LAYOUTS * ROUNDS;
    let number = (0..rounds).map(|_| round(&|| hooks.send(black_box(&7)))).collect();
    println!("background, a number, to a plugin at work: {:.1} ns", median(number));
    let text = (0..rounds).map(|_| round(&|| hooks.send_text(black_box("a text")))).collect();
    println!("background, a text, to a plugin at work: {:.1} ns", median(text));
    let idle = (0..rounds).map(|_| {
        drain();
        // So that its thread has gone to sleep.
        std::thread::sleep(Duration::from_micros(200));
        time(1, |_| hooks.send(black_box(&7)))
    });
    println!("background, to a plugin that sleeps: {:.1} ns", median(idle.collect()));
    let through = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        for _ in 0..calls {
            hooks.send(black_box(&7));
        }
        drain();
        per(start.elapsed(), calls)
    });
    println!("background, sent and delivered: {:.1} ns", median(through.collect()));
}

/// How many more calls two threads make of one table than one thread makes.
fn two_threads() {
    let hooks = Layout::new(10, 0).hooks;
    let ratios = (0..LAYOUTS).map(|_| calls_by(&hooks, 2) / calls_by(&hooks, 1)).collect();
    println!("\ntwo threads make {:.2} times the calls of one", median(ratios));
}

/// How many calls `threads` make in a millisecond.
fn calls_by(hooks: &Measured, threads: usize) -> f64 {
    const CALLS: usize = 50_000;
    let together = Barrier::new(threads);
    let slowest = std::thread::scope(|scope| {
        let call = || {
            together.wait();
            time(CALLS, |calls| repeat(calls, || black_box(hooks).notify(black_box(&7))))
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(call)).collect();
        running.into_iter().map(|thread| thread.join().expect("it only calls")).fold(0.0, f64::max)
    });
    #[allow(clippy::cast_precision_loss)] // a handful of threads
    let threads = threads as f64;
    threads * 1e6 / slowest
}

/// A single hook, of which there are to be many implementations.
#[hookspec]
trait Crowded {
    /// Tells of a number.
    fn crowd(&self, number: &u64);
}

/// How long it takes to register many plugins that implement one hook, and to make the first call.
fn registering() {
    for count in [1_000, 10_000, 100_000] {
        let names: Vec<String> = (0..count).map(|place| format!("plugin-{place}")).collect();
        let times = (0..5).map(|_| {
            let plugins = PluginManager::new();
            let hooks = plugins.hooks::<Crowded>();
            let start = Instant::now();
            for name in &names {
                let closures = Closures::<Crowded>::new(|hooks| {
                    hooks.crowd().implementation(Method::here("crowd"), |args| {
                        black_box(args.number);
                    });
                });
                plugins.register_closures(name, closures).expect("the names differ");
            }
            hooks.crowd(&7);
            per(start.elapsed(), 1) / 1e6
        });
        println!("registering {count} plugins, and a call: {:.2} ms", median(times.collect()));
    }
}
