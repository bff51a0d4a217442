//! What the user's code means, with the user's own syntax beside it for spans.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, ImplItemFn, LitStr, Path, Type, Visibility};

/// A trait under `#[hookspec]`.
pub(crate) struct Spec {
    /// The path to `hooks_core`.
    pub(crate) hooks_core: Path,
    /// The attributes of the trait, its documentation among them.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) hooks: Vec<Hook>,
}

/// A method of a spec.
pub(crate) struct Hook {
    pub(crate) name: Ident,
    pub(crate) documentation: Vec<Attribute>,
    pub(crate) deprecated: Option<Deprecated>,
    /// What stands in its `#[hook(…)]`, of each if there are several.
    pub(crate) options: Vec<TokenStream>,
    /// What it has to do with, for the reference.
    pub(crate) subject: Option<LitStr>,
    /// The version in which it came.
    pub(crate) since: Option<LitStr>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) kind: Kind,
    pub(crate) mode: Mode,
    /// How long an implementation may take.
    pub(crate) timeout: Option<Duration>,
    /// Whether the first failure ends a call.
    pub(crate) stops: bool,
    pub(crate) returns: Returns,
    /// Whether the arguments are kept: `None` if they cannot be.
    pub(crate) keeping: Option<Keeping>,
}

impl Hook {
    /// The type of what an implementation answers; `None` for nothing. In a waterfall hook, what
    /// flows decides about it.
    pub(crate) fn answer(&self) -> Option<&Type> {
        let flow = self.arguments.iter().find(|argument| argument.flow);
        flow.map(|flow| &flow.written_type).or(self.returns.answer.as_ref())
    }
}

/// A `#[deprecated]`.
pub(crate) struct Deprecated {
    /// For rustc: as written, with the replacement in its note.
    pub(crate) attribute: Attribute,
    pub(crate) since: Option<LitStr>,
    pub(crate) note: Option<LitStr>,
    /// The hook that takes its place.
    pub(crate) replacement: Option<Ident>,
}

impl ToTokens for Deprecated {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attribute.to_tokens(tokens);
    }
}

/// An argument of a hook.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) documentation: Vec<Attribute>,
    pub(crate) deprecated: Option<Deprecated>,
    /// As written in the spec.
    pub(crate) written_type: Type,
    pub(crate) passing: Passing,
    /// Whether it is the value that goes through a waterfall hook.
    pub(crate) flow: bool,
}

/// How an argument is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passing {
    Shared,
    Exclusive,
    Value,
}

/// Whether the arguments of a hook are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// For every call: that they can be is for rustc to say.
    Always,
    /// For a plugin that asks for it, if there is one, and if they can be.
    Perhaps,
}

/// How the answers of a hook combine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Notify,
    Background,
    Collect,
    FirstResult,
    Waterfall,
    Historic,
}

/// How the implementations of a hook are run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Synchronous,
    Sequential,
    Concurrent,
}

/// What one implementation of a hook returns.
pub(crate) struct Returns {
    /// As written in the spec; `None` for nothing.
    pub(crate) written_type: Option<Type>,
    /// Whether it is a `Result`.
    pub(crate) fallible: bool,
    /// Whether it is an `Option`, or a `Result` of one.
    pub(crate) optional: bool,
    /// What is left of the type without `Result` and `Option`; `None` for nothing.
    pub(crate) answer: Option<Type>,
}

/// An `impl Spec for Plugin` under `#[hookimpl]`.
pub(crate) struct Implementations {
    /// The path to `hooks_core`.
    pub(crate) hooks_core: Path,
    /// The attributes of the block.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) spec: Path,
    pub(crate) plugin: Type,
    pub(crate) methods: Vec<Method>,
}

/// A method that implements a hook.
pub(crate) struct Method {
    /// The method without its `#[hookimpl(…)]`.
    pub(crate) item: ImplItemFn,
    /// The hook that it implements, with the span at which the user names it.
    pub(crate) hook: Ident,
    pub(crate) band: Band,
    /// The names of the plugins before which it asks to stand.
    pub(crate) before: Vec<LitStr>,
    /// The names of the plugins after which it asks to stand.
    pub(crate) after: Vec<LitStr>,
    /// Where the user wrote `firstresult`, if they did.
    pub(crate) firstresult: Option<Span>,
    /// Where the user wrote `background`, if they did.
    pub(crate) background: Option<Span>,
    /// Where the user wrote `wrapper`, if they did.
    pub(crate) wrapper: Option<Span>,
    /// Where the type of the `next` of a wrapper is written, which is not among its parameters.
    pub(crate) next: Option<Span>,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether it is an `async fn`.
    pub(crate) is_async: bool,
    /// Whether it can be registered: rustc is not to say again what is wrong with it.
    pub(crate) sound: bool,
}

/// A parameter of a method that implements a hook.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) written_type: Type,
    pub(crate) passing: Passing,
}

/// How a method asks to be ordered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Band {
    TryFirst,
    Plain,
    TryLast,
}

/// A type under `#[derive(Plugin)]`.
pub(crate) struct Plugin {
    /// The path to `hooks_core`.
    pub(crate) hooks_core: Path,
    pub(crate) name: Ident,
    /// The name that the user chose; `None` for the name of the package.
    pub(crate) plugin_name: Option<LitStr>,
}

/// The plugin crates that `link_plugins!` refers to.
pub(crate) struct Links {
    /// The manifests that were read, to be built again when they change.
    pub(crate) manifests: Vec<String>,
    pub(crate) plugins: Vec<Link>,
}

/// A plugin crate among the dependencies.
pub(crate) struct Link {
    /// The name of the package, for messages.
    pub(crate) package: String,
    /// The name by which this crate knows it.
    pub(crate) crate_name: Ident,
    /// When it is a dependency: predicates of `#[cfg]`, all of which hold.
    pub(crate) conditions: Vec<TokenStream>,
}
