//! The page of the hooks is that of this source.

use bernstein_hooks::PluginManager;
use hooks_core::reference::Markdown;

#[test]
fn the_page_of_the_hooks_is_up_to_date() {
    let page = PluginManager::new().reference().markdown(Markdown::default());
    assert!(
        page == include_str!("../HOOKS.md"),
        "bernstein-hooks/HOOKS.md is out of date; in the folder of the workspace, write\n\n    \
         cargo run -p bernstein-hooks --example hooks > bernstein-hooks/HOOKS.md\n"
    );
}
