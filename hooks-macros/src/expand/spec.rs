//! `#[hookspec]`: the struct of tables, its calls, and the registrar.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::{description, documentation, hook};
use crate::model::{Argument, Hook, Kind, Mode, Spec};
use crate::names;

pub(crate) fn spec(spec: &Spec) -> TokenStream {
    let tables = tables(spec);
    let calls = calls(spec);
    let reported = reported(spec);
    let arguments = spec.hooks.iter().map(|hook| hook::arguments(spec, hook));
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
        let hook_type = hook::type_of(hook);
        let documentation = format!("Who implements [`{field}`](Self::{field}()), in call order.");
        quote!(#[doc = #documentation] pub #field: #hooks_core::Table<#hook_type>)
    });
    let documentation = documentation::spec(spec).into_iter();
    quote! {
        #(#attributes)*
        #(#[doc = #documentation])*
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
    let registrar = names::registrar(name);
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
            #visibility fn with(&self, hand_in: impl FnOnce(&mut #registrar<'_>)) -> Self {
                #hooks_core::__private::with(self, hand_in)
            }
        }
    }
}

/// The call method of a hook; of a historic hook that has answers, also the one that takes them.
fn call(spec: &Spec, hook: &Hook) -> TokenStream {
    let hook_documentation = &hook.documentation;
    let documentation = documentation::call(hook);
    let (parameters, values) = parameters(hook);
    let Hook { name: method, deprecated, .. } = hook;
    let arguments = names::arguments(method);
    let output = output(spec, hook);
    let head = quote! {
        #(#hook_documentation)*
        #[doc = #documentation]
        #deprecated
    };
    if let Some(call) = awaited_call(hook.mode) {
        return quote! {
            #head
            pub async fn #method(&self, #parameters) -> #output {
                self.#method.#call(#arguments { #values }).await
            }
        };
    }
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
    let taking = hook.answer().map(|answer| {
        let then = names::then(method);
        // An argument may be called `taker` too.
        let taker = Ident::new("taker", Span::mixed_site());
        let documentation = format!(
            "[`{method}`](Self::{method}()), with every answer going to `taker`: those of the \
             plugins that are there, and that of each one that is registered later."
        );
        quote! {
            #[doc = #documentation]
            #deprecated
            pub fn #then(
                &self,
                #parameters
                #taker: impl ::core::ops::Fn(#answer) + Send + Sync + 'static,
            ) -> #output {
                let #taker = #private::Option::Some(#private::Box::new(#taker) as _);
                self.#method.remember(#arguments { #values }, #taker)
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

/// The call of a table whose hook is awaited.
fn awaited_call(mode: Mode) -> Option<Ident> {
    match mode {
        Mode::Synchronous => None,
        Mode::Sequential => Some(format_ident!("call_in_turn")),
        Mode::Concurrent => Some(format_ident!("call_together")),
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
        let (asynchronous, call) = match (hook.mode, hook.kind) {
            (Mode::Synchronous, Kind::Historic) => {
                (None, quote!(remember_reported(#arguments { #values }, #private::Option::None)))
            }
            (Mode::Synchronous, _) => (None, quote!(call_reported(#arguments { #values }))),
            (mode, _) => {
                let call = awaited_call(mode).map(|call| format_ident!("{call}_reported"));
                (Some(quote!(async)), quote!(#call(#arguments { #values }).await))
            }
        };
        quote! {
            #[doc = #documentation]
            #deprecated
            pub #asynchronous fn #method(&self, #parameters) -> #hooks_core::Report<#output> {
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

/// What nobody but generated code names.
fn hidden(spec: &Spec) -> TokenStream {
    let Spec { hooks_core, name, hooks, .. } = spec;
    let registrar_name = names::registrar(name);
    let descriptions = hooks.iter().map(|hook| hook::implementation(spec, hook));
    let by_value = hooks.iter().map(hook::by_value);
    let fields: Vec<_> = hooks.iter().map(|hook| &hook.name).collect();
    let text = name.to_string();
    let description = description::spec(spec);
    quote! {
        #[allow(deprecated)] // a spec registers its own deprecated hooks
        const _: () = {
            use #hooks_core::__private as __hooks;

            #(#descriptions)*
            #(#by_value)*

            #[automatically_derived]
            impl __hooks::Spec for #name {
                const NAME: &'static str = #text;
                const DESCRIPTION: &'static __hooks::SpecDescription = &#description;
                type Registrar<'hooks> = #registrar_name<'hooks>;

                fn vacant(surroundings: &__hooks::Surroundings) -> Self {
                    Self { #(#fields: __hooks::Table::vacant(surroundings),)* }
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

            __hooks::describe! { #name }
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
        let hook_type = hook::type_of(hook);
        let slot = match hook.mode {
            Mode::Synchronous => quote!(Slot),
            Mode::Sequential => quote!(AsyncSlot),
            Mode::Concurrent => quote!(ConcurrentSlot),
        };
        let new = match hook.kind {
            Kind::Background => quote!(deferring),
            _ => quote!(new),
        };
        quote! {
            /// Where implementations of the hook of this name are handed in.
            #deprecated
            pub fn #name(&mut self) -> #hooks_core::#slot<'_, #hook_type> {
                #hooks_core::#slot::#new(&self.tables.#name, self.intake)
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

/// What a call of the hook returns.
fn output(spec: &Spec, hook: &Hook) -> TokenStream {
    let private = private(spec);
    let output = match (hook.answer(), hook.kind) {
        (None, _) | (_, Kind::Historic) => quote!(()),
        (Some(answer), Kind::FirstResult) => quote!(#private::Option<#answer>),
        (Some(answer), Kind::Waterfall) => quote!(#answer),
        (Some(answer), Kind::Notify | Kind::Background | Kind::Collect) => {
            quote!(#private::Vec<#answer>)
        }
    };
    if hook.stops {
        let hooks_core = &spec.hooks_core;
        return quote!(#private::Result<#output, #hooks_core::Failure>);
    }
    output
}

/// The parameters of a call of the hook, and their names.
fn parameters(hook: &Hook) -> (TokenStream, TokenStream) {
    let names = hook.arguments.iter().map(|argument| &argument.name);
    let parameters = hook.arguments.iter().map(|argument| {
        let Argument { name, written_type, .. } = argument;
        quote!(#name: #written_type)
    });
    (quote!(#(#parameters,)*), quote!(#(#names,)*))
}
