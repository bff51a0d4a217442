//! One implementation, and how entries of a table are let go.

use std::error::Error;
use std::sync::{Arc, OnceLock};

use crate::fence;
use crate::hook::Hook;
use crate::order::{self, Sequence, Wish};
use crate::plugin::{Implementation, Method, Origin, Role};
use crate::statistics::Figures;
use crate::wrapper::Next;

/// What an implementation runs: a method of a plugin, behind a closure that picks its arguments.
pub(crate) type Run<H> =
    dyn for<'a, 'b> Fn(&'b mut <H as Hook>::Args<'a>) -> <H as Hook>::Return + Send + Sync;

/// What a wrapper runs.
pub(crate) type Wrap<H> = dyn for<'a, 'b> Fn(Next<'b, <H as Hook>::Args<'a>>) -> Result<(), Box<dyn Error + Send + Sync>>
    + Send
    + Sync;

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

    pub(crate) fn role(&self) -> Role {
        self.role
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

/// An entry of the hook `H`, as an implementation or as a wrapper.
pub(crate) enum AnyEntry<H: Hook> {
    Implementation(Entry<Run<H>>),
    Wrapper(Entry<Wrap<H>>),
}

impl<H: Hook> AnyEntry<H> {
    /// Lets go of the entry, which may be the last to hold its plugin.
    pub(crate) fn let_go(self) {
        let origin = Arc::clone(&self.head().origin);
        let_go(&origin.plugin, self);
    }

    pub(crate) fn head(&self) -> &Arc<Head> {
        match self {
            Self::Implementation(entry) => &entry.head,
            Self::Wrapper(entry) => &entry.head,
        }
    }
}

impl<H: Hook> Clone for AnyEntry<H> {
    fn clone(&self) -> Self {
        match self {
            Self::Implementation(entry) => Self::Implementation(entry.clone()),
            Self::Wrapper(entry) => Self::Wrapper(entry.clone()),
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
