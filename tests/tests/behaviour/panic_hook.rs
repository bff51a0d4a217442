//! The panic hook of the process: ours is quiet inside of the fence, and nowhere else.

use std::panic::{self, catch_unwind};
use std::sync::{Arc, Barrier};
use std::thread;

use hooks_core::PluginManager;

use crate::support::{Journal, Stage, in_a_process_of_its_own, manager_of, teller};

/// Puts a panic hook in place that notes every panic.
fn note_panics() -> Journal {
    let journal = Journal::default();
    let notes = journal.clone();
    panic::set_hook(Box::new(move |info| {
        notes.note(info.payload_as_str().unwrap_or("not text"));
    }));
    journal
}

#[test]
fn the_hook_of_before_hears_panics_outside_of_the_fence_and_none_inside() {
    let test = "panic_hook::the_hook_of_before_hears_panics_outside_of_the_fence_and_none_inside";
    let child = in_a_process_of_its_own(test, &[], || {
        let heard = note_panics();
        let manager = manager_of([("bad", teller(|| panic!("inside")))]);
        let stage = manager.hooks::<Stage>();
        let _ = catch_unwind(|| panic!("before"));
        let report = stage.reported().tell();
        assert_eq!(report.failures().next().unwrap().message(), "inside");
        let _ = catch_unwind(|| panic!("after"));
        assert_eq!(heard.read(), ["before", "after"]);
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}

#[test]
fn panics_of_other_threads_are_heard_while_one_is_inside() {
    let test = "panic_hook::panics_of_other_threads_are_heard_while_one_is_inside";
    let child = in_a_process_of_its_own(test, &[], || {
        let heard = note_panics();
        let steps = Arc::new(Barrier::new(2));
        let inside = Arc::clone(&steps);
        let act = move || {
            inside.wait();
            inside.wait();
            panic!("inside");
        };
        let stage = manager_of([("bad", teller(act))]).hooks::<Stage>();
        let call = thread::spawn(move || stage.tell());
        steps.wait();
        assert!(catch_unwind(|| panic!("on another thread")).is_err());
        steps.wait();
        call.join().unwrap();
        assert_eq!(heard.read(), ["on another thread"]);
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}

#[test]
fn nothing_of_what_the_fence_holds_is_printed() {
    let test = "panic_hook::nothing_of_what_the_fence_holds_is_printed";
    let child = in_a_process_of_its_own(test, &[("RUST_BACKTRACE", "1")], || {
        let manager = PluginManager::new();
        manager.register_as("bad", teller(|| panic!("a secret"))).unwrap();
        let journal = Journal::default();
        let bomb = move || panic::panic_any(journal.bomb("dropped").charged("a secret"));
        manager.register_as("worse", teller(bomb)).unwrap();
        manager.hooks::<Stage>().tell();
        drop(manager);
    });
    let Some(child) = child else { return };
    assert!(child.succeeded);
    assert!(!child.stderr.contains("secret"), "{}", child.stderr);
}

#[test]
fn a_hook_that_the_host_puts_in_place_of_ours_costs_the_location_and_nothing_else() {
    let test = "panic_hook::\
                a_hook_that_the_host_puts_in_place_of_ours_costs_the_location_and_nothing_else";
    let child = in_a_process_of_its_own(test, &[], || {
        let manager = manager_of([("bad", teller(|| panic!("inside")))]);
        let stage = manager.hooks::<Stage>();
        let heard = note_panics();
        let report = stage.reported().tell();
        let failure = report.failures().next().unwrap();
        assert_eq!((failure.message(), failure.location()), ("inside", None));
        assert_eq!(heard.read(), ["inside"]);
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}

#[test]
fn a_host_that_panics_inside_of_a_panic_hook_of_its_own_is_not_our_business() {
    let test = "panic_hook::\
                a_host_that_panics_inside_of_a_panic_hook_of_its_own_is_not_our_business";
    let child = in_a_process_of_its_own(test, &[], || {
        panic::set_hook(Box::new(|_| panic!("in the hook")));
        let manager = manager_of([("bad", teller(|| panic!("inside")))]);
        // The hook of before is not called inside of the fence, so it cannot end the process.
        assert_eq!(manager.hooks::<Stage>().reported().tell().failures().count(), 1);
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}

#[test]
fn a_manager_made_while_a_panic_unwinds_does_not_end_the_process() {
    struct MakesAManager(Journal);

    impl Drop for MakesAManager {
        fn drop(&mut self) {
            let manager = manager_of([("bad", teller(|| panic!("inside")))]);
            let report = manager.hooks::<Stage>().reported().tell();
            self.0.note(report.failures().next().unwrap().message());
        }
    }

    let test = "panic_hook::a_manager_made_while_a_panic_unwinds_does_not_end_the_process";
    let child = in_a_process_of_its_own(test, &[], || {
        let journal = Journal::default();
        let notes = journal.clone();
        assert!(
            catch_unwind(|| {
                let _makes = MakesAManager(notes);
                panic!("of the host");
            })
            .is_err()
        );
        assert_eq!(journal.read(), ["inside"]);
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}
