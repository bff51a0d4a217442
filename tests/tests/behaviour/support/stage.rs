//! A spec with a hook of each kind, and plugins whose implementations are closures.

use std::error::Error;

use hooks_core::{Plugin, PluginMetadata, hookimpl, hookspec};

type Failable = Result<(), Box<dyn Error + Send + Sync>>;

/// A hook of each kind.
#[hookspec]
pub(crate) trait Stage {
    /// Everybody is told.
    fn tell(&self);

    /// Everybody is asked.
    fn ask(&self) -> Option<u32>;

    /// Asked until somebody answers.
    #[hook(firstresult)]
    fn choose(&self) -> Option<u32>;

    /// Everybody may fail.
    fn attempt(&self) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// Implements `tell`.
pub(crate) struct Teller(Box<dyn Fn() + Send + Sync>);

pub(crate) fn teller(tell: impl Fn() + Send + Sync + 'static) -> Teller {
    Teller(Box::new(tell))
}

impl Plugin for Teller {
    const METADATA: PluginMetadata = PluginMetadata::new("teller");
}

#[hookimpl]
impl Stage for Teller {
    fn tell(&self) {
        (self.0)();
    }
}

/// Implements `tell`, and wants to be first.
pub(crate) struct FirstTeller(Box<dyn Fn() + Send + Sync>);

pub(crate) fn first_teller(tell: impl Fn() + Send + Sync + 'static) -> FirstTeller {
    FirstTeller(Box::new(tell))
}

impl Plugin for FirstTeller {
    const METADATA: PluginMetadata = PluginMetadata::new("first-teller");
}

#[hookimpl]
impl Stage for FirstTeller {
    #[hookimpl(tryfirst)]
    fn tell(&self) {
        (self.0)();
    }
}

/// Implements `tell`, and wants to be last.
pub(crate) struct LastTeller(Box<dyn Fn() + Send + Sync>);

pub(crate) fn last_teller(tell: impl Fn() + Send + Sync + 'static) -> LastTeller {
    LastTeller(Box::new(tell))
}

impl Plugin for LastTeller {
    const METADATA: PluginMetadata = PluginMetadata::new("last-teller");
}

#[hookimpl]
impl Stage for LastTeller {
    #[hookimpl(trylast)]
    fn tell(&self) {
        (self.0)();
    }
}

/// Implements `ask`.
pub(crate) struct Asked(Box<dyn Fn() -> Option<u32> + Send + Sync>);

pub(crate) fn asked(answer: impl Fn() -> Option<u32> + Send + Sync + 'static) -> Asked {
    Asked(Box::new(answer))
}

impl Plugin for Asked {
    const METADATA: PluginMetadata = PluginMetadata::new("asked");
}

#[hookimpl]
impl Stage for Asked {
    fn ask(&self) -> Option<u32> {
        (self.0)()
    }
}

/// Implements `choose`.
pub(crate) struct Chooser(Box<dyn Fn() -> Option<u32> + Send + Sync>);

pub(crate) fn chooser(answer: impl Fn() -> Option<u32> + Send + Sync + 'static) -> Chooser {
    Chooser(Box::new(answer))
}

impl Plugin for Chooser {
    const METADATA: PluginMetadata = PluginMetadata::new("chooser");
}

#[hookimpl]
impl Stage for Chooser {
    #[hookimpl(firstresult)]
    fn choose(&self) -> Option<u32> {
        (self.0)()
    }
}

/// Implements `attempt`.
pub(crate) struct Failing(Box<dyn Fn() -> Failable + Send + Sync>);

pub(crate) fn failing(attempt: impl Fn() -> Failable + Send + Sync + 'static) -> Failing {
    Failing(Box::new(attempt))
}

impl Plugin for Failing {
    const METADATA: PluginMetadata = PluginMetadata::new("failing");
}

#[hookimpl]
impl Stage for Failing {
    fn attempt(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        (self.0)()
    }
}
