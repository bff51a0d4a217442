//! Threads: that end, that panic at once, that plugins start.

use std::cell::RefCell;
use std::sync::{Arc, Barrier};
use std::thread;

use hooks_core::{Failure, PluginManager};

use crate::support::{
    Journal, Stage, in_a_process_of_its_own, manager_of, teller, within_the_deadline,
};

#[test]
fn panics_on_several_threads_at_once_keep_their_own_messages() {
    within_the_deadline(|| {
        const THREADS: usize = 4;
        let manager = PluginManager::new();
        let say_who = || panic!("{}", thread::current().name().unwrap());
        manager.register_as("a", teller(say_who)).unwrap();
        manager.register_as("b", teller(say_who)).unwrap();
        let start = Arc::new(Barrier::new(THREADS));
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let (stage, start) = (manager.hooks::<Stage>(), Arc::clone(&start));
                let call = move || {
                    start.wait();
                    for _ in 0..200 {
                        let report = stage.reported().tell();
                        let told: Vec<_> = report.failures().map(Failure::message).collect();
                        let name = format!("thread {number}");
                        assert_eq!(told, [&*name, &*name]);
                        assert!(report.failures().all(|failure| failure.location().is_some()));
                    }
                };
                thread::Builder::new().name(format!("thread {number}")).spawn(call).unwrap()
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// Calls a hook in which an implementation panics, when its thread ends.
struct CallsAtTheEnd(Stage, Journal);

impl Drop for CallsAtTheEnd {
    fn drop(&mut self) {
        let report = self.0.reported().tell();
        for failure in report.failures() {
            self.1.note(format!("{} failed: {}", failure.plugin(), failure.message()));
        }
        self.1.note(format!("{} outcomes", report.outcomes.len()));
    }
}

thread_local! {
    static AT_THE_END: RefCell<Option<CallsAtTheEnd>> = const { RefCell::new(None) };
}

#[test]
fn a_panic_in_a_thread_local_destructor_that_calls_hooks_is_fenced() {
    within_the_deadline(|| {
        let journal = Journal::default();
        let notes = journal.clone();
        let manager = PluginManager::new();
        manager.register_as("fine", teller(move || notes.note("fine"))).unwrap();
        manager.register_as("bad", teller(|| panic!("at the end"))).unwrap();
        let (stage, notes) = (manager.hooks::<Stage>(), journal.clone());
        let thread = thread::spawn(move || {
            // Both orders: what the fence keeps per thread is gone already, or is not.
            AT_THE_END.set(Some(CallsAtTheEnd(stage.clone(), notes)));
            stage.tell();
        });
        thread.join().unwrap();
        assert_eq!(journal.read(), ["fine", "fine", "bad failed: at the end", "2 outcomes"]);
    });
}

#[test]
fn a_thread_that_has_never_called_may_call_when_it_ends() {
    within_the_deadline(|| {
        let journal = Journal::default();
        let manager = manager_of([("bad", teller(|| panic!("at the end")))]);
        let (stage, notes) = (manager.hooks::<Stage>(), journal.clone());
        thread::spawn(move || AT_THE_END.set(Some(CallsAtTheEnd(stage, notes)))).join().unwrap();
        assert_eq!(journal.read(), ["bad failed: at the end", "1 outcomes"]);
    });
}

#[test]
fn a_panic_on_a_thread_that_a_plugin_starts_is_heard_as_any_other() {
    let test = "threads::a_panic_on_a_thread_that_a_plugin_starts_is_heard_as_any_other";
    let child = in_a_process_of_its_own(test, &[], || {
        let act = || assert!(thread::spawn(|| panic!("on a thread of its own")).join().is_err());
        let manager = manager_of([("starts", teller(act))]);
        assert_eq!(manager.hooks::<Stage>().reported().tell().failures().count(), 0);
    });
    let Some(child) = child else { return };
    assert!(child.succeeded, "{}", child.stderr);
    assert!(child.stderr.contains("on a thread of its own"), "{}", child.stderr);
}
