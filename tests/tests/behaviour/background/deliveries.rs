//! What is delivered: to whom, where, in which order, and who hears of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use hooks_core::{
    Closures, Failure, FailureKind, HookKind, Method, Monitor, MonitoredCall, Outcome,
    PluginManager, QueueOptions, Verdict, WhenFull, hookspec,
};

use super::post::{Gate, LONG, Post, Stuck, counts, forwarder, held, noter, reader};
use crate::support::{Journal, within_the_deadline};

#[test]
fn a_call_returns_before_the_implementation_has_run() {
    within_the_deadline(|| {
        let stuck = Stuck::new(10, WhenFull::DropOldest);
        stuck.post.letter("second");
        assert!(stuck.journal.read().is_empty());
        assert_eq!(stuck.delivered(), ["first", "second"]);
    });
}

#[test]
fn a_plugin_gets_its_deliveries_in_the_order_of_the_calls_of_all_hooks() {
    let journal = Journal::default();
    let notes = journal.clone();
    let plugins = PluginManager::new();
    let both = Closures::<Post>::new(move |hooks| {
        let (letters, parcels) = (notes.clone(), notes.clone());
        hooks.letter().implementation(Method::here("letter"), move |args| letters.note(args.text));
        hooks.parcel().implementation(Method::here("parcel"), move |args| {
            parcels.note(args.number.to_string());
            Ok(())
        });
    });
    plugins.register_closures("both", both).unwrap();
    let post = plugins.hooks::<Post>();
    let mut expected = Vec::new();
    for number in 0..100 {
        post.letter(&format!("letter {number}"));
        post.parcel(number);
        expected.extend([format!("letter {number}"), number.to_string()]);
    }
    assert!(plugins.drain(LONG).is_complete());
    assert_eq!(journal.read(), expected);
}

#[test]
fn implementations_of_one_plugin_run_in_call_order() {
    let journal = Journal::default();
    let notes = journal.clone();
    let plugins = PluginManager::new();
    let twice = Closures::<Post>::new(move |hooks| {
        for method in ["one", "two"] {
            let notes = notes.clone();
            let note = move |text: &str| notes.note(format!("{method}: {text}"));
            hooks.letter().implementation(Method::here(method), move |args| note(args.text));
        }
    });
    plugins.register_closures("twice", twice).unwrap();
    plugins.hooks::<Post>().letter("a");
    plugins.hooks::<Post>().letter("b");
    assert!(plugins.drain(LONG).is_complete());
    assert_eq!(journal.read(), ["two: a", "one: a", "two: b", "one: b"]);
}

#[test]
fn a_slow_plugin_fills_no_queue_but_its_own() {
    within_the_deadline(|| {
        let stuck = Stuck::new(2, WhenFull::DropNewest);
        let (quick, letters) = forwarder();
        stuck.plugins.register_closures("quick", quick).unwrap();
        for number in 0..100 {
            stuck.post.letter(&number.to_string());
            assert_eq!(letters.recv().unwrap(), number.to_string());
        }
        assert_eq!(counts(&stuck.plugins, "held"), [101, 0, 98, 3]);
        assert_eq!(stuck.delivered(), ["first", "0", "1"]);
    });
}

#[test]
fn deliveries_run_on_one_thread_that_bears_the_name_of_the_plugin() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let threads = Arc::clone(&seen);
    let plugins = PluginManager::new();
    let plugin = reader(move |_| {
        let thread = thread::current();
        threads.lock().unwrap().push((thread.id(), thread.name().map(str::to_owned)));
    });
    plugins.register_closures("archi\0vist", plugin).unwrap();
    (0..10).for_each(|_| plugins.hooks::<Post>().letter("a"));
    assert!(plugins.drain(LONG).is_complete());
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 10);
    assert!(seen.iter().all(|of_one| *of_one == seen[0]), "{seen:?}");
    assert_eq!(seen[0].1.as_deref(), Some("archivist"), "a name that a thread can have");
    assert_ne!(seen[0].0, thread::current().id());
}

/// Notes what it is told of calls and deliveries.
struct Notes(Journal);

impl Monitor for Notes {
    fn before(&self, call: &MonitoredCall) {
        let occasion = if call.delivery { "delivery" } else { "call" };
        self.0.note(format!("{occasion} of {} to {}", call.hook.name, call.implementations));
    }

    fn failed(&self, failure: &Failure) {
        self.0.note(format!("{failure}"));
    }

    fn ended(&self, call: &MonitoredCall, outcome: &Outcome) {
        let Outcome { plugin, verdict, .. } = outcome;
        let verdict = match verdict {
            Verdict::Answered => "answered",
            Verdict::Failed(_) => "failed",
            Verdict::Queued => "queued",
            Verdict::Skipped(_) => "skipped",
            _ => "unknown",
        };
        self.0.note(format!("{plugin} {verdict}"));
        assert!(!call.replay);
    }

    fn after(&self, _: &MonitoredCall, stopped: Option<&Failure>) {
        assert_eq!(stopped, None);
        self.0.note("after");
    }
}

fn refuser() -> Closures<Post> {
    Closures::<Post>::new(|hooks| {
        hooks.parcel().implementation(Method::here("parcel"), |args| match args.number {
            13 => panic!("unlucky"),
            number => Err(format!("no {number}")),
        });
    })
}

#[test]
fn monitors_are_told_of_the_call_and_then_of_each_delivery() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    plugins.register_closures("refuser", refuser()).unwrap();
    let guard = plugins.monitor(Notes(journal.clone()));
    plugins.hooks::<Post>().parcel(7);
    assert!(plugins.drain(LONG).is_complete());
    let mut notes = journal.read();
    // The delivery may begin before the call has ended.
    notes.sort_by_key(|note| note == "after" || note == "refuser queued");
    assert_eq!(
        notes[..4],
        [
            "call of parcel to 1",
            "delivery of parcel to 1",
            "plugin `refuser`, hook `parcel`: no 7",
            "refuser failed",
        ]
    );
    assert_eq!(notes[4..].iter().filter(|note| *note == "after").count(), 2);
    assert_eq!(notes[4..].iter().filter(|note| *note == "refuser queued").count(), 1);
    drop(guard);
}

#[test]
fn a_delivery_that_fails_is_on_record_and_the_next_one_is_made() {
    let plugins = PluginManager::new();
    plugins.register_closures("refuser", refuser()).unwrap();
    let kinds = Arc::new(Mutex::new(Vec::new()));
    struct Kinds(Arc<Mutex<Vec<FailureKind>>>);
    impl Monitor for Kinds {
        fn failed(&self, failure: &Failure) {
            self.0.lock().unwrap().push(failure.kind());
        }
    }
    let guard = plugins.monitor(Kinds(Arc::clone(&kinds)));
    for number in [1, 13, 2] {
        plugins.hooks::<Post>().parcel(number);
    }
    assert!(plugins.drain(LONG).is_complete());
    let expected = [FailureKind::Error, FailureKind::Panic, FailureKind::Error];
    assert_eq!(*kinds.lock().unwrap(), expected);
    assert_eq!(plugins.plugins()[0].failures, 3);
    assert_eq!(counts(&plugins, "refuser"), [3, 3, 0, 0]);
    drop(guard);
}

#[test]
fn a_reported_call_says_who_has_it_in_the_queue() {
    let plugins = PluginManager::new();
    plugins.register_closures("one", reader(|_| panic!("after the report"))).unwrap();
    plugins.register_closures("two", reader(|_| ())).unwrap();
    let report = plugins.hooks::<Post>().reported().letter("a");
    let [two, one] = &report.outcomes[..] else { panic!("two outcomes") };
    assert!(matches!((&one.verdict, &two.verdict), (Verdict::Queued, Verdict::Queued)));
    assert_eq!([&*two.plugin, &*one.plugin], ["two", "one"]);
    assert_eq!(report.failures().count(), 0);
    assert_eq!(report.hook.kind, HookKind::Background);
    assert_eq!(report.hook.kind.to_string(), "background");
}

/// Counts how often it is cloned.
#[derive(Default)]
struct Original(Arc<AtomicUsize>);

impl Clone for Original {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(&self.0))
    }
}

/// What can be kept.
#[hookspec]
trait Keeping {
    /// Of each kind one.
    #[hook(background)]
    fn keep(&self, lent: &Original, slice: &[u8], text: &str, own: String);
}

#[test]
fn arguments_are_kept_once_for_all_plugins() {
    let plugins = PluginManager::new();
    let journal = Journal::default();
    for name in ["one", "two", "three"] {
        let journal = journal.clone();
        let plugin = Closures::<Keeping>::new(move |hooks| {
            let journal = journal.clone();
            hooks.keep().implementation(Method::here("keep"), move |args| {
                journal.note(format!("{:?} {} {}", args.slice, args.text, args.own));
            });
        });
        plugins.register_closures(name, plugin).unwrap();
    }
    let original = Original::default();
    plugins.hooks::<Keeping>().keep(&original, &[1, 2], "text", "own".to_owned());
    assert!(plugins.drain(LONG).is_complete());
    assert_eq!(original.0.load(Ordering::SeqCst), 1);
    assert_eq!(journal.read(), ["[1, 2] text own"; 3]);
    assert_eq!(Arc::strong_count(&original.0), 1, "nothing is left of them");
}

/// Panics when it is cloned for the last of some times.
struct Fragile(Arc<AtomicUsize>);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert_ne!(self.0.fetch_sub(1, Ordering::SeqCst), 1, "broken");
        Self(Arc::clone(&self.0))
    }
}

/// What may break.
#[hookspec]
trait Breaking {
    /// One that is kept, and copied for each plugin.
    #[hook(background)]
    fn hand_over(&self, fragile: Fragile);
}

#[test]
fn what_breaks_while_it_is_kept_is_the_panic_of_the_caller_and_later_ones_harm_nobody() {
    let plugins = PluginManager::new();
    let run = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&run);
    let plugin = Closures::<Breaking>::new(move |hooks| {
        let counter = Arc::clone(&counter);
        hooks.hand_over().implementation(Method::here("hand_over"), move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
        });
    });
    plugins.register_closures("one", plugin).unwrap();
    let send = |clones| {
        let fragile = Fragile(Arc::new(AtomicUsize::new(clones)));
        let hooks = plugins.hooks::<Breaking>();
        let sent = catch_unwind(AssertUnwindSafe(|| hooks.hand_over(fragile)));
        assert!(plugins.drain(LONG).is_complete());
        sent.is_ok()
    };
    assert!(!send(1), "broken in the call");
    assert_eq!(counts(&plugins, "one"), [0; 4]);
    assert!(send(2), "broken in the thread of the plugin");
    assert_eq!(run.load(Ordering::SeqCst), 0);
    assert_eq!(counts(&plugins, "one"), [1, 0, 1, 0]);
    assert!(send(3));
    assert_eq!(run.load(Ordering::SeqCst), 1);
    assert_eq!(counts(&plugins, "one"), [2, 1, 1, 0]);
}

#[test]
fn views_send_to_those_that_they_see() {
    let plugins = PluginManager::new();
    let journal = Journal::default();
    let tagged = |tag: &'static str| {
        let journal = journal.clone();
        reader(move |text| journal.note(format!("{tag}: {text}")))
    };
    plugins.register_closures("one", tagged("one")).unwrap();
    let post = plugins.hooks::<Post>();
    let frozen = post.frozen();
    plugins.register_closures("two", tagged("two")).unwrap();
    let sent = |post: &Post, text: &str| {
        post.letter(text);
        assert!(plugins.drain(LONG).is_complete());
        let mut notes = journal.read();
        notes.sort();
        notes
    };
    assert_eq!(sent(&post, "live"), ["one: live", "two: live"]);
    assert_eq!(sent(&frozen, "frozen"), ["one: frozen"]);
    assert_eq!(sent(&post.without(&["one"]), "without"), ["two: without"]);
    plugins.unregister("one").unwrap();
    assert_eq!(sent(&post, "live"), ["two: live"]);
    assert_eq!(sent(&frozen, "frozen"), ["one: frozen"]);
}

#[test]
fn closures_of_a_call_are_delivered_to_as_well() {
    within_the_deadline(|| {
        let plugins = PluginManager::new();
        let (sender, letters) = std::sync::mpsc::channel();
        let sender = Mutex::new(sender);
        plugins
            .hooks::<Post>()
            .with(|hooks| {
                hooks.letter().implementation(Method::here("extra"), move |args| {
                    sender.lock().unwrap().send(args.text.to_owned()).unwrap();
                });
            })
            .letter("a");
        assert_eq!(letters.recv().unwrap(), "a");
    });
}

#[test]
fn a_listing_has_those_in_the_background_like_others() {
    let plugins = PluginManager::new();
    plugins.register_closures("noter", noter(&Journal::default())).unwrap();
    let post = plugins.hooks::<Post>();
    assert_eq!(post.letter.len(), 1);
    assert!(post.parcel.is_empty());
    let [letter] = plugins.hooks_of("noter").unwrap()[..] else { panic!("one hook") };
    assert_eq!(letter.name, "letter");
    let order = &plugins.call_order::<Post>()[0];
    assert_eq!(
        [&*order.implementations[0].plugin, &*order.implementations[0].method],
        ["noter", "letter"]
    );
    assert_eq!(order.reasons.len(), 1);
}

#[test]
fn a_plugin_may_have_a_queue_of_its_own_size_and_of_another_while_it_runs() {
    within_the_deadline(|| {
        let stuck = Stuck::new(1, WhenFull::DropNewest);
        let Stuck { plugins, post, .. } = &stuck;
        post.letter("fits");
        post.letter("does not");
        plugins.set_queue("held", QueueOptions::new().capacity(2).when_full(WhenFull::DropNewest));
        post.letter("fits now");
        post.letter("does not");
        plugins.set_queues(QueueOptions::new().capacity(100));
        post.letter("does not either");
        assert_eq!(counts(plugins, "held"), [6, 0, 3, 3]);

        let gate = Gate::default();
        let later = held(&gate, &stuck.journal);
        plugins.set_queue("later", QueueOptions::new().capacity(0).when_full(WhenFull::DropOldest));
        plugins.register_closures("later", later).unwrap();
        post.letter("first for later");
        gate.wait_for_one();
        (0..5).for_each(|_| post.letter("more for later"));
        assert_eq!(counts(plugins, "later"), [6, 0, 4, 2], "no room is room for one");
        gate.open();
        assert_eq!(stuck.delivered().len(), 3 + 2);
    });
}
