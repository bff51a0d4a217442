//! Plugins that call back while they are called.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;

use hooks_core::PluginManager;

use crate::support::{Journal, Stage, asked, manager_of, teller, within_the_deadline};

#[test]
fn a_hook_may_register_a_plugin_which_the_next_call_has() {
    within_the_deadline(|| {
        let manager = PluginManager::new();
        let journal = Journal::default();
        let (inner, notes) = (manager.clone(), journal.clone());
        let act = move || {
            notes.note("old");
            let notes = notes.clone();
            let _ = inner.register_as("new", teller(move || notes.note("new")));
        };
        manager.register_as("old", teller(act)).unwrap();
        let stage = manager.hooks::<Stage>();
        stage.tell();
        assert_eq!(journal.read(), ["old"], "the running call goes on as it began");
        stage.tell();
        assert_eq!(journal.read(), ["new", "old"]);
        assert_eq!(manager.plugins().iter().map(|info| info.failures).sum::<u64>(), 0);
    });
}

#[test]
fn a_hook_may_unregister_the_next_one_which_still_completes_the_running_call() {
    within_the_deadline(|| {
        let manager = PluginManager::new();
        let journal = Journal::default();
        let (notes, bomb) = (journal.clone(), journal.bomb("dropped"));
        let next = move || {
            let _ = &bomb;
            notes.note("next");
        };
        manager.register_as("next", teller(next)).unwrap();
        let (inner, notes) = (manager.clone(), journal.clone());
        let act = move || {
            let gone = inner.unregister("next");
            notes.note(format!("unregistered: {}", gone.is_ok()));
        };
        manager.register_as("first", teller(act)).unwrap();
        manager.hooks::<Stage>().tell();
        assert_eq!(journal.read(), ["unregistered: true", "next", "dropped"]);
        manager.hooks::<Stage>().tell();
        assert_eq!(journal.read(), ["unregistered: false"]);
    });
}

#[test]
fn a_hook_may_block_its_own_plugin_which_is_dropped_after_the_call() {
    within_the_deadline(|| {
        let manager = PluginManager::new();
        let journal = Journal::default();
        let (inner, notes, bomb) = (manager.clone(), journal.clone(), journal.bomb("dropped"));
        let act = move || {
            let _ = &bomb;
            inner.block("self");
            notes.note("blocked");
        };
        manager.register_as("self", teller(act)).unwrap();
        manager.hooks::<Stage>().tell();
        assert_eq!(journal.read(), ["blocked", "dropped"]);
        assert!(manager.is_blocked("self") && manager.names().is_empty());
    });
}

#[test]
fn a_hook_may_call_hooks_its_own_among_them() {
    within_the_deadline(|| {
        let manager = PluginManager::new();
        let depth = Arc::new(AtomicUsize::new(0));
        let (stage, count) = (manager.hooks::<Stage>(), Arc::clone(&depth));
        let act = move || {
            if count.fetch_add(1, Ordering::Relaxed) < 10 {
                stage.tell();
                assert_eq!(stage.ask(), [5]);
            }
        };
        manager.register_as("recursive", teller(act)).unwrap();
        manager.register_as("asked", asked(|| Some(5))).unwrap();
        let report = manager.hooks::<Stage>().reported().tell();
        assert_eq!(report.failures().count(), 0);
        assert_eq!(depth.load(Ordering::Relaxed), 11);
    });
}

#[test]
fn a_hook_may_ask_the_manager_everything() {
    within_the_deadline(|| {
        let manager = PluginManager::new();
        let inner = manager.clone();
        let act = move || {
            assert_eq!(inner.names().len(), 1);
            assert_eq!(inner.plugins().len(), 1);
            assert_eq!(inner.hooks_of("curious").unwrap().len(), 1);
            assert_eq!(inner.call_order::<Stage>().len(), 4);
            assert!(inner.get::<crate::support::Teller>("curious").is_some());
            assert!(!inner.unblock("curious") && !inner.is_blocked("curious"));
            assert!(inner.discovery().plugins.is_empty());
            assert!(format!("{inner:?} {:?}", inner.hooks::<Stage>()).contains("curious"));
        };
        manager.register_as("curious", teller(act)).unwrap();
        let report = manager.hooks::<Stage>().reported().tell();
        assert_eq!(report.failures().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    });
}

/// Calls the manager when it is dropped.
struct CallsBack(PluginManager, Journal);

impl Drop for CallsBack {
    fn drop(&mut self) {
        self.0.hooks::<Stage>().tell();
        let _ = self.0.register_as("late", teller(|| ()));
        self.0.block("late");
        self.1.note("called back");
    }
}

#[test]
fn a_plugin_may_call_back_while_it_is_dropped() {
    within_the_deadline(|| {
        let manager = PluginManager::new();
        let journal = Journal::default();
        for name in ["blocked", "refused", "unregistered"] {
            let back = CallsBack(manager.clone(), journal.clone());
            manager
                .register_as(
                    name,
                    asked(move || {
                        let _ = &back;
                        None
                    }),
                )
                .unwrap();
        }
        // Make the snapshots that hold the plugins, too.
        assert!(manager.hooks::<Stage>().ask().is_empty());
        manager.block("blocked");
        assert_eq!(journal.read(), ["called back"]);
        drop(manager.unregister("unregistered"));
        assert_eq!(journal.read(), ["called back"]);
        let back = CallsBack(manager.clone(), journal.clone());
        let refused = manager.register_as(
            "blocked",
            asked(move || {
                let _ = &back;
                None
            }),
        );
        assert!(refused.is_err());
        assert_eq!(journal.read(), ["called back"]);
    });
}

#[test]
fn a_plugin_is_dropped_once_and_not_before_the_call_that_runs_it_ends() {
    within_the_deadline(|| {
        let journal = Journal::default();
        let (entered, wait_for_entry) = mpsc::channel::<()>();
        let (go_on, wait_to_go_on) = mpsc::channel::<()>();
        let wait_to_go_on = Mutex::new(wait_to_go_on);
        let (notes, bomb) = (journal.clone(), journal.bomb("dropped"));
        let act = move || {
            let _ = &bomb;
            entered.send(()).unwrap();
            wait_to_go_on.lock().unwrap().recv().unwrap();
            notes.note("ended");
        };
        let manager = manager_of([("slow", teller(act))]);
        let stage = manager.hooks::<Stage>();
        let call = thread::spawn(move || stage.tell());
        wait_for_entry.recv().unwrap();
        manager.block("slow");
        journal.note("blocked");
        go_on.send(()).unwrap();
        call.join().unwrap();
        drop(manager);
        assert_eq!(journal.read(), ["blocked", "ended", "dropped"]);
    });
}

#[test]
fn plugins_come_and_go_while_other_threads_call() {
    within_the_deadline(|| {
        let manager = manager_of([("constant", asked(|| Some(0)))]);
        let over = Arc::new(AtomicBool::new(false));
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let (stage, over) = (manager.hooks::<Stage>(), Arc::clone(&over));
                thread::spawn(move || {
                    while !over.load(Ordering::Relaxed) {
                        let report = stage.reported().ask();
                        // Each call sees one moment: the constant one, and with it at most
                        // the one that comes and goes.
                        assert!(matches!(*report.output, [0] | [1, 0]), "{:?}", report.output);
                        assert_eq!(report.outcomes.len(), report.output.len());
                    }
                })
            })
            .collect();
        for _ in 0..2_000 {
            manager.register_as("guest", asked(|| Some(1))).unwrap();
            manager.unregister("guest").unwrap();
        }
        over.store(true, Ordering::Relaxed);
        for caller in callers {
            caller.join().unwrap();
        }
        assert_eq!(manager.hooks::<Stage>().ask(), [0]);
    });
}

#[test]
fn threads_that_ask_for_one_name_at_once_get_it_once() {
    within_the_deadline(|| {
        let manager = PluginManager::new();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let manager = manager.clone();
                thread::spawn(move || manager.register_as("one", teller(|| ())).is_ok())
            })
            .collect();
        let winners = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won);
        assert_eq!(winners.count(), 1);
        assert_eq!(manager.hooks::<Stage>().tell.len(), 1);
    });
}
