//! Types that a hook cannot have.

use syn::visit_mut::{self, VisitMut};
use syn::{
    Lifetime, ParenthesizedGenericArguments, Path, PathArguments, TraitBound, Type, TypeFnPtr,
    TypeImplTrait, TypeReference, TypeTraitObject,
};

use crate::errors::Errors;

/// An argument becomes the field of a struct, whose one lifetime is that of the call.
pub(super) fn refuse_as_argument(written: &Type, errors: &mut Errors) {
    let parts = Parts::of(written);
    refuse_self(&parts, errors);
    for unnameable in &parts.unnameable {
        let message = "an argument of a hook needs a type with a name: write `&dyn Trait`";
        errors.at(unnameable, message);
    }
    for lifetime in &parts.named_lifetimes {
        errors.at(lifetime, "leave the lifetime out: an argument lives as long as the call");
    }
    if let Type::Reference(TypeReference { mutability: Some(_), elem, .. }) = written
        && Parts::of(elem).borrows
    {
        errors.at(
            elem,
            "what implementations may change cannot borrow, for nobody could tell how long what \
             they put into it has to live: use types that own, or `&'static`",
        );
    }
}

/// An answer outlives the call.
pub(super) fn refuse_as_answer(written: &Type, errors: &mut Errors) {
    let parts = Parts::of(written);
    refuse_self(&parts, errors);
    for unnameable in &parts.unnameable {
        errors.at(unnameable, "a hook returns a type with a name: write `Box<dyn Trait>`");
    }
    if parts.borrows || !parts.named_lifetimes.is_empty() {
        errors.at(written, "a hook returns values that it owns: an answer outlives the call");
    }
    if let Type::Path(path) = written
        && let Some(last) = path.path.segments.last()
        && last.ident == "Result"
        && matches!(last.arguments, PathArguments::None)
    {
        errors.at(
            written,
            "this type hides whether it is a `Result`: write `Result<T, E>`, for an error is a \
             failure of the implementation and no answer",
        );
    }
}

/// Whether a type visibly borrows.
pub(super) fn borrows(written: &Type) -> bool {
    Parts::of(written).borrows
}

/// Whether it is `&'static T`.
pub(super) fn refers_for_ever(written: &Type) -> bool {
    let Type::Reference(TypeReference { lifetime: Some(lifetime), mutability: None, .. }) = written
    else {
        return false;
    };
    lifetime.ident == "static"
}

/// Whether an argument of this type may be kept, as far as one can see: it is `&T`, `&'static T` or
/// `T`, and `T` neither borrows nor is, or has, a trait object, of which nobody could tell what it
/// borrows.
pub(super) fn may_be_kept(written: &Type) -> bool {
    let kept = match written {
        whole if refers_for_ever(whole) => whole,
        Type::Reference(TypeReference { lifetime: None, mutability: None, elem, .. }) => elem,
        Type::Reference(_) => return false,
        owned => owned,
    };
    let parts = Parts::of(kept);
    !parts.borrows && !parts.dynamic
}

fn refuse_self(parts: &Parts, errors: &mut Errors) {
    for path in &parts.selves {
        errors.at(path, "`Self` would be the spec, which becomes a struct: name the type");
    }
}

/// What is in a type, but not in the signatures of functions in it.
#[derive(Default)]
struct Parts {
    unnameable: Vec<TypeImplTrait>,
    selves: Vec<Path>,
    named_lifetimes: Vec<Lifetime>,
    /// Whether it leaves a lifetime out, or open.
    borrows: bool,
    /// Whether there is a trait object in it.
    dynamic: bool,
}

impl Parts {
    fn of(written: &Type) -> Self {
        let mut parts = Self::default();
        parts.visit_type_mut(&mut written.clone());
        parts
    }
}

impl VisitMut for Parts {
    fn visit_type_impl_trait_mut(&mut self, unnameable: &mut TypeImplTrait) {
        self.unnameable.push(unnameable.clone());
    }

    fn visit_type_trait_object_mut(&mut self, object: &mut TypeTraitObject) {
        self.dynamic = true;
        visit_mut::visit_type_trait_object_mut(self, object);
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.segments.first().is_some_and(|first| first.ident == "Self") {
            self.selves.push(path.clone());
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.borrows |= reference.lifetime.is_none();
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            self.borrows = true;
        } else if lifetime.ident != "static" {
            self.named_lifetimes.push(lifetime.clone());
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        // `for<'a> Trait<'a>` names lifetimes of its own.
        if bound.lifetimes.is_none() {
            visit_mut::visit_trait_bound_mut(self, bound);
        }
    }
}
