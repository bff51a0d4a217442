//! Plugins that are not wanted, or cannot be had.

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::support::{PLUGIN, Profile, plugin, run, with_plugins};

/// A plugin that cannot be made.
const UNMAKEABLE: &str = r#"//! A plugin.
use kitchen_hooks::{Kitchen, Plugin, hookimpl};

/// Cannot be made.
#[derive(Plugin)]
pub struct Cook;

impl Default for Cook {
    fn default() -> Self {
        panic!("no licence")
    }
}

#[hookimpl]
impl Kitchen for Cook {
    fn ingredient(&self) -> String {
        unreachable!()
    }
}
"#;

/// A host with three plugins, one of which cannot be made.
static HOST: LazyLock<PathBuf> = LazyLock::new(|| {
    let dependencies: String = ["basil", "rocket", "unmakeable"]
        .map(|name| format!("kitchen-plugin-{name} = {{ path = \"kitchen-plugin-{name}\" }}\n"))
        .concat();
    let host = with_plugins("chooses", &dependencies);
    let host = plugin(host, "kitchen-plugin-basil", PLUGIN);
    let host = plugin(host, "kitchen-plugin-rocket", PLUGIN);
    let host = plugin(host, "kitchen-plugin-unmakeable", UNMAKEABLE);
    host.build(Profile::Debug, "")
});

#[test]
fn a_plugin_that_cannot_be_made_is_left_out_and_the_others_live() {
    let place = "kitchen-plugin-unmakeable/src/lib.rs:10:9";
    assert_eq!(
        run(&HOST, &[]),
        [
            "kitchen-plugin-basil: registered",
            "kitchen-plugin-rocket: registered",
            &format!("kitchen-plugin-unmakeable: failed to start: no licence, at {place}"),
            "salad: rocket basil",
            "kitchen-plugin-basil has Kitchen::ingredient",
            "kitchen-plugin-rocket has Kitchen::ingredient",
        ]
    );
}

#[test]
fn a_plugin_that_is_blocked_is_not_even_made() {
    let lines = run(&HOST, &["block=kitchen-plugin-unmakeable", "block=kitchen-plugin-basil"]);
    assert_eq!(
        lines[..4],
        [
            "kitchen-plugin-basil: blocked",
            "kitchen-plugin-rocket: registered",
            "kitchen-plugin-unmakeable: blocked",
            "salad: rocket",
        ]
    );
}

#[test]
fn what_is_not_on_the_allow_list_is_not_made() {
    let lines = run(&HOST, &["allow=kitchen-plugin-basil"]);
    assert_eq!(
        lines[..4],
        [
            "kitchen-plugin-basil: registered",
            "kitchen-plugin-rocket: not allowed",
            "kitchen-plugin-unmakeable: not allowed",
            "salad: basil",
        ]
    );
}

#[test]
fn names_that_no_plugin_bears_are_told_with_the_nearest() {
    let lines = run(&HOST, &["block=roket", "allow=kitchen-plugin-basil", "allow=zucchini"]);
    assert_eq!(
        lines[3..5],
        [
            "the block list names `roket`, but no plugin is called that; did you mean \
             `kitchen-plugin-rocket`?",
            "the allow list names `zucchini`, but no plugin is called that",
        ]
    );
}

#[test]
fn two_plugins_of_one_name_are_an_error_that_names_both_crates() {
    let dependencies: String = ["one", "other"]
        .map(|name| format!("kitchen-plugin-{name} = {{ path = \"kitchen-plugin-{name}\" }}\n"))
        .concat();
    let twin = PLUGIN.replace(
        "#[derive(Default, Plugin)]",
        "#[derive(Default, Plugin)]\n#[plugin(name = \"twin\")]",
    );
    let host = with_plugins("rejects-twins", &dependencies);
    let host = plugin(host, "kitchen-plugin-one", &twin);
    let host = plugin(host, "kitchen-plugin-other", &twin);
    assert_eq!(
        host.run(Profile::Debug, "", &[]),
        ["error: two plugins are called `twin`: \
          `kitchen_plugin_one::Cook` of the package `kitchen-plugin-one 1.2.3` and \
          `kitchen_plugin_other::Cook` of the package `kitchen-plugin-other 1.2.3`; \
          give one of them another name with `#[plugin(name = \"…\")]`, or remove one of the crates"]
    );
}

#[test]
fn a_plugin_that_asks_for_the_impossible_is_left_out_and_the_others_live() {
    let dependencies: String = ["basil", "selfish"]
        .map(|name| format!("kitchen-plugin-{name} = {{ path = \"kitchen-plugin-{name}\" }}\n"))
        .concat();
    let selfish = PLUGIN.replace(
        "    fn ingredient",
        "    #[hookimpl(before = \"kitchen-plugin-selfish\")]\n    fn ingredient",
    );
    let host = with_plugins("leaves-out-the-selfish", &dependencies);
    let host = plugin(host, "kitchen-plugin-basil", PLUGIN);
    let host = plugin(host, "kitchen-plugin-selfish", &selfish);
    assert_eq!(
        host.run(Profile::Debug, "", &[]),
        [
            "kitchen-plugin-basil: registered",
            "kitchen-plugin-selfish: refused: the implementation of `ingredient` in the plugin \
             `kitchen-plugin-selfish` asks to stand before or after `kitchen-plugin-selfish`, \
             which is itself",
            "salad: basil",
            "kitchen-plugin-basil has Kitchen::ingredient",
        ]
    );
}
