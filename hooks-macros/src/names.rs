//! The names that the expansion invents. Generated items that users meet have a name of their
//! own; all others live in an anonymous constant and cannot clash.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;

/// The arguments struct of a hook: `OnTaskCreatedArgs` of `on_task_created`.
pub(crate) fn arguments(hook: &Ident) -> Ident {
    format_ident!("{}Args", camel(hook), span = hook.span())
}

/// What stands for a hook that is awaited: `OnTaskCreatedHook`.
pub(crate) fn awaited(hook: &Ident) -> Ident {
    format_ident!("{}Hook", camel(hook), span = hook.span())
}

/// The call of a historic hook whose answers somebody takes: `on_task_created_then`.
pub(crate) fn then(hook: &Ident) -> Ident {
    format_ident!("{hook}_then")
}

/// The arguments of a call, owned: `OnTaskCreatedRecord`.
pub(crate) fn record(hook: &Ident) -> Ident {
    format_ident!("{}Record", camel(hook))
}

/// The spec whose calls return reports: `BernsteinSpecReported` of `BernsteinSpec`.
pub(crate) fn reported(spec: &Ident) -> Ident {
    format_ident!("{spec}Reported")
}

/// The registrar of a spec, a method per hook. Users meet it in rustc's messages about hooks
/// that do not exist.
pub(crate) fn registrar(spec: &Ident) -> Ident {
    format_ident!("{spec}Hooks")
}

/// The macro by which `link_plugins!` recognises a plugin crate. Users meet it in rustc's message
/// about a crate that is none.
pub(crate) fn mark() -> Ident {
    format_ident!("__derives_hooks_plugin")
}

/// The lifetime of the arguments of a call.
pub(crate) fn lifetime() -> syn::Lifetime {
    syn::Lifetime::new("'call", Span::call_site())
}

/// A local variable that stands in one `place` of the user's code and in others. All of them have
/// to be of one `context`: parts of what the user wrote may come from another macro.
pub(crate) fn local(name: &str, place: Span, context: Span) -> Ident {
    Ident::new(name, place.resolved_at(context))
}

fn camel(hook: &Ident) -> String {
    hook.unraw().to_string().split('_').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
