//! `#[hookspec]`: the struct of tables, its calls, and the registrar.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Lifetime, Lit, Meta, Type};

use super::names;
use crate::model::{Argument, Hook, Kind, Passing, Spec};

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

/// The call methods, a method per hook, and the other views of the spec.
fn calls(spec: &Spec) -> TokenStream {
    let Spec { name, visibility, hooks, .. } = spec;
    let reported = names::reported(name);
    let frozen = hooks.iter().map(|Hook { name, .. }| quote!(#name: self.#name.frozen()));
    let without = hooks.iter().map(|Hook { name, .. }| quote!(#name: self.#name.without(names)));
    let methods = hooks.iter().map(|hook| call(spec, hook));
    let hooks_core = &spec.hooks_core;
    let registrar = quote!(<Self as #hooks_core::Spec>::Registrar<'_>);
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

            /// A live view of these hooks that leaves out the plugins of these names. Of each
            /// hook it leaves out those that implement it now: a plugin that is registered later
            /// is called, one that is left out stays so when it is registered again.
            #[must_use]
            #visibility fn without(&self, names: &[&str]) -> Self {
                Self { #(#without,)* }
            }

            /// These hooks with the plugins of this moment and with closures that stand among
            /// them as the newest, for a call or a few: they are stored nowhere else.
            #[must_use]
            #visibility fn with(&self, hand_in: impl FnOnce(&mut #registrar)) -> Self {
                #hooks_core::__private::with(self, hand_in)
            }
        }
    }
}

/// The call method of a hook; of a historic hook that has answers, also the one that takes them.
fn call(spec: &Spec, hook: &Hook) -> TokenStream {
    let hook_documentation = &hook.documentation;
    let combined = combined(hook);
    let (parameters, values) = parameters(hook);
    let Hook { name: method, deprecated, .. } = hook;
    let arguments = names::arguments(method);
    let output = output(spec, hook);
    let head = quote! {
        #(#hook_documentation)*
        #[doc = #combined]
        #deprecated
    };
    if hook.kind != Kind::Historic {
        return quote! {
            #head
            #[inline]
            pub fn #method(&self, #parameters) -> #output {
                self.#method.call(#arguments { #values })
            }
        };
    }
    let private = private(spec);
    let taking = hook.returns.answer.as_ref().map(|answer| {
        let then = names::then(method);
        let documentation = format!(
            "[`{method}`](Self::{method}()), with every answer going to `taker`: those of the \
             plugins that are there, and that of each one that is registered later."
        );
        quote! {
            #[doc = #documentation]
            #deprecated
            pub fn #then(
                &self,
                #parameters,
                taker: impl ::core::ops::Fn(#answer) + Send + Sync + 'static,
            ) -> #output {
                let taker = #private::Option::Some(#private::Box::new(taker) as _);
                self.#method.remember(#arguments { #values }, taker)
            }
        }
    });
    quote! {
        #head
        pub fn #method(&self, #parameters) -> #output {
            self.#method.remember(#arguments { #values }, #private::Option::None)
        }
        #taking
    }
}

/// The path to what generated code may name.
fn private(spec: &Spec) -> TokenStream {
    let hooks_core = &spec.hooks_core;
    quote!(#hooks_core::__private)
}

/// The calls that return reports.
fn reported(spec: &Spec) -> TokenStream {
    let Spec { hooks_core, name, visibility, hooks, .. } = spec;
    let private = private(spec);
    let reported = names::reported(name);
    let documentation =
        format!("The calls of [`{name}`] that return a report of what every implementation did.");
    let methods = hooks.iter().map(|hook| {
        let (parameters, values) = parameters(hook);
        let Hook { name: method, deprecated, .. } = hook;
        let arguments = names::arguments(method);
        let output = output(spec, hook);
        let documentation = format!("[`{method}`]({name}::{method}()), with a report.");
        let call = if hook.kind == Kind::Historic {
            quote!(remember_reported(#arguments { #values }, #private::Option::None))
        } else {
            quote!(call_reported(#arguments { #values }))
        };
        quote! {
            #[doc = #documentation]
            #deprecated
            pub fn #method(&self, #parameters) -> #hooks_core::Report<#output> {
                self.0.#method.#call
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

                fn vacant(house: &__hooks::House) -> Self {
                    Self { #(#fields: __hooks::Table::vacant(house),)* }
                }

                fn branch(&self) -> Self {
                    Self { #(#fields: self.#fields.branch(),)* }
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
        quote! {
            /// Where implementations of the hook of this name are handed in.
            #deprecated
            pub fn #name(&mut self) -> #hooks_core::Slot<'_, #hook_type> {
                #hooks_core::Slot::new(&self.tables.#name, self.intake)
            }
        }
    });
    quote! {
        /// Takes the implementations of a plugin, a method per hook.
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
    let policy = if hook.stops { quote!(Stop) } else { quote!(Isolate) };
    let description = description(spec, hook, &kind);
    let of_its_kind = match hook.kind {
        Kind::Waterfall => flows(hook),
        Kind::Historic => remembers(hook),
        Kind::Notify | Kind::Collect | Kind::FirstResult => TokenStream::new(),
    };
    quote! {
        #of_its_kind

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
fn flows(hook: &Hook) -> TokenStream {
    let Some(flow) = hook.arguments.iter().find(|argument| argument.flow) else {
        return TokenStream::new();
    };
    let hook_type = hook_type(hook);
    let name = &flow.name;
    let place = quote_spanned!(flow.written_type.span()=> &mut args.#name);
    let header = quote_spanned!(flow.written_type.span()=> impl __hooks::Flows for #hook_type);
    quote! {
        #[automatically_derived]
        #header {
            fn flow<'run>(args: &'run mut Self::Args<'_>) -> &'run mut Self::Answer {
                #place
            }
        }
    }
}

/// The arguments of a historic hook, kept.
fn remembers(hook: &Hook) -> TokenStream {
    let hook_type = hook_type(hook);
    let arguments = names::arguments(&hook.name);
    let record = names::record(&hook.name);
    let fields: Vec<_> = hook.arguments.iter().map(|argument| &argument.name).collect();
    let kept = hook.arguments.iter().map(|argument| {
        let Argument { name, written_type, .. } = argument;
        let kept = kept_type(written_type);
        quote_spanned!(written_type.span()=> #name: <#kept as __hooks::Kept>::Owned)
    });
    let keep = hook.arguments.iter().map(|argument| {
        let name = &argument.name;
        let value = if argument.is_by_value() { quote!(&args.#name) } else { quote!(args.#name) };
        quote!(#name: __hooks::Kept::keep(#value))
    });
    let lend = hook.arguments.iter().map(|Argument { name, written_type, passing, .. }| {
        let kept = kept_type(written_type);
        let lent = quote!(<#kept as __hooks::Kept>::lend(&record.#name));
        if *passing == Passing::Value {
            quote!(#name: __hooks::own(#lent))
        } else {
            quote!(#name: #lent)
        }
    });
    quote! {
        pub struct #record {
            #(#kept,)*
        }

        #[automatically_derived]
        impl __hooks::Remembers for #hook_type {
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

/// What a historic hook keeps of an argument: what a reference refers to.
fn kept_type(written: &Type) -> Type {
    match written {
        Type::Reference(reference) => (*reference.elem).clone(),
        owned => owned.clone(),
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
    // What flows is checked by what it flows through.
    let copied = hook.arguments.iter().filter(|argument| argument.is_by_value() && !argument.flow);
    let checks = copied.map(|argument| {
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
        Kind::Waterfall => "Waterfall",
        Kind::Historic => "Historic",
    };
    quote::format_ident!("{name}")
}

/// What an implementation of the hook returns.
fn returned(hook: &Hook) -> TokenStream {
    hook.returns.written_type.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream)
}

/// What a call of the hook returns.
fn output(spec: &Spec, hook: &Hook) -> TokenStream {
    let private = private(spec);
    let output = match (&hook.returns.answer, hook.kind) {
        (None, _) | (_, Kind::Historic) => quote!(()),
        (Some(answer), Kind::FirstResult) => quote!(#private::Option<#answer>),
        (Some(answer), Kind::Waterfall) => quote!(#answer),
        (Some(answer), Kind::Notify | Kind::Collect) => quote!(#private::Vec<#answer>),
    };
    if hook.stops {
        let hooks_core = &spec.hooks_core;
        return quote!(#private::Result<#output, #hooks_core::Failure>);
    }
    output
}

/// How the answers combine, for the documentation of the call.
fn combined(hook: &Hook) -> String {
    let returns = match hook.kind {
        Kind::Notify => "Calls every implementation.",
        Kind::Collect => "Calls every implementation, and returns the answers in call order.",
        Kind::FirstResult => {
            "Calls the implementations in call order until one answers, and returns that answer."
        }
        Kind::Waterfall => {
            "Hands the value to the implementations in call order, to each what the one before \
             made of it, and returns what the last one made of it."
        }
        Kind::Historic => {
            "Calls every implementation, and remembers the call for plugins that are registered \
             later."
        }
    };
    let failing = if hook.returns.fallible {
        "An implementation that panics or returns an error"
    } else {
        "An implementation that panics"
    };
    let failure = if hook.stops { "ends the call" } else { "is put on record and passed over" };
    let errors = if hook.stops {
        "\n\n# Errors\n\nThe failure that ended the call; what was answered before it is dropped."
    } else {
        ""
    };
    format!("\n\n{returns} {failing} {failure}.{errors}")
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
