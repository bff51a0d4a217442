//! Collects the mistakes in one use of a macro, so that the user sees all of them at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors {
    all: Option<syn::Error>,
    count: usize,
}

impl Errors {
    /// Reports a mistake in `place`.
    pub(crate) fn at(&mut self, place: &impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(place, message));
    }

    /// Reports a mistake that was found elsewhere.
    pub(crate) fn add(&mut self, error: syn::Error) {
        self.count += 1;
        match &mut self.all {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// How many there are: what was read between two looks is right if they agree.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Keeps what is right of a result and reports what is not.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// The mistakes as `compile_error!`s.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.all.map(|errors| errors.to_compile_error()).unwrap_or_default()
    }
}
