//! A closure cannot stand around a historic hook either.

use hooks_core::{Closures, Method, hookspec};

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(historic)]
    fn on_open(&self);
}

fn main() {
    let _ = Closures::<Kitchen>::new(|hooks| {
        hooks.on_open().wrapper(Method::here("around"), |next| {
            next.call();
            Ok(())
        });
    });
}
