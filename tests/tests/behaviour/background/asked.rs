//! Plugins that ask for the background themselves, on a hook that runs in the call for others.

use std::sync::Arc;
use std::thread;

use hooks_core::{Band, Closures, Method, Next, Plugin, PluginManager, PluginMetadata, Verdict};
use hooks_core::{hookimpl, hookspec};

use super::post::{Gate, LONG, Post};
use crate::support::{Journal, within_the_deadline};

/// Something that cannot be kept.
pub(crate) struct Fleeting;

/// Plain hooks.
#[hookspec]
trait Doors {
    /// Somebody knocks.
    fn knock(&self, who: &str, times: u32);

    /// The wind blows, and nobody can keep it.
    fn blow(&self, wind: &Fleeting, from: Option<&str>);
}

/// Opens slowly, and knows it.
struct Slow {
    journal: Journal,
    gate: Gate,
}

impl Plugin for Slow {
    const METADATA: PluginMetadata = PluginMetadata::new("slow");
}

#[hookimpl]
impl Doors for Slow {
    #[hookimpl(background)]
    fn knock(&self, who: &str, times: u32) {
        self.gate.pass();
        self.journal.note(format!("slow: {who} {times}"));
    }

    #[hookimpl(hook = knock, tryfirst)]
    fn hear(&self, who: &str) {
        self.journal.note(format!("heard: {who}"));
    }
}

/// Opens at once.
struct Quick(Journal);

impl Plugin for Quick {
    const METADATA: PluginMetadata = PluginMetadata::new("quick");
}

#[hookimpl]
impl Doors for Quick {
    fn knock(&self, who: &str) {
        self.0.note(format!("quick: {who}"));
    }

    fn blow(&self, from: Option<&str>) {
        self.0.note(from.unwrap_or("nowhere"));
    }
}

/// Knocks once more than was knocked.
struct Louder;

impl Plugin for Louder {
    const METADATA: PluginMetadata = PluginMetadata::new("louder");
}

#[hookimpl]
impl Doors for Louder {
    #[hookimpl(wrapper)]
    fn knock(&self, mut next: Next<'_, KnockArgs<'_>>) {
        next.args_mut().times += 1;
        next.call();
    }
}

#[test]
fn the_others_run_in_the_call_and_the_one_that_asks_runs_when_it_can() {
    within_the_deadline(|| {
        let (journal, gate) = (Journal::default(), Gate::default());
        let plugins = PluginManager::new();
        plugins.register(Quick(journal.clone())).unwrap();
        plugins.register(Slow { journal: journal.clone(), gate: gate.clone() }).unwrap();
        plugins.register(Louder).unwrap();
        let doors = plugins.hooks::<Doors>();
        doors.knock("a", 1);
        doors.blow(&Fleeting, Some("north"));
        assert_eq!(journal.read(), ["heard: a", "quick: a", "north"]);
        let report = doors.reported().knock("b", 2);
        let verdicts: Vec<_> = report
            .outcomes
            .iter()
            .map(|outcome| (&*outcome.plugin, matches!(outcome.verdict, Verdict::Queued)))
            .collect();
        let expected = [("louder", false), ("slow", false), ("quick", false), ("slow", true)];
        assert_eq!(verdicts, expected);
        journal.read();
        gate.open();
        assert!(plugins.drain(LONG).is_complete());
        assert_eq!(journal.read(), ["slow: a 2", "slow: b 3"], "what the wrapper has changed");
    });
}

#[test]
fn those_in_the_background_stand_behind_all_others_whatever_they_ask() {
    let plugins = PluginManager::new();
    let told: Arc<Journal> = Arc::default();
    let eager = Closures::<Doors>::new(|hooks| {
        let method = Method::here("eager").band(Band::TryFirst).before("plain");
        hooks.knock().background(method, |_| ());
    });
    plugins.register_closures("eager", eager).unwrap();
    let plain = Closures::<Doors>::new(|hooks| {
        hooks.knock().implementation(Method::here("plain").band(Band::TryLast), |_| ());
    });
    plugins.register_closures("plain", plain).unwrap();
    let order = &plugins.call_order::<Doors>()[0];
    let names: Vec<_> = order.implementations.iter().map(|one| &*one.plugin).collect();
    assert_eq!(names, ["plain", "eager"]);
    assert_eq!(order.reasons.len(), 2);
    assert!(told.read().is_empty());
}

#[test]
fn to_ask_for_the_background_on_a_background_hook_changes_nothing() {
    let (plugins, journal) = (PluginManager::new(), Journal::default());
    let caller = thread::current().id();
    let notes = journal.clone();
    let plugin = Closures::<Post>::new(move |hooks| {
        let notes = notes.clone();
        hooks.letter().background(Method::here("letter"), move |args| {
            assert_ne!(thread::current().id(), caller);
            notes.note(args.text);
        });
    });
    plugins.register_closures("asks", plugin).unwrap();
    plugins.hooks::<Post>().letter("a");
    assert!(plugins.drain(LONG).is_complete());
    assert_eq!(journal.read(), ["a"]);
}
