//! `#[hookspec]`: a trait becomes a [`Spec`].

use std::collections::HashSet;
use std::time::Duration;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::{
    Attribute, FnArg, GenericArgument, Ident, ItemTrait, LitStr, Pat, PatType, Path, PathArguments,
    Receiver, ReceiverKind, ReturnType, Safety, Signature, Token, TraitItem, TraitItemFn, Type,
};

use super::{attributes, passing, types, written_generics};
use crate::errors::Errors;
use crate::model::{Argument, Hook, Keeping, Kind, Mode, Passing, Returns, Spec};
use crate::names;

/// Names of hooks that would stand in the way of what every spec has.
const RESERVED: [&str; 4] = ["reported", "frozen", "without", "with"];

/// Reads a spec; what is wrong with it goes to `errors`, and what is right is still there.
pub(crate) fn spec(options: TokenStream, item: TokenStream, errors: &mut Errors) -> Option<Spec> {
    let item: ItemTrait = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(_) if !is_trait(&item) => {
            errors.at(&item, "`#[hookspec]` belongs on a trait, whose methods are the hooks");
            return None;
        }
        Err(error) => {
            errors.add(error);
            return None;
        }
    };
    let path = options_of_spec(options, errors);
    refuse_what_a_spec_is_not(&item, errors);
    let written = names_of_hooks(&item);
    let mut hooks =
        item.items.into_iter().filter_map(|item| hook(item, errors)).collect::<Vec<_>>();
    if hooks.is_empty() {
        errors.at(&item.ident, "a spec without hooks: write a method for each hook");
    }
    refuse_two_of_one_name(&mut hooks, errors);
    refuse_names_of_calls(&mut hooks, errors);
    check_replacements(&hooks, &written, errors);
    Some(Spec {
        hooks_core: attributes::hooks_core(path, errors)?,
        attributes: item.attrs,
        visibility: item.vis,
        name: item.ident,
        hooks,
    })
}

fn is_trait(item: &TokenStream) -> bool {
    item.clone().into_iter().any(|token| token.to_string() == "trait")
}

fn options_of_spec(options: TokenStream, errors: &mut Errors) -> Option<Path> {
    let mut path = None;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            let written = attributes::path(&meta)?;
            return attributes::once(&mut path, written, &meta);
        }
        Err(meta.error("unknown option: `#[hookspec]` takes `crate = path::to::hooks_core` only"))
    });
    errors.keep(syn::parse::Parser::parse2(parser, options));
    path
}

/// A table has no type parameters, no parents and nothing unsafe about it.
fn refuse_what_a_spec_is_not(item: &ItemTrait, errors: &mut Errors) {
    if let Some(generics) = written_generics(&item.generics) {
        errors.at(&generics, "a spec cannot be generic: one table serves all plugins");
    }
    if !item.supertraits.is_empty() {
        errors.at(&item.supertraits, "a spec has no supertraits: it becomes a struct of tables");
    }
    if let Some(token) = &item.unsafety {
        errors.at(token, "a spec cannot be `unsafe`");
    }
}

fn refuse_two_of_one_name(hooks: &mut Vec<Hook>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    hooks.retain(|hook| {
        let first = seen.insert(hook.name.clone());
        if !first {
            errors.at(&hook.name, format!("two hooks are called `{}`: rename one", hook.name));
        }
        first
    });
}

/// A historic hook that has answers comes with a second call, which takes them.
fn refuse_names_of_calls(hooks: &mut Vec<Hook>, errors: &mut Errors) {
    let taking: Vec<_> = hooks
        .iter()
        .filter(|hook| hook.kind == Kind::Historic && hook.answer().is_some())
        .map(|hook| (names::then(&hook.name), hook.name.clone()))
        .collect();
    hooks.retain(|hook| {
        let taken = taking.iter().find(|(then, _)| hook.name == *then);
        if let Some((then, historic)) = taken {
            let message = format!(
                "`{then}` is the call of `{historic}` that takes its answers: rename one of the \
                 hooks"
            );
            errors.at(&hook.name, message);
        }
        taken.is_none()
    });
}

/// The names of all hooks, those among them that something is wrong with.
fn names_of_hooks(item: &ItemTrait) -> Vec<Ident> {
    let hooks = item.items.iter().filter_map(|item| match item {
        TraitItem::Fn(hook) => Some(hook.sig.ident.clone()),
        _ => None,
    });
    hooks.collect()
}

/// What takes the place of a hook is another hook of the same spec.
fn check_replacements(hooks: &[Hook], written: &[Ident], errors: &mut Errors) {
    for hook in hooks {
        let replacement = hook.deprecated.as_ref().and_then(|hook| hook.replacement.as_ref());
        let Some(replacement) = replacement else { continue };
        if *replacement == hook.name {
            errors.at(replacement, "a hook cannot take its own place: name the one that does");
        } else if !written.contains(replacement) {
            let message = format!(
                "the spec has no hook `{replacement}`: name the hook of this spec that takes the \
                 place of `{}`",
                hook.name
            );
            errors.at(replacement, message);
        }
    }
}

fn hook(item: TraitItem, errors: &mut Errors) -> Option<Hook> {
    let TraitItem::Fn(TraitItemFn { mut attrs, sig, default, .. }) = item else {
        errors.at(&item, "a spec holds hooks only: methods that end with a semicolon");
        return None;
    };
    if let Some(body) = &default {
        errors.at(body, "a hook has no body: plugins supply it; write a semicolon in its place");
    }
    let mut options = options_of_hook(&mut attrs, errors);
    let (documentation, deprecated) = attributes::documentation(&mut attrs);
    let replacement = options.replaced_by.take();
    if let (Some(replacement), None) = (&replacement, &deprecated) {
        errors.at(
            replacement,
            "only what is deprecated is replaced: write `#[deprecated]` on the hook, or remove \
             `replaced_by`",
        );
    }
    let deprecated = deprecated.map(|attribute| attributes::deprecated(attribute, replacement));
    if documentation.is_empty() {
        errors.at(
            &sig.ident,
            format!(
                "the hook `{}` has no documentation: write a doc comment above it, \
                 it is the hook's entry in the reference",
                sig.ident
            ),
        );
    }
    refuse_attributes(&attrs, "a hook", "`#[hook(…)]`", errors);
    if RESERVED.iter().any(|reserved| sig.ident == reserved) {
        let message = format!("`{}` is a method that every spec has: rename the hook", sig.ident);
        errors.at(&sig.ident, message);
        return None;
    }
    let mistakes = errors.count();
    refuse_what_a_hook_is_not(&sig, errors);
    let returns = returns(&sig.output, errors);
    let kind = kind(&options, &returns, &sig, errors);
    let arguments = arguments(sig.inputs.into_iter(), &sig.ident, errors);
    check_flow(kind, &arguments, &sig.ident, errors);
    check_kept(kind, &arguments, errors);
    let mode = mode(kind, &options, &arguments, sig.asyncness.as_ref(), errors);
    let HookOptions { stops, timeout, subject, since, written, .. } = options;
    let timeout = timeout.map(|(_, timeout)| timeout);
    let keeping = keeping(kind, stops, &arguments).filter(|_| mode == Mode::Synchronous);
    let hook = Hook {
        name: sig.ident,
        documentation,
        deprecated,
        options: written,
        subject,
        since,
        arguments,
        kind,
        mode,
        timeout,
        stops,
        returns,
        keeping,
    };
    Some(if errors.count() == mistakes { hook } else { inert(hook) })
}

/// A hook in the place of one whose signature is wrong: rustc is not to say it again in its own
/// words.
fn inert(hook: Hook) -> Hook {
    Hook {
        arguments: Vec::new(),
        kind: Kind::Notify,
        timeout: None,
        stops: false,
        returns: Returns::nothing(),
        keeping: None,
        ..hook
    }
}

/// The options of one `#[hook(…)]`.
#[derive(Default)]
struct HookOptions {
    firstresult: Option<Path>,
    waterfall: Option<Path>,
    historic: Option<Path>,
    background: Option<Path>,
    on_failure: Option<Ident>,
    stops: bool,
    concurrent: Option<Path>,
    /// With the place at which it is written.
    timeout: Option<(LitStr, Duration)>,
    subject: Option<LitStr>,
    since: Option<LitStr>,
    replaced_by: Option<Ident>,
    /// All of it, for the reference.
    written: Vec<TokenStream>,
}

fn options_of_hook(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> HookOptions {
    let mut options = HookOptions::default();
    for attribute in attributes.extract_if(.., |attribute| attribute.path().is_ident("hook")) {
        errors.keep(attribute.parse_nested_meta(|meta| options.read(&meta)));
        options.written.extend(attribute.meta.require_list().map(|list| list.tokens.clone()));
    }
    options.refuse_two_kinds(errors);
    options.refuse_a_stop_in_the_background(errors);
    options
}

impl HookOptions {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let flag = meta.path.clone();
        if flag.is_ident("firstresult") {
            attributes::once(&mut self.firstresult, flag, meta)
        } else if flag.is_ident("waterfall") {
            attributes::once(&mut self.waterfall, flag, meta)
        } else if flag.is_ident("historic") {
            attributes::once(&mut self.historic, flag, meta)
        } else if flag.is_ident("background") {
            attributes::once(&mut self.background, flag, meta)
        } else if flag.is_ident("on_failure") {
            let policy: Ident = meta.value()?.parse()?;
            self.stops = match policy.to_string().as_str() {
                "stop" => true,
                "isolate" => false,
                _ => {
                    let message = "unknown policy: `on_failure` is `stop` or `isolate`";
                    return Err(syn::Error::new(policy.span(), message));
                }
            };
            attributes::once(&mut self.on_failure, policy, meta)
        } else if flag.is_ident("concurrent") {
            attributes::once(&mut self.concurrent, flag, meta)
        } else if flag.is_ident("timeout") {
            let timeout = timeout(meta)?;
            attributes::once(&mut self.timeout, timeout, meta)
        } else if flag.is_ident("subject") {
            let subject = line(meta, "a subject is a word or a few: write `subject = \"tasks\"`")?;
            attributes::once(&mut self.subject, subject, meta)
        } else if flag.is_ident("since") {
            let since = line(meta, "a version of the crate: write `since = \"0.2\"`")?;
            attributes::once(&mut self.since, since, meta)
        } else if flag.is_ident("replaced_by") {
            let replaced_by = attributes::hook_name(meta)?;
            attributes::once(&mut self.replaced_by, replaced_by, meta)
        } else {
            Err(meta.error(
                "unknown option: `#[hook(…)]` takes `firstresult`, `waterfall`, `historic`, \
                 `background`, `concurrent`, `timeout = \"5s\"`, `on_failure = stop`, \
                 `subject = \"tasks\"`, `since = \"0.2\"` and `replaced_by = on_other`",
            ))
        }
    }

    fn refuse_two_kinds(&self, errors: &mut Errors) {
        let kinds = [&self.firstresult, &self.waterfall, &self.historic, &self.background];
        if let [first, second, ..] = *kinds.into_iter().flatten().collect::<Vec<_>>() {
            let name = |path: &Path| path.to_token_stream().to_string();
            errors.at(
                second,
                format!("`{}` and `{}` exclude each other: remove one", name(first), name(second)),
            );
        }
    }

    fn refuse_a_stop_in_the_background(&self, errors: &mut Errors) {
        if let (Some(_), true, Some(policy)) = (&self.background, self.stops, &self.on_failure) {
            errors.at(
                policy,
                "a failure in the background comes too late to stop the call: remove \
                 `on_failure = stop` or `background`",
            );
        }
    }
}

/// A text of one line, as the value of an option; `expected` says what belongs there.
fn line(meta: &ParseNestedMeta<'_>, expected: &str) -> syn::Result<LitStr> {
    let written: LitStr = meta.value()?.parse()?;
    let value = written.value();
    if value.trim().is_empty() || value.contains(['\n', '\r']) {
        return Err(syn::Error::new(written.span(), expected));
    }
    Ok(written)
}

/// A length of time, as the value of an option.
fn timeout(meta: &ParseNestedMeta<'_>) -> syn::Result<(LitStr, Duration)> {
    let written: LitStr = meta.value()?.parse()?;
    match humantime::parse_duration(&written.value()) {
        Ok(timeout) if timeout.is_zero() => {
            Err(syn::Error::new(written.span(), "nothing is ready in no time: write more"))
        }
        Ok(timeout) => Ok((written, timeout)),
        Err(_) => Err(syn::Error::new(
            written.span(),
            "not a length of time: write a number and a unit, such as `5s`, `250ms` or `2min`",
        )),
    }
}

fn refuse_attributes(attributes: &[Attribute], place: &str, ours: &str, errors: &mut Errors) {
    for attribute in attributes {
        errors.at(
            attribute,
            format!("{place} takes doc comments, `#[deprecated]` and {ours}, and nothing else"),
        );
    }
}

fn refuse_what_a_hook_is_not(signature: &Signature, errors: &mut Errors) {
    if let Some(generics) = written_generics(&signature.generics) {
        errors.at(
            &generics,
            "a hook cannot be generic, not even over lifetimes: name its types, and leave \
             lifetimes out",
        );
    }
    if let Some(token) = &signature.constness {
        errors.at(token, "a hook cannot be `const`: write `fn`");
    }
    refuse_unsafe_or_extern(signature, errors);
    if let Some(variadic) = &signature.variadic {
        errors.at(variadic, "a hook names each of its arguments");
    }
}

fn refuse_unsafe_or_extern(signature: &Signature, errors: &mut Errors) {
    if let Some(token) = &signature.abi {
        errors.at(token, "a hook cannot be `extern`: write `fn`");
    }
    if let Safety::Unsafe(token) = &signature.safety {
        errors.at(token, "a hook cannot be `unsafe`: write `fn`");
    }
}

/// How answers combine: what the options say, checked against the return type.
fn kind(
    options: &HookOptions,
    returns: &Returns,
    signature: &Signature,
    errors: &mut Errors,
) -> Kind {
    let hook = &signature.ident;
    if let Some(option) = &options.firstresult {
        if !returns.optional {
            errors.at(
                &returns.place(option),
                format!(
                    "the hook `{hook}` is `firstresult`, so an implementation must be able to have \
                     no answer: return `Option<T>` or `Result<Option<T>, E>`"
                ),
            );
        }
        return Kind::FirstResult;
    }
    if let Some(option) = &options.waterfall {
        if returns.answer.is_none() {
            errors.at(
                &returns.place(option),
                format!(
                    "the hook `{hook}` is `waterfall`: return the type of its `#[flow]` argument"
                ),
            );
        }
        return Kind::Waterfall;
    }
    if let Some(option) = &options.background {
        if returns.answer.is_some() {
            errors.at(
                &returns.place(option),
                format!(
                    "the hook `{hook}` is `background`, and its call does not wait for answers: \
                     return nothing, or `Result<(), E>`"
                ),
            );
        }
        return Kind::Background;
    }
    match (&options.historic, &returns.answer) {
        (Some(_), _) => Kind::Historic,
        (None, None) => Kind::Notify,
        (None, Some(_)) => Kind::Collect,
    }
}

/// How the implementations are run: what the signature and the options say, checked against the
/// kind and the arguments.
fn mode(
    kind: Kind,
    options: &HookOptions,
    arguments: &[Argument],
    asyncness: Option<&Token![async]>,
    errors: &mut Errors,
) -> Mode {
    let Some(token) = asyncness else {
        refuse_what_needs_async(options, errors);
        return Mode::Synchronous;
    };
    if kind == Kind::Historic {
        let message = "a historic hook cannot be `async`: to register a plugin awaits nothing";
        errors.at(token, message);
    }
    if kind == Kind::Background {
        errors.at(token, "a background hook is not awaited: its calls return at once; write `fn`");
    }
    let Some(option) = &options.concurrent else { return Mode::Sequential };
    if kind == Kind::Waterfall {
        errors.at(
            option,
            "`concurrent` and `waterfall` exclude each other: what flows goes from one to the next",
        );
    }
    for argument in arguments.iter().filter(|argument| argument.passing == Passing::Exclusive) {
        errors.at(
            &argument.written_type,
            "implementations that run at the same time cannot change an argument in turn: write \
             `&T`, or remove `concurrent`",
        );
    }
    Mode::Concurrent
}

fn refuse_what_needs_async(options: &HookOptions, errors: &mut Errors) {
    if let Some(option) = &options.concurrent {
        errors.at(option, "only what is awaited can be concurrent: write `async fn`");
    }
    if let Some((written, _)) = &options.timeout {
        errors.at(written, "only what is awaited can have a timeout: write `async fn`");
    }
}

impl Returns {
    /// Where to complain about what a hook returns.
    fn place(&self, option: &Path) -> TokenStream {
        self.written_type
            .as_ref()
            .map_or_else(|| option.to_token_stream(), ToTokens::to_token_stream)
    }
}

/// A waterfall hook has one value that flows, and it flows from implementation to implementation.
fn check_flow(kind: Kind, arguments: &[Argument], hook: &Ident, errors: &mut Errors) {
    let flows: Vec<_> = arguments.iter().filter(|argument| argument.flow).collect();
    match (kind, &flows[..]) {
        (Kind::Waterfall, [flow]) if !flow.is_by_value() => errors.at(
            &flow.written_type,
            "the `#[flow]` argument is passed by value: each implementation gets its own",
        ),
        (Kind::Waterfall, []) => errors.at(
            hook,
            format!(
                "the hook `{hook}` is `waterfall`: mark the argument that flows with `#[flow]`"
            ),
        ),
        (Kind::Waterfall, [_, second, ..]) => {
            errors.at(&second.name, "only one argument flows: remove one `#[flow]`");
        }
        (Kind::Waterfall, _) | (_, []) => {}
        (_, [flow, ..]) => errors.at(
            &flow.name,
            "a value flows through a waterfall hook only: write `#[hook(waterfall)]`, or remove \
             `#[flow]`",
        ),
    }
}

/// A historic or a background hook keeps its arguments.
fn check_kept(kind: Kind, arguments: &[Argument], errors: &mut Errors) {
    let hook = match kind {
        Kind::Historic => "historic",
        Kind::Background => "background",
        Kind::Notify | Kind::Collect | Kind::FirstResult | Kind::Waterfall => return,
    };
    for argument in arguments {
        let written = &argument.written_type;
        match argument.passing {
            Passing::Exclusive => errors.at(
                written,
                format!(
                    "a {hook} hook keeps its arguments, and cannot keep what is changed: write `&T`"
                ),
            ),
            Passing::Value if types::borrows(written) => errors.at(
                written,
                format!(
                    "a {hook} hook keeps its arguments, and cannot keep what this borrows: write \
                     `&T`, or a type that owns"
                ),
            ),
            Passing::Shared | Passing::Value => {}
        }
    }
}

/// Whether the arguments are kept. Of a plain notify hook nobody has asked that they can be.
fn keeping(kind: Kind, stops: bool, arguments: &[Argument]) -> Option<Keeping> {
    let perhaps = || arguments.iter().all(|argument| types::may_be_kept(&argument.written_type));
    match kind {
        Kind::Historic | Kind::Background => Some(Keeping::Always),
        Kind::Notify => (!stops && perhaps()).then_some(Keeping::Perhaps),
        Kind::Collect | Kind::FirstResult | Kind::Waterfall => None,
    }
}

fn arguments(
    inputs: impl Iterator<Item = FnArg>,
    hook: &Ident,
    errors: &mut Errors,
) -> Vec<Argument> {
    let mut receiver = false;
    let mut arguments = Vec::new();
    for input in inputs {
        match input {
            FnArg::Receiver(written) => {
                receiver = true;
                refuse_receiver(&written, errors);
            }
            FnArg::Typed(written) => arguments.extend(argument(written, errors)),
        }
    }
    if !receiver {
        errors.at(hook, format!("the hook `{hook}` takes no `&self`: write `fn {hook}(&self, …)`"));
    }
    arguments
}

fn refuse_receiver(receiver: &Receiver, errors: &mut Errors) {
    if !is_shared_self(receiver) {
        errors.at(
            receiver,
            "a hook takes `&self`: several threads may call it at once, so a plugin keeps what \
             changes behind a lock or in an atomic",
        );
    }
}

/// Whether a receiver is written `&self`.
pub(super) fn is_shared_self(receiver: &Receiver) -> bool {
    matches!(&receiver.kind, ReceiverKind::Reference(_, None, None))
}

fn argument(written: PatType, errors: &mut Errors) -> Option<Argument> {
    let Pat::Ident(pattern) = &*written.pat else {
        errors.at(
            &written.pat,
            "an argument of a hook is a name, not a pattern: implementations ask for it by name",
        );
        return None;
    };
    if pattern.by_ref.is_some() || pattern.mutability.is_some() || pattern.subpat.is_some() {
        errors.at(pattern, "an argument of a hook is a plain name: plugins decide about `mut`");
    }
    let mut attrs = written.attrs;
    let (documentation, deprecated) = attributes::documentation(&mut attrs);
    let deprecated = deprecated.map(|attribute| attributes::deprecated(attribute, None));
    let is_flow = |attribute: &mut Attribute| attribute.path().is_ident("flow");
    let flow = attrs.extract_if(.., is_flow).count() > 0;
    refuse_attributes(&attrs, "an argument", "`#[flow]`", errors);
    types::refuse_as_argument(&written.ty, errors);
    Some(Argument {
        name: pattern.ident.clone(),
        documentation,
        deprecated,
        passing: passing(&written.ty),
        written_type: *written.ty,
        flow,
    })
}

/// Reads the return type of a hook.
fn returns(output: &ReturnType, errors: &mut Errors) -> Returns {
    let ReturnType::Type(_, written) = output else {
        return Returns::nothing();
    };
    types::refuse_as_answer(written, errors);
    let (fallible, inner) = unwrap(written, "Result");
    let (optional, answer) = unwrap(inner, "Option");
    let nothing = matches!(answer, Type::Tuple(tuple) if tuple.elems.is_empty());
    if optional && nothing {
        errors.at(answer, "`Option<()>` answers nothing: return `bool`, or nothing at all");
    }
    Returns {
        written_type: Some((**written).clone()).filter(|_| fallible || !nothing),
        fallible,
        optional,
        answer: (!nothing).then(|| answer.clone()),
    }
}

/// The first type argument of `written`, if the type is called `name`.
fn unwrap<'a>(written: &'a Type, name: &str) -> (bool, &'a Type) {
    if let Type::Path(path) = written
        && let Some(last) = path.path.segments.last()
        && last.ident == name
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return (true, inner);
    }
    (false, written)
}

impl Returns {
    /// What a hook returns that says nothing about it.
    fn nothing() -> Self {
        Self { written_type: None, fallible: false, optional: false, answer: None }
    }
}

impl Argument {
    /// Whether a copy is made for each implementation.
    pub(crate) fn is_by_value(&self) -> bool {
        self.passing == Passing::Value
    }

    /// Whether it is kept as it is, and not what it refers to: it borrows from nobody.
    pub(crate) fn is_kept_whole(&self) -> bool {
        self.is_by_value() || types::refers_for_ever(&self.written_type)
    }
}
