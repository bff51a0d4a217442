//! The reference as pages of Markdown.

use std::collections::HashSet;

use hooks_core::reference::{Markdown, Reference};
use hooks_core::{Closures, Method, PluginManager, hookspec};

/// What happens in a mill.
///
/// # Order
///
/// First [`on_grain`](Self::on_grain), then [`grind`], and a [`Miller`] | a miller.
///
/// [`grind`]: Mill::grind
#[hookspec]
pub(crate) trait Mill {
    /// Grain came in. It is weighed before.
    ///
    /// # Order
    ///
    /// See [`grind`](Self::grind()) and [`std::io`].
    #[hook(subject = "grain", since = "0.2")]
    fn on_grain(
        &self,
        /// Of one field | of several.
        ///
        /// A sack is a sack.
        sacks: u32,
        sort: &mut String,
        weigh: fn(u32) -> Option<u32>,
    );

    /// Grain is ground.
    #[hook(subject = "flour", firstresult, on_failure = stop)]
    fn grind(&self, sacks: u32) -> Option<u32>;

    /// Grain came in, on a cart.
    #[deprecated(since = "0.2.0", note = "there are no carts any more")]
    #[hook(subject = "grain", replaced_by = on_grain)]
    fn on_cart(&self);

    /// Wind comes up.
    #[hook(timeout = "1500ms")]
    async fn on_wind(&self);
}

/// The reference of a program in which nothing but the spec `Mill` is linked.
fn mill(plugins: &PluginManager) -> Reference {
    let mut reference = plugins.reference();
    reference.specs.retain(|spec| spec.name == "Mill");
    reference
}

fn page() -> String {
    mill(&PluginManager::new()).markdown(Markdown::default())
}

fn with_a_miller() -> PluginManager {
    let plugins = PluginManager::new();
    let miller = Closures::<Mill>::new(|hooks| {
        hooks.grind().implementation(Method::here("by_hand"), |args| Some(args.sacks));
    });
    plugins.register_closures("miller", miller).unwrap();
    plugins.register_closures("idler", Closures::<Mill>::new(|_| ())).unwrap();
    plugins
}

/// What stands between `start` and `end`, again and again.
fn between<'t>(text: &'t str, start: &'t str, end: char) -> impl Iterator<Item = &'t str> {
    text.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
}

fn anchors(text: &str) -> HashSet<&str> {
    between(text, "<a id=\"", '"').collect()
}

#[test]
fn every_link_on_a_page_leads_to_an_anchor_of_it() {
    // Of all specs of this program, those of one name among them.
    let page = with_a_miller().reference().markdown(Markdown::default().implementations());
    let anchors = anchors(&page);
    let links: Vec<_> = between(&page, "](#", ')').collect();
    assert!(links.len() > 30, "{}", links.len());
    for link in links {
        assert!(anchors.contains(link), "{link}");
    }
    let count = page.matches("<a id=").count();
    assert_eq!(anchors.len(), count, "no two anchors bear one name");
}

#[test]
fn every_link_between_pages_leads_to_an_anchor_of_the_other() {
    let pages = with_a_miller().reference().markdown_pages(Markdown::default().implementations());
    assert_eq!(pages[0].file, "README.md");
    let files: HashSet<_> = pages.iter().map(|page| page.file.to_lowercase()).collect();
    assert_eq!(files.len(), pages.len(), "no two pages bear one name");
    for page in &pages {
        for link in between(&page.text, "](", ')').filter(|link| link.contains('#')) {
            let (file, anchor) = link.split_once('#').unwrap();
            let file = if file.is_empty() { &page.file } else { file };
            let other = pages.iter().find(|other| other.file == file).expect(file);
            assert!(anchors(&other.text).contains(anchor), "{link}");
        }
    }
    assert!(pages[0].text.contains("[`Mill`](Mill.md#mill)"), "{}", pages[0].text);
}

#[test]
fn a_bar_in_a_table_does_not_end_a_cell() {
    let page = page();
    let row = "| `sacks` | `u32` | a copy each | Of one field \\| of several. |";
    assert!(page.contains(row), "{page}");
    // Outside of tables it stays as it is.
    assert!(page.contains("and a `Miller` | a miller."), "{page}");
}

#[test]
fn an_argument_with_much_to_say_says_the_rest_below_the_table() {
    let below = "\n\n**`sacks`**: Of one field | of several.\n\nA sack is a sack.\n\n";
    assert!(page().contains(below), "{}", page());
}

#[test]
fn headings_of_documentation_nest_under_what_they_belong_to() {
    let page = page();
    let headings: Vec<_> =
        page.lines().filter(|line| line.starts_with('#') && !line.starts_with("#[")).collect();
    assert_eq!(
        headings,
        [
            "# `Mill`",
            "## Order",
            "## `on_grain`",
            "### Order",
            "## `on_cart`",
            "## `grind`",
            "## `on_wind`",
            "## Deprecated hooks",
        ]
    );
}

#[test]
fn links_to_hooks_are_kept_and_links_to_other_items_are_code() {
    let page = page();
    assert!(
        page.contains("First [`on_grain`](#mill-on_grain), then [`grind`](#mill-grind), and"),
        "{page}"
    );
    assert!(page.contains("See [`grind`](#mill-grind) and `std::io`."), "{page}");
    assert!(!page.contains("Mill::grind"), "{page}");
}

#[test]
fn hooks_stand_by_their_subjects_and_those_without_one_at_the_end() {
    let page = page();
    let table: Vec<_> = page.lines().filter(|line| line.contains("| [`")).collect();
    assert_eq!(
        table,
        [
            "| **grain** | [`on_grain`](#mill-on_grain) | notify | Grain came in. |",
            "|  | [`on_cart`](#mill-on_cart) | notify | *Deprecated.* Grain came in, on a cart. |",
            "| **flour** | [`grind`](#mill-grind) | firstresult | Grain is ground. |",
            "| **others** | [`on_wind`](#mill-on_wind) | notify | Wind comes up. |",
        ]
    );
}

#[test]
fn a_deprecated_hook_leads_to_what_takes_its_place() {
    let page = page();
    let advice = "since 0.2.0: there are no carts any more; use [`on_grain`](#mill-on_grain).";
    assert!(page.contains(&format!("> **Deprecated** {advice}\n")), "{page}");
    assert!(page.contains(&format!("- [`on_cart`](#mill-on_cart): deprecated {advice}\n")));
}

#[test]
fn a_hook_tells_how_it_is_called_and_what_a_call_returns() {
    let page = page();
    for fact in [
        "\n```rust,ignore\nfn grind(&self, sacks: u32) -> Option<u32>\n```\n",
        "\n- **firstresult, stops on failure**: Calls the implementations in call order until one ",
        "\n- An implementation returns `Option<u32>`, a call `Result<Option<u32>, Failure>`.\n",
        "\n- **notify, awaited**: Calls every implementation.",
        "\n- An implementation that takes more than 1.5s has failed, unless the host says",
        "\n- Since 0.2; written in `tests/tests/behaviour/markdown.rs`.\n",
        "| `sort` | `&mut String` | to be changed |  |",
        "| `weigh` | `fn(u32) -> Option<u32>` | a copy each |  |",
    ] {
        assert!(page.contains(fact), "{fact}\n{page}");
    }
}

#[test]
fn every_sample_stands_in_a_block_of_rust() {
    let reference = mill(&PluginManager::new());
    let page = reference.markdown(Markdown::default());
    for hook in &reference.specs[0].hooks {
        assert!(page.contains(&format!("\n```rust\n{}```\n", hook.sample)), "{}", hook.name);
    }
}

#[test]
fn plugins_stand_on_the_page_if_they_are_asked_for() {
    let reference = mill(&with_a_miller());
    let without = reference.markdown(Markdown::default());
    assert_eq!(without, page());
    let page = reference.markdown(Markdown::default().implementations());
    for part in [
        "\n| 1 | miller | `by_hand` | all | plain: the newest first |\n",
        "\n| `miller` |  | [`grind`](#mill-grind) |  |\n| `idler` |  |  |  |\n",
        "\n## Hooks that no plugin of this program implements\n\n\
         [`on_grain`](#mill-on_grain), [`on_cart`](#mill-on_cart), [`on_wind`](#mill-on_wind).\n",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn a_program_without_plugins_says_so() {
    let page = mill(&PluginManager::new()).markdown(Markdown::default().implementations());
    assert!(page.contains("\n## Plugins of this program\n\nThere is none.\n"), "{page}");
    assert_eq!(page.matches("No plugin of this program implements it.").count(), 4);
}
