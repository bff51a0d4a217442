//! A million calls, and a plugin that fails at random.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use hooks_core::{
    Closures, Deliveries, Dropped, Failure, Method, Monitor, PluginManager, QueueOptions, WhenFull,
    hookspec,
};

use super::post::{LONG, counts, deliveries};
use crate::support::within_the_deadline;

/// Something of which it is known how many there are.
struct Counted(Arc<AtomicU64>);

impl Counted {
    fn new(living: &Arc<AtomicU64>) -> Self {
        living.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(living))
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What is soaked.
#[hookspec]
trait Rain {
    /// A drop of very many.
    #[hook(background)]
    fn fall(&self, number: u64, water: &Counted) -> Result<(), String>;
}

/// Counts what it is told of.
#[derive(Clone, Default)]
struct Tally(Arc<[AtomicU64; 2]>);

impl Monitor for Tally {
    fn failed(&self, _: &Failure) {
        self.0[0].fetch_add(1, Ordering::SeqCst);
    }

    fn dropped(&self, _: &Dropped) {
        self.0[1].fetch_add(1, Ordering::SeqCst);
    }
}

/// The next of a row of numbers without a visible order.
fn random(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33
}

const CAPACITY: u64 = 256;
const CALLERS: u64 = 2;

/// Sends that many, and checks that each is delivered or counted as dropped, and that no more are
/// in memory than there is room for.
fn soak(calls: u64, when_full: WhenFull) {
    let plugins = PluginManager::new();
    let options = QueueOptions::new().capacity(CAPACITY.try_into().unwrap());
    plugins.set_queues(options.when_full(when_full));
    let [run, failed, living] = [(); 3].map(|()| Arc::new(AtomicU64::new(0)));
    let (ran, failing) = (Arc::clone(&run), Arc::clone(&failed));
    let moody = Closures::<Rain>::new(move |hooks| {
        let (ran, failing) = (Arc::clone(&ran), Arc::clone(&failing));
        hooks.fall().implementation(Method::here("fall"), move |args| {
            ran.fetch_add(1, Ordering::SeqCst);
            match random(args.number) % 1_000 {
                0 => {
                    failing.fetch_add(1, Ordering::SeqCst);
                    panic!("a bad day");
                }
                1..10 => {
                    failing.fetch_add(1, Ordering::SeqCst);
                    Err("not this one".to_owned())
                }
                _ => Ok(()),
            }
        });
    });
    plugins.register_closures("moody", moody).unwrap();
    let tally = Tally::default();
    let guard = plugins.monitor(tally.clone());
    let water = Counted::new(&living);
    let most = thread::scope(|scope| {
        let callers = (0..CALLERS).map(|caller| {
            let (rain, water, living) = (plugins.hooks::<Rain>(), &water, &living);
            scope.spawn(move || {
                let mut most = 0;
                for number in (caller..calls).step_by(CALLERS.try_into().unwrap()) {
                    rain.fall(number, water);
                    most = most.max(living.load(Ordering::SeqCst));
                }
                most
            })
        });
        let callers: Vec<_> = callers.collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).max().unwrap()
    });
    assert!(plugins.drain(LONG).is_complete());
    let Deliveries { sent, delivered, dropped, waiting, .. } = deliveries(&plugins, "moody");
    assert_eq!([sent, waiting], [calls, 0]);
    assert_eq!(delivered + dropped, calls, "none is lost that was not counted");
    assert_eq!(run.load(Ordering::SeqCst), delivered);
    let failed = failed.load(Ordering::SeqCst);
    assert_eq!(plugins.plugins()[0].failures, failed);
    assert!(failed > 0 || delivered < 1_000);
    let [told, told_of_drops] = &*tally.0;
    assert_eq!(told.load(Ordering::SeqCst), failed);
    assert_eq!(told_of_drops.load(Ordering::SeqCst), dropped);
    // Beside the original and those that wait: one under way, and one in the hands of each caller.
    assert!(most <= 1 + CAPACITY + 1 + CALLERS, "{most} in memory");
    assert_eq!(living.load(Ordering::SeqCst), 1);
    if when_full == WhenFull::Wait {
        assert_eq!(counts(&plugins, "moody"), [calls, calls, 0, 0]);
    }
    drop(guard);
}

#[test]
fn of_a_million_deliveries_none_is_lost_uncounted() {
    within_the_deadline(|| soak(1_000_000, WhenFull::DropOldest));
}

#[test]
fn of_a_hundred_thousand_deliveries_none_is_lost_uncounted_with_other_choices() {
    within_the_deadline(|| {
        for when_full in [WhenFull::DropNewest, WhenFull::Wait] {
            soak(100_000, when_full);
        }
    });
}
