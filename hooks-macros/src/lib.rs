//! The macros of `hooks-core`, which re-exports them.

use proc_macro::TokenStream;

mod crate_path;
mod errors;
mod fingerprint;
mod manifest;

// Each macro parses into the model, reporting every mistake, and expands what is left.
mod parse;
// What the user's code means.
mod model;
// The code in its place.
mod expand;

use errors::Errors;

/// Declares hooks.
#[proc_macro_attribute]
pub fn hookspec(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let spec = parse::spec(options.into(), item.into(), &mut errors);
    finish(spec.as_ref().map(expand::spec), errors)
}

/// Implements hooks.
#[proc_macro_attribute]
pub fn hookimpl(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let block = parse::implementations(options.into(), item.into(), &mut errors);
    finish(block.as_ref().map(expand::implementations), errors)
}

/// Makes a type a plugin.
#[proc_macro_derive(Plugin, attributes(plugin))]
pub fn derive_plugin(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let plugin = parse::plugin(item.into(), &mut errors);
    finish(plugin.as_ref().map(expand::plugin), errors)
}

/// Links the plugin crates among the dependencies.
#[proc_macro]
pub fn link_plugins(options: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let links = parse::links(options.into(), &mut errors);
    finish(links.as_ref().map(expand::links), errors)
}

/// The expansion of what is right, followed by what is wrong.
fn finish(expansion: Option<proc_macro2::TokenStream>, errors: Errors) -> TokenStream {
    let mut tokens = expansion.unwrap_or_default();
    tokens.extend(errors.into_tokens());
    tokens.into()
}
