//! `#[hookimpl]`: an `impl Spec for Plugin` becomes [`Implementations`].

use proc_macro2::{Ident, Span, TokenStream};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, LitStr, Pat, Path, Safety, Signature};

use super::{attributes, passing, spec::is_shared_self, written_generics};
use crate::errors::Errors;
use crate::model::{Band, Implementations, Method, Parameter, Passing};

/// What people write on a block that belongs on a method.
const METHOD_OPTIONS: [&str; 8] =
    ["tryfirst", "trylast", "before", "after", "wrapper", "background", "firstresult", "hook"];

/// Reads a block of implementations; what is wrong with it goes to `errors`, and what is right is
/// still there.
pub(crate) fn implementations(
    options: TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Option<Implementations> {
    let Ok(mut item) = syn::parse2::<ItemImpl>(item.clone()) else {
        misplaced(item, errors);
        return None;
    };
    let path = options_of_block(options, errors);
    let Some((spec, _)) = item.trait_.take() else {
        errors.at(
            &item.self_ty,
            "`#[hookimpl]` belongs on an `impl Spec for Plugin` block: name the spec whose hooks \
             the plugin implements",
        );
        return None;
    };
    if let Some(bang) = &item.modifiers.polarity {
        errors.at(bang, "a plugin implements hooks or does not: remove the `!`");
    }
    if let Some(generics) = written_generics(&item.generics) {
        errors.at(&generics, "a plugin cannot be generic: it is registered as one type");
    }
    let methods = item.items.into_iter().filter_map(|item| method(item, errors)).collect();
    Some(Implementations {
        hooks_core: attributes::hooks_core(path, errors)?,
        attributes: item.attrs,
        spec,
        plugin: *item.self_ty,
        methods,
    })
}

/// Says what is wrong with an item that is no block.
fn misplaced(item: TokenStream, errors: &mut Errors) {
    if let Ok(method) = syn::parse2::<ImplItemFn>(item.clone()) {
        errors.at(
            &method.sig.ident,
            "`#[hookimpl]` on a method needs `#[hookimpl]` on the `impl Spec for Plugin` block \
             around it",
        );
    } else if let Some(item) = errors.keep(syn::parse2::<syn::Item>(item)) {
        errors.at(&item, "`#[hookimpl]` belongs on an `impl Spec for Plugin` block");
    }
}

fn options_of_block(options: TokenStream, errors: &mut Errors) -> Option<Path> {
    let mut path = None;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            let written = attributes::path(&meta)?;
            return attributes::once(&mut path, written, &meta);
        }
        if METHOD_OPTIONS.iter().any(|name| meta.path.is_ident(name)) {
            return Err(meta.error("this option belongs on a method, as `#[hookimpl(…)]` above it"));
        }
        Err(meta.error(
            "unknown option: on a block, `#[hookimpl]` takes `crate = path::to::hooks_core` only",
        ))
    });
    errors.keep(syn::parse::Parser::parse2(parser, options));
    path
}

fn method(item: ImplItem, errors: &mut Errors) -> Option<Method> {
    let ImplItem::Fn(mut item) = item else {
        errors.at(
            &item,
            "a block under `#[hookimpl]` holds methods only: put this in an `impl` block of its own",
        );
        return None;
    };
    let mistakes = errors.count();
    let options = options_of_method(&mut item.attrs, errors);
    refuse_what_a_method_is_not(&item.sig, errors);
    let mut parameters = parameters(&item.sig, errors);
    let next = options
        .wrapper
        .as_ref()
        .and_then(|wrapper| take_next(wrapper, &options, &mut parameters, errors));
    let band = options.band(errors);
    options.refuse_answers_from_the_background(errors);
    let sound = errors.count() == mistakes;
    Some(Method {
        hook: options.hook.clone().unwrap_or_else(|| item.sig.ident.clone()),
        band,
        firstresult: options.firstresult.as_ref().map(Spanned::span),
        background: options.background.as_ref().map(Spanned::span),
        wrapper: options.wrapper.as_ref().map(Spanned::span),
        before: options.before,
        after: options.after,
        next,
        parameters,
        is_async: item.sig.asyncness.is_some(),
        sound,
        item,
    })
}

/// A wrapper takes arguments like everybody, and `next` as its last parameter, which is taken off:
/// where its type is written.
fn take_next(
    wrapper: &Path,
    options: &MethodOptions,
    parameters: &mut Vec<Parameter>,
    errors: &mut Errors,
) -> Option<Span> {
    let next = parameters.pop_if(|last| last.passing == Passing::Value);
    if next.is_none() {
        errors.at(wrapper, "a wrapper takes `next: Next<'_, …>` as its last parameter");
    }
    for parameter in parameters.iter().filter(|parameter| parameter.passing == Passing::Exclusive) {
        errors.at(
            &parameter.written_type,
            "a wrapper reaches the arguments that a hook passes as `&mut` through `next.args_mut()`",
        );
    }
    if let Some(firstresult) = &options.firstresult {
        errors.at(
            firstresult,
            "a wrapper gives no answer of its own: remove `firstresult` or `wrapper`",
        );
    }
    next.map(|next| next.written_type.span())
}

/// The options of the `#[hookimpl(…)]` on a method.
#[derive(Default)]
struct MethodOptions {
    tryfirst: Option<Path>,
    trylast: Option<Path>,
    firstresult: Option<Path>,
    background: Option<Path>,
    wrapper: Option<Path>,
    before: Vec<LitStr>,
    after: Vec<LitStr>,
    hook: Option<Ident>,
}

impl MethodOptions {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let flag = meta.path.clone();
        if flag.is_ident("tryfirst") {
            attributes::once(&mut self.tryfirst, flag, meta)
        } else if flag.is_ident("trylast") {
            attributes::once(&mut self.trylast, flag, meta)
        } else if flag.is_ident("firstresult") {
            attributes::once(&mut self.firstresult, flag, meta)
        } else if flag.is_ident("wrapper") {
            attributes::once(&mut self.wrapper, flag, meta)
        } else if flag.is_ident("background") {
            attributes::once(&mut self.background, flag, meta)
        } else if flag.is_ident("before") {
            self.before.push(plugin_name(meta)?);
            Ok(())
        } else if flag.is_ident("after") {
            self.after.push(plugin_name(meta)?);
            Ok(())
        } else if flag.is_ident("hook") {
            let hook = attributes::hook_name(meta)?;
            attributes::once(&mut self.hook, hook, meta)
        } else {
            Err(meta.error(
                "unknown option: on a method, `#[hookimpl]` takes `tryfirst`, `trylast`, \
                 `before = \"plugin\"`, `after = \"plugin\"`, `wrapper`, `background`, \
                 `firstresult` and `hook = name`",
            ))
        }
    }

    fn refuse_answers_from_the_background(&self, errors: &mut Errors) {
        let Some(background) = &self.background else { return };
        if self.wrapper.is_some() {
            errors.at(
                background,
                "a wrapper stands around the call, and cannot come after it: remove `background` \
                 or `wrapper`",
            );
        }
        if self.firstresult.is_some() {
            errors.at(
                background,
                "nobody waits for an answer from the background: remove `background` or \
                 `firstresult`",
            );
        }
    }

    fn band(&self, errors: &mut Errors) -> Band {
        match (&self.tryfirst, &self.trylast) {
            (Some(_), Some(trylast)) => {
                errors
                    .at(trylast, "`tryfirst` and `trylast` exclude each other: remove one of them");
                Band::Plain
            }
            (Some(_), None) => Band::TryFirst,
            (None, Some(_)) => Band::TryLast,
            (None, None) => Band::Plain,
        }
    }
}

/// The name of a plugin, as the value of an option.
fn plugin_name(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let name: LitStr = meta.value()?.parse()?;
    if name.value().trim().is_empty() {
        return Err(syn::Error::new(name.span(), "name a plugin here"));
    }
    Ok(name)
}

fn options_of_method(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> MethodOptions {
    let mut options = MethodOptions::default();
    let is_hookimpl = |attribute: &mut Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "hookimpl")
    };
    for attribute in attributes.extract_if(.., is_hookimpl) {
        if matches!(attribute.meta, syn::Meta::Path(_)) {
            continue;
        }
        errors.keep(attribute.parse_nested_meta(|meta| options.read(&meta)));
    }
    options
}

fn refuse_what_a_method_is_not(signature: &Signature, errors: &mut Errors) {
    if let Some(generics) = written_generics(&signature.generics) {
        errors.at(
            &generics,
            "an implementation cannot be generic: write the types of the hook, and leave \
             lifetimes out",
        );
    }
    if let Safety::Unsafe(token) = &signature.safety {
        errors.at(token, "an implementation cannot be `unsafe`: the dispatcher calls it");
    }
    match signature.receiver() {
        None => errors.at(
            &signature.ident,
            format!("`{0}` takes no `&self`: write `fn {0}(&self, …)`", signature.ident),
        ),
        Some(receiver) if !is_shared_self(receiver) => errors.at(
            receiver,
            "an implementation takes `&self`: several threads may call it at once; keep what \
             changes behind a lock or in an atomic",
        ),
        Some(_) => {}
    }
}

fn parameters(signature: &Signature, errors: &mut Errors) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for input in &signature.inputs {
        let FnArg::Typed(written) = input else { continue };
        match &*written.pat {
            Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
                parameters.push(Parameter {
                    name: pattern.ident.clone(),
                    passing: passing(&written.ty),
                    written_type: (*written.ty).clone(),
                });
            }
            Pat::Wild(_) => {
                errors.at(&written.pat, "arguments go by name: leave out what you do not need");
            }
            _ => errors.at(
                &written.pat,
                "arguments go by name: take the argument under its name, and take it apart in the \
                 body",
            ),
        }
    }
    parameters
}
