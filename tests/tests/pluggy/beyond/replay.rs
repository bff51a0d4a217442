//! Historic calls: what is replayed, to whom, and what may happen meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use hooks_core::{
    AnyTable, Closures, Failure, HookKind, Method, Monitor, MonitoredCall, Plugin, PluginManager,
    PluginMetadata, RegisterError, hookimpl, hookspec,
};

use crate::support::{
    Bomb, Journal, assert_error, assert_panic, assert_refused, errors_told, methods_of, names,
    plugins,
};

/// Something that is lent to hooks.
#[derive(Clone)]
struct Dish {
    name: String,
}

/// Hooks that remember.
#[hookspec]
trait Past {
    /// Asks for a word.
    #[hook(historic)]
    fn told(&self, who: &str, dish: &Dish, count: u32) -> Option<String>;

    /// Asks whether a number will do. Stops on failure.
    #[hook(historic, on_failure = stop)]
    fn checked(&self, number: u32) -> Result<u32, String>;

    /// Asks whether a number will do.
    #[hook(historic)]
    fn tried(&self, number: u32) -> Result<u32, String>;

    /// Asks for what is dangerous to drop.
    #[hook(historic)]
    fn bombs(&self, journal: &Journal) -> Bomb;

    /// Remembers nothing.
    fn plain(&self) -> u32;
}

fn soup() -> Dish {
    Dish { name: "soup".to_owned() }
}

/// Notes the numbers that it gets, and fails at one of them.
struct Checks {
    journal: Journal,
    fails_at: u32,
}

impl Plugin for Checks {
    const METADATA: PluginMetadata = PluginMetadata::new("Checks");
}

impl Checks {
    fn check(&self, number: u32) -> Result<u32, String> {
        self.journal.note(number.to_string());
        if number == self.fails_at { Err(format!("{number} will not do")) } else { Ok(number) }
    }
}

#[hookimpl]
impl Past for Checks {
    fn plain(&self) -> u32 {
        1
    }

    fn checked(&self, number: u32) -> Result<u32, String> {
        self.check(number)
    }

    fn tried(&self, number: u32) -> Result<u32, String> {
        self.check(number)
    }
}

#[test]
fn a_replay_that_fails_inside_of_register_changes_nothing() {
    let (journal, taken) = (Journal::default(), Journal::default());
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    for number in 1..=3 {
        let takes = taken.clone();
        let take = move |answer: u32| takes.note(answer.to_string());
        assert_eq!(past.checked_then(number, take), Ok(()));
    }
    let plugin = Arc::new(Checks { journal: journal.clone(), fails_at: 2 });
    assert_refused(
        plugins.register(Arc::clone(&plugin)),
        "a call from before was replayed, and failed: \
         plugin `Checks`, hook `checked`: 2 will not do",
    );
    assert_eq!(journal.read(), ["1", "2"], "the failure ends the replay");
    assert_eq!(taken.read(), ["1"], "what failed has no answer");
    assert_eq!(plugins.plugins(), []);
    assert!(past.plain().is_empty(), "an implementation that joined before the failure is gone");
    assert!(past.checked.is_empty() && past.tried.is_empty());
    assert_eq!(Arc::strong_count(&plugin), 1, "nobody holds on to the plugin");

    let other = Checks { journal: journal.clone(), fails_at: 0 };
    plugins.register(other).unwrap();
    assert_eq!(names(&plugins), ["Checks"], "the name is free");
    assert_eq!(journal.read(), ["1", "2", "3"], "the past is as it was");
    assert_eq!(taken.read(), ["1", "2", "3"]);
}

#[test]
fn a_replay_that_panics_inside_of_register_changes_nothing() {
    plugins! { Panics; }

    #[hookimpl]
    impl Past for Panics {
        fn plain(&self) -> u32 {
            1
        }

        fn checked(&self) -> Result<u32, String> {
            panic!("not that again")
        }
    }

    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    past.checked(1).unwrap();
    let hooks_core::RegisterError::Replay(failure) = plugins.register(Panics).unwrap_err() else {
        panic!("refused for another reason");
    };
    assert_panic(&failure, "Panics", "checked", "not that again");
    assert_eq!(plugins.plugins(), []);
    assert!(past.plain().is_empty());
}

#[test]
fn a_replay_that_fails_in_a_hook_that_isolates_is_on_record_and_the_next_call_is_replayed() {
    struct Failures(Journal);

    impl Monitor for Failures {
        fn failed(&self, failure: &Failure) {
            self.0.note(failure.to_string());
        }
    }

    let (journal, taken, failed) = (Journal::default(), Journal::default(), Journal::default());
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    for number in 1..=3 {
        let takes = taken.clone();
        past.tried_then(number, move |answer| takes.note(answer.to_string()));
    }
    let _guard = plugins.monitor(Failures(failed.clone()));
    plugins.register(Checks { journal: journal.clone(), fails_at: 2 }).unwrap();
    assert_eq!(journal.read(), ["1", "2", "3"]);
    assert_eq!(taken.read(), ["1", "3"]);
    assert_eq!(failed.read(), ["plugin `Checks`, hook `tried`: 2 will not do"]);
    assert_eq!(plugins.plugins()[0].failures, 1);
    assert_eq!(past.plain(), [1]);
}

#[test]
fn a_call_that_a_failure_stops_is_remembered_all_the_same() {
    let (journal, taken) = (Journal::default(), Journal::default());
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    plugins.register_as("fails", Checks { journal: journal.clone(), fails_at: 1 }).unwrap();
    plugins.register_as("answers", Checks { journal: journal.clone(), fails_at: 0 }).unwrap();
    let takes = taken.clone();
    let failure = past.checked_then(1, move |answer| takes.note(answer.to_string())).unwrap_err();
    assert_error(&failure, "fails", "checked", "1 will not do");
    assert_eq!(taken.read(), [""; 0], "partial results are dropped");
    plugins.register_as("late", Checks { journal, fails_at: 0 }).unwrap();
    assert_eq!(taken.read(), ["1"]);
}

#[test]
fn each_implementation_gets_every_call_oldest_first_whatever_its_band() {
    plugins! { Banded(Journal); }

    #[hookimpl]
    impl Past for Banded {
        #[hookimpl(hook = tried, trylast)]
        fn last(&self, number: u32) -> Result<u32, String> {
            self.0.note(format!("last {number}"));
            Ok(number)
        }

        #[hookimpl(hook = tried, tryfirst)]
        fn first(&self, number: u32) -> Result<u32, String> {
            self.0.note(format!("first {number}"));
            Ok(number)
        }
    }

    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    past.tried(1);
    past.tried(2);
    plugins.register(Banded(journal.clone())).unwrap();
    let replayed = ["last 1", "last 2", "first 1", "first 2"];
    assert_eq!(journal.read(), replayed);
    past.tried(3);
    assert_eq!(journal.read(), ["first 3", "last 3"]);

    let again = plugins.unregister("Banded").unwrap().downcast::<Banded>().unwrap();
    plugins.register(again).unwrap();
    let replayed_again = ["last 1", "last 2", "last 3", "first 1", "first 2", "first 3"];
    assert_eq!(journal.read(), replayed_again);
}

#[test]
fn what_is_remembered_are_the_arguments_at_the_time_of_the_call() {
    plugins! { Notes(Journal); Adds(Journal); }

    #[hookimpl]
    impl Past for Notes {
        fn told(&self, who: &str, dish: &Dish, count: u32) -> Option<String> {
            self.0.note(format!("{who}: {count} {}", dish.name));
            None
        }
    }

    #[hookimpl]
    impl Past for Adds {
        fn told(&self, mut count: u32, dish: &Dish) -> Option<String> {
            count += 1;
            self.0.note(format!("{count} {}", dish.name));
            None
        }
    }

    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    {
        let mut who = "Anna".to_owned();
        let mut dish = soup();
        past.told(&who, &dish, 2);
        who.push_str(" and Bert");
        dish.name.push_str(" with bread");
        past.told(&who, &dish, 3);
    }
    plugins.register(Adds(journal.clone())).unwrap();
    assert_eq!(journal.read(), ["3 soup", "4 soup with bread"]);
    plugins.register(Notes(journal.clone())).unwrap();
    assert_eq!(journal.read(), ["Anna: 2 soup", "Anna and Bert: 3 soup with bread"]);
}

#[test]
fn answers_are_taken_now_in_call_order_and_later_as_plugins_come() {
    /// Answers with its name, or not at all.
    fn says(answer: Option<&'static str>) -> Closures<Past> {
        Closures::<Past>::new(move |hooks| {
            let method = Method::here("told");
            hooks.told().implementation(method, move |args| {
                answer.map(|word| format!("{word} {} {}", args.who, args.count))
            });
        })
    }

    let taken = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    plugins.register_closures("a", says(Some("a"))).unwrap();
    plugins.register_closures("silent", says(None)).unwrap();
    plugins.register_closures("b", says(Some("b"))).unwrap();
    for (who, count) in [("Anna", 1), ("Bert", 2)] {
        let takes = taken.clone();
        past.told_then(who, &soup(), count, move |answer| takes.note(answer));
    }
    assert_eq!(taken.read(), ["b Anna 1", "a Anna 1", "b Bert 2", "a Bert 2"]);
    plugins.register_closures("silent too", says(None)).unwrap();
    assert_eq!(taken.read(), [""; 0]);
    plugins.register_closures("c", says(Some("c"))).unwrap();
    assert_eq!(taken.read(), ["c Anna 1", "c Bert 2"]);
}

#[test]
fn who_takes_answers_and_panics_fails_in_the_call_alone() {
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    plugins.register_as("now", Checks { journal: Journal::default(), fails_at: 0 }).unwrap();
    let called =
        catch_unwind(AssertUnwindSafe(|| past.tried_then(1, |_| panic!("cannot take it"))));
    let payload = called.unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"cannot take it"), "it is the caller's own code");

    let late = Checks { journal: Journal::default(), fails_at: 0 };
    let told = errors_told(|| {
        plugins.register_as("late", late).unwrap();
    });
    assert_eq!(told.len(), 1);
    let (message, place) = told[0].rsplit_once(", at ").unwrap();
    assert_eq!(message, "who takes the answers of a past call panicked: cannot take it");
    assert!(place.starts_with(file!()), "{place}");
    assert_eq!(names(&plugins), ["now", "late"]);
}

#[test]
fn what_is_forgotten_is_not_replayed() {
    let journal = Journal::default();
    let checks = || Checks { journal: journal.clone(), fails_at: 0 };
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    let kinds = [past.tried.description().kind, past.checked.description().kind];
    assert_eq!(kinds, [HookKind::Historic; 2], "no other hook has anything to forget");
    past.tried(1);
    past.checked(1).unwrap();
    past.tried.forget();
    plugins.register_as("a", checks()).unwrap();
    assert_eq!(journal.read(), ["1"], "of the hook that has not forgotten");
    past.tried(2);
    assert_eq!(journal.read(), ["2"], "those who are there are called as ever");
    plugins.register_as("b", checks()).unwrap();
    assert_eq!(journal.read(), ["1", "2"], "what comes after the forgetting is remembered");
}

#[test]
fn monitors_see_replays_for_what_they_are() {
    struct Calls(Journal);

    impl Monitor for Calls {
        fn before(&self, call: &MonitoredCall) {
            let MonitoredCall { hook, implementations, replay, .. } = call;
            self.0.note(format!("{} of {implementations}, replay: {replay}", hook.name));
        }
    }

    let seen = Journal::default();
    let checks = || Checks { journal: Journal::default(), fails_at: 0 };
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    plugins.register_as("a", checks()).unwrap();
    plugins.register_as("b", checks()).unwrap();
    let _guard = plugins.monitor(Calls(seen.clone()));
    past.tried(1);
    assert_eq!(seen.read(), ["tried of 2, replay: false"]);
    plugins.register_as("c", checks()).unwrap();
    assert_eq!(seen.read(), ["tried of 1, replay: true"]);
}

#[test]
fn a_monitor_that_panics_in_a_replay_keeps_nobody_from_being_registered() {
    struct Panics;

    impl Monitor for Panics {
        fn before(&self, _: &MonitoredCall) {
            panic!("cannot see it begin");
        }

        fn after(&self, _: &MonitoredCall, _: Option<&Failure>) {
            panic!("cannot see it end");
        }
    }

    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    past.checked(1).unwrap();
    let _guard = plugins.monitor(Panics);
    let told = errors_told(|| {
        plugins.register(Checks { journal: journal.clone(), fails_at: 0 }).unwrap();
    });
    assert_eq!(journal.read(), ["1"]);
    assert_eq!(names(&plugins), ["Checks"]);
    assert_eq!(past.checked.len(), 1);
    let messages: Vec<_> =
        told.iter().map(|message| message.split(", at ").next().unwrap()).collect();
    assert_eq!(
        messages,
        ["a monitor panicked: cannot see it begin", "a monitor panicked: cannot see it end",]
    );
}

/// Does something in its first replay or call, and notes every one.
struct Meddles {
    journal: Journal,
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Meddles {
    fn new(journal: &Journal, act: impl FnOnce() + Send + 'static) -> Self {
        Self { journal: journal.clone(), act: Mutex::new(Some(Box::new(act))) }
    }

    fn run(&self, what: &str, number: u32) -> Result<u32, String> {
        self.journal.note(format!("{what} {number}"));
        // Not while it is locked: what it does may come back here.
        let act = self.act.lock().unwrap().take();
        if let Some(act) = act {
            act();
        }
        Ok(number)
    }
}

impl Plugin for Meddles {
    const METADATA: PluginMetadata = PluginMetadata::new("Meddles");
}

#[hookimpl]
impl Past for Meddles {
    fn checked(&self, number: u32) -> Result<u32, String> {
        self.run("checked", number)
    }

    fn tried(&self, number: u32) -> Result<u32, String> {
        self.run("tried", number)
    }
}

#[test]
fn a_plugin_that_is_unregistered_in_its_replay_gets_no_more_of_it_and_is_gone() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    past.checked(1).unwrap();
    past.tried(2);
    past.tried(3);
    let manager = plugins.clone();
    let plugin = Arc::new(Meddles::new(&journal, move || {
        let own = manager.unregister("Meddles").unwrap();
        assert!(own.downcast::<Meddles>().is_ok());
        assert_eq!(manager.plugins(), []);
    }));
    assert_refused(
        plugins.register(Arc::clone(&plugin)),
        "the plugin `Meddles` was unregistered or blocked before it had got the calls that are \
         remembered",
    );
    assert_eq!(journal.read(), ["checked 1"]);
    assert_eq!(plugins.plugins(), []);
    assert!(past.checked.is_empty() && past.tried.is_empty());
    assert_eq!(Arc::strong_count(&plugin), 1);
    plugins.register(plugin).unwrap();
    assert_eq!(journal.read(), ["checked 1", "tried 2", "tried 3"], "replayed again");
    assert_eq!(names(&plugins), ["Meddles"]);
}

#[test]
fn a_plugin_that_is_blocked_in_its_replay_is_gone_and_stays_away() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    past.tried(1);
    let manager = plugins.clone();
    let refused = plugins.register(Meddles::new(&journal, move || drop(manager.block("Meddles"))));
    assert_eq!(refused, Err(RegisterError::Withdrawn { name: "Meddles".to_owned() }));
    assert_eq!(journal.read(), ["tried 1"]);
    assert_eq!(plugins.plugins(), []);
    assert!(past.tried.is_empty() && past.checked.is_empty());
    assert_refused(
        plugins.register(Meddles::new(&journal, || ())),
        &format!(
            "the plugin name `Meddles` is blocked: unblock it before you register {}",
            std::any::type_name::<Meddles>()
        ),
    );
}

#[test]
fn a_plugin_that_is_registered_inside_of_a_replay_gets_the_whole_past_and_is_the_older() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    past.tried(1);
    past.tried(2);
    let (manager, notes) = (plugins.clone(), journal.clone());
    let outer = Meddles::new(&journal, move || {
        notes.note("inner");
        let inner = Checks { journal: notes.clone(), fails_at: 0 };
        manager.register_as("inner", inner).unwrap();
        notes.note("outer");
    });
    plugins.register_as("outer", outer).unwrap();
    assert_eq!(journal.read(), ["tried 1", "inner", "1", "2", "outer", "tried 2"]);
    assert_eq!(methods_of(&past.tried), ["outer.tried", "inner.tried"]);
    assert_eq!(names(&plugins), ["outer", "inner"], "the name was taken first");
}

#[test]
fn a_name_is_taken_while_the_past_is_replayed_to_its_bearer() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    plugins.hooks::<Past>().tried(1);
    let manager = plugins.clone();
    let meddles = Meddles::new(&journal, move || {
        let (holder, newcomer) =
            (std::any::type_name::<Meddles>(), std::any::type_name::<Checks>());
        assert_refused(
            manager.register_as("Meddles", Checks { journal: Journal::default(), fails_at: 0 }),
            &format!(
                "the plugin name `Meddles` is taken: {holder} bears it, and {newcomer} asks for \
                 it; register one of them under another name"
            ),
        );
    });
    plugins.register(meddles).unwrap();
    assert_eq!(plugins.plugins()[0].failures, 0, "an assertion failed inside of the replay");
    assert_eq!(names(&plugins), ["Meddles"]);
}

#[test]
fn a_call_from_inside_of_a_replay_reaches_everybody_once() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    plugins.register(Checks { journal: journal.clone(), fails_at: 0 }).unwrap();
    past.tried(1);
    past.tried(2);
    assert_eq!(journal.read(), ["1", "2"]);
    let hooks = past.clone();
    let calls = Meddles::new(&journal, move || hooks.tried(3));
    plugins.register(calls).unwrap();
    assert_eq!(journal.read(), ["tried 1", "3", "tried 2", "tried 3"]);
}

#[test]
fn a_call_from_inside_of_a_replay_that_has_forgotten_the_past_reaches_everybody_once() {
    let journal = Journal::default();
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    plugins.register(Checks { journal: journal.clone(), fails_at: 0 }).unwrap();
    past.tried(1);
    past.tried(2);
    assert_eq!(journal.read(), ["1", "2"]);
    let hooks = past.clone();
    let forgets = Meddles::new(&journal, move || {
        hooks.tried.forget();
        hooks.tried(3);
    });
    plugins.register(forgets).unwrap();
    assert_eq!(journal.read(), ["tried 1", "3", "tried 3"]);
}

#[test]
fn a_replay_that_fails_when_another_has_taken_its_name_leaves_the_other_alone() {
    /// Gives its name to another plugin, and fails.
    struct Hands(Mutex<Option<PluginManager>>);

    impl Plugin for Hands {
        const METADATA: PluginMetadata = PluginMetadata::new("name");
    }

    #[hookimpl]
    impl Past for Hands {
        fn checked(&self) -> Result<u32, String> {
            let plugins = self.0.lock().unwrap().take().unwrap();
            plugins.unregister("name").unwrap();
            let heir = Checks { journal: Journal::default(), fails_at: 0 };
            plugins.register_as("name", heir).unwrap();
            Err("handed over".to_owned())
        }
    }

    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    past.checked(1).unwrap();
    assert_refused(
        plugins.register(Hands(Mutex::new(Some(plugins.clone())))),
        "a call from before was replayed, and failed: \
         plugin `name`, hook `checked`: handed over",
    );
    assert!(plugins.get::<Checks>("name").is_some());
    assert_eq!(past.plain(), [1]);
}

#[test]
fn a_call_remembered_through_a_view_is_remembered_for_everybody() {
    let journal = Journal::default();
    let checks = || Checks { journal: journal.clone(), fails_at: 0 };
    let plugins = PluginManager::new();
    let past = plugins.hooks::<Past>();
    let frozen = past.frozen();
    plugins.register_as("a", checks()).unwrap();
    frozen.tried(1);
    past.without(&["a"]).tried(2);
    assert_eq!(journal.read(), [""; 0], "neither view has the plugin");
    plugins.register_as("b", checks()).unwrap();
    assert_eq!(journal.read(), ["1", "2"]);
}

#[test]
fn answers_that_nobody_takes_harm_nobody() {
    plugins! { Gives(&'static str); }

    #[hookimpl]
    impl Past for Gives {
        fn bombs(&self, journal: &Journal) -> Bomb {
            Bomb { journal: journal.clone(), name: self.0 }
        }
    }

    let journal = Journal::default();
    let plugins = PluginManager::new();
    plugins.register_as("a", Gives("a")).unwrap();
    plugins.register_as("b", Gives("b")).unwrap();
    plugins.hooks::<Past>().bombs(&journal);
    assert_eq!(journal.read(), ["b", "a"]);
    let told = errors_told(|| {
        plugins.register_as("c", Gives("c")).unwrap();
    });
    assert_eq!(journal.read(), ["c"]);
    assert_eq!(told, [""; 0], "nobody panicked who takes answers");
}
