//! `link_plugins!`: the plugin crates among the dependencies.

use std::process::Command;

use proc_macro2::{Ident, Span, TokenStream};
use syn::LitStr;
use syn::parse::Parser;

use super::attributes;
use crate::errors::Errors;
use crate::manifest::{Dependency, Manifest};
use crate::model::{Link, Links};

/// Reads the manifest for plugins; what is wrong goes to `errors`.
pub(crate) fn links(options: TokenStream, errors: &mut Errors) -> Option<Links> {
    let mut prefix: Option<LitStr> = None;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("prefix") {
            let written = meta.value()?.parse()?;
            attributes::once(&mut prefix, written, &meta)
        } else {
            Err(meta.error("unknown option: `link_plugins!` takes `prefix = \"…\"`"))
        }
    });
    errors.keep(parser.parse2(options))?;
    let manifest = match Manifest::of_this_crate() {
        Ok(Some(manifest)) => manifest,
        Ok(None) => {
            complain(
                errors,
                "`link_plugins!` reads the Cargo.toml of its crate: build it with Cargo",
            );
            return None;
        }
        Err(message) => {
            complain(errors, message);
            return None;
        }
    };
    let plugins = plugins(&manifest, prefix.map(|prefix| prefix.value()).as_deref(), errors);
    let manifests = manifest.files().map(|file| file.display().to_string()).collect();
    Some(Links { manifests, plugins })
}

fn complain(errors: &mut Errors, message: impl std::fmt::Display) {
    errors.add(syn::Error::new(Span::call_site(), message));
}

fn plugins(manifest: &Manifest, prefix: Option<&str>, errors: &mut Errors) -> Vec<Link> {
    let dependencies = manifest.dependencies();
    let listed = manifest.listed_plugins();
    for name in &listed {
        if !dependencies.iter().any(|dependency| dependency.package == *name) {
            complain(
                errors,
                format!(
                    "`{name}` is listed under `[package.metadata.hooks] plugins`, but is not among \
                     the dependencies: add it to `[dependencies]`, by the name of its package"
                ),
            );
        }
    }
    let is_plugin = |dependency: &&Dependency| {
        prefix.is_some_and(|prefix| dependency.package.starts_with(prefix))
            || listed.contains(&dependency.package)
    };
    dependencies
        .iter()
        .filter(is_plugin)
        .filter_map(|dependency| match link(manifest, dependency) {
            Ok(link) => Some(link),
            Err(message) => {
                complain(errors, message);
                None
            }
        })
        .collect()
}

fn link(manifest: &Manifest, dependency: &Dependency) -> Result<Link, String> {
    let mut conditions = Vec::new();
    if let Some(target) = &dependency.target {
        conditions.push(target_predicate(target)?);
    }
    if dependency.optional {
        let features = manifest.features_with(&dependency.key);
        conditions.push(quote::quote!(any(#(feature = #features),*)));
    }
    Ok(Link {
        package: dependency.package.clone(),
        crate_name: Ident::new(&dependency.crate_name(), Span::call_site()),
        conditions,
    })
}

/// The predicate of `#[cfg]` for the key of a `[target.…]` table: `cfg(…)`, or the name of a
/// target.
fn target_predicate(target: &str) -> Result<TokenStream, String> {
    let predicate = match target.strip_prefix("cfg(").and_then(|rest| rest.strip_suffix(')')) {
        Some(predicate) => predicate.to_owned(),
        None => predicate_of_target(target)?,
    };
    predicate.parse().map_err(|error| format!("cannot read the target `{target}`: {error}"))
}

/// What the compiler says of a target, for source code can ask for nothing but that.
fn predicate_of_target(target: &str) -> Result<String, String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer = Command::new(compiler).args(["--print", "cfg", "--target", target]).output();
    match answer {
        Ok(answer) if answer.status.success() => {
            let cfg = String::from_utf8_lossy(&answer.stdout);
            let properties: Vec<_> = cfg
                .lines()
                .filter(|line| line.starts_with("target_") && !line.starts_with("target_feature"))
                .collect();
            Ok(format!("all({})", properties.join(", ")))
        }
        _ => Err(format!(
            "cannot tell what the target `{target}` is: write `[target.'cfg(…)'.dependencies]`"
        )),
    }
}
