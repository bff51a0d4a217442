//! What becomes of a delivery for which there is no room, and who hears of it.

use std::sync::{Arc, Mutex};
use std::thread;

use hooks_core::{
    DropReason, Dropped, Monitor, PluginManager, QueueOptions, SkipReason, Verdict, WhenFull,
};

use super::post::{Gate, LONG, Post, Stuck, counts, held};
use crate::support::{
    Event, Journal, in_a_process_of_its_own, recorded, recorded_everywhere, within_the_deadline,
};

#[test]
fn the_oldest_make_room_for_the_newest() {
    within_the_deadline(|| {
        let stuck = Stuck::new(2, WhenFull::DropOldest);
        for text in ["a", "b", "c", "d"] {
            let report = stuck.post.reported().letter(text);
            assert!(matches!(report.outcomes[0].verdict, Verdict::Queued), "{text}");
        }
        assert_eq!(counts(&stuck.plugins, "held"), [5, 0, 2, 3]);
        assert_eq!(stuck.delivered(), ["first", "c", "d"]);
        assert_eq!(counts(&stuck.plugins, "held"), [5, 3, 2, 0]);
    });
}

#[test]
fn the_newest_find_no_room_and_the_report_says_so() {
    within_the_deadline(|| {
        let stuck = Stuck::new(2, WhenFull::DropNewest);
        for (text, fits) in [("a", true), ("b", true), ("c", false), ("d", false)] {
            let report = stuck.post.reported().letter(text);
            let outcome = &report.outcomes[0];
            match outcome.verdict {
                Verdict::Queued => assert!(fits, "{text}"),
                Verdict::Skipped(SkipReason::QueueFull) => assert!(!fits, "{text}"),
                _ => panic!("{outcome:?}"),
            }
        }
        assert_eq!(SkipReason::QueueFull.to_string(), "the queue of its plugin is full");
        assert_eq!(stuck.delivered(), ["first", "a", "b"]);
        assert_eq!(counts(&stuck.plugins, "held"), [5, 3, 2, 0]);
    });
}

#[test]
fn a_caller_that_waits_loses_nothing() {
    within_the_deadline(|| {
        let stuck = Stuck::new(2, WhenFull::Wait);
        let callers: Vec<_> = (0..4)
            .map(|caller| {
                let post = stuck.post.clone();
                thread::spawn(move || {
                    (0..25).for_each(|number| post.letter(&format!("{caller}: {number}")));
                })
            })
            .collect();
        // Four callers, each of which has 25 letters, and room for two.
        while counts(&stuck.plugins, "held")[3] < 3 {
            thread::yield_now();
        }
        assert_eq!(counts(&stuck.plugins, "held"), [3, 0, 0, 3]);
        stuck.gate.open();
        callers.into_iter().for_each(|caller| caller.join().unwrap());
        let delivered = stuck.delivered();
        assert_eq!(delivered.len(), 101);
        for caller in 0..4 {
            let mark = format!("{caller}: ");
            let of_caller: Vec<_> =
                delivered.iter().filter_map(|text| text.strip_prefix(&mark)).collect();
            let expected: Vec<_> = (0..25).map(|number| number.to_string()).collect();
            assert_eq!(of_caller, expected);
        }
        assert_eq!(counts(&stuck.plugins, "held"), [101, 101, 0, 0]);
    });
}

#[test]
fn a_caller_that_waits_goes_on_when_the_host_makes_room() {
    within_the_deadline(|| {
        let stuck = Stuck::new(1, WhenFull::Wait);
        stuck.post.letter("fills the queue");
        let caller = {
            let post = stuck.post.clone();
            thread::spawn(move || post.letter("waits"))
        };
        stuck.plugins.set_queues(QueueOptions::new().capacity(2));
        caller.join().unwrap();
        assert_eq!(stuck.delivered(), ["first", "fills the queue", "waits"]);
    });
}

/// Keeps what was dropped.
#[derive(Clone, Default)]
struct Drops(Arc<Mutex<Vec<Dropped>>>);

impl Monitor for Drops {
    fn dropped(&self, dropped: &Dropped) {
        self.0.lock().unwrap().push(dropped.clone());
    }
}

#[test]
fn monitors_are_told_of_every_drop_and_why() {
    within_the_deadline(|| {
        let stuck = Stuck::new(1, WhenFull::DropNewest);
        let drops = Drops::default();
        let guard = stuck.plugins.monitor(drops.clone());
        for text in ["fits", "full", "full"] {
            stuck.post.letter(text);
        }
        stuck.plugins.discard();
        stuck.post.letter("fits again");
        stuck.plugins.block("held");
        stuck.gate.open();
        assert!(stuck.plugins.drain(LONG).is_complete());
        let drops = drops.0.lock().unwrap();
        let reasons: Vec<_> = drops.iter().map(|dropped| dropped.reason).collect();
        use DropReason::{Blocked, Discarded, Full};
        assert_eq!(reasons, [Full, Full, Discarded, Blocked]);
        for dropped in &*drops {
            assert_eq!(dropped.hook.name, "letter");
            assert_eq!(&*dropped.implementation.plugin, "held");
        }
        drop(guard);
    });
}

#[test]
fn a_monitor_that_panics_over_a_drop_does_no_harm() {
    struct Clumsy;
    impl Monitor for Clumsy {
        fn dropped(&self, _: &Dropped) {
            panic!("not this one too");
        }
    }
    within_the_deadline(|| {
        let stuck = Stuck::new(1, WhenFull::DropOldest);
        let guard = stuck.plugins.monitor(Clumsy);
        let ((), told) = recorded(|| ["a", "b"].iter().for_each(|text| stuck.post.letter(text)));
        let messages: Vec<_> = told.iter().map(Event::message).collect();
        assert!(messages[0].starts_with("a monitor panicked: not this one too"), "{messages:?}");
        assert_eq!(stuck.delivered(), ["first", "b"]);
        drop(guard);
    });
}

/// Of how many drops an event tells.
fn dropped(event: &Event) -> u64 {
    assert!(event.message().starts_with("deliveries to a plugin were dropped: "), "{event:?}");
    assert_eq!(event.field("plugin"), Some("held"));
    event.field("dropped").unwrap().parse().unwrap()
}

#[test]
fn a_flood_of_drops_is_told_of_in_few_events_and_none_is_left_out() {
    let test = "background::full::a_flood_of_drops_is_told_of_in_few_events_and_none_is_left_out";
    let child = in_a_process_of_its_own(test, &[], || {
        let told = recorded_everywhere();
        let warnings = || {
            let mut told = told.read();
            told.retain(|event| event.level == tracing::Level::WARN);
            told
        };
        let stuck = Stuck::new(1, WhenFull::DropNewest);
        for _ in 0..=1_000 {
            stuck.post.letter("more");
        }
        let events: Vec<_> = warnings().iter().map(dropped).collect();
        assert_eq!(events, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256]);
        stuck.delivered();
        drop(stuck);
        // The thread tells of the rest as soon as it has nothing to do.
        let rest = loop {
            if let [rest] = &warnings()[..] {
                break rest.clone();
            }
            thread::yield_now();
        };
        assert_eq!(dropped(&rest), 1_000 - 512);
        assert_eq!(rest.field("total"), Some("1000"));
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}

#[test]
fn every_way_to_lose_a_delivery_is_told_of() {
    within_the_deadline(|| {
        let stuck = Stuck::new(10, WhenFull::DropOldest);
        let send = || ["a", "b", "c"].iter().for_each(|text| stuck.post.letter(text));
        send();
        let ((), told) = recorded(|| stuck.plugins.discard());
        assert_eq!(told.iter().map(dropped).collect::<Vec<_>>(), [3]);
        assert!(told[0].message().ends_with("the host has discarded them"), "{told:?}");
        send();
        let (_, told) = recorded(|| stuck.plugins.block("held"));
        let [event, ..] = &told[..] else { panic!("an event") };
        assert_eq!(dropped(event), 3);
        assert!(event.message().ends_with("it was blocked"), "{told:?}");
        stuck.gate.open();
    });
}

#[test]
fn what_is_dropped_holds_nothing_back() {
    within_the_deadline(|| {
        let journal = Journal::default();
        let gate = Gate::default();
        let plugins = PluginManager::new();
        plugins.set_queues(QueueOptions::new().capacity(1).when_full(WhenFull::Wait));
        plugins.register_closures("held", held(&gate, &journal)).unwrap();
        let post = plugins.hooks::<Post>();
        post.letter("first");
        gate.wait_for_one();
        post.letter("second");
        let caller = thread::spawn(move || post.letter("third"));
        plugins.discard();
        caller.join().unwrap();
        gate.open();
        assert!(plugins.drain(LONG).is_complete());
        assert!(journal.read().ends_with(&["third".to_owned()]));
    });
}
