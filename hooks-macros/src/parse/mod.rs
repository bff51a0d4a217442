//! From the user's syntax to the model. Every mistake is reported here, and nothing here knows
//! what the expansion looks like.

mod attributes;
mod implementations;
mod links;
mod plugin;
mod spec;

pub(crate) use implementations::implementations;
pub(crate) use links::links;
pub(crate) use plugin::plugin;
pub(crate) use spec::spec;

use syn::Type;

use crate::model::Passing;

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
