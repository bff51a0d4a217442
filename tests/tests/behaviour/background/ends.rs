//! How it ends: draining, plugins that go, and managers that go.

use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, ThreadId};
use std::time::Duration;

use hooks_core::{Blocked, PluginManager, WhenFull};

use super::post::{Gate, LONG, Post, Stuck, counts, held, noter, reader};
use crate::support::{Journal, within_the_deadline};

#[test]
fn a_drain_whose_deadline_passes_says_who_has_not_got_how_many() {
    within_the_deadline(|| {
        let stuck = Stuck::new(10, WhenFull::DropOldest);
        let (plugins, post) = (&stuck.plugins, &stuck.post);
        plugins.register_closures("quick", noter(&Journal::default())).unwrap();
        let other = Gate::default();
        plugins.register_closures("other", held(&other, &Journal::default())).unwrap();
        post.letter("second");
        let late = loop {
            let drained = plugins.drain(Duration::from_millis(1));
            assert!(!drained.is_complete());
            if drained.late.iter().all(|late| &*late.plugin != "quick") {
                break drained;
            }
        };
        let names: Vec<_> = late.late.iter().map(|late| &*late.plugin).collect();
        assert_eq!(names, ["held", "other"], "in the order of registration");
        assert_eq!([late.late[0].deliveries, late.late[1].deliveries], [2, 1]);
        assert_eq!(late.undelivered(), 3);
        other.open();
        assert_eq!(stuck.delivered(), ["first", "second"], "it goes on waiting");
        assert_eq!(plugins.drain(Duration::ZERO), hooks_core::Drained::default());
    });
}

#[test]
fn a_drain_does_not_wait_for_what_is_sent_after_it() {
    within_the_deadline(|| {
        let within: Arc<OnceLock<Post>> = Arc::default();
        let hooks = Arc::clone(&within);
        let plugins = PluginManager::new();
        // Each delivery sends another, for ever.
        plugins
            .register_closures("endless", reader(move |text| hooks.get().unwrap().letter(text)))
            .unwrap();
        within.get_or_init(|| plugins.hooks()).letter("again");
        assert!(plugins.drain(Duration::MAX).is_complete());
        plugins.block("endless");
    });
}

#[test]
fn a_drain_counts_what_is_dropped_meanwhile_as_settled() {
    within_the_deadline(|| {
        let stuck = Stuck::new(10, WhenFull::DropOldest);
        stuck.post.letter("second");
        let plugins = stuck.plugins.clone();
        let drain = thread::spawn(move || plugins.drain(LONG));
        stuck.plugins.discard();
        stuck.gate.open();
        assert!(drain.join().unwrap().is_complete());
        let [sent, delivered, dropped, waiting] = counts(&stuck.plugins, "held");
        assert_eq!([sent, delivered + dropped, waiting], [2, 2, 0]);
    });
}

#[test]
fn a_plugin_that_is_unregistered_gets_what_waits_for_it_and_no_more() {
    within_the_deadline(|| {
        let stuck = Stuck::new(10, WhenFull::DropOldest);
        stuck.post.letter("second");
        let unregistered = stuck.plugins.unregister("held").unwrap();
        stuck.post.letter("too late");
        let drained = stuck.plugins.drain(Duration::ZERO);
        assert_eq!(drained.undelivered(), 2, "a drain knows of it");
        assert_eq!(stuck.delivered(), ["first", "second"]);
        drop(unregistered);
    });
}

#[test]
fn a_plugin_that_is_blocked_gets_no_more_than_what_is_under_way() {
    within_the_deadline(|| {
        let stuck = Stuck::new(10, WhenFull::DropOldest);
        stuck.post.letter("second");
        // It does not wait for what is under way.
        assert!(matches!(stuck.plugins.block("held"), Blocked::Holder));
        stuck.post.letter("too late");
        assert_eq!(stuck.delivered(), ["first"]);
    });
}

#[test]
fn a_plugin_that_comes_back_has_a_new_queue() {
    within_the_deadline(|| {
        let stuck = Stuck::new(10, WhenFull::DropOldest);
        drop(stuck.plugins.unregister("held").unwrap());
        let journal = Journal::default();
        stuck.plugins.register_closures("held", noter(&journal)).unwrap();
        assert_eq!(counts(&stuck.plugins, "held"), [0; 4]);
        stuck.post.letter("to the new one");
        while journal.read() != ["to the new one"] {
            thread::yield_now();
        }
        assert_eq!(stuck.delivered(), ["first"], "the old one is still at its first");
    });
}

#[test]
fn a_manager_that_is_dropped_waits_for_nobody_and_everything_is_delivered() {
    within_the_deadline(|| {
        let Stuck { plugins, post, gate, journal } = Stuck::new(10, WhenFull::DropOldest);
        post.letter("second");
        drop(plugins);
        drop(post);
        gate.open();
        let mut notes = Vec::new();
        while notes != ["first", "second"] {
            notes.extend(journal.read());
            thread::yield_now();
        }
    });
}

/// Tells on which thread it is dropped.
struct Last(Arc<Mutex<Option<ThreadId>>>);

impl Drop for Last {
    fn drop(&mut self) {
        *self.0.lock().unwrap() = Some(thread::current().id());
    }
}

#[test]
fn after_a_drain_nothing_but_the_manager_holds_a_plugin() {
    let dropped = Arc::default();
    let last = Last(Arc::clone(&dropped));
    let plugins = PluginManager::new();
    let plugin = reader(move |_| {
        let _ = &last;
    });
    plugins.register_closures("one", plugin).unwrap();
    (0..100).for_each(|_| plugins.hooks::<Post>().letter("a"));
    assert!(plugins.drain(LONG).is_complete());
    assert_eq!(*dropped.lock().unwrap(), None);
    drop(plugins);
    assert_eq!(*dropped.lock().unwrap(), Some(thread::current().id()));
}

#[test]
fn the_thread_of_a_plugin_ends_when_the_plugin_has_gone() {
    /// What a thread has as long as it runs.
    struct Alive(#[expect(dead_code, reason = "is dropped")] Arc<()>);
    thread_local! {
        static ALIVE: OnceLock<Alive> = const { OnceLock::new() };
    }
    within_the_deadline(|| {
        let alive = Arc::new(());
        let mine = Arc::clone(&alive);
        let plugins = PluginManager::new();
        let plugin = reader(move |_| {
            ALIVE.with(|thread| {
                thread.get_or_init(|| Alive(Arc::clone(&mine)));
            });
        });
        plugins.register_closures("one", plugin).unwrap();
        plugins.hooks::<Post>().letter("a");
        assert!(plugins.drain(LONG).is_complete());
        assert_eq!(Arc::strong_count(&alive), 3, "the thread waits for more");
        plugins.unregister("one").unwrap();
        while Arc::strong_count(&alive) > 1 {
            thread::yield_now();
        }
    });
}

#[test]
fn a_plugin_that_panics_when_its_last_delivery_drops_it_harms_nobody() {
    struct Hostile;
    impl Drop for Hostile {
        fn drop(&mut self) {
            panic!("on the way out");
        }
    }
    within_the_deadline(|| {
        let (gate, journal) = (Gate::default(), Journal::default());
        let plugins = PluginManager::new();
        let (entrance, notes, hostile) = (gate.clone(), journal.clone(), Hostile);
        let plugin = reader(move |text| {
            let _ = &hostile;
            entrance.pass();
            notes.note(text);
        });
        plugins.register_closures("hostile", plugin).unwrap();
        let post = plugins.hooks::<Post>();
        post.letter("a");
        gate.wait_for_one();
        post.letter("b");
        drop(plugins.unregister("hostile").unwrap());
        gate.open();
        assert!(plugins.drain(LONG).is_complete(), "it is not left undelivered");
        assert_eq!(journal.read(), ["a", "b"]);
    });
}
