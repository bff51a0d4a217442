//! The attributes that more than one macro reads.

use proc_macro2::Span;
use syn::{Attribute, Path};

use crate::crate_path;
use crate::errors::Errors;

/// Whether an attribute is documentation that readers see.
pub(super) fn is_documentation(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc") && matches!(attribute.meta, syn::Meta::NameValue(_))
}

/// Takes documentation and deprecation out of `attributes`.
pub(super) fn documentation(
    attributes: &mut Vec<Attribute>,
) -> (Vec<Attribute>, Option<Attribute>) {
    let documentation =
        attributes.extract_if(.., |attribute| is_documentation(attribute)).collect();
    let deprecated =
        attributes.extract_if(.., |attribute| attribute.path().is_ident("deprecated")).last();
    (documentation, deprecated)
}

/// The path to `hooks_core`: as the user wrote it, or as the manifest of this crate tells.
pub(super) fn hooks_core(written: Option<Path>, errors: &mut Errors) -> Path {
    let found = written.map_or_else(crate_path::find, Ok);
    found.unwrap_or_else(|message| {
        errors.add(syn::Error::new(Span::call_site(), message));
        crate_path::conventional()
    })
}

/// Remembers an option, and refuses it if it was given before.
pub(super) fn once<T>(
    slot: &mut Option<T>,
    value: T,
    meta: &syn::meta::ParseNestedMeta<'_>,
) -> syn::Result<()> {
    if slot.is_some() {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        return Err(meta.error(format!("`{name}` is given twice: remove one of them")));
    }
    *slot = Some(value);
    Ok(())
}
