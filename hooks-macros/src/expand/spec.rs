//! `#[hookspec]`: the struct of tables, its calls, and the registrar.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Lifetime, Lit, Meta, Path, Type};

use super::names;
use crate::model::{Argument, Hook, Kind, Spec};

pub(crate) fn spec(spec: &Spec) -> TokenStream {
    let tables = tables(spec);
    let calls = calls(spec);
    let reported = reported(spec);
    let arguments = spec.hooks.iter().map(|hook| arguments(spec, hook));
    let registrar = registrar(spec);
    let hidden = hidden(spec);
    quote! {
        #tables
        #calls
        #reported
        #(#arguments)*
        #registrar
        #hidden
    }
}

/// The struct, a field per hook.
fn tables(spec: &Spec) -> TokenStream {
    let Spec { hooks_core, attributes, visibility, name, hooks } = spec;
    let fields = hooks.iter().map(|hook| {
        let field = &hook.name;
        let hook_type = hook_type(hook);
        let documentation = format!("Who implements [`{field}`](Self::{field}()), in call order.");
        quote!(#[doc = #documentation] pub #field: #hooks_core::Table<#hook_type>)
    });
    quote! {
        #(#attributes)*
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #visibility struct #name {
            #(#fields,)*
        }
    }
}

/// The call methods, a method per hook.
fn calls(spec: &Spec) -> TokenStream {
    let Spec { name, visibility, hooks, .. } = spec;
    let reported = names::reported(name);
    let frozen = hooks.iter().map(|Hook { name, .. }| quote!(#name: self.#name.frozen()));
    let methods = hooks.iter().map(|hook| {
        let hook_documentation = &hook.documentation;
        let combined = combined(hook);
        let (parameters, values) = parameters(hook);
        let Hook { name: method, deprecated, .. } = hook;
        let arguments = names::arguments(method);
        let output = output(spec, hook);
        quote! {
            #(#hook_documentation)*
            #[doc = #combined]
            #deprecated
            #[inline]
            pub fn #method(&self, #parameters) -> #output {
                self.#method.call(#arguments { #values })
            }
        }
    });
    quote! {
        #[allow(deprecated)] // a spec calls its own deprecated hooks and arguments
        #[allow(clippy::too_many_arguments)] // as many as the hook has
        impl #name {
            #(#methods)*

            /// The same calls, each of which returns a report of what every implementation did.
            #[must_use]
            #visibility fn reported(&self) -> #reported<'_> {
                #reported(self)
            }

            /// These hooks with the plugins of this moment, for loops so hot that the look for
            /// changes counts. Plugins that are registered later are not called through it, and
            /// those that are taken out still are: it keeps them alive.
            #[must_use]
            #visibility fn frozen(&self) -> Self {
                Self { #(#frozen,)* }
            }
        }
    }
}

/// The calls that return reports.
fn reported(spec: &Spec) -> TokenStream {
    let Spec { hooks_core, name, visibility, hooks, .. } = spec;
    let reported = names::reported(name);
    let documentation =
        format!("The calls of [`{name}`] that return a report of what every implementation did.");
    let methods = hooks.iter().map(|hook| {
        let (parameters, values) = parameters(hook);
        let Hook { name: method, deprecated, .. } = hook;
        let arguments = names::arguments(method);
        let output = output(spec, hook);
        let documentation = format!("[`{method}`]({name}::{method}()), with a report.");
        quote! {
            #[doc = #documentation]
            #deprecated
            pub fn #method(&self, #parameters) -> #hooks_core::Report<#output> {
                self.0.#method.call_reported(#arguments { #values })
            }
        }
    });
    quote! {
        #[doc = #documentation]
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #visibility struct #reported<'hooks>(&'hooks #name);

        #[allow(deprecated)] // a spec calls its own deprecated hooks and arguments
        #[allow(clippy::too_many_arguments)] // as many as the hook has
        impl #reported<'_> {
            #(#methods)*
        }
    }
}

/// The arguments struct of a hook.
fn arguments(spec: &Spec, hook: &Hook) -> TokenStream {
    let Spec { visibility, .. } = spec;
    let name = names::arguments(&hook.name);
    let generics = has_lifetime(hook).then(|| {
        let lifetime = names::lifetime();
        quote!(<#lifetime>)
    });
    let documentation = format!(
        "The arguments of one call of [`{hook}`]({spec}::{hook}()).",
        hook = hook.name,
        spec = spec.name
    );
    let fields = hook.arguments.iter().map(|argument| {
        let Argument { name, deprecated, .. } = argument;
        let stored = stored_type(argument, &names::lifetime());
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
        #[doc = #documentation]
        #[non_exhaustive]
        #visibility struct #name #generics {
            #(#fields,)*
        }
    }
}

/// What nobody but generated code names.
fn hidden(spec: &Spec) -> TokenStream {
    let Spec { hooks_core, name, hooks, .. } = spec;
    let registrar_name = names::registrar(name);
    let descriptions = hooks.iter().map(|hook| hook_impl(spec, hook));
    let by_value = hooks.iter().map(by_value);
    let fields: Vec<_> = hooks.iter().map(|hook| &hook.name).collect();
    let text = name.to_string();
    quote! {
        #[allow(deprecated)] // a spec registers its own deprecated hooks
        const _: () = {
            use #hooks_core::__private as __hooks;

            #(#descriptions)*
            #(#by_value)*

            #[automatically_derived]
            impl __hooks::Spec for #name {
                const NAME: &'static str = #text;
                type Registrar<'hooks> = #registrar_name<'hooks>;

                fn vacant() -> Self {
                    Self { #(#fields: __hooks::Table::vacant(),)* }
                }

                fn registrar<'hooks>(
                    &'hooks self,
                    intake: &'hooks mut __hooks::Intake,
                ) -> #registrar_name<'hooks> {
                    #registrar_name { tables: self, intake }
                }

                fn tables(&self) -> __hooks::Vec<&dyn __hooks::AnyTable> {
                    ::std::vec![#(&self.#fields),*]
                }
            }
        };
    }
}

/// Takes the implementations of a plugin, a method per hook.
fn registrar(spec: &Spec) -> TokenStream {
    let Spec { hooks_core, visibility, .. } = spec;
    let registrar = names::registrar(&spec.name);
    let tables = &spec.name;
    let methods = spec.hooks.iter().map(|hook| {
        let Hook { name, deprecated, .. } = hook;
        let hook_type = hook_type(hook);
        let arguments = names::arguments(name);
        let generics = has_lifetime(hook).then(|| quote!(<'call>));
        let binder = has_lifetime(hook).then(|| quote!('call,));
        let returned = returned(hook);
        quote! {
            /// Takes an implementation of the hook of this name.
            #deprecated
            pub fn #name(
                &mut self,
                method: #hooks_core::__private::Method,
                // The answer comes last: a `+` behind it would be taken for a part of it.
                run: impl ::core::marker::Send + ::core::marker::Sync + 'static
                    + for<#binder 'run> ::core::ops::Fn(&'run mut #arguments #generics) -> #returned,
            ) -> #hooks_core::__private::Registered<#hook_type> {
                self.intake.add(&self.tables.#name, method, run);
                #hooks_core::__private::Registered::new()
            }
        }
    });
    quote! {
        /// Takes the implementations of a plugin.
        #[doc(hidden)]
        #visibility struct #registrar<'hooks> {
            tables: &'hooks #tables,
            intake: &'hooks mut #hooks_core::__private::Intake,
        }

        #[allow(deprecated)] // a spec registers its own deprecated hooks
        impl #registrar<'_> {
            #(#methods)*
        }
    }
}

/// What the runtime knows of a hook.
fn hook_impl(spec: &Spec, hook: &Hook) -> TokenStream {
    let hook_type = hook_type(hook);
    let arguments = names::arguments(&hook.name);
    let generics = has_lifetime(hook).then(|| quote!(<'call>));
    let returned = returned(hook);
    let answer = hook.returns.answer.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let error = if hook.returns.fallible {
        quote_spanned!(returned.span()=> <#returned as __hooks::Fallible>::Error)
    } else {
        quote!(__hooks::Infallible)
    };
    let read = match (hook.returns.fallible, hook.returns.optional) {
        (false, false) => quote!(__hooks::Result::Ok(__hooks::Option::Some(returned))),
        (false, true) => quote!(__hooks::Result::Ok(returned)),
        (true, false) => quote!(__hooks::Result::map(returned, __hooks::Option::Some)),
        (true, true) => quote!(returned),
    };
    let kind = kind(hook.kind);
    let description = description(spec, hook, &kind);
    quote! {
        #[automatically_derived]
        impl __hooks::Hook for #hook_type {
            type Args<'call> = #arguments #generics;
            type Return = #returned;
            type Answer = #answer;
            type Error = #error;
            type Kind = __hooks::#kind;

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

fn description(spec: &Spec, hook: &Hook, kind: &Ident) -> TokenStream {
    let spec = spec.name.to_string();
    let name = hook.name.unraw().to_string();
    let documentation = text_of(&hook.documentation);
    let returns = hook.returns.written_type.as_ref().map(written).unwrap_or_default();
    let arguments = hook.arguments.iter().map(|argument| {
        let name = argument.name.unraw().to_string();
        let written = written(&argument.written_type);
        let documentation = text_of(&argument.documentation);
        quote!(__hooks::ArgumentDescription::new(#name, #written, #documentation))
    });
    quote! {
        __hooks::HookDescription::new(
            #spec,
            #name,
            __hooks::HookKind::#kind,
            #documentation,
            &[#(#arguments),*],
            #returns,
        )
    }
}

/// Checks that every implementation can get its own copy of what is passed by value.
fn by_value(hook: &Hook) -> TokenStream {
    let checks = hook.arguments.iter().filter(|argument| argument.is_by_value()).map(|argument| {
        let stored = stored_type(argument, &Lifetime::new("'static", argument.name.span()));
        quote_spanned!(argument.written_type.span()=> __hooks::by_value::<#stored>())
    });
    quote!(#(const _: () = #checks;)*)
}

fn kind(kind: Kind) -> Ident {
    let name = match kind {
        Kind::Notify => "Notify",
        Kind::Collect => "Collect",
        Kind::FirstResult => "FirstResult",
    };
    quote::format_ident!("{name}")
}

/// What an implementation of the hook returns.
fn returned(hook: &Hook) -> TokenStream {
    hook.returns.written_type.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream)
}

/// What a call of the hook returns.
fn output(spec: &Spec, hook: &Hook) -> TokenStream {
    let hooks_core: &Path = &spec.hooks_core;
    match (&hook.returns.answer, hook.kind) {
        (None, _) => quote!(()),
        (Some(answer), Kind::FirstResult) => quote!(#hooks_core::__private::Option<#answer>),
        (Some(answer), _) => quote!(#hooks_core::__private::Vec<#answer>),
    }
}

/// How the answers combine, for the documentation of the call.
fn combined(hook: &Hook) -> String {
    let failure = "An implementation that panics";
    let failure = if hook.returns.fallible {
        format!("{failure} or returns an error")
    } else {
        failure.into()
    };
    let returns = match hook.kind {
        Kind::Notify => "Calls every implementation.",
        Kind::Collect => "Calls every implementation, and returns the answers in call order.",
        Kind::FirstResult => {
            "Calls the implementations in call order until one answers, and returns that answer."
        }
    };
    format!("\n\n{returns} {failure} is put on record and passed over.")
}

/// The parameters of a call of the hook, and their names.
fn parameters(hook: &Hook) -> (TokenStream, TokenStream) {
    let names = hook.arguments.iter().map(|argument| &argument.name);
    let parameters = hook.arguments.iter().map(|argument| {
        let Argument { name, written_type, .. } = argument;
        quote!(#name: #written_type)
    });
    (quote!(#(#parameters),*), quote!(#(#names),*))
}

/// The type that stands for the hook: its arguments struct, for arguments that live for ever.
fn hook_type(hook: &Hook) -> TokenStream {
    let arguments = names::arguments(&hook.name);
    if has_lifetime(hook) { quote!(#arguments<'static>) } else { quote!(#arguments) }
}

/// Whether the arguments of a hook borrow from the caller.
fn has_lifetime(hook: &Hook) -> bool {
    let lifetime = names::lifetime();
    hook.arguments.iter().any(|argument| FillIn::new(&lifetime).fill(&argument.written_type).1)
}

/// The type of an argument, with the lifetimes that the user left out.
fn stored_type(argument: &Argument, lifetime: &Lifetime) -> Type {
    FillIn::new(lifetime).fill(&argument.written_type).0
}

/// Fills in the lifetimes that a type leaves out, but those that belong to the signature of a
/// function in it.
struct FillIn<'a> {
    lifetime: &'a Lifetime,
    filled: bool,
}

impl<'a> FillIn<'a> {
    fn new(lifetime: &'a Lifetime) -> Self {
        Self { lifetime, filled: false }
    }

    /// The type, and whether it left a lifetime out.
    fn fill(mut self, written: &Type) -> (Type, bool) {
        let mut filled = written.clone();
        self.visit_type_mut(&mut filled);
        (filled, self.filled)
    }
}

impl VisitMut for FillIn<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            let mut lifetime = self.lifetime.clone();
            lifetime.set_span(behind(reference.and_token.span).resolved_at(lifetime.span()));
            reference.lifetime = Some(lifetime);
            self.filled = true;
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.lifetime.clone();
            self.filled = true;
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
}

/// The place directly behind a token: where rustc proposes to write `mut`, if it is a `&`.
fn behind(token: Span) -> Span {
    if proc_macro::is_available() { token.unwrap().end().into() } else { token }
}

/// The text of doc comments, as a constant expression.
fn text_of(documentation: &[Attribute]) -> TokenStream {
    let lines = documentation.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(line) => Some(match &line.value {
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

/// A type as its author wrote it, without the spaces that the printer of tokens puts in.
fn written(written: &Type) -> String {
    let text = written.to_token_stream().to_string();
    [("& ", "&"), (" <", "<"), ("< ", "<"), (" >", ">"), (" ,", ","), (" :: ", "::"), ("' ", "'")]
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}
