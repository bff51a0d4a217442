//! What an argument of a hook is not.

use std::borrow::Cow;

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    fn changeable(&self, mut guests: u32);

    /// Documented.
    fn pattern(&self, (width, height): (u32, u32));

    /// Documented.
    fn nameless(&self, _: u32);

    /// Documented.
    fn unnameable(&self, dish: impl ToString);

    /// Documented.
    fn unnameable_behind_a_reference(&self, dish: &impl ToString);

    /// Documented.
    fn unnameable_within(&self, dish: Option<impl ToString>);

    /// Documented.
    fn with_a_lifetime(&self, dish: &'a str);

    /// Documented.
    fn with_a_lifetime_within(&self, dish: Cow<'a, str>);

    /// Documented.
    fn changeable_and_borrowed(&self, dishes: &mut Vec<&str>);

    /// Documented.
    fn of_itself(&self, other: &Self);

    /// Documented.
    fn with_attributes(&self, #[allow(unused)] dish: &str);
}

fn main() {}
