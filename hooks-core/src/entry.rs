//! One implementation, and how entries of a table are let go.

use std::sync::{Arc, OnceLock};

use crate::background::Deferred;
use crate::fence;
use crate::hook::{Hook, Mode};
use crate::order::{self, Sequence, Wish};
use crate::plugin::{Implementation, Method, Origin, Role};
use crate::statistics::Figures;

/// What an implementation runs.
pub(crate) type Run<H> = <<H as Hook>::Mode as Mode<H>>::Run;

/// What a wrapper runs.
pub(crate) type Wrap<H> = <<H as Hook>::Mode as Mode<H>>::Wrap;

/// One implementation or wrapper in a table.
pub(crate) struct Entry<R: ?Sized> {
    pub(crate) head: Arc<Head>,
    pub(crate) run: Arc<R>,
}

impl<R: ?Sized> Clone for Entry<R> {
    fn clone(&self) -> Self {
        Self { head: Arc::clone(&self.head), run: Arc::clone(&self.run) }
    }
}

/// What there is to know of an entry without running it.
pub(crate) struct Head {
    pub(crate) origin: Arc<Origin>,
    method: Method,
    role: Role,
    /// How many had joined its table before it; empty until it joins.
    joined: OnceLock<Sequence>,
    /// What its calls come to; empty while statistics are off.
    figures: OnceLock<Arc<Figures>>,
}

impl Head {
    pub(crate) fn new(origin: Arc<Origin>, method: Method, role: Role) -> Self {
        Self { origin, method, role, joined: OnceLock::new(), figures: OnceLock::new() }
    }

    pub(crate) fn implementation(&self) -> Implementation {
        Implementation {
            plugin: Arc::clone(&self.origin.plugin),
            method: self.method.name.clone(),
            role: self.role,
            band: self.method.band,
            file: self.method.file,
            line: self.method.line,
            arguments: self.method.arguments,
            is_async: self.method.is_async,
            background: self.method.background,
        }
    }

    /// Whether it asks to stand before or after its own plugin.
    pub(crate) fn names_itself(&self) -> bool {
        let Method { before, after, .. } = &self.method;
        before.iter().chain(after).any(|name| **name == *self.origin.plugin)
    }

    /// Counts its calls from now on in what `figures` gives.
    pub(crate) fn measure(&self, figures: impl FnOnce() -> Arc<Figures>) -> &Arc<Figures> {
        self.figures.get_or_init(figures)
    }

    pub(crate) fn figures(&self) -> Option<&Figures> {
        self.figures.get().map(|figures| &**figures)
    }

    /// Joins its table, as the `sequence`th.
    pub(crate) fn join(&self, sequence: Sequence) {
        self.joined.get_or_init(|| sequence);
    }

    pub(crate) fn joined(&self) -> Option<Sequence> {
        self.joined.get().copied()
    }

    /// What there is to know of it in order to place it. One that has not joined will be the
    /// newest.
    pub(crate) fn wish(&self) -> Wish<'_> {
        Wish {
            key: order::key(self.method.band, self.joined().unwrap_or(Sequence::MAX)),
            plugin: &self.origin.plugin,
            band: self.method.band,
            before: &self.method.before,
            after: &self.method.after,
        }
    }
}

/// An entry of the hook `H`: an implementation, a wrapper, or an implementation that runs in the
/// background.
pub(crate) enum AnyEntry<H: Hook> {
    Implementation(Entry<Run<H>>),
    Wrapper(Entry<Wrap<H>>),
    Background(Arc<dyn Deferred<H>>),
}

/// What entries of one hook never stand among each other, whatever their bands and wishes. In call
/// order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rank {
    Wrapper,
    Implementation,
    Background,
}

impl Rank {
    pub(crate) const ALL: [Self; 3] = [Self::Wrapper, Self::Implementation, Self::Background];
}

impl<H: Hook> AnyEntry<H> {
    pub(crate) fn rank(&self) -> Rank {
        match self {
            Self::Wrapper(_) => Rank::Wrapper,
            Self::Implementation(_) => Rank::Implementation,
            Self::Background(_) => Rank::Background,
        }
    }

    /// Lets go of the entry, which may be the last to hold its plugin.
    pub(crate) fn let_go(self) {
        let origin = Arc::clone(&self.head().origin);
        let_go(&origin.plugin, self);
    }

    pub(crate) fn head(&self) -> &Arc<Head> {
        match self {
            Self::Implementation(entry) => &entry.head,
            Self::Wrapper(entry) => &entry.head,
            Self::Background(entry) => entry.head(),
        }
    }
}

impl<H: Hook> Clone for AnyEntry<H> {
    fn clone(&self) -> Self {
        match self {
            Self::Implementation(entry) => Self::Implementation(entry.clone()),
            Self::Wrapper(entry) => Self::Wrapper(entry.clone()),
            Self::Background(entry) => Self::Background(Arc::clone(entry)),
        }
    }
}

/// Lets go of the plugin of this name, or of something that may be the last to hold it, inside of
/// a fence.
pub(crate) fn let_go<T>(plugin: &str, held: T) {
    if let Err(panic) = fence::dispose(held) {
        report_drop(plugin, &panic);
    }
}

/// Tells of a plugin that panicked while it was dropped.
#[cold]
fn report_drop(plugin: &str, panic: &fence::Panic) {
    tracing::error!(
        target: "hooks_core::drop",
        plugin,
        "a plugin panicked while it was dropped: {panic}",
    );
}
