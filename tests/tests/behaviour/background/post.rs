//! A spec with background hooks, plugins for it that are closures, and gates that hold them up.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use hooks_core::{Closures, Deliveries, Method, PluginManager, QueueOptions, WhenFull, hookspec};

use crate::support::Journal;

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(100);

/// What is sent.
#[hookspec]
pub(crate) trait Post {
    /// A letter has come.
    #[hook(background)]
    fn letter(&self, text: &str);

    /// A parcel has come, which may be refused.
    #[hook(background)]
    fn parcel(&self, number: u64) -> Result<(), String>;

    /// Somebody has come.
    fn visit(&self, who: &str);
}

/// A plugin that takes letters.
pub(crate) fn reader(read: impl Fn(&str) + Send + Sync + 'static) -> Closures<Post> {
    let read = Arc::new(read);
    Closures::<Post>::new(move |hooks| {
        let read = Arc::clone(&read);
        hooks.letter().implementation(Method::here("letter"), move |args| read(args.text));
    })
}

/// A plugin that notes letters in a journal.
pub(crate) fn noter(journal: &Journal) -> Closures<Post> {
    let journal = journal.clone();
    reader(move |text| journal.note(text))
}

/// A plugin that notes letters, each when the gate lets it.
pub(crate) fn held(gate: &Gate, journal: &Journal) -> Closures<Post> {
    let (gate, journal) = (gate.clone(), journal.clone());
    reader(move |text| {
        gate.pass();
        journal.note(text);
    })
}

/// A manager in which a plugin called `held` takes letters when the gate lets it, and notes them.
/// The first letter, `first`, is at the gate.
pub(crate) struct Stuck {
    pub(crate) plugins: PluginManager,
    pub(crate) post: Post,
    pub(crate) gate: Gate,
    pub(crate) journal: Journal,
}

impl Stuck {
    pub(crate) fn new(capacity: usize, when_full: WhenFull) -> Self {
        let plugins = PluginManager::new();
        plugins.set_queues(QueueOptions::new().capacity(capacity).when_full(when_full));
        let (gate, journal) = (Gate::default(), Journal::default());
        plugins.register_closures("held", held(&gate, &journal)).unwrap();
        let post = plugins.hooks::<Post>();
        post.letter("first");
        gate.wait_for_one();
        Self { plugins, post, gate, journal }
    }

    /// Opens the gate, and returns what was delivered.
    pub(crate) fn delivered(&self) -> Vec<String> {
        self.gate.open();
        assert!(self.plugins.drain(LONG).is_complete());
        self.journal.read()
    }
}

/// How the deliveries to a plugin stand.
pub(crate) fn deliveries(plugins: &PluginManager, name: &str) -> Deliveries {
    let info = plugins.plugins().into_iter().find(|info| &*info.name == name);
    info.unwrap().deliveries
}

/// The same as sent, delivered, dropped and waiting.
pub(crate) fn counts(plugins: &PluginManager, name: &str) -> [u64; 4] {
    let Deliveries { sent, delivered, dropped, waiting, .. } = deliveries(plugins, name);
    [sent, delivered, dropped, waiting]
}

/// Holds everybody up until it is opened.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<AtGate>, Condvar)>);

#[derive(Default)]
struct AtGate {
    is_open: bool,
    waiting: usize,
}

impl Gate {
    pub(crate) fn pass(&self) {
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap();
        state.waiting += 1;
        changed.notify_all();
        let mut state = changed.wait_while(state, |state| !state.is_open).unwrap();
        state.waiting -= 1;
    }

    pub(crate) fn open(&self) {
        self.0.0.lock().unwrap().is_open = true;
        self.0.1.notify_all();
    }

    /// Waits until somebody is at the gate.
    pub(crate) fn wait_for_one(&self) {
        let (state, changed) = &*self.0;
        drop(changed.wait_while(state.lock().unwrap(), |state| state.waiting == 0).unwrap());
    }
}

/// A plugin that sends on what it is told, for a test to receive.
pub(crate) fn forwarder() -> (Closures<Post>, Receiver<String>) {
    let (sender, receiver) = channel();
    let sender: Mutex<Sender<String>> = Mutex::new(sender);
    let plugin = reader(move |text| sender.lock().unwrap().send(text.to_owned()).unwrap());
    (plugin, receiver)
}
