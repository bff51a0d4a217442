//! What there is to know of all hooks together: who implements them, which nobody does, and which
//! are deprecated.

use maud::{Markup, html};

use super::super::words::hooks;
use super::super::{HookReference, PluginReference};
use super::prose::leads_somewhere;
use super::site::{Site, anchor_of_plugin};

/// The lists: their ids and their headings.
const LISTS: [(&str, &str); 3] = [
    ("by-plugin", "Hooks by plugin"),
    ("unused-hooks", "Unused hooks"),
    ("deprecated-hooks", "Deprecated hooks"),
];

/// The plugins that do something at a hook, each once, in call order.
pub(super) fn plugins_of(hook: &HookReference) -> Vec<&str> {
    let mut plugins: Vec<&str> = Vec::new();
    for one in &hook.implementations {
        if !plugins.contains(&&*one.plugin) {
            plugins.push(&one.plugin);
        }
    }
    plugins
}

pub(super) fn contents(site: &Site<'_>) -> Markup {
    let [plugins, others @ ..] = LISTS;
    let link = |(id, heading): (&str, &str)| html! { p { a href={ "#" (id) } { (heading) } } };
    html! {
        (link(plugins))
        ul {
            @for plugin in &site.reference.plugins {
                li { a href={ "#" (anchor_of_plugin(&plugin.name)) } { (plugin.name) } }
            }
        }
        @for list in others { (link(list)) }
    }
}

pub(super) fn lists(site: &Site<'_>) -> Markup {
    let [plugins, unused, deprecated] = LISTS;
    html! {
        (list(plugins, &by_plugin(site)))
        (list(unused, &unused_hooks(site)))
        (list(deprecated, &deprecated_hooks(site)))
    }
}

fn list((id, heading): (&str, &str), content: &Markup) -> Markup {
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (heading) }
            (content)
        }
    }
}

fn by_plugin(site: &Site<'_>) -> Markup {
    html! {
        @if site.reference.plugins.is_empty() { p { "No plugin is registered." } }
        @for one in &site.reference.plugins { (plugin(site, one)) }
    }
}

fn plugin(site: &Site<'_>, plugin: &PluginReference) -> Markup {
    let of_plugin = |hook: &HookReference| plugins_of(hook).contains(&&*plugin.name);
    let implemented = hooks(site.reference).filter(|(_, hook)| of_plugin(hook)).collect::<Vec<_>>();
    let repository = plugin.repository.as_deref();
    html! {
        article.plugin aria-labelledby=(anchor_of_plugin(&plugin.name)) {
            h3 id=(anchor_of_plugin(&plugin.name)) { (plugin.name) }
            p.quiet {
                @if let Some(package) = &plugin.package { "package " code { (package) } " " }
                (plugin.version.as_deref().unwrap_or("of an unknown version"))
                @if !plugin.authors.is_empty() { " · " (plugin.authors.join(", ")) }
                @match repository {
                    Some(address) if leads_somewhere(address) => {
                        " · " a href=(address) rel="noreferrer" { (address) }
                    }
                    Some(address) => { " · " (address) }
                    None => {}
                }
            }
            @if let Some(description) = &plugin.description { p { (description) } }
            @if implemented.is_empty() {
                p { "It implements no hook." }
            } @else {
                (links(site, &implemented))
            }
        }
    }
}

fn unused_hooks(site: &Site<'_>) -> Markup {
    let unused = hooks(site.reference).filter(|(_, hook)| hook.implementations.is_empty());
    let unused = unused.collect::<Vec<_>>();
    html! {
        @if unused.is_empty() {
            p { "Every hook is implemented by a plugin of this build." }
        } @else {
            p { "No plugin of this build implements these." }
            (links(site, &unused))
        }
    }
}

fn deprecated_hooks(site: &Site<'_>) -> Markup {
    let deprecated = hooks(site.reference)
        .filter_map(|(spec, hook)| Some((spec, hook, hook.deprecated.as_ref()?)));
    let deprecated = deprecated.collect::<Vec<_>>();
    html! {
        @if deprecated.is_empty() {
            p { "No hook is deprecated." }
        } @else {
            ul {
                @for (spec, hook, deprecated) in deprecated {
                    li { (site.link(spec, &hook.name)) ": " (site.deprecated(spec, deprecated)) }
                }
            }
        }
    }
}

fn links(site: &Site<'_>, hooks: &[(usize, &HookReference)]) -> Markup {
    html! {
        ul.links { @for (spec, hook) in hooks { li { (site.link(*spec, &hook.name)) } } }
    }
}
