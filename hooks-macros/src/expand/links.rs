//! `link_plugins!`: a reference to each plugin crate, so that the linker takes it in.

use proc_macro2::TokenStream;
use quote::quote;

use crate::fingerprint::FINGERPRINT;
use crate::model::{Link, Links};
use crate::names;

pub(crate) fn links(links: &Links) -> TokenStream {
    let Links { manifests, plugins, .. } = links;
    let plugins = plugins.iter().map(link);
    quote! {
        // Read, so that a change of a manifest builds this crate anew.
        #(const _: &[::core::primitive::u8] = ::core::include_bytes!(#manifests);)*
        #(#plugins)*
    }
}

fn link(link: &Link) -> TokenStream {
    let Link { package, crate_name, conditions } = link;
    let mark = names::mark();
    let condition = (!conditions.is_empty()).then(|| quote!(#[cfg(all(#(#conditions),*))]));
    let message = format!(
        "`{package}` is built with another `hooks-core` than this crate, so its plugins would be \
         missing: `cargo tree -i hooks-core` shows who asks for which"
    );
    quote! {
        #condition
        extern crate #crate_name as _;
        #condition
        const _: () = ::core::assert!(::#crate_name::#mark!() == #FINGERPRINT, #message);
    }
}
