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
pub(super) fn hooks_core(written: Option<Path>, errors: &mut Errors) -> Option<Path> {
    let found = written.map_or_else(crate_path::find, Ok);
    errors.keep(found.map_err(|message| syn::Error::new(Span::call_site(), message)))
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

/// The value of an option that is a path, and no text.
pub(super) fn path(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<Path> {
    let value = meta.value()?;
    if value.peek(syn::LitStr) {
        return Err(value.error("write the path without quotes"));
    }
    value.call(Path::parse_mod_style)
}
