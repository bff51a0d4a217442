//! Hooks whose calls run in the background, and a plugin that is at fault there.

use std::error::Error;
use std::fmt;
use std::panic::panic_any;

use hooks_core::{FailureKind, Outcome, Plugin, PluginManager, PluginMetadata, hookimpl, hookspec};

use super::items::{Breaks, FAULTY, Item};
use crate::background::Gate;
use crate::support::Journal;

/// What runs in the background: because the spec says so, and because the plugin does.
#[hookspec]
pub(crate) trait Errands {
    /// Sent to all.
    #[hook(background)]
    fn send(&self, number: u32, item: Item);
    /// Sent to all, and may fail.
    #[hook(background)]
    fn try_send(&self, number: u32, item: Item) -> Result<(), Oops>;

    /// Told in the call, unless a plugin asks for the background.
    fn tell(&self, number: u32, item: Item);
    /// Told in the call, unless a plugin asks for the background. May fail.
    fn try_tell(&self, number: u32, item: Item) -> Result<(), Oops>;
}

/// How a call comes into the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Spec,
    Plugin,
}

/// Every hook that there is: who asks for the background, and whether it may fail.
pub(crate) const HOOKS: [(Asks, bool, &str); 4] = [
    (Asks::Spec, false, "send"),
    (Asks::Spec, true, "try_send"),
    (Asks::Plugin, false, "tell"),
    (Asks::Plugin, true, "try_tell"),
];

/// What a plugin does with an item that it is not happy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Panics,
    /// What it panics with panics when it is dropped.
    PanicsWithABomb,
    /// It panics in a destructor at its end.
    PanicsOnTheWayOut,
    Fails,
    /// Its error panics when it is asked what it is.
    FailsShyly,
    /// Its error panics when it is looked into; nobody does.
    FailsSecretly,
    /// Its error panics when it is dropped.
    FailsExplosively,
    /// It blocks its thread until the gate is opened.
    Blocks,
    /// It does nothing wrong. What it gets may be broken.
    None(Breaks),
}

impl Fault {
    pub(crate) const PANICS: [Self; 3] =
        [Self::Panics, Self::PanicsWithABomb, Self::PanicsOnTheWayOut];
    pub(crate) const ERRORS: [Self; 4] =
        [Self::Fails, Self::FailsShyly, Self::FailsSecretly, Self::FailsExplosively];
    pub(crate) const BREAKS: [Self; 5] = [
        Self::None(Breaks::WhenKept),
        Self::None(Breaks::WhenCopied),
        Self::None(Breaks::WhenTaken),
        Self::None(Breaks::WhenDropped),
        Self::None(Breaks::WhenForgotten),
    ];

    pub(crate) fn breaks(self) -> Breaks {
        match self {
            Self::None(breaks) => breaks,
            _ => Breaks::Never,
        }
    }

    /// The failure that it comes to, if it comes to one, and how its message begins.
    pub(crate) fn failure(self) -> Option<(FailureKind, &'static str)> {
        match self {
            Self::Panics => Some((FailureKind::Panic, "boom")),
            Self::PanicsWithABomb => {
                Some((FailureKind::Panic, "a panic whose payload is not text"))
            }
            Self::PanicsOnTheWayOut => Some((FailureKind::Panic, "boom on the way out")),
            Self::Fails | Self::FailsSecretly | Self::FailsExplosively => {
                Some((FailureKind::Error, "oops"))
            }
            Self::FailsShyly => {
                let message = "an error that panicked when it was asked what it is: shy";
                Some((FailureKind::Error, message))
            }
            Self::None(Breaks::WhenCopied | Breaks::WhenTaken) => {
                Some((FailureKind::Panic, "broken"))
            }
            Self::Blocks | Self::None(_) => None,
        }
    }

    /// The end of the file in which it panics.
    pub(crate) fn place(self) -> Option<&'static str> {
        match self {
            Self::Panics | Self::PanicsWithABomb => Some("background_faults/faulty.rs"),
            Self::PanicsOnTheWayOut => Some("support/journal.rs"),
            Self::None(_) => Some("background_faults/items.rs"),
            _ => None,
        }
    }
}

/// An error with a will of its own.
pub(crate) struct Oops(Fault);

impl fmt::Display for Oops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.0 != Fault::FailsShyly, "shy");
        f.write_str("oops")
    }
}

impl fmt::Debug for Oops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.0 != Fault::FailsSecretly, "secret");
        f.write_str("Oops")
    }
}

impl Error for Oops {}

impl Drop for Oops {
    fn drop(&mut self) {
        assert!(self.0 != Fault::FailsExplosively, "explosive");
    }
}

/// What a plugin knows.
#[derive(Clone)]
pub(crate) struct Errand {
    pub(crate) name: &'static str,
    /// What it does with the first item.
    pub(crate) fault: Option<Fault>,
    /// Where it blocks.
    pub(crate) gate: Gate,
    /// Notes what it gets.
    pub(crate) journal: Journal,
    /// What else is dropped.
    pub(crate) bombs: Journal,
}

impl Errand {
    fn run(&self, number: u32) -> Result<(), Oops> {
        self.journal.note(format!("{} {}", self.name, number));
        let _loud;
        match self.fault.filter(|_| number == 1) {
            None | Some(Fault::None(_)) => {}
            Some(Fault::Blocks) => self.gate.pass(),
            Some(Fault::Panics) => panic!("boom"),
            Some(Fault::PanicsWithABomb) => {
                panic_any(self.bombs.bomb("the payload").charged("boom of the payload"))
            }
            Some(Fault::PanicsOnTheWayOut) => {
                _loud = self.bombs.bomb("the local").charged("boom on the way out");
            }
            Some(error) => return Err(Oops(error)),
        }
        Ok(())
    }

    /// The same, for a hook that cannot fail.
    fn run_plainly(&self, number: u32) {
        assert!(self.run(number).is_ok());
    }
}

/// Does everything in the background.
pub(crate) struct Later(pub(crate) Errand);

impl Plugin for Later {
    const METADATA: PluginMetadata = PluginMetadata::new("later");
}

#[hookimpl]
impl Errands for Later {
    fn send(&self, number: u32, item: Item) {
        drop(item);
        self.0.run_plainly(number);
    }
    fn try_send(&self, number: u32, item: Item) -> Result<(), Oops> {
        drop(item);
        self.0.run(number)
    }
    #[hookimpl(background)]
    fn tell(&self, number: u32, item: Item) {
        drop(item);
        self.0.run_plainly(number);
    }
    #[hookimpl(background)]
    fn try_tell(&self, number: u32, item: Item) -> Result<(), Oops> {
        drop(item);
        self.0.run(number)
    }
}

/// Does in the call what can be done there.
pub(crate) struct Present(pub(crate) Errand);

impl Plugin for Present {
    const METADATA: PluginMetadata = PluginMetadata::new("present");
}

#[hookimpl]
impl Errands for Present {
    fn tell(&self, number: u32) {
        self.0.run_plainly(number);
    }
    fn try_tell(&self, number: u32) -> Result<(), Oops> {
        self.0.run(number)
    }
}

/// Calls the hook of this name, and returns what became of each plugin.
pub(crate) fn call(errands: &Errands, hook: &str, number: u32, item: Item) -> Vec<Outcome> {
    let errands = errands.reported();
    match hook {
        "send" => errands.send(number, item).outcomes,
        "try_send" => errands.try_send(number, item).outcomes,
        "tell" => errands.tell(number, item).outcomes,
        "try_tell" => errands.try_tell(number, item).outcomes,
        unknown => unreachable!("{unknown}"),
    }
}

/// Registers `present`, which runs in the call where the spec lets it, and `first`, the plugin at
/// fault and `last`, which run in the background. Returns the gate at which the one may block.
pub(crate) fn register(plugins: &PluginManager, journal: &Journal, fault: Fault) -> Gate {
    let gate = Gate::default();
    let errand = |name, fault| Errand {
        name,
        fault,
        gate: gate.clone(),
        journal: journal.clone(),
        bombs: Journal::default(),
    };
    plugins.register(Present(errand("present", None))).unwrap();
    plugins.register_as("last", Later(errand("last", None))).unwrap();
    plugins.register_as(FAULTY, Later(errand(FAULTY, Some(fault)))).unwrap();
    plugins.register_as("first", Later(errand("first", None))).unwrap();
    gate
}
