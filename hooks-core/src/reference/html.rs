//! The reference as one page of HTML that needs nothing else: no network, no other file.
//!
//! A script searches, copies and remembers the theme. Without it the page shows the same.

// A site has all that the parts of a page share;
mod site;
// documentation and schemas become markup;
mod prose;
mod schema;
// a picture says when hooks are called,
mod course;
// an article what there is to know of one,
mod hook;
// and lists what there is to know of all.
mod lists;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use course::Course;
use site::Site;

use super::words::{by_subject, counted, hooks, place};
use super::{HookReference, Reference, SpecReference};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// The script that the page lets in, and no other: the SHA-256 of `page.js`.
const SCRIPT_HASH: &str = "sha256-xXMAWiTu/ttFA/t8ezGBOwhtCYS0FXb6HXakM5t4LfM=";

/// How a reference is written as a page of HTML.
///
/// ```standalone_crate
/// use hooks_core::reference::{Course, Html};
/// use hooks_core::{PluginManager, hookspec};
///
/// #[hookspec]
/// trait Kitchen {
///     /// Called when an order comes in.
///     fn on_order(&self, dish: &str);
///     /// Called when a dish is on the table.
///     fn on_served(&self, dish: &str);
/// }
///
/// let course = Course::new("The way of a dish").always("on_order", "").always("on_served", "");
/// let form = Html::default().title("Hooks of the kitchen").course("Kitchen", course);
/// let page = PluginManager::new().reference().html(&form);
/// assert!(page.contains("<title>Hooks of the kitchen</title>"));
/// assert!(page.contains(r##"<a href="#Kitchen.on_order">"##));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html {
    title: Option<String>,
    courses: Vec<(String, Course)>,
}

impl Html {
    /// The same under another title than "Hooks".
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// The same with a picture of when the hooks of this spec are called.
    #[must_use]
    pub fn course(mut self, spec: impl Into<String>, course: Course) -> Self {
        self.courses.push((spec.into(), course));
        self
    }
}

impl Reference {
    /// All of it as one page of HTML, which can be searched, and which asks the network for
    /// nothing.
    ///
    /// Each hook can be linked to, as `#BernsteinSpec.on_task_created`.
    #[must_use]
    pub fn html(&self, form: &Html) -> String {
        page(&Site::new(self), form).into_string()
    }
}

/// Nothing is loaded, and nothing is executed but the script of the page, whatever it shows.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src '{SCRIPT_HASH}'; style-src 'unsafe-inline'; \
         img-src data:; base-uri 'none'; form-action 'none'"
    )
}

fn page(site: &Site<'_>, form: &Html) -> Markup {
    let title = form.title.as_deref().unwrap_or("Hooks");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Else a browser would ask the network for one.
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
                script { (PreEscaped(SCRIPT)) }
            }
            body {
                a.skip href="#all-hooks" { "Skip to the hooks" }
                (header(title))
                (contents(site))
                main id="all-hooks" tabindex="-1" {
                    (introduction(site, title))
                    @for (number, described) in site.reference.specs.iter().enumerate() {
                        @let courses = form.courses.iter().filter(|(of, _)| *of == described.name);
                        (spec(site, number, described, courses.map(|(_, course)| course)))
                    }
                    (lists::lists(site))
                }
                p.unseen id="copy-status" role="status" {}
                footer {
                    p {
                        "Made of the source of the specs and of the plugins that are linked into \
                         the program."
                    }
                }
            }
        }
    }
}

/// What stays at the top: the search and the theme, which need the script.
fn header(title: &str) -> Markup {
    html! {
        header.bar {
            a.home href="#all-hooks" { (title) }
            div.search.scripted role="search" {
                label for="search-field" { "Search hooks" }
                input id="search-field" type="search" role="combobox" autocomplete="off"
                    spellcheck="false" placeholder="name, argument, plugin, words"
                    aria-autocomplete="list" aria-expanded="false" aria-controls="search-results"
                    aria-keyshortcuts="/";
                kbd aria-hidden="true" { "/" }
                div.found {
                    ul id="search-results" role="listbox" aria-label="Hooks found" hidden {}
                    p id="search-count" role="status" {}
                }
            }
            button.theme.scripted type="button" aria-pressed="false" { "Dark" }
        }
    }
}

/// The way to everything on the page.
fn contents(site: &Site<'_>) -> Markup {
    html! {
        nav.contents aria-label="On this page" {
            @for (number, spec) in site.reference.specs.iter().enumerate() {
                p { a href={ "#" (site.names[number]) } { (spec.name) } }
                @for (subject, hooks) in subjects(spec) {
                    p.subject {
                        a href={ "#" (site.anchor_of_subject(number, subject)) } { (subject) }
                    }
                    ul {
                        @for hook in hooks {
                            li.deprecated[hook.deprecated.is_some()] {
                                a href={ "#" (site.anchor(number, &hook.name)) } { (hook.name) }
                            }
                        }
                    }
                }
            }
            (lists::contents(site))
        }
    }
}

fn introduction(site: &Site<'_>, title: &str) -> Markup {
    let count = hooks(site.reference).count();
    let used = hooks(site.reference).filter(|(_, hook)| !hook.implementations.is_empty()).count();
    let facts = [
        counted(count, "hook"),
        counted(site.reference.specs.len(), "spec"),
        counted(site.reference.plugins.len(), "plugin"),
    ];
    html! {
        h1 { (title) }
        p.quiet { (facts.join(" · ")) " · " (used) " of " (count) " implemented in this build" }
        p {
            "A plugin implements a hook by a method of the same name in an " code { "impl" }
            " block under " code { "#[hookimpl]" } ". It takes the arguments that it needs, by \
             name and in any order."
        }
    }
}

fn spec<'c>(
    site: &Site<'_>,
    number: usize,
    spec: &SpecReference,
    courses: impl Iterator<Item = &'c Course>,
) -> Markup {
    let anchor = &site.names[number];
    html! {
        section.spec aria-labelledby=(anchor) {
            h2 id=(anchor) {
                (spec.name) " " (link_to_itself(anchor))
            }
            p.quiet {
                "package " code { (spec.package) } " " (spec.version) " · "
                code { (place(&spec.file, &spec.package)) ":" (spec.line) }
            }
            div.prose { (site.prose(number, &spec.documentation, 2)) }
            @for course in courses { (course::figure(site, number, spec, course)) }
            (index(site, number, spec))
            @for (subject, hooks) in subjects(spec) {
                @let anchor = site.anchor_of_subject(number, subject);
                section.subject aria-labelledby=(anchor) {
                    h3 id=(anchor) { (capitalized(subject)) }
                    @for hook in hooks { (hook::article(site, number, hook)) }
                }
            }
        }
    }
}

/// The hooks of a spec, by their subjects.
fn index(site: &Site<'_>, number: usize, spec: &SpecReference) -> Markup {
    html! {
        table.index {
            caption { "Hooks by subject" }
            thead {
                tr {
                    th scope="col" { "Hook" }
                    th scope="col" { "Kind" }
                    th.number scope="col" { "Plugins" }
                    th scope="col" { "When, and what for" }
                }
            }
            @for (subject, hooks) in subjects(spec) {
                tbody {
                    tr { th.subject scope="rowgroup" colspan="4" { (subject) } }
                    @for hook in hooks {
                        tr {
                            th scope="row" { (site.link(number, &hook.name)) }
                            td.kind { (hook.kind) }
                            td.number { (lists::plugins_of(hook).len()) }
                            td.text {
                                @if hook.deprecated.is_some() { span.tag.warn { "deprecated" } " " }
                                (site.summary(number, &hook.documentation))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The subjects of a spec with their hooks. Those without one have to do with other things, or with
/// the only thing there is.
fn subjects(spec: &SpecReference) -> Vec<(&str, Vec<&HookReference>)> {
    let none =
        if spec.hooks.iter().any(|hook| hook.subject.is_some()) { "others" } else { "hooks" };
    let mut subjects: Vec<(&str, Vec<&HookReference>)> = Vec::new();
    for hook in by_subject(spec) {
        let subject = hook.subject.as_deref().unwrap_or(none);
        match subjects.last_mut() {
            Some((last, hooks)) if *last == subject => hooks.push(hook),
            _ => subjects.push((subject, vec![hook])),
        }
    }
    subjects
}

/// The link by which others find the way to where it stands.
fn link_to_itself(anchor: &str) -> Markup {
    html! { a.anchor href={ "#" (anchor) } aria-label={ "Link to " (anchor) } { "#" } }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
