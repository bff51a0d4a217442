//! `#[hookimpl]`: the methods as they are, and a registration line for each.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::model::{Band, Implementations, Method, Parameter, Passing};

pub(crate) fn implementations(block: &Implementations) -> TokenStream {
    let Implementations { hooks_core, attributes, spec, plugin, methods } = block;
    let items = methods.iter().map(|method| &method.item);
    let registrations = methods.iter().map(registration);
    quote! {
        #(#attributes)*
        impl #plugin {
            #(#items)*
        }

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

/// One registration line. Its tokens carry the spans of what they stand for in the user's code,
/// so that rustc's own messages about hooks, arguments and types point there.
fn registration(method: &Method) -> TokenStream {
    let name = &method.item.sig.ident;
    let text = name.unraw().to_string();
    let hook = &method.hook;
    let conditions = method.item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let arguments = method.parameters.iter().map(argument);
    let band = match method.band {
        Band::Plain => None,
        Band::TryFirst => Some(quote!(.band(__hooks::Band::TryFirst))),
        Band::TryLast => Some(quote!(.band(__hooks::Band::TryLast))),
    };
    let place = quote_spanned!(name.span()=> ::core::file!(), ::core::line!());
    let returns = match &method.item.sig.output {
        syn::ReturnType::Default => name.span(),
        syn::ReturnType::Type(_, written) => written.span(),
    };
    let mut callee = name.clone();
    callee.set_span(returns);
    let call = quote_spanned!(returns=> Self::#callee(&plugin, #(#arguments),*));
    let firstresult = method
        .firstresult
        .map(|span| quote_spanned!(span=> __hooks::relies_on_firstresult(_registered);));
    quote! {
        #(#conditions)*
        {
            let plugin = __hooks::Arc::clone(plugin);
            let _registered = hooks.#hook(
                __hooks::Method::new(#text, #place) #band,
                move |_args| #call,
            );
            #firstresult
        }
    }
}

/// An argument, picked by its name out of those of the call.
fn argument(parameter: &Parameter) -> TokenStream {
    let Parameter { name, written_type, passing } = parameter;
    let span = written_type.span();
    match passing {
        Passing::Shared => quote_spanned!(span=> &*_args.#name),
        Passing::Exclusive => quote_spanned!(span=> &mut *_args.#name),
        Passing::Value => quote_spanned!(span=> __hooks::own(&_args.#name)),
    }
}
