//! `#[derive(Plugin)]`: the metadata, the announcement, and the mark of the crate.

use std::sync::atomic::{AtomicBool, Ordering};

use proc_macro2::TokenStream;
use quote::quote;

use crate::fingerprint::FINGERPRINT;
use crate::model::Plugin;
use crate::names;

pub(crate) fn plugin(plugin: &Plugin) -> TokenStream {
    let Plugin { hooks_core, name, plugin_name } = plugin;
    let plugin_name = match plugin_name {
        Some(chosen) => quote!(#chosen),
        None => quote!(::core::env!("CARGO_PKG_NAME")),
    };
    let mark = mark();
    quote! {
        const _: () = {
            use #hooks_core::__private as __hooks;

            #[automatically_derived]
            impl __hooks::Plugin for #name {
                const METADATA: __hooks::PluginMetadata = __hooks::PluginMetadata::new(#plugin_name)
                    .version(::core::env!("CARGO_PKG_VERSION"))
                    .description(::core::env!("CARGO_PKG_DESCRIPTION"))
                    .authors(::core::env!("CARGO_PKG_AUTHORS"))
                    .repository(::core::env!("CARGO_PKG_REPOSITORY"))
                    .package(::core::env!("CARGO_PKG_NAME"));
            }

            __hooks::inventory::submit! { __hooks::Announcement::of::<#name>() }
        };

        #mark
    }
}

/// The macro by which `link_plugins!` recognises a plugin crate, and a plugin of this very
/// `hooks_core`. It is a macro because an exported one stands at the root of its crate, whatever
/// module the plugin is in; and a crate can have only one, whatever number of plugins it holds.
fn mark() -> Option<TokenStream> {
    // The compiler expands the macros of one crate in one process.
    static MARKED: AtomicBool = AtomicBool::new(false);
    if MARKED.swap(true, Ordering::Relaxed) {
        return None;
    }
    let mark = names::mark();
    Some(quote! {
        #[allow(non_local_definitions)] // exported from a function body, too
        #[doc(hidden)]
        #[macro_export]
        macro_rules! #mark {
            () => { #FINGERPRINT };
        }
    })
}
