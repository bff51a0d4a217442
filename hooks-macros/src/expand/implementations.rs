//! `#[hookimpl]`: the methods as they are, and a registration line for each.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

use super::names;
use crate::model::{Band, Implementations, Method, Parameter, Passing};

pub(crate) fn implementations(block: &Implementations) -> TokenStream {
    let Implementations { hooks_core, attributes, spec, plugin, methods } = block;
    let items = methods.iter().map(|method| &method.item);
    let registrations = methods.iter().filter(|method| method.sound).map(registration);
    let levels = levels(attributes);
    quote! {
        // The spec decides about signatures, not the plugin.
        #[allow(
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::too_many_arguments,
            clippy::trivially_copy_pass_by_ref,
            clippy::type_complexity,
            clippy::unnecessary_wraps,
            clippy::unused_self
        )]
        #(#attributes)*
        impl #plugin {
            #(#items)*
        }

        #(#levels)*
        const _: () = {
            use #hooks_core::__private as __hooks;

            #[automatically_derived]
            impl __hooks::Implements<#spec> for #plugin {
                fn implement(
                    plugin: &__hooks::Arc<Self>,
                    hooks: &mut <#spec as __hooks::Spec>::Registrar<'_>,
                ) {
                    #(#registrations)*
                }
            }

            __hooks::inventory::submit! { __hooks::Block::of::<#plugin, #spec>() }
        };
    }
}

/// What the user allows, for the registration as well: it is there that rustc warns of what is
/// deprecated.
fn levels(attributes: &[Attribute]) -> impl Iterator<Item = TokenStream> {
    attributes.iter().filter_map(|attribute| match &attribute.meta {
        // An expectation holds where it was written; here it would not.
        Meta::List(list) if list.path.is_ident("allow") || list.path.is_ident("expect") => {
            let lints = &list.tokens;
            Some(quote!(#[allow(#lints)]))
        }
        _ => None,
    })
}

/// One registration line. Its tokens carry the spans of what they stand for in the user's code,
/// so that rustc's own messages about hooks, arguments and types point there.
fn registration(method: &Method) -> TokenStream {
    let name = &method.item.sig.ident;
    let text = name.unraw().to_string();
    let hook = &method.hook;
    let attributes = &method.item.attrs;
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let levels = levels(attributes);
    let place = quote_spanned!(name.span()=> ::core::file!(), ::core::line!());
    let band = match method.band {
        Band::Plain => None,
        Band::TryFirst => Some(quote!(.band(__hooks::Band::TryFirst))),
        Band::TryLast => Some(quote!(.band(__hooks::Band::TryLast))),
    };
    let call = call(method);
    let arguments = quote!(__hooks::Method::new(#text, #place) #band, #call);
    let [plugin, hooks] =
        ["plugin", "hooks"].map(|local| names::local(local, name.span(), name.span()));
    let registered = match method.firstresult {
        None => quote!(let _ = #hooks.#hook(#arguments)),
        Some(option) => {
            let hooks = names::local("hooks", option, name.span());
            quote_spanned!(option=> __hooks::relies_on_firstresult(#hooks.#hook(#arguments)))
        }
    };
    quote! {
        #(#conditions)*
        #(#levels)*
        {
            let #plugin = __hooks::Arc::clone(plugin);
            let #hooks = &mut *hooks;
            #registered;
        }
    }
}

/// The closure that calls a method with the arguments that it takes.
fn call(method: &Method) -> TokenStream {
    let Method { parameters, item, .. } = method;
    let name = &item.sig.ident;
    let returns = match &item.sig.output {
        syn::ReturnType::Default => name.span(),
        syn::ReturnType::Type(_, written) => written.span(),
    };
    let mut callee = name.clone();
    callee.set_span(returns);
    let plugin = names::local("plugin", returns, name.span());
    let values = parameters.iter().map(|parameter| argument(parameter, name.span()));
    let call = quote_spanned!(returns=> Self::#callee(&#plugin, #(#values),*));
    let arguments = if parameters.is_empty() {
        quote!(_)
    } else {
        names::local("arguments", name.span(), name.span()).into_token_stream()
    };
    quote!(move |#arguments| #call)
}

/// An argument, picked by its name out of those of the call.
fn argument(parameter: &Parameter, context: Span) -> TokenStream {
    let Parameter { name, written_type, passing } = parameter;
    let span = written_type.span();
    // Users meet this name: `*arguments.dish` cannot be changed.
    let arguments = names::local("arguments", span, context);
    match passing {
        Passing::Shared => quote_spanned!(span=> &*#arguments.#name),
        Passing::Exclusive => quote_spanned!(span=> &mut *#arguments.#name),
        Passing::Value => {
            // In a variable, so that rustc compares what the spec has with what the user wants,
            // and neither with what `own` takes.
            let copy = names::local("copy", span, context);
            quote_spanned!(span=> { let #copy = __hooks::own(&#arguments.#name); #copy })
        }
    }
}
