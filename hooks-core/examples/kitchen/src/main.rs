//! Writes the reference of the hooks of the kitchen, [HOOKS.md](../HOOKS.md), to standard output:
//!
//! ```console
//! cargo run -p kitchen > hooks-core/examples/kitchen/HOOKS.md
//! ```

use hooks_core::PluginManager;
use hooks_core::reference::Markdown;
// What is not named is not linked.
use kitchen as _;

fn main() {
    print!("{}", PluginManager::new().reference().markdown(Markdown::default()));
}
