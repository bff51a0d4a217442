//! `#[derive(Plugin)]`: a type becomes a [`Plugin`].

use proc_macro2::TokenStream;
use syn::{DeriveInput, LitStr};

use super::attributes;
use crate::errors::Errors;
use crate::model::Plugin;

/// Reads a plugin; what is wrong with it goes to `errors`.
pub(crate) fn plugin(item: TokenStream, errors: &mut Errors) -> Option<Plugin> {
    let item: DeriveInput = errors.keep(syn::parse2(item))?;
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            "a plugin cannot be generic: it is made and registered as one type",
        );
        return None;
    }
    let mut path = None;
    let mut plugin_name = None;
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("plugin")) {
        errors.keep(attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                let name: LitStr = meta.value()?.parse()?;
                if name.value().trim().is_empty() {
                    return Err(syn::Error::new(
                        name.span(),
                        "a plugin needs a name that is not empty",
                    ));
                }
                attributes::once(&mut plugin_name, name, &meta)
            } else if meta.path.is_ident("crate") {
                let written = attributes::path(&meta)?;
                attributes::once(&mut path, written, &meta)
            } else {
                Err(meta.error(
                    "unknown option: `#[plugin(…)]` takes `name = \"…\"` and \
                     `crate = path::to::hooks_core`",
                ))
            }
        }));
    }
    Some(Plugin {
        hooks_core: attributes::hooks_core(path, errors)?,
        name: item.ident,
        plugin_name,
    })
}
