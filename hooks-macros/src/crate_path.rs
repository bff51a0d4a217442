//! Finds `hooks_core` in the crate that is being compiled, so that its author need not say where
//! it is.
//!
//! A crate that depends on `hooks-core` has it under that name, or the name that it chose. A
//! plugin crate need not: it depends on the crate that defines the specs of its host. By
//! convention such a crate has a name that ends in `-hooks`, and re-exports `hooks_core`.

use proc_macro2::Span;
use syn::{Ident, Path};

use crate::manifest::{Dependency, Manifest};

const PACKAGE: &str = "hooks-core";
/// How the names of crates end that define specs and re-export `hooks_core`.
const SPEC_CRATE_SUFFIX: &str = "-hooks";

/// The path to `hooks_core`.
pub(crate) fn find() -> Result<Path, String> {
    match Manifest::of_this_crate()? {
        Some(manifest) => find_in(&manifest),
        None => Ok(conventional()),
    }
}

/// The path where nothing else is known.
fn conventional() -> Path {
    syn::parse_quote!(::hooks_core)
}

fn find_in(manifest: &Manifest) -> Result<Path, String> {
    if manifest.package_name() == Some(PACKAGE) {
        return Ok(conventional());
    }
    // What only tests see comes second: the library is compiled without it.
    for dependencies in [manifest.dependencies(), manifest.dev_dependencies()] {
        if let Some(dependency) =
            dependencies.iter().find(|dependency| dependency.package == PACKAGE)
        {
            let name = ident(dependency);
            return Ok(syn::parse_quote!(::#name));
        }
        let spec_crates: Vec<_> = dependencies
            .iter()
            .filter(|dependency| dependency.package.ends_with(SPEC_CRATE_SUFFIX))
            .collect();
        match *spec_crates {
            [] => {}
            [dependency] => {
                let name = ident(dependency);
                return Ok(syn::parse_quote!(::#name::hooks_core));
            }
            [first, second, ..] => return Err(ambiguous(first, second)),
        }
    }
    Err(format!(
        "cannot find `{PACKAGE}`: depend on it, or on a crate called `…{SPEC_CRATE_SUFFIX}` that \
         re-exports it as `hooks_core`, or name it with `crate = path::to::hooks_core`"
    ))
}

fn ambiguous(first: &Dependency, second: &Dependency) -> String {
    format!(
        "cannot tell whether `{}` or `{}` re-exports `hooks_core`: name it with \
         `crate = {}::hooks_core`",
        first.package,
        second.package,
        first.crate_name(),
    )
}

fn ident(dependency: &Dependency) -> Ident {
    Ident::new(&dependency.crate_name(), Span::call_site())
}
