//! Random steps of callers, plugin and host, beside a queue that is written down in ten lines.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};

use hooks_core::{PluginManager, QueueOptions, SkipReason, Verdict, WhenFull};
use proptest::prelude::*;

use super::post::{LONG, Post, counts, reader};
use crate::support::Journal;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send,
    /// The delivery that is under way ends.
    End,
    /// The host makes room, or takes it.
    Room(usize, WhenFull),
    Discard,
}

fn step() -> impl Strategy<Value = Step> {
    let when_full = prop_oneof![Just(WhenFull::DropOldest), Just(WhenFull::DropNewest)];
    prop_oneof![
        6 => Just(Step::Send),
        4 => Just(Step::End),
        1 => (0..5_usize, when_full).prop_map(|(room, when_full)| Step::Room(room, when_full)),
        1 => Just(Step::Discard),
    ]
}

/// Lets one after the other through, each when it is told to.
#[derive(Clone, Default)]
struct Turnstile(Arc<(Mutex<Turns>, Condvar)>);

#[derive(Default)]
struct Turns {
    /// How many have come so far.
    arrived: u64,
    /// How many may go, of all that come.
    admitted: u64,
}

impl Turnstile {
    fn pass(&self) {
        let (turns, changed) = &*self.0;
        let mut turns = turns.lock().unwrap();
        turns.arrived += 1;
        changed.notify_all();
        let turn = turns.arrived;
        drop(changed.wait_while(turns, |turns| turns.admitted < turn).unwrap());
    }

    fn admit(&self, how_many: u64) {
        let (turns, changed) = &*self.0;
        let mut turns = turns.lock().unwrap();
        turns.admitted = turns.admitted.saturating_add(how_many);
        changed.notify_all();
    }

    fn wait_for(&self, arrived: u64) {
        let (turns, changed) = &*self.0;
        let turns = turns.lock().unwrap();
        drop(changed.wait_while(turns, |turns| turns.arrived < arrived).unwrap());
    }
}

/// What ought to be.
struct Model {
    room: usize,
    when_full: WhenFull,
    waiting: VecDeque<u64>,
    under_way: Option<u64>,
    begun: Vec<u64>,
    sent: u64,
    dropped: u64,
}

impl Model {
    /// Sends the next; whether it is in the queue then.
    fn send(&mut self) -> bool {
        self.sent += 1;
        if self.waiting.len() >= self.room {
            self.dropped += 1;
            match self.when_full {
                WhenFull::DropOldest => drop(self.waiting.pop_front()),
                _ => return false,
            }
        }
        self.waiting.push_back(self.sent);
        self.go_on();
        true
    }

    fn go_on(&mut self) {
        if self.under_way.is_none() {
            self.under_way = self.waiting.pop_front();
            self.begun.extend(self.under_way);
        }
    }

    fn end(&mut self) {
        self.under_way = None;
        self.go_on();
    }

    fn discard(&mut self) {
        self.dropped += self.waiting.len() as u64;
        self.waiting.clear();
    }

    /// As sent, delivered, dropped and waiting.
    fn counts(&self) -> [u64; 4] {
        let under_way = u64::from(self.under_way.is_some());
        let delivered = self.begun.len() as u64 - under_way;
        [self.sent, delivered, self.dropped, self.waiting.len() as u64 + under_way]
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_queue_does_what_is_written_down(steps in prop::collection::vec(step(), 0..60)) {
        let (journal, turnstile) = (Journal::default(), Turnstile::default());
        let (notes, turns) = (journal.clone(), turnstile.clone());
        let plugins = PluginManager::new();
        let plugin = reader(move |text| {
            notes.note(text);
            turns.pass();
        });
        plugins.register_closures("one", plugin).unwrap();
        let post = plugins.hooks::<Post>();
        let mut model = Model {
            room: 1_024,
            when_full: WhenFull::DropOldest,
            waiting: VecDeque::new(),
            under_way: None,
            begun: Vec::new(),
            sent: 0,
            dropped: 0,
        };
        for step in steps {
            match step {
                Step::Send => {
                    let queued = model.send();
                    let report = post.reported().letter(&model.sent.to_string());
                    match report.outcomes[0].verdict {
                        Verdict::Queued => prop_assert!(queued),
                        Verdict::Skipped(SkipReason::QueueFull) => prop_assert!(!queued),
                        _ => prop_assert!(false, "{report:?}"),
                    }
                }
                Step::End if model.under_way.is_some() => {
                    model.end();
                    turnstile.admit(1);
                }
                Step::End => {}
                Step::Room(room, when_full) => {
                    (model.room, model.when_full) = (room.max(1), when_full);
                    plugins.set_queues(QueueOptions::new().capacity(room).when_full(when_full));
                }
                Step::Discard => {
                    model.discard();
                    plugins.discard();
                }
            }
            // The thread of the plugin has nothing to do but what the model has done.
            turnstile.wait_for(model.begun.len() as u64);
            if model.under_way.is_none() {
                prop_assert!(plugins.drain(LONG).is_complete());
            }
            prop_assert_eq!(counts(&plugins, "one"), model.counts());
        }
        turnstile.admit(u64::MAX);
        prop_assert!(plugins.drain(LONG).is_complete());
        let expected = model.begun.iter().chain(&model.waiting).map(u64::to_string);
        prop_assert_eq!(journal.read(), expected.collect::<Vec<_>>());
    }
}
