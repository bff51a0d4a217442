//! Writes the reference of Bernstein's hooks, [HOOKS.md](../HOOKS.md), to standard output:
//!
//! ```console
//! cargo run -p bernstein-hooks --example hooks > bernstein-hooks/HOOKS.md
//! ```

use bernstein_hooks::PluginManager;
use hooks_core::reference::Markdown;

fn main() {
    print!("{}", PluginManager::new().reference().markdown(Markdown::default()));
}
