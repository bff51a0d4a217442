//! The reference as a page of HTML: what is on it, and that nobody's text is more than text.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hooks_core::reference::{Course, Html, Reference};
use hooks_core::{Closures, Method, Plugin, PluginManager, hookimpl, hookspec};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A letter, which may be about another one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(example = Letter::hostile())]
struct Letter {
    /// What it says, as in </script><script>alert("schema")</script>.
    text: String,
    about: Option<Box<Letter>>,
}

impl Letter {
    fn hostile() -> Self {
        Self { text: "</code></script><script>alert(\"example\")</script>".to_owned(), about: None }
    }
}

/// What happens in an office.
///
/// <script>alert("spec")</script>
///
/// # Who is told
///
/// See [`on_letter`](Self::on_letter), [a site](https://example.org/) and
/// [a trap](javascript:alert(1)).
#[hookspec]
trait Office {
    /// A letter came in <img src=x onerror=alert(1)>.
    #[hook(subject = "letters & parcels", since = "0.2")]
    fn on_letter(
        &self,
        /// What was in the *envelope*.
        letter: &Letter,
        /// How many there are.
        #[deprecated(note = "nobody counts <b>them</b>")]
        pages: u32,
    );

    /// A text is corrected.
    #[hook(waterfall)]
    fn correct(&self, #[flow] text: String) -> Result<String, std::io::Error>;

    /// A stamp is put on.
    #[deprecated(since = "0.2.0", note = "letters have no stamps")]
    #[hook(replaced_by = on_letter, timeout = "2s")]
    async fn on_stamp(&self, stamp: &mut String);
}

#[derive(Default, Plugin)]
#[plugin(name = "clerk")]
struct Clerk;

#[hookimpl]
impl Office for Clerk {
    #[hookimpl(tryfirst, background)]
    fn on_letter(&self, letter: &Letter) {
        let _ = letter;
    }
}

const QUOTED: &str = "\"><img src=x onerror='alert(1)'> a \u{fc}";

fn reference() -> Reference {
    let plugins = PluginManager::new();
    plugins.register(Clerk).unwrap();
    plugins
        .register_closures(
            QUOTED,
            Closures::<Office>::new(|office| {
                office.on_letter().implementation(Method::here("listen"), |_| {});
            }),
        )
        .unwrap();
    plugins.reference()
}

fn page() -> String {
    reference().html(&form())
}

fn form() -> Html {
    let course = Course::new("The way of <a> letter")
        .always("on_letter", "once & for all")
        .sometimes("on_stamp", "")
        .either([("correct", "it is wrong"), ("on_nothing", "it is right")])
        .again("correct", "on_letter", "another try");
    Html::default().title("Hooks of <the> office").course("Office", course)
}

/// What stands in the attribute of this name, wherever it is.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    let values = page.split(&start).skip(1);
    values.map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

/// The page without what is not markup.
fn markup(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").expect("it has a style");
    let (_, after) = rest.split_once("</script>").expect("it has a script");
    format!("{before}{after}")
}

/// What stands between the first tag of this name and its end.
fn inside<'p>(page: &'p str, tag: &str) -> &'p str {
    let start = page.split_once(&format!("<{tag}>")).expect("it is there").1;
    start.split_once(&format!("</{tag}>")).expect("it ends").0
}

/// The article of a hook.
fn article<'p>(page: &'p str, hook: &str) -> &'p str {
    let of_hook = format!("data-hook=\"{hook}\"");
    let start = page.split_once(&of_hook).unwrap_or_else(|| panic!("no article of {hook}")).1;
    start.split_once("</article>").expect("it ends").0
}

#[test]
fn every_hook_argument_and_plugin_is_on_the_page() {
    let (reference, page) = (reference(), page());
    let markup = markup(&page);
    for spec in &reference.specs {
        for hook in &spec.hooks {
            let article = article(&markup, &hook.name);
            assert!(article.contains(&format!("id=\"{}.{}\"", spec.name, hook.name)));
            for argument in &hook.arguments {
                let told = format!("<code class=\"property\">{}</code>", argument.name);
                assert_eq!(article.matches(&told).count(), 2, "told, and in the payload: {told}");
            }
            for one in &hook.implementations {
                assert!(article.contains(&format!("<code>{}</code>", one.method)));
                assert!(article.contains(&format!("{}:{}", one.file, one.line)));
            }
        }
    }
    assert!(article(&markup, "on_letter").contains(">clerk</a>"));
    for id in attributes(&markup, "id") {
        assert!(!id.contains(char::is_whitespace), "{id}");
    }
}

#[test]
fn what_hooks_and_plugins_say_is_text_and_nothing_else() {
    let page = page();
    assert_eq!(page.matches("<script").count(), 1, "that of the page");
    assert_eq!(page.matches("</script").count(), 1);
    let markup = markup(&page);
    for tag in ["<img", "<b>", "<a>", "<the>", "javascript:alert(1)\""] {
        assert!(!markup.contains(tag), "{tag}");
    }
    for text in [
        "&lt;script&gt;alert(",
        "&lt;img src=x onerror=alert(1)&gt;",
        "nobody counts &lt;b&gt;them&lt;/b&gt;",
        "&quot;&gt;&lt;img src=x onerror='alert(1)'&gt; a \u{fc}",
        "&lt;/code&gt;&lt;/script&gt;&lt;script&gt;alert(\\&quot;example",
        "The way of &lt;a&gt; letter",
        "Hooks of &lt;the&gt; office",
        "letters &amp; parcels",
    ] {
        assert!(markup.contains(text), "{text}");
    }
}

#[test]
fn no_script_is_let_in_but_that_of_the_page() {
    let page = page();
    let [policy, ..] = attributes(&page, "content")[..] else { panic!("no policy") };
    let hash = BASE64_STANDARD.encode(Sha256::digest(inside(&page, "script")));
    assert!(policy.contains(&format!("script-src 'sha256-{hash}';")), "{hash} is not in: {policy}");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}

#[test]
fn every_id_is_there_once_and_every_link_leads_to_one() {
    let page = markup(&page());
    let mut ids = BTreeMap::<&str, usize>::new();
    attributes(&page, "id").into_iter().for_each(|id| *ids.entry(id).or_default() += 1);
    assert!(ids.values().all(|count| *count == 1), "{ids:#?}");
    let links = attributes(&page, "href").into_iter().filter_map(|link| link.strip_prefix('#'));
    let links: BTreeSet<&str> = links.collect();
    for target in &links {
        assert!(ids.contains_key(target), "{target}");
    }
    assert!(links.len() > 10, "{links:#?}");
    for attribute in ["aria-labelledby", "aria-controls"] {
        for target in attributes(&page, attribute) {
            assert!(ids.contains_key(target), "{attribute} {target}");
        }
    }
}

#[test]
fn a_page_of_the_same_reference_is_the_same_page() {
    let reference = reference();
    let read = serde_json::to_string(&reference).unwrap();
    let read: Reference = serde_json::from_str(&read).unwrap();
    assert_eq!(reference.html(&form()), read.html(&form()));
}

#[test]
fn no_level_of_headings_is_left_out() {
    let page = markup(&page());
    let headings = page.match_indices("<h").filter_map(|(place, _)| {
        page[place + 2..].chars().next()?.to_digit(10).map(|level| (level, &page[place..][..60]))
    });
    let mut last = 0;
    for (level, heading) in headings {
        assert!(level <= last + 1, "{last}, then {heading}");
        last = level;
    }
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(page.contains("<h3>Who is told</h3>"));
}

#[test]
fn a_course_links_to_the_hooks_that_there_are() {
    let page = page();
    let drawing =
        page.split_once("<svg").and_then(|(_, rest)| rest.split_once("</svg>")).unwrap().0;
    assert_eq!(
        attributes(drawing, "href"),
        ["#Office.on_letter", "#Office.on_stamp", "#Office.correct"]
    );
    assert!(drawing.contains(">on_nothing</text>"));
    assert!(drawing.contains(">another try</text>"));
    assert!(page.contains("if there is another try"));
}

#[test]
fn a_schema_that_contains_itself_ends() {
    let page = page();
    let payload = article(&page, "on_letter");
    assert_eq!(payload.matches("id=\"Office.on_letter:payload:Letter\"").count(), 1);
    assert_eq!(payload.matches("<a href=\"#Office.on_letter:payload:Letter\">").count(), 1);
}

#[test]
fn what_is_deprecated_says_so_and_leads_to_what_takes_its_place() {
    let page = page();
    let stamp = article(&page, "on_stamp");
    assert!(stamp.contains("<strong>Deprecated since 0.2.0</strong>: letters have no stamps"));
    assert!(stamp.contains("<dt>Timeout</dt><dd>2s,"));
    assert!(stamp.contains("use <a href=\"#Office.on_letter\">"));
    let list = page.split_once("id=\"deprecated-hooks\"").unwrap().1;
    assert!(list.contains("<a href=\"#Office.on_stamp\">"));
    let unused = page.split_once("id=\"unused-hooks\"").unwrap().1;
    let unused = unused.split_once("</section>").unwrap().0;
    assert_eq!(attributes(unused, "href"), ["#Office.correct", "#Office.on_stamp"]);
}

#[test]
fn documentation_links_to_hooks_and_into_the_web() {
    let page = page();
    assert!(page.contains("<a href=\"#Office.on_letter\"><code>on_letter</code></a>"));
    assert!(page.contains("<a href=\"https://example.org/\">a site</a>"));
    assert!(page.contains("and\na trap."), "a link that leads to neither is its text");
}

#[test]
fn a_program_without_plugins_has_a_page_too() {
    let page = PluginManager::new().reference().html(&Html::default());
    assert!(page.contains("<title>Hooks</title>"));
    assert!(page.contains("No plugin is registered."));
    assert!(!page.contains("<svg"));
}
