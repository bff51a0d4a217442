//! `#[hookimpl]`: the methods as they are, and a registration line for each.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

use crate::model::{Band, Implementations, Method, Parameter, Passing};
use crate::names;

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
    let name = method.item.sig.ident.span();
    let hook = &method.hook;
    let attributes = &method.item.attrs;
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let levels = levels(attributes);
    let [plugin, slot] = ["plugin", "slot"].map(|local| names::local(local, name, name));
    let statement = statement(method);
    let description = description(method);
    // Where a hook takes no wrappers, does not await, or cannot be implemented in the background,
    // rustc says so there.
    let hand_in = match (method.wrapper, method.background, &method.item.sig.asyncness) {
        (None, None, None) => quote!(implementation),
        (None, None, Some(token)) => quote_spanned!(token.span()=> async_implementation),
        (None, Some(option), _) => quote_spanned!(option=> background),
        (Some(option), _, None) => quote_spanned!(option=> wrapper),
        (Some(option), _, Some(_)) => quote_spanned!(option=> async_wrapper),
    };
    let closure = match method.wrapper {
        None => implementation(method),
        Some(_) => wrapper(method),
    };
    // What is awaited borrows the plugin from its entry, and does not keep it alive on its own.
    let shared = method.is_async.then(|| quote!(&#plugin,));
    quote! {
        #(#conditions)*
        #(#levels)*
        {
            let #plugin = __hooks::Arc::clone(plugin);
            let #slot = hooks.#hook();
            #statement
            #slot.#hand_in(#description, #shared #closure);
        }
    }
}

/// What the user states about the hook, to be checked.
fn statement(method: &Method) -> Option<TokenStream> {
    let name = method.item.sig.ident.span();
    method.firstresult.map(|option| {
        let slot = names::local("slot", option, name);
        quote_spanned!(option=> __hooks::relies_on_firstresult(&#slot);)
    })
}

/// Where the method is written, and how it asks to be ordered.
fn description(method: &Method) -> TokenStream {
    let name = &method.item.sig.ident;
    let text = name.unraw().to_string();
    let place = quote_spanned!(name.span()=> ::core::file!(), ::core::line!());
    let band = match method.band {
        Band::Plain => None,
        Band::TryFirst => Some(quote!(.band(__hooks::Band::TryFirst))),
        Band::TryLast => Some(quote!(.band(__hooks::Band::TryLast))),
    };
    let Method { before, after, parameters, .. } = method;
    let arguments = parameters.iter().map(|parameter| parameter.name.unraw().to_string());
    quote! {
        __hooks::Method::new(#text, #place)
            .arguments(&[#(#arguments),*])
            #band
            #(.before(#before))*
            #(.after(#after))*
    }
}

/// The closure that calls a method with the arguments that it takes.
fn implementation(method: &Method) -> TokenStream {
    let name = method.item.sig.ident.span();
    let values = method.parameters.iter().map(|parameter| {
        // Users meet this name: `*arguments.dish` cannot be changed.
        let arguments = names::local("arguments", parameter.written_type.span(), name);
        argument(parameter, &arguments.into_token_stream(), name)
    });
    let call = call(method, values);
    let arguments = if method.parameters.is_empty() {
        quote!(_)
    } else {
        names::local("arguments", name, name).into_token_stream()
    };
    if method.is_async {
        let plugin = names::local("plugin", name, name);
        return quote!(|#plugin, #arguments| __hooks::Started::running(#call));
    }
    quote!(move |#arguments| #call)
}

/// The closure that calls a wrapper with the arguments that it takes, and with the rest of the
/// call.
fn wrapper(method: &Method) -> TokenStream {
    let name = method.item.sig.ident.span();
    let next = |place: Span| names::local("next", place, name);
    let values = method.parameters.iter().map(|parameter| {
        let place = parameter.written_type.span();
        let next = next(place);
        argument(parameter, &quote_spanned!(place=> #next.args()), name)
    });
    let rest = method.next.iter().map(|place| next(*place).into_token_stream());
    let call = call(method, values.chain(rest));
    let returns = returns(method);
    let next = next(name);
    if method.is_async {
        let plugin = names::local("plugin", name, name);
        return quote_spanned!(returns=> |#plugin, #next| __hooks::ended_later(#call));
    }
    quote_spanned!(returns=> move |#next| __hooks::ended(#call))
}

/// A call of the method, in the place where what it returns is written.
fn call(method: &Method, values: impl Iterator<Item = TokenStream>) -> TokenStream {
    let name = &method.item.sig.ident;
    let returns = returns(method);
    let mut callee = name.clone();
    callee.set_span(returns);
    let plugin = names::local("plugin", returns, name.span());
    let reference = (!method.is_async).then(|| quote!(&));
    quote_spanned!(returns=> Self::#callee(#reference #plugin, #(#values),*))
}

fn returns(method: &Method) -> Span {
    match &method.item.sig.output {
        syn::ReturnType::Default => method.item.sig.ident.span(),
        syn::ReturnType::Type(_, written) => written.span(),
    }
}

/// An argument, picked by its name out of those of the call.
fn argument(parameter: &Parameter, arguments: &TokenStream, context: Span) -> TokenStream {
    let Parameter { name, written_type, passing } = parameter;
    let span = written_type.span();
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
