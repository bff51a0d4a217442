//! How implementations get their arguments.

use std::path::Path;

use hooks_core::{HookKind, Plugin, PluginManager, PluginMetadata, Spec, hookimpl, hookspec};
use hooks_tests::strict::kitchen::{Dish, Kitchen, Note};
use hooks_tests::strict::staff::Cook;

use crate::support::{Journal, manager_of};

#[hookspec]
trait Desk {
    /// A letter comes in.
    fn letter(&self, journal: &Journal, from: &str, pages: u32, copies: Vec<String>);

    /// A text is corrected, in turn.
    fn correct(&self, text: &mut String, change: fn(&mut String));
}

macro_rules! plugin {
    ($type:ident { $($implementations:item)* }) => {
        struct $type;

        impl Plugin for $type {
            const METADATA: PluginMetadata = PluginMetadata::new(stringify!($type));
        }

        $($implementations)*
    };
}

plugin! { TakesAll {
    #[hookimpl]
    impl Desk for TakesAll {
        fn letter(&self, journal: &Journal, from: &str, pages: u32, copies: Vec<String>) {
            journal.note(format!("all: {from} {pages} {copies:?}"));
        }
    }
}}

plugin! { TakesSomeBackwards {
    #[hookimpl]
    impl Desk for TakesSomeBackwards {
        fn letter(&self, pages: u32, from: &str, journal: &Journal) {
            journal.note(format!("some: {pages} {from}"));
        }
    }
}}

plugin! { TakesNothing {
    #[hookimpl]
    impl Desk for TakesNothing {
        fn letter(&self) {}
    }
}}

plugin! { EmptiesItsCopy {
    #[hookimpl]
    impl Desk for EmptiesItsCopy {
        fn letter(&self, mut copies: Vec<String>, journal: &Journal) {
            journal.note(format!("copy: {copies:?}"));
            copies.clear();
        }
    }
}}

plugin! { Corrects {
    #[hookimpl]
    impl Desk for Corrects {
        fn correct(&self, change: fn(&mut String), text: &mut String) {
            change(text);
        }
    }
}}

plugin! { Reads {
    #[hookimpl]
    impl Desk for Reads {
        fn correct(&self, text: &str) {
            assert_eq!(text, "a", "the newest is called first, and changes what the older see");
        }
    }
}}

#[test]
fn implementations_take_any_subset_of_the_arguments_in_any_order() {
    let manager = PluginManager::new();
    manager.register(TakesAll).unwrap();
    manager.register(TakesNothing).unwrap();
    manager.register(TakesSomeBackwards).unwrap();
    let journal = Journal::default();
    let report = manager.hooks::<Desk>().reported().letter(
        &journal,
        "the bank",
        3,
        vec!["the tax office".into()],
    );
    assert_eq!(report.failures().count(), 0);
    assert_eq!(journal.read(), ["some: 3 the bank", "all: the bank 3 [\"the tax office\"]"]);
}

#[test]
fn every_implementation_has_its_own_copy_of_what_is_passed_by_value() {
    let manager = manager_of([("a", EmptiesItsCopy), ("b", EmptiesItsCopy)]);
    manager.register(TakesAll).unwrap();
    let journal = Journal::default();
    manager.hooks::<Desk>().letter(&journal, "x", 1, vec!["y".into()]);
    assert_eq!(journal.read(), ["all: x 1 [\"y\"]", "copy: [\"y\"]", "copy: [\"y\"]"]);
}

#[test]
fn what_is_passed_as_exclusive_is_changed_in_turn_and_can_be_read() {
    let manager = PluginManager::new();
    manager.register_as("third", Corrects).unwrap();
    manager.register_as("second", Reads).unwrap();
    manager.register_as("first", Corrects).unwrap();
    let mut text = String::new();
    let report = manager.hooks::<Desk>().reported().correct(&mut text, |text| text.push('a'));
    assert_eq!(report.failures().count(), 0, "{report:?}");
    assert_eq!(text, "aa");
}

fn weigh(dish: &Dish) -> u32 {
    dish.guests * 2
}

#[test]
fn every_type_of_argument_arrives() {
    let manager = manager_of([("cook", Cook::default())]);
    let kitchen = manager.hooks::<Kitchen>();
    let mut dish = Dish { name: "soup".into(), guests: 3 };
    let owned = dish.clone();
    let note = Note { text: "hot" };
    let report = kitchen.reported().on_meal(
        &mut dish,
        owned.clone(),
        &[owned.clone(), owned.clone()],
        note,
        &[note, note],
        Some(&owned),
        Path::new("soup.txt"),
        &42,
        weigh,
        ("pair", [&owned, &owned]),
        "for ever",
    );
    assert_eq!(report.failures().count(), 0, "{report:?}");
    assert_eq!(dish.guests, 6);
    assert_eq!(manager.get::<Cook>("cook").unwrap().meals(), 1);
}

#[test]
fn names_that_rust_keeps_for_itself_can_name_hooks_and_arguments() {
    let manager = manager_of([("cook", Cook::default())]);
    let kitchen = manager.hooks::<Kitchen>();
    assert_eq!(kitchen.r#match("fish", 3), Some(3));
    assert_eq!(kitchen.r#match("meat", 3), None);
}

#[test]
fn a_method_that_is_not_configured_in_is_not_registered() {
    let manager = manager_of([("cook", Cook::default())]);
    let complaint = manager.hooks::<Kitchen>().on_complaint.implementations();
    let methods: Vec<_> = complaint.iter().map(|implementation| &*implementation.method).collect();
    assert_eq!(methods, ["on_complaint", "on_hook_of_this_system"]);
}

#[test]
fn a_hook_is_described_as_its_author_wrote_it() {
    let kitchen = PluginManager::new().hooks::<Kitchen>();
    let tables = Spec::tables(&kitchen);
    let describe = |name: &str| {
        let mut descriptions = tables.iter().map(|table| table.description());
        descriptions.find(|description| description.name == name).unwrap()
    };
    let order = describe("on_order");
    assert_eq!(order.spec, "Kitchen");
    assert_eq!(order.kind, HookKind::Notify);
    assert_eq!(
        order.documentation,
        "An order came in.\n\nIt may still change: the cook has the last word."
    );
    let arguments: Vec<_> = order
        .arguments
        .iter()
        .map(|argument| (argument.name, argument.written_type, argument.documentation))
        .collect();
    assert_eq!(
        arguments,
        [
            ("dish", "&Dish", "The dish, already on the menu."),
            ("table", "u32", "The table at which the guests sit."),
            ("guest", "Option<&str>", ""),
        ]
    );
    assert_eq!(order.returns, "");
    assert_eq!(
        (describe("wine").kind, describe("wine").returns),
        (HookKind::Collect, "Option<String>")
    );
    assert_eq!(describe("minutes").kind, HookKind::FirstResult);
    assert_eq!(describe("inspect").kind, HookKind::Notify);
    assert_eq!(describe("inspect").returns, "Result<(), SoldOut>");
    assert_eq!(describe("store").kind, HookKind::FirstResult);
    assert_eq!(describe("store").returns, "io::Result<Option<u32>>");
    let meal: Vec<_> =
        describe("on_meal").arguments.iter().map(|argument| argument.written_type).collect();
    assert_eq!(
        meal,
        [
            "&mut Dish",
            "Dish",
            "&[Dish]",
            "Note<'_>",
            "&[Note<'_>]",
            "Option<&Dish>",
            "&Path",
            "&dyn Debug",
            "fn(&Dish) -> u32",
            "(&str, [&Dish; 2])",
            "&'static str",
        ]
    );
    assert_eq!(describe("menu").returns, "Vec<(String, Option<Box<dyn Fn(u32) -> u32 + Send>>)>");
}

#[test]
fn a_name_that_rust_keeps_for_itself_is_described_without_its_prefix() {
    let kitchen = PluginManager::new().hooks::<Kitchen>();
    let described = hooks_core::AnyTable::description(&kitchen.r#match);
    assert_eq!(described.name, "match");
    let arguments: Vec<_> = described.arguments.iter().map(|argument| argument.name).collect();
    assert_eq!(arguments, ["type", "in"]);
}
