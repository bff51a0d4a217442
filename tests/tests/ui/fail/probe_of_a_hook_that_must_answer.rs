//! A probe in a hook whose every implementation answers.

use hooks_core::hookspec;
use hooks_core::testing::Host;

#[hookspec]
trait Kitchen {
    /// Asks for an ingredient.
    fn ingredient(&self, dish: &str) -> String;
}

fn main() {
    let host = Host::new();
    let kitchen = host.hooks::<Kitchen>();
    host.probe(&kitchen.ingredient, |args| args.dish.to_owned());
}
