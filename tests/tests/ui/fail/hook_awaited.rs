//! What cannot be awaited, or not like this.

use hooks_core::hookspec;

#[hookspec]
trait Post {
    /// Documented.
    #[hook(historic)]
    async fn on_open(&self);

    /// Documented.
    #[hook(concurrent, waterfall)]
    async fn address(&self, #[flow] address: String) -> String;

    /// Documented.
    #[hook(concurrent)]
    async fn on_letter(&self, copies: &mut Vec<String>);

    /// Documented.
    #[hook(concurrent)]
    fn at_once(&self);

    /// Documented.
    #[hook(timeout = "5s")]
    fn in_time(&self);

    /// Documented.
    #[hook(timeout = "5 parsecs")]
    async fn far(&self);

    /// Documented.
    #[hook(timeout = "0s")]
    async fn never(&self);

    /// Documented.
    #[hook(timeout = 5)]
    async fn unitless(&self);
}

fn main() {}
