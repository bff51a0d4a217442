//! Plugins that come and go during a call, and calls within calls.

use std::sync::{Arc, Mutex, Weak};

use hooks_core::{
    Failure, Monitor, MonitoredCall, Next, Plugin, PluginManager, PluginMetadata, hookimpl,
    hookspec,
};

use crate::support::{
    Journal, assert_error, assert_panic, assert_refused, names, plugins, registered, verdicts,
};

/// Hooks from which hooks are called.
#[hookspec]
trait Stage {
    /// Asks for names.
    fn ask(&self) -> &'static str;

    /// Asks for a number, from which those of smaller numbers follow.
    fn descend(&self, number: u32) -> Result<Vec<u32>, String>;

    /// Asks for leave.
    #[hook(on_failure = stop)]
    fn gate(&self) -> Result<(), String>;
}

/// Answers with its name, and does something the first time that it is asked.
struct Acts {
    name: &'static str,
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Acts {
    fn new(name: &'static str, act: impl FnOnce() + Send + 'static) -> Self {
        Self { name, act: Mutex::new(Some(Box::new(act))) }
    }
}

impl Plugin for Acts {
    const METADATA: PluginMetadata = PluginMetadata::new("Acts");
}

#[hookimpl]
impl Stage for Acts {
    fn ask(&self) -> &'static str {
        // Not while it is locked: what it does may come back here.
        let act = self.act.lock().unwrap().take();
        act.into_iter().for_each(|act| act());
        self.name
    }
}

/// Adds a plugin that answers with its name and does nothing else.
fn add(plugins: &PluginManager, name: &'static str) {
    plugins.register_as(name, Acts::new(name, || ())).unwrap();
}

#[test]
fn who_is_unregistered_during_a_call_completes_it() {
    let plugins = PluginManager::new();
    add(&plugins, "later");
    let later = Arc::downgrade(&plugins.get::<Acts>("later").unwrap());
    let (manager, seen) = (plugins.clone(), Weak::clone(&later));
    let acts = Acts::new("acts", move || {
        drop(manager.unregister("later").unwrap());
        assert_eq!(names(&manager), ["earlier", "acts"]);
        assert!(seen.upgrade().is_some(), "the call that runs has it still");
    });
    add(&plugins, "earlier");
    plugins.register_as("acts", acts).unwrap();
    let stage = plugins.hooks::<Stage>();
    assert_eq!(stage.ask(), ["acts", "earlier", "later"]);
    assert!(later.upgrade().is_none(), "it is dropped with the last call that had it");
    assert_eq!(stage.ask(), ["acts", "earlier"]);
}

#[test]
fn who_unregisters_itself_completes_the_call() {
    let plugins = PluginManager::new();
    let manager = plugins.clone();
    let acts = Acts::new("acts", move || drop(manager.unregister("acts").unwrap()));
    add(&plugins, "other");
    plugins.register_as("acts", acts).unwrap();
    let stage = plugins.hooks::<Stage>();
    assert_eq!(stage.ask(), ["acts", "other"]);
    assert_eq!(stage.ask(), ["other"]);
}

#[test]
fn a_wrapper_that_is_unregistered_inside_of_its_call_ends_it() {
    plugins! { Wraps(Journal); }

    #[hookimpl]
    impl Stage for Wraps {
        #[hookimpl(wrapper)]
        fn ask(&self, next: Next<'_, AskArgs>) {
            self.0.note("begins");
            next.call().push("wrapped");
            self.0.note("ends");
        }
    }

    let journal = Journal::default();
    let plugins = registered![Wraps(journal.clone())];
    let manager = plugins.clone();
    let acts = Acts::new("acts", move || {
        drop(manager.unregister("Wraps").unwrap());
        assert_eq!(names(&manager), ["acts"]);
    });
    plugins.register_as("acts", acts).unwrap();
    let stage = plugins.hooks::<Stage>();
    assert_eq!(stage.ask(), ["acts", "wrapped"]);
    assert_eq!(journal.read(), ["begins", "ends"]);
    assert_eq!(stage.ask(), ["acts"]);
    assert_eq!(journal.read(), [""; 0]);
}

#[test]
fn who_is_blocked_during_a_call_completes_it_and_stays_away() {
    let plugins = PluginManager::new();
    add(&plugins, "later");
    let manager = plugins.clone();
    let acts = Acts::new("acts", move || drop(manager.block("later")));
    plugins.register_as("acts", acts).unwrap();
    let stage = plugins.hooks::<Stage>();
    assert_eq!(stage.ask(), ["acts", "later"]);
    assert_eq!(stage.ask(), ["acts"]);
    assert_refused(
        plugins.register_as("later", Acts::new("later", || ())),
        &format!(
            "the plugin name `later` is blocked: unblock it before you register {}",
            std::any::type_name::<Acts>()
        ),
    );
}

#[test]
fn who_is_registered_during_a_call_joins_the_next_one() {
    let plugins = PluginManager::new();
    let manager = plugins.clone();
    let acts = Acts::new("acts", move || {
        add(&manager, "new");
        let within = manager.hooks::<Stage>().ask();
        assert_eq!(within, ["new", "acts"], "a call within is a new one");
    });
    plugins.register_as("acts", acts).unwrap();
    let stage = plugins.hooks::<Stage>();
    let report = stage.reported().ask();
    assert_eq!(verdicts(&report), ["acts: answered"]);
    assert_eq!(stage.ask(), ["new", "acts"]);
}

#[test]
fn who_is_replaced_during_a_call_completes_it_and_the_heir_joins_the_next_one() {
    let plugins = PluginManager::new();
    plugins.register_as("name", Acts::new("old", || ())).unwrap();
    let manager = plugins.clone();
    let acts = Acts::new("acts", move || {
        drop(manager.unregister("name").unwrap());
        manager.register_as("name", Acts::new("heir", || ())).unwrap();
    });
    plugins.register_as("acts", acts).unwrap();
    let stage = plugins.hooks::<Stage>();
    assert_eq!(stage.ask(), ["acts", "old"]);
    assert_eq!(stage.ask(), ["heir", "acts"]);
}

/// Calls the hook that it implements, with ever smaller numbers, and fails at some.
struct Descends {
    stage: Mutex<Option<Stage>>,
    fails_at: u32,
}

impl Plugin for Descends {
    const METADATA: PluginMetadata = PluginMetadata::new("Descends");
}

#[hookimpl]
impl Stage for Descends {
    fn descend(&self, number: u32) -> Result<Vec<u32>, String> {
        if number == 0 {
            return Ok(vec![]);
        }
        let stage = self.stage.lock().unwrap().clone().unwrap();
        let mut numbers = stage.descend(number - 1).concat();
        numbers.push(number);
        if number == self.fails_at { Err(format!("{number} fails")) } else { Ok(numbers) }
    }
}

#[test]
fn a_failure_in_a_call_within_a_call_belongs_to_the_call_within() {
    let plugins = PluginManager::new();
    let stage = plugins.hooks::<Stage>();
    let descends = Arc::new(Descends { stage: Mutex::new(Some(stage.clone())), fails_at: 2 });
    plugins.register(Arc::clone(&descends)).unwrap();
    let report = stage.reported().descend(4);
    assert_eq!(report.output, [[3, 4]], "what came from below 3 is lost with the one that failed");
    assert_eq!(verdicts(&report), ["Descends: answered"]);
    assert_eq!(plugins.plugins()[0].failures, 1);
    let report = stage.reported().descend(2);
    assert!(report.output.is_empty());
    assert_error(report.failures().next().unwrap(), "Descends", "descend", "2 fails");
    // The plugin holds the tables that hold the plugin.
    descends.stage.lock().unwrap().take();
}

#[test]
fn a_call_may_go_as_deep_as_the_stack_does() {
    let plugins = PluginManager::new();
    let stage = plugins.hooks::<Stage>();
    let descends = Arc::new(Descends { stage: Mutex::new(Some(stage.clone())), fails_at: 0 });
    plugins.register(Arc::clone(&descends)).unwrap();
    let expected: Vec<u32> = (1..=100).collect();
    assert_eq!(stage.descend(100), [expected]);
    descends.stage.lock().unwrap().take();
}

#[test]
fn a_panic_in_a_call_within_a_call_keeps_its_place_and_the_outer_one_its_own() {
    plugins! { Inner; Outer(Stage, Journal); }

    #[hookimpl]
    impl Stage for Inner {
        fn ask(&self) -> &'static str {
            panic!("inner")
        }
    }

    /// Calls another hook, in its destructor too, and panics.
    struct CallsWhenDropped(Stage, Journal);

    impl Drop for CallsWhenDropped {
        fn drop(&mut self) {
            let report = self.0.reported().ask();
            let failure = report.failures().next().unwrap();
            self.1.note(failure.to_string());
        }
    }

    #[hookimpl]
    impl Stage for Outer {
        fn descend(&self) -> Result<Vec<u32>, String> {
            let _last = CallsWhenDropped(self.0.clone(), self.1.clone());
            panic!("outer")
        }
    }

    let plugins = registered![Inner];
    let journal = Journal::default();
    let stage = plugins.hooks::<Stage>();
    plugins.register(Outer(stage.clone(), journal.clone())).unwrap();
    let report = stage.reported().descend(1);
    let outer = report.failures().next().unwrap();
    assert_panic(outer, "Outer", "descend", "outer");
    let inner = journal.read();
    assert_eq!(inner.len(), 1);
    let (inner, place) = inner[0].rsplit_once(", at ").unwrap();
    assert_eq!(inner, "plugin `Inner`, hook `ask`: panicked: inner");
    assert!(place.starts_with(file!()), "{place}");
    assert_ne!(outer.location().unwrap().to_string(), place);
    drop(plugins.unregister("Outer").unwrap());
}

#[test]
fn a_failure_that_stopped_a_call_within_may_be_handed_on() {
    plugins! { Closed; Asks(Stage); }

    #[hookimpl]
    impl Stage for Closed {
        fn gate(&self) -> Result<(), String> {
            Err("closed".to_owned())
        }
    }

    #[hookimpl]
    impl Stage for Asks {
        fn descend(&self) -> Result<Vec<u32>, String> {
            self.0.gate().map_err(|failure| failure.to_string())?;
            Ok(vec![])
        }
    }

    let plugins = registered![Closed];
    let stage = plugins.hooks::<Stage>();
    plugins.register(Asks(stage.clone())).unwrap();
    let report = stage.reported().descend(1);
    let message = "plugin `Closed`, hook `gate`: closed";
    assert_error(report.failures().next().unwrap(), "Asks", "descend", message);
    drop(plugins.unregister("Asks").unwrap());
}

#[test]
fn calls_within_wrappers_are_calls_of_their_own() {
    plugins! { Answers; Wraps(Stage, Journal); }

    #[hookimpl]
    impl Stage for Answers {
        fn ask(&self) -> &'static str {
            "answer"
        }

        fn descend(&self, number: u32) -> Result<Vec<u32>, String> {
            Ok(vec![number])
        }
    }

    #[hookimpl]
    impl Stage for Wraps {
        #[hookimpl(wrapper)]
        fn descend(&self, next: Next<'_, DescendArgs>) {
            self.1.note(format!("before {:?}", self.0.ask()));
            next.call().push(vec![]);
            self.1.note(format!("after {:?}", self.0.ask()));
        }
    }

    struct Calls(Journal);

    impl Monitor for Calls {
        fn before(&self, call: &MonitoredCall) {
            self.0.note(call.hook.name);
        }

        fn after(&self, call: &MonitoredCall, _: Option<&Failure>) {
            self.0.note(format!("end of {}", call.hook.name));
        }
    }

    let plugins = registered![Answers];
    let journal = Journal::default();
    let stage = plugins.hooks::<Stage>();
    plugins.register(Wraps(stage.clone(), journal.clone())).unwrap();
    let _guard = plugins.monitor(Calls(journal.clone()));
    assert_eq!(stage.descend(1), [vec![1], vec![]]);
    assert_eq!(
        journal.read(),
        [
            "descend",
            "ask",
            "end of ask",
            r#"before ["answer"]"#,
            "ask",
            "end of ask",
            r#"after ["answer"]"#,
            "end of descend",
        ]
    );
    drop(plugins.unregister("Wraps").unwrap());
}
