//! All there is to know of a hook.

use std::time::Duration;

use maud::{Markup, html};
use serde_json::Value;

use super::super::words::{passed, place};
use super::super::{ArgumentReference, HookReference, ImplementationReference, ValueReference};
use super::site::{Site, anchor_of_plugin};
use super::{link_to_itself, lists, schema};
use crate::description::{HookMode, HookPolicy};
use crate::order::Band;
use crate::plugin::Role;

pub(super) fn article(site: &Site<'_>, number: usize, hook: &HookReference) -> Markup {
    let anchor = &site.anchor(number, &hook.name);
    let names = hook.arguments.iter().map(|argument| &*argument.name).collect::<Vec<_>>();
    html! {
        article.hook aria-labelledby=(anchor) data-hook=(hook.name)
            data-spec=(site.reference.specs[number].name)
            data-subject=[hook.subject.as_ref()] data-arguments=(names.join("\n"))
            data-plugins=(lists::plugins_of(hook).join("\n")) {
            h4 id=(anchor) { (hook.name) " " (link_to_itself(anchor)) }
            (tags(hook))
            pre.signature { code { (hook.signature) } }
            @if let Some(deprecated) = &hook.deprecated {
                p.notice { (site.deprecated(number, deprecated)) }
            }
            div.prose.about { (site.prose(number, &hook.documentation, 4)) }
            (arguments(site, number, &hook.arguments))
            (facts(site, number, hook))
            (implementations(site, hook))
            (sample(hook))
            (value(site, &format!("{anchor}:payload"), "Payload as JSON", &hook.payload))
            @if let Some(answer) = &hook.answer {
                (value(site, &format!("{anchor}:answer"), "Answer as JSON", answer))
            }
        }
    }
}

/// What there is to know of a hook at a glance.
fn tags(hook: &HookReference) -> Markup {
    html! {
        p.tags {
            span.tag { (hook.kind) } " "
            span.tag { (hook.mode) }
            @if hook.on_failure == HookPolicy::Stop { " " span.tag { "stops on failure" } }
            @if let Some(since) = &hook.since { " " span.tag { "since " (since) } }
            @if hook.deprecated.is_some() { " " span.tag.warn { "deprecated" } }
            @if hook.implementations.is_empty() { " " span.tag.idle { "no plugin" } }
        }
    }
}

fn arguments(site: &Site<'_>, number: usize, arguments: &[ArgumentReference]) -> Markup {
    if arguments.is_empty() {
        return html! {};
    }
    html! {
        h5 { "Arguments" }
        dl.rows.arguments {
            @for argument in arguments {
                div {
                    dt {
                        code.property { (argument.name) } ": " code.type { (argument.written_type) }
                    }
                    dd {
                        @if let Some(deprecated) = &argument.deprecated {
                            p { (site.deprecated(number, deprecated)) }
                        }
                        div.prose { (site.prose(number, &argument.documentation, 5)) }
                    }
                    dd.quiet { (passed(argument)) }
                }
            }
        }
    }
}

/// What a call comes to, and where the hook is written.
fn facts(site: &Site<'_>, number: usize, hook: &HookReference) -> Markup {
    let spec = &site.reference.specs[number];
    let mode = match hook.mode {
        HookMode::Synchronous => "One after the other; the call returns when all have.",
        HookMode::Sequential => "Awaited one after the other.",
        HookMode::Concurrent => "Awaited all together.",
    };
    let policy = match hook.on_failure {
        HookPolicy::Isolate => "It is put on record, and the call goes on.",
        HookPolicy::Stop => "It ends the call, which returns it.",
    };
    let timeout = hook.timeout_nanoseconds.map(Duration::from_nanos);
    html! {
        h5 { "A call" }
        dl.rows.facts {
            div { dt { "Answers" } dd { (hook.combining) } }
            @if !hook.returns.is_empty() {
                div { dt { "An implementation returns" } dd { code { (hook.returns) } } }
            }
            div {
                dt { "A call returns" }
                dd { @if hook.output == "()" { "nothing" } @else { code { (hook.output) } } }
            }
            div { dt { "Implementations run" } dd { (mode) } }
            div { dt { "A failure" } dd { (policy) } }
            @if let Some(timeout) = timeout {
                div {
                    dt { "Timeout" }
                    dd { (format!("{timeout:?}")) ", unless the host says otherwise" }
                }
            }
            @if !hook.options.is_empty() {
                div { dt { "Options" } dd { code { "#[hook(" (hook.options) ")]" } } }
            }
            div {
                dt { "Written in" }
                dd {
                    code { (place(&hook.file, &spec.package)) ":" (hook.line) }
                    ", package " (spec.package) " " (spec.version)
                }
            }
        }
    }
}

/// Who implements a hook, in call order.
fn implementations(site: &Site<'_>, hook: &HookReference) -> Markup {
    html! {
        h5 { "Implementations in this build" }
        @if hook.implementations.is_empty() {
            p.quiet { "No plugin of this build implements it." }
        } @else {
            div.wide-table role="group" tabindex="0"
                aria-label={ "Implementations of " (hook.name) ", scrollable" } {
                table {
                    thead {
                        tr {
                            th.number scope="col" { "#" }
                            @for name in ["Plugin", "Method", "Takes", "Place", "Written in"] {
                                th scope="col" { (name) }
                            }
                        }
                    }
                    tbody {
                        @for (number, one) in hook.implementations.iter().enumerate() {
                            (implementation(site, number, one))
                        }
                    }
                }
            }
        }
    }
}

fn implementation(site: &Site<'_>, number: usize, one: &ImplementationReference) -> Markup {
    let plugin = site.reference.plugins.iter().find(|plugin| plugin.name == one.plugin);
    let package = plugin.and_then(|plugin| plugin.package.as_deref()).unwrap_or_default();
    html! {
        tr {
            td.number { (number + 1) }
            th scope="row" {
                @if plugin.is_some() {
                    a href={ "#" (anchor_of_plugin(&one.plugin)) } { (one.plugin) }
                } @else {
                    (one.plugin)
                }
                @if let Some(version) = &one.plugin_version { " " span.quiet { (version) } }
            }
            td { code { (one.method) } (manner(one)) }
            td {
                @match one.arguments.as_deref() {
                    None => "all",
                    Some([]) => "none",
                    Some(names) => {
                        @for (number, name) in names.iter().enumerate() {
                            @if number > 0 { ", " }
                            code { (name) }
                        }
                    }
                }
            }
            td.text { (one.reason) }
            td { code { (place(&one.file, package)) ":" (one.line) } }
        }
    }
}

/// How an implementation is not like most.
fn manner(one: &ImplementationReference) -> Markup {
    html! {
        @if one.role == Role::Wrapper { " " span.tag { "wrapper" } }
        @if one.band != Band::Plain { " " span.tag { (one.band) } }
        @if one.is_async { " " span.tag { "async" } }
        @if one.background { " " span.tag { "background" } }
    }
}

fn sample(hook: &HookReference) -> Markup {
    html! {
        details {
            summary { "A minimal implementation" }
            (to_copy("Copy this plugin", &format!("A plugin that implements {}", hook.name), &hook.sample))
        }
    }
}

/// What a hook is called with or answers, in other languages.
fn value(site: &Site<'_>, id: &str, name: &str, value: &ValueReference) -> Markup {
    html! {
        details id=(id) {
            summary { (name) }
            (schema::tree(id, &value.schema, &site.reference.definitions))
            @if let Some(example) = &value.example {
                p.label { "An example" }
                (to_copy("Copy this example", &format!("{id}, an example"), &pretty(example)))
            }
        }
    }
}

/// A text with a button that copies it.
fn to_copy(action: &str, name: &str, text: &str) -> Markup {
    html! {
        div.to-copy {
            button.scripted type="button" aria-label=(action) { "Copy" }
            pre tabindex="0" role="group" aria-label=(name) { code { (text) } }
        }
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}
