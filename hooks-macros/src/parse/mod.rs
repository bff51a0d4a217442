//! From the user's syntax to the model. Every mistake is reported here, and nothing here knows
//! what the expansion looks like.

mod attributes;
mod implementations;
mod links;
mod plugin;
mod spec;
mod types;

pub(crate) use implementations::implementations;
pub(crate) use links::links;
pub(crate) use plugin::plugin;
pub(crate) use spec::spec;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Generics, Type};

use crate::model::Passing;

/// What is generic about an item, if anything is.
fn written_generics(generics: &Generics) -> Option<TokenStream> {
    if generics.params.is_empty() {
        return generics.where_clause.as_ref().map(ToTokens::to_token_stream);
    }
    Some(generics.to_token_stream())
}

/// How an argument of this type is passed.
fn passing(written: &Type) -> Passing {
    match written {
        Type::Reference(reference) if reference.mutability.is_some() => Passing::Exclusive,
        Type::Reference(_) => Passing::Shared,
        Type::Group(group) => passing(&group.elem),
        Type::Paren(paren) => passing(&paren.elem),
        _ => Passing::Value,
    }
}
