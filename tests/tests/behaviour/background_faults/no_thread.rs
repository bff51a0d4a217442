//! A plugin for which no thread can be started.

use hooks_core::{DropReason, PluginManager};

use super::faulty::{Asks, Errands, Fault, HOOKS, call, register};
use super::items::{Breaks, FAULTY, Item};
use super::told::{Told, named};
use crate::background::{LONG, counts};
use crate::support::{Event, Journal, in_a_process_of_its_own, recorded_everywhere};

#[test]
fn without_a_thread_every_delivery_is_dropped_reported_and_told_of_and_the_call_goes_on() {
    let test = "background_faults::no_thread::\
        without_a_thread_every_delivery_is_dropped_reported_and_told_of_and_the_call_goes_on";
    // More than any machine can address, so that no thread but the first can be had.
    let stack = [("RUST_MIN_STACK", "1000000000000000")];
    let child = in_a_process_of_its_own(test, &stack, || {
        let events = recorded_everywhere();
        for (asks, _, hook) in HOOKS {
            let (plugins, journal, told) =
                (PluginManager::new(), Journal::default(), Told::default());
            register(&plugins, &journal, Fault::None(Breaks::Never));
            let guard = plugins.monitor(told.clone());
            let errands = plugins.hooks::<Errands>();
            events.read();
            for number in 1..=2 {
                let outcomes = call(&errands, hook, number, Item::new(Breaks::Never));
                let mut verdicts = outcomes.iter().map(|one| named(&one.verdict));
                if asks == Asks::Plugin {
                    assert_eq!(verdicts.next().as_deref(), Some("answered"), "{hook}");
                    assert_eq!(journal.read(), [format!("present {number}")]);
                }
                let skipped = "skipped: no thread could be started for its plugin";
                assert_eq!(verdicts.collect::<Vec<_>>(), [skipped; 3], "{hook}");
                let told = told.read();
                let drops: Vec<_> = told
                    .drops
                    .iter()
                    .map(|drop| (&*drop.implementation.plugin, drop.reason))
                    .collect();
                let of = |plugin| (plugin, DropReason::NoThread);
                assert_eq!(drops, [of("first"), of(FAULTY), of("last")], "{hook}");
                assert!(told.failures.is_empty() && told.deliveries.is_empty(), "{hook}");
                let all = u64::from(number);
                assert_eq!(counts(&plugins, FAULTY), [all, 0, all, 0], "{hook}");
                check_events(&events.read());
            }
            assert!(plugins.drain(LONG).is_complete(), "nothing is left to wait for");
            assert!(journal.read().is_empty());
            drop(guard);
        }
    });
    if let Some(child) = child {
        assert!(child.succeeded, "{}", child.stderr);
    }
}

/// For each plugin why there is no thread, and what that costs it.
fn check_events(events: &[Event]) {
    let told: Vec<_> = events
        .chunks(2)
        .map(|pair| {
            let [error, warning] = pair else { panic!("{events:?}") };
            let because = "a thread for the deliveries to a plugin could not be started: ";
            assert!(error.message().starts_with(because), "{error:?}");
            assert!(
                warning.message().ends_with("no thread could be started for it"),
                "{warning:?}"
            );
            assert_eq!(warning.field("dropped"), Some("1"));
            assert_eq!(error.field("plugin"), warning.field("plugin"));
            error.field("plugin").unwrap()
        })
        .collect();
    assert_eq!(told, ["first", FAULTY, "last"]);
}
