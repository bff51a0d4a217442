//! Deliveries that send, wait and change things themselves.

use std::sync::{Arc, Mutex, OnceLock};

use hooks_core::{Closures, Drained, Method, PluginManager, QueueOptions, WhenFull};

use super::post::{Gate, LONG, Post, counts, reader};
use crate::support::{Journal, within_the_deadline};

/// A place for the hooks that a plugin calls itself.
type Within = Arc<OnceLock<Post>>;

/// A plugin that passes each letter that is not empty on, one character shorter.
fn shortening(within: &Within, journal: &Journal) -> Closures<Post> {
    let (within, journal) = (Arc::clone(within), journal.clone());
    reader(move |text| {
        journal.note(text);
        if let [_, rest @ ..] = text.as_bytes() {
            within.get().unwrap().letter(std::str::from_utf8(rest).unwrap());
        }
    })
}

#[test]
fn a_delivery_may_send_to_its_own_plugin() {
    let (journal, within) = (Journal::default(), Within::default());
    let plugins = PluginManager::new();
    plugins.register_closures("own", shortening(&within, &journal)).unwrap();
    let post = within.get_or_init(|| plugins.hooks());
    post.letter("abc");
    while counts(&plugins, "own")[1] < 4 {
        std::thread::yield_now();
    }
    assert!(plugins.drain(LONG).is_complete());
    assert_eq!(journal.read(), ["abc", "bc", "c", ""]);
}

#[test]
fn a_delivery_does_not_wait_for_room_in_its_own_queue() {
    within_the_deadline(|| {
        let within = Within::default();
        let hooks = Arc::clone(&within);
        let plugins = PluginManager::new();
        plugins.set_queues(QueueOptions::new().capacity(2).when_full(WhenFull::Wait));
        let flooding = reader(move |text| {
            if text == "go" {
                (0..10).for_each(|_| hooks.get().unwrap().letter("more"));
            }
        });
        plugins.register_closures("own", flooding).unwrap();
        let post = within.get_or_init(|| plugins.hooks());
        post.letter("go");
        while counts(&plugins, "own")[3] > 0 {
            std::thread::yield_now();
        }
        assert_eq!(counts(&plugins, "own"), [11, 3, 8, 0]);
    });
}

#[test]
fn deliveries_that_fill_the_queues_of_each_other_do_not_wait_for_each_other() {
    within_the_deadline(|| {
        let within = Within::default();
        let plugins = PluginManager::new();
        plugins.set_queues(QueueOptions::new().capacity(1).when_full(WhenFull::Wait));
        for name in ["one", "two"] {
            let hooks = Arc::clone(&within);
            let busy = reader(move |text| {
                if let Some(rest) = text.strip_prefix('.') {
                    (0..3).for_each(|_| hooks.get().unwrap().letter(rest));
                }
            });
            plugins.register_closures(name, busy).unwrap();
        }
        let post = within.get_or_init(|| plugins.hooks());
        (0..10).for_each(|_| post.letter("....."));
        for name in ["one", "two"] {
            while counts(&plugins, name)[3] > 0 {
                std::thread::yield_now();
            }
            let [sent, delivered, dropped, _] = counts(&plugins, name);
            assert_eq!(sent, delivered + dropped);
        }
    });
}

#[test]
fn a_delivery_that_drains_waits_for_nobody_and_is_itself_what_is_left() {
    within_the_deadline(|| {
        let plugins = PluginManager::new();
        let drained: Arc<Mutex<Option<Drained>>> = Arc::default();
        let (inner, slot) = (plugins.clone(), Arc::clone(&drained));
        plugins
            .register_closures(
                "drains",
                reader(move |_| {
                    *slot.lock().unwrap() = Some(inner.drain(LONG * 1_000));
                }),
            )
            .unwrap();
        plugins.hooks::<Post>().letter("a");
        assert!(plugins.drain(LONG).is_complete());
        let drained = drained.lock().unwrap().take().unwrap();
        assert!(!drained.is_complete());
        assert_eq!(drained.undelivered(), 1);
        assert_eq!(&*drained.late[0].plugin, "drains");
        // It holds a handle on its own manager.
        plugins.unregister("drains").unwrap();
    });
}

#[test]
fn a_delivery_may_unregister_and_block_its_own_plugin() {
    within_the_deadline(|| {
        for leave in ["unregister", "block"] {
            let (journal, gate) = (Journal::default(), Gate::default());
            let plugins = PluginManager::new();
            let (inner, notes, entrance) = (plugins.clone(), journal.clone(), gate.clone());
            let leaving = Closures::<Post>::new(move |hooks| {
                let (inner, notes, entrance) = (inner.clone(), notes.clone(), entrance.clone());
                hooks.letter().implementation(Method::here("letter"), move |args| {
                    entrance.pass();
                    notes.note(args.text);
                    match leave {
                        "unregister" => drop(inner.unregister("leaves")),
                        _ => drop(inner.block("leaves")),
                    }
                });
            });
            plugins.register_closures("leaves", leaving).unwrap();
            let post = plugins.hooks::<Post>();
            post.letter("a");
            gate.wait_for_one();
            post.letter("b");
            gate.open();
            assert!(plugins.drain(LONG).is_complete());
            let expected: &[_] = if leave == "unregister" { &["a", "b"] } else { &["a"] };
            assert_eq!(journal.read(), expected, "{leave}");
            post.letter("c");
            assert!(plugins.drain(LONG).is_complete());
            assert!(journal.read().is_empty());
        }
    });
}
