//! The names that the expansion invents. Generated items that users meet have a name of their
//! own; all others live in an anonymous constant and cannot clash.

use proc_macro2::{Ident, Span};
use quote::format_ident;

/// The arguments struct of a hook: `OnTaskCreatedArgs` of `on_task_created`.
pub(super) fn arguments(hook: &Ident) -> Ident {
    let camel: String =
        hook.to_string().trim_start_matches("r#").split('_').map(capitalised).collect();
    format_ident!("{camel}Args", span = hook.span())
}

/// The spec whose calls return reports: `BernsteinSpecReported` of `BernsteinSpec`.
pub(super) fn reported(spec: &Ident) -> Ident {
    format_ident!("{spec}Reported")
}

/// The registrar of a spec, a method per hook. Users meet it in rustc's messages about hooks
/// that do not exist.
pub(super) fn registrar(spec: &Ident) -> Ident {
    format_ident!("{spec}Hooks")
}

/// The macro by which `link_plugins!` recognises a plugin crate. Users meet it in rustc's message
/// about a crate that is none.
pub(super) fn mark() -> Ident {
    format_ident!("__derives_hooks_plugin")
}

/// The lifetime of the arguments of a call.
pub(super) fn lifetime() -> syn::Lifetime {
    syn::Lifetime::new("'call", Span::call_site())
}

/// A local variable that stands in one `place` of the user's code and in others. All of them have
/// to be of one `context`: parts of what the user wrote may come from another macro.
pub(super) fn local(name: &str, place: Span, context: Span) -> Ident {
    Ident::new(name, place.resolved_at(context))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
