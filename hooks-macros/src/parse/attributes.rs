//! The attributes that more than one macro reads.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Path, parse_quote_spanned};

use crate::crate_path;
use crate::errors::Errors;
use crate::model::Deprecated;

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

/// Reads a `#[deprecated]`, and adds to its note what takes the place of what it stands on. One
/// that is not well formed stays as it is: rustc complains of it.
pub(super) fn deprecated(attribute: Attribute, replacement: Option<Ident>) -> Deprecated {
    let [mut since, mut note] = [None, None];
    let read = match &attribute.meta {
        Meta::Path(_) => Ok(()),
        Meta::NameValue(written) => {
            note = text(&written.value);
            Ok(())
        }
        Meta::List(_) => attribute.parse_nested_meta(|meta| {
            let value: LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("since") {
                since = Some(value);
            } else if meta.path.is_ident("note") {
                note = Some(value);
            }
            Ok(())
        }),
    };
    let attribute = match &replacement {
        Some(replacement) if read.is_ok() => {
            let advice = format!("use `{replacement}`");
            let note = note.as_ref().map(LitStr::value);
            let note = note.map_or_else(|| advice.clone(), |note| format!("{note}; {advice}"));
            let since = since.iter();
            parse_quote_spanned!(attribute.span()=> #[deprecated(#(since = #since,)* note = #note)])
        }
        _ => attribute,
    };
    Deprecated { attribute, since, note, replacement }
}

/// The text of a literal.
fn text(value: &Expr) -> Option<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        _ => None,
    }
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

/// The name of a hook, as the value of an option.
pub(super) fn hook_name(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<Ident> {
    let value = meta.value()?;
    if value.peek(syn::LitStr) {
        return Err(value.error("write the name of the hook without quotes"));
    }
    let name = value.parse()?;
    if value.peek(syn::Token![::]) {
        return Err(value.error("write the name of the hook alone: the spec is known"));
    }
    Ok(name)
}
