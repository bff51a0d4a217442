//! The lifetimes that a user leaves out in the types of arguments.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{Lifetime, Type};

use crate::model::{Argument, Hook};
use crate::names;

/// Whether the arguments of a hook borrow from the caller.
pub(super) fn is_borrowed(hook: &Hook) -> bool {
    let lifetime = names::lifetime();
    hook.arguments.iter().any(|argument| FillIn::new(&lifetime).fill(&argument.written_type).1)
}

/// The type of an argument, with the lifetimes that the user left out.
pub(super) fn filled_in(argument: &Argument, lifetime: &Lifetime) -> Type {
    FillIn::new(lifetime).fill(&argument.written_type).0
}

/// Fills in the lifetimes that a type leaves out, but those that belong to the signature of a
/// function in it.
struct FillIn<'a> {
    lifetime: &'a Lifetime,
    filled: bool,
}

impl<'a> FillIn<'a> {
    fn new(lifetime: &'a Lifetime) -> Self {
        Self { lifetime, filled: false }
    }

    /// The type, and whether it left a lifetime out.
    fn fill(mut self, written: &Type) -> (Type, bool) {
        let mut filled = written.clone();
        self.visit_type_mut(&mut filled);
        (filled, self.filled)
    }
}

impl VisitMut for FillIn<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            let mut lifetime = self.lifetime.clone();
            lifetime.set_span(behind(reference.and_token.span).resolved_at(lifetime.span()));
            reference.lifetime = Some(lifetime);
            self.filled = true;
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.lifetime.clone();
            self.filled = true;
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
}

/// The place directly behind a token: where rustc proposes to write `mut`, if it is a `&`.
fn behind(token: Span) -> Span {
    if proc_macro::is_available() { token.unwrap().end().into() } else { token }
}
