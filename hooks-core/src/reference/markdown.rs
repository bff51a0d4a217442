//! The reference as pages of Markdown, for a repository or a site.

use std::time::Duration;

use super::prose::{first_paragraph, first_sentence, prose};
use super::words::{by_subject, counted, hook_at, hooks, names_of_specs, passed, place};
use super::{
    ArgumentReference, DeprecationReference, HookReference, ImplementationReference, Reference,
    SpecReference,
};
use crate::description::{HookMode, HookPolicy};
use crate::plugin::Role;

/// What a page says of itself to those who would change it.
const HEADER: &str =
    "<!-- Written from the source of the specs: what is changed here, is lost. -->";

/// How a plugin implements hooks, for those who read nothing else.
const MANUAL: &str = "\
A plugin implements a hook by a method of the same name in an `impl` block under `#[hookimpl]`. It \
takes the arguments that it needs, by name and in any order.";

/// How a reference is written as Markdown.
///
/// The pages hold tables as GitHub has them; all else is `CommonMark`, with anchors in HTML.
///
/// ```
/// use hooks_core::{PluginManager, hookspec, reference::Markdown};
///
/// #[hookspec]
/// trait Kitchen {
///     /// Called when an order comes in.
///     fn on_order(&self, dish: &str);
/// }
///
/// let page = PluginManager::new().reference().markdown(Markdown::default());
/// assert!(page.contains("| `dish` | `&str` |"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markdown {
    implementations: bool,
}

impl Markdown {
    /// The same, with the plugins of the program, what each of them implements, and the hooks that
    /// none of them does.
    #[must_use]
    pub fn implementations(self) -> Self {
        Self { implementations: true }
    }
}

/// One of several pages that link to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarkdownPage {
    /// The name of its file: `README.md` of the first, which leads to the others, and
    /// `BernsteinSpec.md` of that of the spec `BernsteinSpec`.
    pub file: String,
    /// What stands in it.
    pub text: String,
}

impl Reference {
    /// All of it as one page of Markdown.
    #[must_use]
    pub fn markdown(&self, form: Markdown) -> String {
        let site = Site::new(self, form, false);
        let mut page = Page::new(&site, None);
        match &self.specs[..] {
            [spec] => page.spec(0, spec),
            specs => {
                page.contents("Hooks");
                page.level = 2;
                specs.iter().enumerate().for_each(|(number, spec)| page.spec(number, spec));
                page.level = 1;
            }
        }
        page.overview();
        page.text
    }

    /// All of it as pages of Markdown: a `README.md`, and a page for each spec.
    #[must_use]
    pub fn markdown_pages(&self, form: Markdown) -> Vec<MarkdownPage> {
        let site = Site::new(self, form, true);
        let mut readme = Page::new(&site, None);
        readme.contents("Hooks");
        readme.overview();
        let readme = MarkdownPage { file: "README.md".to_owned(), text: readme.text };
        let specs = self.specs.iter().enumerate().map(|(number, spec)| {
            let mut page = Page::new(&site, Some(number));
            page.spec(number, spec);
            MarkdownPage { file: format!("{}.md", site.names[number]), text: page.text }
        });
        [readme].into_iter().chain(specs).collect()
    }
}

/// What all pages have in common.
struct Site<'a> {
    reference: &'a Reference,
    form: Markdown,
    /// Whether each spec has a page of its own.
    apart: bool,
    /// What each spec is called in links; two of one name are told apart by a number.
    names: Vec<String>,
}

impl<'a> Site<'a> {
    fn new(reference: &'a Reference, form: Markdown, apart: bool) -> Self {
        Self { form, apart, names: names_of_specs(reference), reference }
    }

    fn anchor_of_spec(&self, spec: usize) -> String {
        self.names[spec].to_lowercase()
    }

    fn anchor(&self, spec: usize, hook: &str) -> String {
        format!("{}-{}", self.anchor_of_spec(spec), hook.to_lowercase())
    }

    /// The file in which a spec stands, seen from another page.
    fn file(&self, spec: usize, here: Option<usize>) -> String {
        if self.apart && here != Some(spec) {
            format!("{}.md", self.names[spec])
        } else {
            String::new()
        }
    }
}

/// A page in the making.
struct Page<'a> {
    site: &'a Site<'a>,
    /// The spec whose page it is.
    here: Option<usize>,
    /// The level of the headings of specs.
    level: usize,
    text: String,
}

impl<'a> Page<'a> {
    fn new(site: &'a Site<'a>, here: Option<usize>) -> Self {
        Self { site, here, level: 1, text: format!("{HEADER}\n") }
    }

    /// Adds a block.
    fn block(&mut self, block: impl AsRef<str>) {
        if !block.as_ref().is_empty() {
            self.text.push('\n');
            self.text.push_str(block.as_ref());
            self.text.push('\n');
        }
    }

    fn heading(&mut self, deeper: usize, text: &str) {
        self.block(format!("{} {text}", "#".repeat(self.level + deeper)));
    }

    /// Adds a heading that links lead to.
    fn anchored(&mut self, deeper: usize, anchor: &str, text: &str) {
        self.block(format!("<a id=\"{anchor}\"></a>"));
        self.heading(deeper, text);
    }

    /// A link to a hook.
    fn link(&self, spec: usize, hook: &str) -> String {
        format!("[`{hook}`]({})", self.place(spec, hook))
    }

    fn place(&self, spec: usize, hook: &str) -> String {
        format!("{}#{}", self.site.file(spec, self.here), self.site.anchor(spec, hook))
    }

    /// Links to hooks, in a list of a line.
    fn links<'h>(&self, hooks: impl Iterator<Item = (usize, &'h HookReference)>) -> String {
        hooks.map(|(spec, hook)| self.link(spec, &hook.name)).collect::<Vec<_>>().join(", ")
    }

    /// The documentation of a spec or of one of its hooks, under a heading.
    fn prose(&self, spec: usize, documentation: &str, deeper: usize) -> String {
        prose(documentation, self.level + deeper, &|path| self.resolve(spec, path))
    }

    /// Where a path in the documentation of a spec leads to.
    fn resolve(&self, spec: usize, path: &str) -> Option<String> {
        let hook = hook_at(&self.site.reference.specs[spec], path)?;
        Some(self.place(spec, &hook.name))
    }

    /// The specs of the program.
    fn contents(&mut self, title: &str) {
        self.heading(0, title);
        self.block(MANUAL);
        let mut table = Table::new(["spec", "package", "hooks", "what it is about"]);
        for (number, spec) in self.site.reference.specs.iter().enumerate() {
            let file = self.site.file(number, self.here);
            table.row([
                format!("[`{}`]({file}#{})", spec.name, self.site.anchor_of_spec(number)),
                format!("`{}` {}", spec.package, spec.version),
                spec.hooks.len().to_string(),
                first_sentence(&self.prose(number, &spec.documentation, 0)),
            ]);
        }
        self.block(table.text);
    }

    fn spec(&mut self, number: usize, spec: &SpecReference) {
        let anchor = self.site.anchor_of_spec(number);
        self.anchored(0, &anchor, &format!("`{}`", spec.name));
        self.block(format!(
            "{} of the package `{}` {}, written in `{}`.",
            counted(spec.hooks.len(), "hook"),
            spec.package,
            spec.version,
            place(&spec.file, &spec.package),
        ));
        self.block(self.prose(number, &spec.documentation, 0));
        if self.level == 1 {
            self.block(MANUAL);
        }
        let hooks = by_subject(spec);
        self.index(number, &hooks);
        for hook in hooks {
            self.hook(number, hook);
        }
    }

    /// The hooks of a spec, by their subjects.
    fn index(&mut self, number: usize, hooks: &[&HookReference]) {
        let has_subjects = hooks.iter().any(|hook| hook.subject.is_some());
        let head = ["hook", "kind", "when, and what for"];
        let subject = has_subjects.then_some("subject");
        let mut table = Table::new(subject.into_iter().chain(head));
        let mut last = None;
        for hook in hooks {
            let name = hook.subject.as_deref().unwrap_or("others");
            let subject = if last == Some(name) { String::new() } else { format!("**{name}**") };
            last = Some(name);
            let deprecated = if hook.deprecated.is_some() { "*Deprecated.* " } else { "" };
            let summary = first_sentence(&self.prose(number, &hook.documentation, 1));
            table.row(has_subjects.then_some(subject).into_iter().chain([
                self.link(number, &hook.name),
                hook.kind.to_string(),
                format!("{deprecated}{summary}"),
            ]));
        }
        self.block(table.text);
    }

    fn hook(&mut self, number: usize, hook: &HookReference) {
        let anchor = self.site.anchor(number, &hook.name);
        self.anchored(1, &anchor, &format!("`{}`", hook.name));
        // On its own it does not compile.
        self.block(format!("```rust,ignore\n{}\n```", hook.signature));
        if let Some(deprecated) = &hook.deprecated {
            self.block(format!("> **Deprecated**{}", self.deprecated(number, deprecated)));
        }
        self.block(self.prose(number, &hook.documentation, 1));
        self.arguments(number, &hook.arguments);
        self.block(facts(hook, &self.site.reference.specs[number].package));
        self.implementations(hook);
        self.block(format!(
            "<details>\n<summary>A plugin that implements it</summary>\n\n```rust\n{}```\n\n</details>",
            hook.sample
        ));
    }

    /// What stands behind the word "deprecated".
    fn deprecated(&self, number: usize, deprecated: &DeprecationReference) -> String {
        let DeprecationReference { since, note, replacement } = deprecated;
        let since = since.as_ref().map(|since| format!(" since {since}")).unwrap_or_default();
        let note = note.as_ref().map(|note| self.prose(number, note, 0));
        let replacement =
            replacement.as_ref().map(|hook| format!("use {}", self.link(number, hook)));
        let advice = [note, replacement].into_iter().flatten().collect::<Vec<_>>().join("; ");
        let advice = if advice.is_empty() { advice } else { format!(": {advice}") };
        format!("{since}{advice}.")
    }

    fn arguments(&mut self, number: usize, arguments: &[ArgumentReference]) {
        if arguments.is_empty() {
            return;
        }
        let mut table = Table::new(["argument", "type", "passed", "what it is"]);
        let mut more = Vec::new();
        for argument in arguments {
            let documentation = self.prose(number, &argument.documentation, 1);
            let summary = first_paragraph(&documentation);
            if documentation.contains("\n\n") {
                more.push(format!("**`{}`**: {documentation}", argument.name));
            }
            let deprecated = argument
                .deprecated
                .as_ref()
                .map(|deprecated| format!("*Deprecated{}* ", self.deprecated(number, deprecated)));
            table.row([
                format!("`{}`", argument.name),
                format!("`{}`", argument.written_type),
                passed(argument).to_owned(),
                format!("{}{summary}", deprecated.unwrap_or_default()),
            ]);
        }
        self.block(table.text);
        more.into_iter().for_each(|documentation| self.block(documentation));
    }

    /// Who implements a hook, in call order.
    fn implementations(&mut self, hook: &HookReference) {
        if !self.site.form.implementations {
            return;
        }
        if hook.implementations.is_empty() {
            return self.block("No plugin of this program implements it.");
        }
        let mut table = Table::new(["", "plugin", "method", "takes", "why it stands there"]);
        for (number, one) in hook.implementations.iter().enumerate() {
            table.row([
                (number + 1).to_string(),
                one.plugin.clone(),
                method(one),
                taken(one),
                one.reason.clone(),
            ]);
        }
        self.block(table.text);
    }

    /// What there is to know of all specs together.
    fn overview(&mut self) {
        self.deprecated_hooks();
        if self.site.form.implementations {
            self.plugins();
            self.unused_hooks();
        }
    }

    fn deprecated_hooks(&mut self) {
        let mut items = String::new();
        for (spec, hook) in hooks(self.site.reference) {
            if let Some(deprecated) = &hook.deprecated {
                let advice = self.deprecated(spec, deprecated);
                items.push_str(&format!("- {}: deprecated{advice}\n", self.link(spec, &hook.name)));
            }
        }
        if !items.is_empty() {
            self.heading(1, "Deprecated hooks");
            self.block(items.trim_end());
        }
    }

    fn plugins(&mut self) {
        self.heading(1, "Plugins of this program");
        if self.site.reference.plugins.is_empty() {
            return self.block("There is none.");
        }
        let mut table = Table::new(["plugin", "version", "implements", "what it does"]);
        for plugin in &self.site.reference.plugins {
            let hooks = hooks(self.site.reference).filter(|(_, hook)| {
                hook.implementations.iter().any(|one| one.plugin == plugin.name)
            });
            table.row([
                format!("`{}`", plugin.name),
                plugin.version.clone().unwrap_or_default(),
                self.links(hooks),
                plugin.description.clone().unwrap_or_default(),
            ]);
        }
        self.block(table.text);
    }

    fn unused_hooks(&mut self) {
        let unused = hooks(self.site.reference).filter(|(_, hook)| hook.implementations.is_empty());
        let unused = self.links(unused);
        if !unused.is_empty() {
            self.heading(1, "Hooks that no plugin of this program implements");
            self.block(format!("{unused}."));
        }
    }
}

/// What else there is to know of a hook.
fn facts(hook: &HookReference, package: &str) -> String {
    let mode = match hook.mode {
        HookMode::Synchronous => "",
        HookMode::Sequential => ", awaited",
        HookMode::Concurrent => ", awaited together",
    };
    let policy = match hook.on_failure {
        HookPolicy::Isolate => "",
        HookPolicy::Stop => ", stops on failure",
    };
    let mut facts = vec![format!("**{}{mode}{policy}**: {}", hook.kind, hook.combining)];
    if !hook.returns.is_empty() {
        facts.push(format!(
            "An implementation returns `{}`, a call `{}`.",
            hook.returns, hook.output
        ));
    } else if hook.output != "()" {
        facts.push(format!("A call returns `{}`.", hook.output));
    }
    if let Some(timeout) = hook.timeout_nanoseconds.map(Duration::from_nanos) {
        facts.push(format!(
            "An implementation that takes more than {timeout:?} has failed, unless the host says \
             otherwise."
        ));
    }
    if !hook.options.is_empty() {
        facts.push(format!("Declared with `#[hook({})]`.", hook.options));
    }
    let since = hook.since.as_ref().map(|since| format!("Since {since}; w"));
    let place = place(&hook.file, package);
    facts.push(format!("{}ritten in `{place}`.", since.unwrap_or_else(|| "W".to_owned())));
    facts.iter().map(|fact| format!("- {fact}")).collect::<Vec<_>>().join("\n")
}

fn method(implementation: &ImplementationReference) -> String {
    let ImplementationReference { method, role, is_async, background, .. } = implementation;
    let role = if *role == Role::Wrapper { ", around the rest" } else { "" };
    let is_async = if *is_async { ", async" } else { "" };
    let background = if *background { ", in the background" } else { "" };
    format!("`{method}`{role}{is_async}{background}")
}

fn taken(implementation: &ImplementationReference) -> String {
    match &implementation.arguments {
        None => "all".to_owned(),
        Some(arguments) => {
            arguments.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        }
    }
}

/// A table in the making.
struct Table {
    text: String,
}

impl Table {
    fn new<'t>(head: impl IntoIterator<Item = &'t str>) -> Self {
        let mut table = Self { text: String::new() };
        let head: Vec<&str> = head.into_iter().collect();
        table.row(head.iter().map(|cell| (*cell).to_owned()));
        table.text.push_str("\n|");
        head.iter().for_each(|_| table.text.push_str("---|"));
        table
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push('|');
        for cell in cells {
            self.text.push_str(&format!(" {} |", in_a_cell(&cell)));
        }
    }
}

/// A text that ends neither its cell nor its row.
fn in_a_cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut escaped = false;
    for letter in text.replace('\n', " ").chars() {
        if letter == '|' && !escaped {
            cell.push('\\');
        }
        cell.push(letter);
        escaped = letter == '\\' && !escaped;
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::in_a_cell;

    #[test]
    fn a_bar_does_not_end_a_cell() {
        assert_eq!(in_a_cell(r"`a | b` or a \| b"), r"`a \| b` or a \| b");
        assert_eq!(in_a_cell("a \\\\| b\nc"), "a \\\\\\| b c");
    }
}
