//! The host for tests of plugins: what it writes down, and when it panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use hooks_core::testing::Host;
use hooks_core::{
    Closures, Failure, Method, Plugin, PluginManager, PluginMetadata, Spec, Verdict, hookimpl,
    hookspec,
};

use crate::support::{
    Journal, Stage, asked, chooser, failing, in_a_process_of_its_own, last_teller, teller,
};

/// A hook of each sort that the stage has not.
#[hookspec]
trait Inn {
    /// Everybody is told, and so is who comes later.
    #[hook(historic)]
    fn open(&self, day: u32);

    /// Everybody is told in the background.
    #[hook(background)]
    fn ring(&self, times: u32);

    /// Asked until somebody answers.
    #[hook(firstresult)]
    fn room(&self, guest: &str) -> Option<u32>;

    /// A bill goes from one to the next.
    #[hook(waterfall)]
    fn bill(&self, #[flow] sum: u32) -> Result<Option<u32>, String>;

    /// Everybody is awaited.
    async fn clean(&self, room: &u32);

    /// Everybody is awaited together.
    #[hook(concurrent)]
    async fn fetch(&self, what: &str) -> Option<u32>;
}

/// Closures as a plugin of a host.
fn add<S: Spec>(
    host: &Host,
    name: &str,
    hand_in: impl for<'hooks> Fn(&mut S::Registrar<'hooks>) + Send + Sync + 'static,
) {
    host.plugins().register_closures(name, Closures::<S>::new(hand_in)).unwrap();
}

/// What a panic says that `act` ends with.
fn panic_of(act: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("it does not panic");
    *payload.downcast::<String>().expect("a panic with a text that was formatted")
}

#[test]
fn a_host_knows_who_ran_in_which_order() {
    let host = Host::new().with_as("last", last_teller(|| ())).with_as("one", teller(|| ()));
    let host = host.with_as("two", teller(|| ()));
    add::<Stage>(&host, "around", |hooks| {
        hooks.tell().wrapper(Method::here("around"), |next| {
            next.call();
            Ok(())
        });
    });
    let stage = host.hooks::<Stage>();
    stage.tell();
    host.expect(&stage.tell).called(1).ran(["two", "one", "last", "around"]);
    host.expect(&stage.ask).called(0).ran([]);
}

#[test]
fn a_host_knows_who_answered_passed_and_failed() {
    let host = Host::new()
        .with_as("never asked", chooser(|| Some(1)))
        .with_as("answers", chooser(|| Some(2)))
        .with_as("passes", chooser(|| None))
        .with_as("fails", chooser(|| panic!("no")));
    let stage = host.hooks::<Stage>();
    assert_eq!(stage.choose(), Some(2));
    host.expect(&stage.choose)
        .ran(["fails", "passes", "answers"])
        .answered(["answers"])
        .passed(["passes"])
        .failed(["fails"]);
}

#[test]
fn calls_are_listed_in_the_order_in_which_they_began_a_line_each() {
    let host = Host::new();
    let stage = host.hooks::<Stage>();
    let inner = stage.clone();
    let host = host.with_as("calls", teller(move || drop(inner.ask())));
    let host = host.with_as("knows", asked(|| Some(1)));
    let host = host.with_as("breaks", failing(|| Err("broken".into())));
    stage.tell();
    stage.attempt();
    add::<Stage>(&host, "twice", |hooks| {
        hooks.choose().implementation(Method::here("first"), |_| None);
        hooks.choose().wrapper(Method::here("second"), |next| {
            next.call();
            Ok(())
        });
    });
    stage.choose();
    stage.with(|hooks| hooks.choose().implementation(Method::here("choose"), |_| Some(1))).choose();
    let calls: Vec<String> = host.calls().iter().map(ToString::to_string).collect();
    assert_eq!(
        calls,
        [
            "tell: `calls` answered",
            "ask: `knows` answered",
            "attempt: `breaks` failed (broken)",
            "choose: `twice` by `first` passed, `twice` around it answered",
            "choose: a closure answered, `twice` by `first` was skipped (an earlier implementation \
             answered), `twice` around it answered",
        ]
    );
    assert_eq!(host.failures().len(), 1);
}

#[test]
fn a_call_without_implementations_is_a_call() {
    let host = Host::new();
    let stage = host.hooks::<Stage>();
    stage.tell();
    host.expect(&stage.tell).called(1).ran([]);
    assert_eq!(host.calls()[0].to_string(), "tell: nobody");
}

#[test]
fn what_is_replayed_is_no_call_and_runs() {
    let host = Host::new();
    let inn = host.hooks::<Inn>();
    inn.open(1);
    add::<Inn>(&host, "late", |hooks| hooks.open().implementation(Method::here("open"), |_| ()));
    host.expect(&inn.open).called(1).ran(["late"]);
    let [made, replayed] = &host.calls()[..] else { panic!("two calls") };
    assert_eq!((made.replay, replayed.replay), (false, true));
    assert_eq!(replayed.to_string(), "open, replayed: `late` answered");
}

#[test]
fn what_is_delivered_is_waited_for_and_is_no_call() {
    let host = Host::new();
    let journal = Journal::default();
    let bell = journal.clone();
    add::<Inn>(&host, "bell", move |hooks| {
        let bell = bell.clone();
        hooks.ring().implementation(Method::here("ring"), move |args| {
            std::thread::yield_now();
            bell.note(args.times.to_string());
        });
    });
    let inn = host.hooks::<Inn>();
    for times in 0..100 {
        inn.ring(times);
    }
    host.expect(&inn.ring).called(100).ran(["bell"; 100]).answered(["bell"; 100]);
    assert_eq!(journal.read().len(), 100);
    inn.ring(7);
    host.drain();
    assert_eq!(journal.read(), ["7"]);
    let calls = host.calls();
    assert!(matches!(calls[0].outcomes[0].verdict, Verdict::Queued));
    assert_eq!(calls[201].to_string(), "ring, delivered: `bell` answered");
}

#[test]
fn a_failure_that_nobody_asked_for_fails_the_test() {
    let host = Host::new().with_as("clumsy", teller(|| panic!("it broke")));
    let host = host.with_as("unlucky", failing(|| Err("it rained".into())));
    let stage = host.hooks::<Stage>();
    stage.tell();
    let place = host.calls()[0].to_string();
    let place = place.strip_suffix(')').unwrap().rsplit(' ').next().unwrap().to_owned();
    assert!(place.contains("testing.rs:"), "{place}");
    stage.attempt();
    assert_eq!(
        panic_of(|| drop(host)),
        format!(
            "plugins failed, and the test did not ask for it by `Host::failures` or \
             `Expect::failed`:\n  \
             plugin `clumsy`, hook `tell`: panicked: it broke, at {place}\n  \
             plugin `unlucky`, hook `attempt`: it rained"
        )
    );
}

#[test]
fn a_failure_in_the_background_fails_the_test() {
    let host = Host::new();
    add::<Inn>(&host, "bell", |hooks| {
        hooks.ring().implementation(Method::here("ring"), |_| panic!("cracked"));
    });
    host.hooks::<Inn>().ring(1);
    let said = panic_of(|| drop(host));
    assert!(said.contains("plugin `bell`, hook `ring`: panicked: cracked, at "), "{said}");
}

#[test]
fn a_failure_that_was_asked_for_does_not_fail_the_test() {
    let host = Host::new().with_as("clumsy", teller(|| panic!("it broke")));
    let stage = host.hooks::<Stage>();
    stage.tell();
    stage.tell();
    let failures = host.failures();
    let messages: Vec<&str> = failures.iter().map(Failure::message).collect();
    assert_eq!(messages, ["it broke"; 2]);
    assert!(host.failures().is_empty(), "they are taken");
}

#[test]
fn to_expect_failures_of_one_hook_excuses_no_other_hook_and_no_later_failure() {
    for (later, expected) in [(Stage::tell as fn(&Stage), "`tell`"), (Stage::attempt, "`attempt`")]
    {
        let host = Host::new().with_as("clumsy", teller(|| panic!("it broke")));
        let host = host.with_as("unlucky", failing(|| Err("it rained".into())));
        let stage = host.hooks::<Stage>();
        stage.tell();
        host.expect(&stage.tell).failed(["clumsy"]);
        later(&stage);
        let said = panic_of(|| drop(host));
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_plugin_that_panics_while_it_is_dropped_fails_the_test() {
    let journal = Journal::default();
    let bomb = journal.bomb("dropped").charged("last words");
    let host = Host::new().with_as(
        "bomber",
        teller(move || {
            let _ = &bomb;
        }),
    );
    let said = panic_of(|| drop(host));
    assert_eq!(journal.read(), ["dropped"]);
    let told = "plugin `bomber`, while it was dropped: panicked: last words, at ";
    assert!(said.contains(told), "{said}");
}

#[test]
fn the_newest_plugin_is_dropped_first() {
    let journal = Journal::default();
    let [one, two] = ["one", "two"].map(|name| journal.bomb(name));
    let host = Host::new().with_as(
        "one",
        teller(move || {
            let _ = &one;
        }),
    );
    drop(host.with_as(
        "two",
        teller(move || {
            let _ = &two;
        }),
    ));
    assert_eq!(journal.read(), ["two", "one"]);
}

#[test]
fn a_test_that_panics_anyway_is_told_of_failures() {
    let test = "testing::a_test_that_panics_anyway_is_told_of_failures";
    let child = in_a_process_of_its_own(test, &[], || {
        let host = Host::new().with_as("clumsy", teller(|| panic!("it broke")));
        host.hooks::<Stage>().tell();
        panic!("the test has failed");
    });
    let Some(child) = child else { return };
    assert!(!child.succeeded);
    let test_failed = child.stderr.find("the test has failed").unwrap();
    let plugin_failed =
        child.stderr.find("plugin `clumsy`, hook `tell`: panicked: it broke").unwrap();
    assert!(test_failed < plugin_failed, "{}", child.stderr);
}

#[test]
fn an_expectation_that_is_not_met_says_what_was_expected_and_what_happened() {
    let host = Host::new().with_as("one", chooser(|| Some(1))).with_as("two", chooser(|| None));
    let stage = host.hooks::<Stage>();
    let happened = "what happened:\n  choose: `two` passed, `one` answered\n  ask: nobody";
    let nothing = "what happened: nothing";
    assert_eq!(
        panic_of(|| drop(host.expect(&stage.choose).called(1))),
        format!("hook `choose`: expected to be called once, was called never\n{nothing}")
    );
    stage.choose();
    stage.ask();
    assert_eq!(
        panic_of(|| drop(host.expect(&stage.choose).called(2))),
        format!("hook `choose`: expected to be called 2 times, was called once\n{happened}")
    );
    assert_eq!(
        panic_of(|| drop(host.expect(&stage.choose).ran(["one", "two"]))),
        format!("hook `choose`: expected to run: `one`, `two`; it was: `two`, `one`\n{happened}")
    );
    assert_eq!(
        panic_of(|| drop(host.expect(&stage.choose).passed([]))),
        format!("hook `choose`: expected to pass: nobody; it was: `two`\n{happened}")
    );
    assert_eq!(
        panic_of(|| drop(host.expect(&stage.choose).answered(["two"]))),
        format!("hook `choose`: expected to answer: `two`; it was: `one`\n{happened}")
    );
    assert_eq!(
        panic_of(|| drop(host.expect(&stage.choose).failed(["one"]))),
        format!("hook `choose`: expected to fail: `one`; it was: nobody\n{happened}")
    );
}

#[test]
fn a_probe_sees_the_arguments_of_every_sort_of_hook() {
    let host = Host::new();
    let inn = host.hooks::<Inn>();
    inn.open(1);
    let days = host.probe(&inn.open, |args| args.day);
    let rings = host.probe(&inn.ring, |args| args.times);
    let guests = host.probe(&inn.room, |args| args.guest.to_owned());
    let sums = host.probe(&inn.bill, |args| args.sum);
    let rooms = host.probe(&inn.clean, |args| *args.room);
    let fetched = host.probe(&inn.fetch, |args| args.what.to_owned());
    inn.open(2);
    inn.ring(3);
    inn.room("Ada");
    assert_eq!(inn.bill(5), 5);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        inn.clean(&6).await;
        inn.fetch("soap").await;
    });
    assert_eq!(days.take(), [1, 2], "what the hook remembers too");
    assert_eq!(rings.take(), [3]);
    assert_eq!(guests.take(), ["Ada"]);
    assert_eq!(sums.take(), [5]);
    assert_eq!(rooms.take(), [6]);
    assert_eq!(fetched.take(), ["soap"]);
    assert!(fetched.take().is_empty(), "they are taken");
}

#[test]
fn a_probe_sees_the_call_whoever_answers_and_changes_nothing() {
    let host = Host::new().with_as("one", chooser(|| Some(1)));
    let stage = host.hooks::<Stage>();
    let probe = host.probe(&stage.choose, |_| ());
    let host = host.with_as("first", asked(|| Some(2)));
    let asked = host.probe(&stage.ask, |_| ());
    assert_eq!((stage.choose(), stage.ask()), (Some(1), vec![2]));
    assert_eq!((probe.take().len(), asked.take().len()), (1, 1));
    let report = stage.reported().choose();
    assert_eq!(report.answer().map(|(outcome, _)| &*outcome.plugin), Some("one"));
    host.expect(&stage.choose).called(2).ran(["one", "one"]);
    let choose = "choose: `one` answered";
    let lines: Vec<_> = host.calls().iter().map(ToString::to_string).collect();
    assert_eq!(lines, [choose, "ask: `first` answered", choose]);
}

#[test]
fn a_probe_sees_what_a_plugin_calls() {
    /// Opens the inn when it is told anything.
    struct Keeper(Inn);
    impl Plugin for Keeper {
        const METADATA: PluginMetadata = PluginMetadata::new("keeper");
    }
    #[hookimpl]
    impl Stage for Keeper {
        fn tell(&self) {
            self.0.open(4);
        }
    }
    let plugins = PluginManager::new();
    let keeper = Keeper(plugins.hooks());
    let host = Host::around(plugins).with(keeper);
    let (stage, inn) = (host.hooks::<Stage>(), host.hooks::<Inn>());
    let days = host.probe(&inn.open, |args| args.day);
    stage.tell();
    assert_eq!(days.take(), [4]);
    host.expect(&inn.open).called(1);
}

#[test]
fn a_probe_that_panics_fails_the_test() {
    let host = Host::new();
    let stage = host.hooks::<Stage>();
    let probe = host.probe(&stage.tell, |_| panic!("cannot look"));
    stage.tell();
    let said = panic_of(|| drop(host));
    assert!(said.contains("hook `tell`: panicked: cannot look, at "), "{said}");
    let _: Vec<()> = probe.take();
}

#[test]
fn a_hook_of_another_host_is_refused() {
    let (host, other) = (Host::new(), Host::new());
    let stage = other.hooks::<Stage>();
    let refused = "the hook `tell` belongs to another host";
    assert_eq!(panic_of(|| drop(host.expect(&stage.tell).called(0))), refused);
    assert_eq!(panic_of(|| drop(host.probe(&stage.tell, |_| ()))), refused);
}

#[test]
fn a_plugin_that_is_refused_fails_the_test_and_the_host_says_why() {
    let said = panic_of(|| {
        let _ = Host::of(teller(|| ())).with(teller(|| ()));
    });
    assert!(said.starts_with("the plugin name `teller` is taken: "), "{said}");
}

#[test]
fn a_host_follows_a_manager_that_others_use() {
    let plugins = PluginManager::new();
    let told = Arc::new(Mutex::new(0));
    let counts = Arc::clone(&told);
    plugins.register(teller(move || *counts.lock().unwrap() += 1)).unwrap();
    let stage = plugins.hooks::<Stage>();
    stage.tell();
    let host = Host::around(plugins.clone());
    std::thread::spawn(move || plugins.hooks::<Stage>().tell()).join().unwrap();
    host.expect(&stage.tell).called(1).ran(["teller"]);
    assert_eq!(*told.lock().unwrap(), 2);
    drop(host);
    stage.tell();
    assert_eq!(*told.lock().unwrap(), 2, "the host takes its plugins out");
}
