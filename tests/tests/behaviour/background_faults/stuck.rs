//! A delivery that blocks its thread: whose queue fills, what becomes of what finds no room, and
//! what a drain says whose time is over.

use std::thread;
use std::time::Duration;

use hooks_core::{DropReason, PluginManager, QueueOptions, WhenFull};

use super::faulty::{Asks, Errands, Fault, HOOKS, call, register};
use super::items::{Breaks, FAULTY, Item};
use super::told::{Told, named};
use crate::background::{LONG, counts};
use crate::support::{Journal, within_the_deadline};

/// The items beside the one that is under way for which there is room.
const ROOM: usize = 2;
/// The items that are sent: one is under way, two find room, and two find none.
const ITEMS: std::ops::RangeInclusive<u32> = 1..=5;

/// One cell of the table.
#[derive(Clone, Copy, Debug)]
struct Cell {
    asks: Asks,
    hook: &'static str,
    when_full: WhenFull,
}

fn cells() -> impl Iterator<Item = Cell> {
    let choices = [WhenFull::Wait, WhenFull::DropOldest, WhenFull::DropNewest];
    HOOKS.into_iter().flat_map(move |(asks, _, hook)| {
        choices.into_iter().map(move |when_full| Cell { asks, hook, when_full })
    })
}

impl Cell {
    /// What the plugin gets that blocks.
    fn delivered(self) -> &'static [u32] {
        match self.when_full {
            WhenFull::DropOldest => &[1, 4, 5],
            WhenFull::DropNewest => &[1, 2, 3],
            _ => &[1, 2, 3, 4, 5],
        }
    }

    /// What a report says of it in each call.
    fn verdicts(self) -> [&'static str; 5] {
        let full = "skipped: the queue of its plugin is full";
        match self.when_full {
            WhenFull::DropNewest => ["queued", "queued", "queued", full, full],
            _ => ["queued"; 5],
        }
    }

    /// How its deliveries are counted while it blocks.
    fn counts(self) -> [u64; 4] {
        match self.when_full {
            // The caller is held up with the fourth.
            WhenFull::Wait => [3, 0, 0, 3],
            _ => [5, 0, 2, 3],
        }
    }
}

/// Sends an item, and returns what the report says of the plugin that blocks.
fn send(cell: Cell, errands: &Errands, number: u32) -> String {
    let outcomes = call(errands, cell.hook, number, Item::new(Breaks::Never));
    named(&outcomes.iter().find(|outcome| &*outcome.plugin == FAULTY).unwrap().verdict)
}

/// Which items a plugin has noted.
fn items_of(plugin: &str, notes: &[String]) -> Vec<u32> {
    let items = notes.iter().filter_map(|note| note.strip_prefix(plugin)?.strip_prefix(' '));
    items.map(|number| number.parse().unwrap()).collect()
}

fn check(cell: Cell) {
    let (plugins, journal, told) = (PluginManager::new(), Journal::default(), Told::default());
    let gate = register(&plugins, &journal, Fault::Blocks);
    plugins.set_queue(FAULTY, QueueOptions::new().capacity(ROOM).when_full(cell.when_full));
    let guard = plugins.monitor(told.clone());
    let errands = plugins.hooks::<Errands>();
    let mut verdicts = vec![send(cell, &errands, 1)];
    gate.wait_for_one();
    let caller = thread::spawn(move || {
        ITEMS.skip(1).map(|number| send(cell, &errands, number)).collect::<Vec<_>>()
    });

    // The others get what was sent, whoever blocks; of the fourth, those before it.
    let [first, last] = if cell.when_full == WhenFull::Wait { [4, 3] } else { [5, 5] };
    let got = || ["first", "last", FAULTY].map(|name| counts(&plugins, name));
    while got() != [[first, first, 0, 0], [last, last, 0, 0], cell.counts()] {
        thread::yield_now();
    }
    let drained = plugins.drain(Duration::from_millis(1));
    let late: Vec<_> = drained.late.iter().map(|late| (&*late.plugin, late.deliveries)).collect();
    assert_eq!(late, [(FAULTY, 3)], "{cell:?}");

    gate.open();
    verdicts.extend(caller.join().unwrap());
    assert_eq!(verdicts, cell.verdicts(), "{cell:?}");
    assert!(plugins.drain(LONG).is_complete(), "{cell:?}");
    let notes = journal.read();
    assert_eq!(items_of(FAULTY, &notes), cell.delivered(), "{cell:?}");
    let all: Vec<_> = ITEMS.collect();
    assert_eq!(items_of("first", &notes), all, "{cell:?}");
    assert_eq!(items_of("last", &notes), all, "{cell:?}");
    let in_the_call = if cell.asks == Asks::Plugin { all } else { vec![] };
    assert_eq!(items_of("present", &notes), in_the_call, "{cell:?}");

    let told = told.read();
    assert!(told.failures.is_empty(), "{cell:?}: to be slow is no failure");
    let lost = ITEMS.count() - cell.delivered().len();
    assert_eq!(told.drops.len(), lost, "{cell:?}");
    for dropped in &told.drops {
        assert_eq!((dropped.reason, dropped.hook.name), (DropReason::Full, cell.hook));
        assert_eq!(&*dropped.implementation.plugin, FAULTY, "{cell:?}");
    }
    drop(guard);
}

#[test]
fn a_delivery_that_blocks_its_thread_fills_its_own_queue_and_no_other() {
    within_the_deadline(|| cells().for_each(check));
}
