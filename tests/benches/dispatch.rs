//! What a call costs beside a loop written by hand.
//!
//! ```text
//! cargo bench -p hooks-tests --bench dispatch
//! ```
//!
//! Each row compares a hook with the loop that its author would otherwise write: over a
//! `Vec<Box<dyn Trait>>`, with `catch_unwind` around each call. Both run in turns, many short
//! rounds of each; the figures are medians over the rounds, so that a noisy machine disturbs the
//! two alike.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use hooks_core::{Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

/// How many rounds each of the two is measured for.
const ROUNDS: usize = 301;
/// About how many implementations are called in one round.
const CALLS_PER_ROUND: usize = 20_000;

/// The hooks that are measured.
#[hookspec]
trait Measured {
    /// Tells of a number.
    fn notify(&self, number: &u64);
    /// Asks for a number.
    fn collect(&self, number: &u64) -> u64;
    /// Asks for a number that nobody has but the last.
    #[hook(firstresult)]
    fn firstresult(&self, number: &u64) -> Option<u64>;
    /// Tells of a number that may be refused.
    fn fallible(&self, number: &u64) -> Result<(), std::fmt::Error>;
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
    fn fallible(&self, number: &u64) -> Result<(), std::fmt::Error> {
        black_box(number);
        Ok(())
    }
}

/// What somebody without hooks would write.
trait ByHand: Send + Sync {
    fn notify(&self, number: &u64);
    fn collect(&self, number: &u64) -> u64;
    fn firstresult(&self, number: &u64) -> Option<u64>;
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
    fn fallible(&self, number: &u64) -> Result<(), std::fmt::Error> {
        Idle::fallible(self, number)
    }
}

type ByHandList = Vec<Box<dyn ByHand>>;

#[inline(never)]
fn notify_by_hand(list: &ByHandList, number: &u64) {
    for implementation in list {
        let _ = catch_unwind(AssertUnwindSafe(|| implementation.notify(number)));
    }
}

#[inline(never)]
fn collect_by_hand(list: &ByHandList, number: &u64) -> Vec<u64> {
    let mut answers = Vec::with_capacity(list.len());
    for implementation in list {
        answers.extend(catch_unwind(AssertUnwindSafe(|| implementation.collect(number))));
    }
    answers
}

#[inline(never)]
fn firstresult_by_hand(list: &ByHandList, number: &u64) -> Option<u64> {
    list.iter().find_map(|implementation| {
        catch_unwind(AssertUnwindSafe(|| implementation.firstresult(number))).ok().flatten()
    })
}

#[inline(never)]
fn fallible_by_hand(list: &ByHandList, number: &u64) {
    for implementation in list {
        let _ = catch_unwind(AssertUnwindSafe(|| implementation.fallible(number)));
    }
}

/// The median time of one call of each of the two, in nanoseconds.
fn compare(count: usize, mut by_hand: impl FnMut(), mut by_hook: impl FnMut()) -> (f64, f64) {
    let calls = (CALLS_PER_ROUND / count.max(1)).max(1);
    let mut hand = Vec::with_capacity(ROUNDS);
    let mut hook = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        hand.push(time(calls, &mut by_hand));
        hook.push(time(calls, &mut by_hook));
    }
    (median(hand), median(hook))
}

fn time(calls: usize, call: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed().as_nanos() as f64 / calls as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn print(name: &str, count: usize, (hand, hook): (f64, f64)) {
    let (difference, ratio) = (hook - hand, hook / hand);
    println!("{name:<22} {count:>6} {hand:>12.1} {hook:>12.1} {difference:>10.1} {ratio:>7.2}");
}

fn main() {
    println!(
        "{:<22} {:>6} {:>12} {:>12} {:>10} {:>7}",
        "hook", "impls", "by hand ns", "hook ns", "differ ns", "ratio"
    );
    let number = 7;
    for count in [0, 1, 10, 100, 1_000] {
        let list: ByHandList = (0..count).map(|_| Box::new(Idle) as Box<dyn ByHand>).collect();
        let plugins = PluginManager::new();
        for place in 0..count {
            plugins.register_as(&format!("idle-{place}"), Idle).expect("the names differ");
        }
        let hooks = plugins.hooks::<Measured>();
        let figures = compare(
            count,
            || notify_by_hand(black_box(&list), black_box(&number)),
            || black_box(&hooks).notify(black_box(&number)),
        );
        print("notify", count, figures);
        let figures = compare(
            count,
            || drop(black_box(collect_by_hand(black_box(&list), black_box(&number)))),
            || drop(black_box(black_box(&hooks).collect(black_box(&number)))),
        );
        print("collect", count, figures);
        let figures = compare(
            count,
            || {
                black_box(firstresult_by_hand(black_box(&list), black_box(&number)));
            },
            || {
                black_box(black_box(&hooks).firstresult(black_box(&number)));
            },
        );
        print("firstresult", count, figures);
        let figures = compare(
            count,
            || fallible_by_hand(black_box(&list), black_box(&number)),
            || black_box(&hooks).fallible(black_box(&number)),
        );
        print("notify, fallible", count, figures);
        let figures = compare(
            count,
            || notify_by_hand(black_box(&list), black_box(&number)),
            || drop(black_box(black_box(&hooks).reported().notify(black_box(&number)))),
        );
        print("notify, reported", count, figures);
        let frozen = hooks.frozen();
        let figures = compare(
            count,
            || notify_by_hand(black_box(&list), black_box(&number)),
            || black_box(&frozen).notify(black_box(&number)),
        );
        print("notify, frozen", count, figures);
    }
    nothing();
}

/// A call without implementations beside nothing at all.
fn nothing() {
    let hooks = PluginManager::new().hooks::<Measured>();
    let number = 7;
    let figures = compare(
        1,
        || {
            black_box(black_box(&number));
        },
        || black_box(&hooks).notify(black_box(&number)),
    );
    print("notify beside nothing", 0, figures);
}
