//! `#[hookspec]`, one hook: the struct of its arguments, and what the runtime knows of it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Lifetime, Type};

use super::{description, lifetimes};
use crate::model::{Argument, Hook, Keeping, Kind, Mode, Spec};
use crate::names;

/// The arguments struct of a hook.
pub(super) fn arguments(spec: &Spec, hook: &Hook) -> TokenStream {
    let Spec { visibility, .. } = spec;
    let name = names::arguments(&hook.name);
    let generics = lifetimes::is_borrowed(hook).then(|| {
        let lifetime = names::lifetime();
        quote!(<#lifetime>)
    });
    let documentation = format!(
        "The arguments of one call of [`{hook}`]({spec}::{hook}()).",
        hook = hook.name,
        spec = spec.name
    );
    let marker = (hook.mode != Mode::Synchronous).then(|| {
        let marker = names::awaited(&hook.name);
        let documentation = format!("The hook [`{}`]({}::{0}()).", hook.name, spec.name);
        quote! {
            #[doc = #documentation]
            #visibility enum #marker {}
        }
    });
    let fields = hook.arguments.iter().map(|argument| {
        let Argument { name, deprecated, .. } = argument;
        let stored = lifetimes::filled_in(argument, &names::lifetime());
        let documentation = if argument.documentation.is_empty() {
            let documentation = format!("The argument `{name}`.");
            quote!(#[doc = #documentation])
        } else {
            let documentation = &argument.documentation;
            quote!(#(#documentation)*)
        };
        quote!(#documentation #deprecated pub #name: #stored)
    });
    quote! {
        #marker

        #[doc = #documentation]
        #[non_exhaustive]
        #visibility struct #name #generics {
            #(#fields,)*
        }
    }
}

/// What the runtime knows of a hook.
pub(super) fn implementation(spec: &Spec, hook: &Hook) -> TokenStream {
    let hook_type = type_of(hook);
    let arguments = names::arguments(&hook.name);
    let generics = lifetimes::is_borrowed(hook).then(|| quote!(<'call>));
    let returned = returned(hook);
    let answer = hook.answer().map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let error = if hook.returns.fallible {
        quote_spanned!(returned.span()=> <#returned as __hooks::Fallible>::Error)
    } else {
        quote!(__hooks::Infallible)
    };
    let read = match (hook.returns.fallible, hook.returns.optional) {
        // What a waterfall hook returns has to be what flows through it: rustc says so here.
        (false, false) => {
            let place = hook.returns.written_type.as_ref().map_or_else(Span::call_site, place_of);
            let returned = quote_spanned!(place=> returned);
            quote!(__hooks::Result::Ok(__hooks::Option::Some(#returned)))
        }
        (false, true) => quote!(__hooks::Result::Ok(returned)),
        (true, false) => quote!(__hooks::Result::map(returned, __hooks::Option::Some)),
        (true, true) => quote!(returned),
    };
    let kind = kind(hook.kind);
    let mode = mode(hook.mode);
    let policy = if hook.stops { quote!(Stop) } else { quote!(Isolate) };
    let description = description::hook(spec, hook);
    let flows = flows(hook);
    let keeps = hook.keeping.map(|keeping| keeps(hook, keeping));
    quote! {
        #flows
        #keeps

        #[automatically_derived]
        impl #generics __hooks::Arguments for #arguments #generics {
            type Hook = #hook_type;
        }

        #[automatically_derived]
        impl __hooks::Hook for #hook_type {
            type Args<'call> = #arguments #generics;
            type Return = #returned;
            type Answer = #answer;
            type Error = #error;
            type Kind = __hooks::#kind;
            type Policy = __hooks::#policy;
            type Mode = __hooks::#mode;

            const DESCRIPTION: &'static __hooks::HookDescription = &#description;

            #[inline]
            fn answer(
                returned: Self::Return,
            ) -> __hooks::Result<__hooks::Option<Self::Answer>, Self::Error> {
                #read
            }
        }
    }
}

/// The value that flows through a waterfall hook.
fn flows(hook: &Hook) -> Option<TokenStream> {
    let flow = hook.arguments.iter().find(|argument| argument.flow)?;
    let hook_type = type_of(hook);
    let name = &flow.name;
    let value = quote_spanned!(place_of(&flow.written_type)=> args.#name);
    let header = quote_spanned!(flow.written_type.span()=> impl __hooks::Flows for #hook_type);
    Some(quote! {
        #[automatically_derived]
        #header {
            fn flow<'run>(args: &'run mut Self::Args<'_>) -> &'run mut Self::Answer {
                &mut #value
            }

            fn into_flow(args: Self::Args<'_>) -> Self::Answer {
                #value
            }
        }
    })
}

/// The arguments of a hook, kept.
fn keeps(hook: &Hook, keeping: Keeping) -> TokenStream {
    let hook_type = type_of(hook);
    let arguments = names::arguments(&hook.name);
    let record = names::record(&hook.name);
    let fields: Vec<_> = hook.arguments.iter().map(|argument| &argument.name).collect();
    let kept = hook.arguments.iter().map(|argument| {
        let name = &argument.name;
        let kept = kept_type(argument);
        quote!(#name: __hooks::Kept<#kept>)
    });
    let keep = hook.arguments.iter().map(|argument| {
        let Argument { name, written_type, .. } = argument;
        let reference = argument.is_kept_whole().then(|| quote!(&));
        quote_spanned!(place_of(written_type)=> #name: __hooks::Kept::of(#reference args.#name))
    });
    let lend = hook.arguments.iter().map(|argument| {
        let name = &argument.name;
        let lent = quote!(record.#name.lend());
        let value = if argument.is_kept_whole() { quote!(__hooks::own(#lent)) } else { lent };
        quote!(#name: #value)
    });
    // Without a lifetime of their own, rustc would refuse the bounds that do not hold, in place of
    // leaving the hook without the implementation.
    let bounds = (keeping == Keeping::Perhaps).then(|| {
        let bounds = hook.arguments.iter().map(|argument| {
            let kept = kept_type(argument);
            let copied = argument.is_kept_whole().then(|| quote!(+ ::core::clone::Clone));
            quote!(for<'bound> #kept: __hooks::Keepable #copied)
        });
        quote!(where #(#bounds),*)
    });
    let defers = (hook.kind != Kind::Historic).then(|| {
        quote! {
            #[automatically_derived]
            impl __hooks::Defers for #hook_type #bounds {}
        }
    });
    quote! {
        pub struct #record {
            #(#kept,)*
        }

        #defers

        #[automatically_derived]
        impl __hooks::Keeps for #hook_type #bounds {
            type Record = #record;

            fn keep(args: &Self::Args<'_>) -> #record {
                let #arguments { #(#fields: _,)* } = args;
                #record { #(#keep,)* }
            }

            fn lend(record: &#record) -> Self::Args<'_> {
                let #record { #(#fields: _,)* } = record;
                #arguments { #(#lend,)* }
            }
        }
    }
}

/// What is kept of an argument: what a reference refers to, unless that is there for ever.
fn kept_type(argument: &Argument) -> Type {
    match &argument.written_type {
        Type::Reference(reference) if !argument.is_kept_whole() => (*reference.elem).clone(),
        whole => whole.clone(),
    }
}

/// Where a type is written, for names that it has nothing to do with: it may come from another
/// macro.
fn place_of(written: &Type) -> Span {
    written.span().resolved_at(Span::call_site())
}

/// The type of an argument that lives for ever.
pub(super) fn for_ever(argument: &Argument) -> Type {
    lifetimes::filled_in(argument, &Lifetime::new("'static", argument.name.span()))
}

/// Checks that every implementation can get its own copy of what is passed by value.
pub(super) fn by_value(hook: &Hook) -> TokenStream {
    // What flows is checked by what it flows through.
    let copied = hook.arguments.iter().filter(|argument| argument.is_by_value() && !argument.flow);
    let checks = copied.map(|argument| {
        let stored = for_ever(argument);
        quote_spanned!(argument.written_type.span()=> __hooks::by_value::<#stored>())
    });
    quote!(#(const _: () = #checks;)*)
}

pub(super) fn kind(kind: Kind) -> Ident {
    let name = match kind {
        Kind::Notify => "Notify",
        Kind::Background => "Background",
        Kind::Collect => "Collect",
        Kind::FirstResult => "FirstResult",
        Kind::Waterfall => "Waterfall",
        Kind::Historic => "Historic",
    };
    quote::format_ident!("{name}")
}

pub(super) fn mode(mode: Mode) -> Ident {
    let name = match mode {
        Mode::Synchronous => "Synchronous",
        Mode::Sequential => "Sequential",
        Mode::Concurrent => "Concurrent",
    };
    quote::format_ident!("{name}")
}

/// What an implementation of the hook returns.
fn returned(hook: &Hook) -> TokenStream {
    hook.returns.written_type.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream)
}

/// The type that stands for the hook: its arguments struct, for arguments that live for ever. A hook
/// that is awaited has a type of its own, without a lifetime: rustc forgets which lifetime it was
/// where it asks whether the future of a call is `Send`
/// (<https://github.com/rust-lang/rust/issues/100013>).
pub(super) fn type_of(hook: &Hook) -> TokenStream {
    if hook.mode != Mode::Synchronous {
        return names::awaited(&hook.name).into_token_stream();
    }
    let arguments = names::arguments(&hook.name);
    if lifetimes::is_borrowed(hook) { quote!(#arguments<'static>) } else { quote!(#arguments) }
}
