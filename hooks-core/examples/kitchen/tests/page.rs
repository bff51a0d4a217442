//! The page of the hooks is that of this source.

use hooks_core::PluginManager;
use hooks_core::reference::Markdown;
use kitchen as _;

#[test]
fn the_page_of_the_hooks_is_up_to_date() {
    let page = PluginManager::new().reference().markdown(Markdown::default());
    assert!(
        page == include_str!("../HOOKS.md"),
        "hooks-core/examples/kitchen/HOOKS.md is out of date; in the folder of the workspace, write\n\n    \
         cargo run -p kitchen > hooks-core/examples/kitchen/HOOKS.md\n"
    );
}
