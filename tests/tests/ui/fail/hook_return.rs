//! What a hook cannot return.

use std::borrow::Cow;

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    fn borrowed(&self, dish: &str) -> &str;

    /// Documented.
    fn borrowed_within(&self, dish: &str) -> Option<Cow<'_, str>>;

    /// Documented.
    fn itself(&self) -> Self;

    /// Documented.
    fn hidden_result(&self) -> std::fmt::Result;

    /// Documented.
    fn unnameable(&self) -> impl ToString;

    /// Documented.
    fn nothing_or_nothing(&self) -> Option<()>;

    /// Documented.
    fn nothing_or_nothing_or_an_error(&self) -> Result<Option<()>, std::io::Error>;

    /// Documented.
    #[hook(firstresult)]
    fn always_an_answer(&self) -> u32;

    /// Documented.
    #[hook(firstresult)]
    fn always_an_answer_or_an_error(&self) -> Result<u32, std::io::Error>;

    /// Documented.
    #[hook(firstresult)]
    fn never_an_answer(&self, dish: &str);
}

fn main() {}
