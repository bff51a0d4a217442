//! Deliveries in the background, while plugins and managers come and go.

use std::sync::Arc;
use std::time::Duration;

use hooks_core::{
    Closures, Dropped, Method, Monitor, PluginManager, QueueOptions, WhenFull, hookspec,
};
use shuttle::sync::Mutex;
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;

use super::in_many_orders;

/// There is no clock: what ends, ends because everything was delivered.
const EVER: Duration = Duration::MAX;

/// What is sent.
#[hookspec]
trait Post {
    /// A letter has come.
    #[hook(background)]
    fn letter(&self, number: usize);
}

/// What came of letters.
#[derive(Clone, Default)]
struct Fates(Arc<Mutex<Vec<usize>>>, Arc<AtomicUsize>);

impl Fates {
    fn delivered(&self) -> Vec<usize> {
        self.0.lock().unwrap().clone()
    }

    fn dropped(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }

    /// A plugin that notes letters. Whatever holds the `Arc` is dropped with it.
    fn plugin(&self, holds: Arc<()>) -> Closures<Post> {
        let fates = self.clone();
        Closures::new(move |hooks: &mut PostHooks<'_>| {
            let (fates, holds) = (fates.clone(), Arc::clone(&holds));
            hooks.letter().implementation(Method::here("letter"), move |args| {
                let _ = &holds;
                fates.0.lock().unwrap().push(args.number);
            });
        })
    }
}

/// Counts what is dropped.
impl Monitor for Fates {
    fn dropped(&self, _: &Dropped) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

fn manager(when_full: WhenFull, fates: &Fates) -> PluginManager {
    let plugins = PluginManager::new();
    plugins.set_queues(QueueOptions::new().capacity(1).when_full(when_full));
    plugins.register_closures("one", fates.plugin(Arc::new(()))).expect("the first");
    plugins
}

/// Sends letters of two callers at once: 0, 1 and 2, and 10, 11 and 12.
fn send_six(plugins: &PluginManager) {
    let callers = [0, 10].map(|first| {
        let post = plugins.hooks::<Post>();
        thread::spawn(move || (first..first + 3).for_each(|number| post.letter(number)))
    });
    callers.into_iter().for_each(|caller| caller.join().unwrap());
}

fn each_is_delivered_once_or_dropped(when_full: WhenFull) {
    in_many_orders(move || {
        let fates = Fates::default();
        let plugins = manager(when_full, &fates);
        let guard = plugins.monitor(fates.clone());
        send_six(&plugins);
        assert!(plugins.drain(EVER).is_complete());
        let delivered = fates.delivered();
        for caller in [0..3, 10..13_usize] {
            let of_one: Vec<_> =
                delivered.iter().filter(|number| caller.contains(*number)).collect();
            assert!(of_one.is_sorted_by(|a, b| a < b), "out of order, or twice: {delivered:?}");
        }
        assert_eq!(delivered.len() + fates.dropped(), 6);
        let counted = plugins.plugins()[0].deliveries;
        assert_eq!((counted.sent, counted.waiting), (6, 0));
        assert_eq!(counted.delivered, delivered.len() as u64);
        assert_eq!(counted.dropped, fates.dropped() as u64);
        if when_full == WhenFull::Wait {
            assert_eq!(delivered.len(), 6);
        }
        drop(guard);
    });
}

#[test]
fn who_waits_for_room_gets_it_and_nothing_is_lost() {
    each_is_delivered_once_or_dropped(WhenFull::Wait);
}

#[test]
fn of_those_that_displace_each_other_each_is_delivered_once_or_dropped() {
    each_is_delivered_once_or_dropped(WhenFull::DropOldest);
}

#[test]
fn of_those_that_are_refused_each_is_delivered_once_or_dropped() {
    each_is_delivered_once_or_dropped(WhenFull::DropNewest);
}

#[test]
fn a_plugin_is_dropped_after_its_last_delivery_and_its_thread_ends() {
    in_many_orders(|| {
        let fates = Fates::default();
        let holds = Arc::new(());
        let plugins = PluginManager::new();
        plugins.register_closures("one", fates.plugin(Arc::clone(&holds))).expect("the first");
        let post = plugins.hooks::<Post>();
        let caller = thread::spawn(move || {
            post.letter(0);
            post.letter(1);
        });
        drop(plugins);
        caller.join().unwrap();
        // A thread that did not end would be a deadlock to the model checker.
        while Arc::strong_count(&holds) > 1 {
            thread::yield_now();
        }
        assert_eq!(fates.delivered(), [0, 1]);
    });
}

#[test]
fn a_plugin_that_goes_while_it_is_sent_to_gets_a_letter_once_or_not_at_all() {
    in_many_orders(|| {
        let fates = Fates::default();
        let plugins = manager(WhenFull::Wait, &fates);
        let guard = plugins.monitor(fates.clone());
        let post = plugins.hooks::<Post>();
        let caller = thread::spawn(move || (0..3).for_each(|number| post.letter(number)));
        let other = plugins.clone();
        let drains = thread::spawn(move || other.drain(EVER));
        plugins.block("one");
        caller.join().unwrap();
        assert!(drains.join().unwrap().is_complete());
        assert!(plugins.drain(EVER).is_complete());
        let delivered = fates.delivered();
        assert!(delivered.is_sorted_by(|a, b| a < b), "{delivered:?}");
        assert!(delivered.len() + fates.dropped() <= 3);
        drop(guard);
    });
}

#[test]
fn what_is_discarded_lets_those_go_on_who_wait() {
    in_many_orders(|| {
        let fates = Fates::default();
        let plugins = manager(WhenFull::Wait, &fates);
        let guard = plugins.monitor(fates.clone());
        let other = plugins.clone();
        let discards = thread::spawn(move || {
            other.discard();
            other.set_queue("one", QueueOptions::new().capacity(2).when_full(WhenFull::Wait));
        });
        send_six(&plugins);
        discards.join().unwrap();
        assert!(plugins.drain(EVER).is_complete());
        assert_eq!(fates.delivered().len() + fates.dropped(), 6);
        drop(guard);
    });
}
