//! `#[hookspec]`: what the author says of a spec and of its hooks, as constant data.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Expr, Lit, LitStr, Meta};

use super::combining;
use super::hook::{for_ever, kind, mode, type_of};
use super::imports::imports;
use super::written::written;
use crate::model::{Argument, Deprecated, Hook, Kind, Mode, Passing, Returns, Spec};

/// The description of a spec.
pub(super) fn spec(spec: &Spec) -> TokenStream {
    let name = spec.name.unraw().to_string();
    let documentation = text_of(&spec.attributes);
    let place = quote_spanned!(spec.name.span()=> ::core::file!(), ::core::line!());
    let hooks = spec.hooks.iter().map(type_of);
    quote! {
        __hooks::SpecDescription::new(
            #name,
            #documentation,
            ::core::module_path!(),
            [::core::env!("CARGO_PKG_NAME"), ::core::env!("CARGO_PKG_VERSION")],
            (#place),
            &[#(<#hooks as __hooks::Hook>::DESCRIPTION),*],
        )
    }
}

/// The description of a hook.
pub(super) fn hook(spec: &Spec, hook: &Hook) -> TokenStream {
    let spec = spec.name.unraw().to_string();
    let name = hook.name.unraw().to_string();
    let documentation = text_of(&hook.documentation);
    let combining = combining::sentences(hook);
    let arguments = hook.arguments.iter().map(argument);
    let returns = returns(hook);
    let signature = signature(hook);
    let [kind, mode] = [kind(hook.kind), mode(hook.mode)];
    let stops = hook.stops.then(|| quote!(.stops()));
    let timeout = hook.timeout.map(|timeout| {
        let nanoseconds = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
        quote!(.timeout(#nanoseconds))
    });
    let options = hook.options.iter().map(written).collect::<Vec<_>>().join(", ");
    let subject = hook.subject.iter();
    let since = hook.since.iter();
    let deprecated = hook.deprecated.iter().map(deprecation);
    let names = imports(hook);
    let place =
        quote_spanned!(hook.name.span()=> ::core::file!(), ::core::line!(), ::core::column!());
    let description = quote! {
        __hooks::HookDescription::new(#spec, #name, __hooks::HookKind::#kind, #documentation)
            .mode(__hooks::HookMode::#mode)
            .signature(#signature, &[#(#arguments),*], &[#(#names),*])
            #returns
            .combining(#combining)
            .options(#options)
            .place(#place)
            #stops
            #timeout
            #(.subject(#subject))*
            #(.since(#since))*
            #(.deprecated(#deprecated))*
    };
    match hook.answer() {
        Some(answer) => quote!(__hooks::described!(#description, #answer)),
        None => description,
    }
}

/// The whole signature, on one line.
fn signature(hook: &Hook) -> String {
    let arguments = hook.arguments.iter().map(|argument| {
        let Argument { name, written_type, .. } = argument;
        format!(", {name}: {}", written(written_type))
    });
    let arguments: String = arguments.collect();
    let returns = hook.returns.written_type.as_ref().map(written);
    let returns = returns.map(|returns| format!(" -> {returns}")).unwrap_or_default();
    let asynchronous = if hook.mode == Mode::Synchronous { "" } else { "async " };
    format!("{asynchronous}fn {}(&self{arguments}){returns}", hook.name)
}

/// What an implementation returns, and what comes of it for the caller.
fn returns(hook: &Hook) -> TokenStream {
    let Returns { written_type, fallible, optional, .. } = &hook.returns;
    let returns = written_type.as_ref().map(written).unwrap_or_default();
    let answer = hook.answer().map(written).unwrap_or_default();
    let output = output(hook, &answer);
    quote!(.returns(#returns, #output).answers(#answer, #fallible, #optional))
}

/// What a call returns, as text; empty for nothing.
fn output(hook: &Hook, answer: &str) -> String {
    let output = match (answer, hook.kind) {
        ("", _) | (_, Kind::Historic) => String::new(),
        (_, Kind::FirstResult) => format!("Option<{answer}>"),
        (_, Kind::Waterfall) => answer.to_owned(),
        (_, Kind::Notify | Kind::Background | Kind::Collect) => format!("Vec<{answer}>"),
    };
    match (hook.stops, &*output) {
        (true, "") => "Result<(), Failure>".to_owned(),
        (true, output) => format!("Result<{output}, Failure>"),
        (false, _) => output,
    }
}

fn argument(argument: &Argument) -> TokenStream {
    let name = argument.name.unraw().to_string();
    let written = written(&argument.written_type);
    let documentation = text_of(&argument.documentation);
    let passing = match argument.passing {
        Passing::Shared => quote!(Shared),
        Passing::Exclusive => quote!(Mutable),
        Passing::Value => quote!(Value),
    };
    let flow = argument.flow.then(|| quote!(.flows()));
    let deprecated = argument.deprecated.iter().map(deprecation);
    let description = quote! {
        __hooks::ArgumentDescription::new(
            #name,
            #written,
            __hooks::Passing::#passing,
            #documentation,
        )
        #flow
        #(.deprecated(#deprecated))*
    };
    let described_type = for_ever(argument);
    quote!(__hooks::described!(#description, #described_type))
}

fn deprecation(deprecated: &Deprecated) -> TokenStream {
    let Deprecated { since, note, replacement, .. } = deprecated;
    let [since, note] = [since, note].map(|text| optional(text.as_ref().map(LitStr::value)));
    let replacement = optional(replacement.as_ref().map(|hook| hook.unraw().to_string()));
    quote!(__hooks::Deprecation::new(#since, #note, #replacement))
}

fn optional(text: Option<String>) -> TokenStream {
    match text {
        Some(text) => quote!(__hooks::Option::Some(#text)),
        None => quote!(__hooks::Option::None),
    }
}

/// The text of the doc comments among `attributes`, as a constant expression.
fn text_of(attributes: &[Attribute]) -> TokenStream {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(line) if line.path.is_ident("doc") => Some(match &line.value {
            Expr::Lit(literal) if let Lit::Str(text) = &literal.lit => {
                let text = text.value();
                text.strip_prefix(' ').unwrap_or(&text).to_token_stream()
            }
            other => other.to_token_stream(),
        }),
        _ => None,
    });
    let lines = lines.enumerate().map(
        |(number, line)| {
            if number == 0 { line } else { quote!("\n", #line) }
        },
    );
    quote!(::core::concat!(#(#lines),*))
}
