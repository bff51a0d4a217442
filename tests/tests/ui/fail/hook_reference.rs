//! What is said of a hook for the reference, and makes no sense.

use hooks_core::hookspec;

#[hookspec]
trait Kitchen {
    /// Documented.
    #[hook(subject = orders)]
    fn subject_without_quotes(&self);

    /// Documented.
    #[hook(subject = " ")]
    fn subject_of_nothing(&self);

    /// Documented.
    #[hook(subject = "orders\nand bills")]
    fn subject_of_two_lines(&self);

    /// Documented.
    #[hook(subject = "orders", subject = "bills")]
    fn two_subjects(&self);

    /// Documented.
    #[hook(since = 0.2)]
    fn since_a_number(&self);

    /// Documented.
    #[hook(since = "")]
    fn since_nothing(&self);

    /// Documented.
    #[hook(replaced_by = two_subjects)]
    fn replaced_and_not_deprecated(&self);

    /// Documented.
    #[deprecated]
    #[hook(replaced_by = on_odrer)]
    fn replaced_by_no_hook(&self);

    /// Documented.
    #[deprecated]
    #[hook(replaced_by = replaced_by_itself)]
    fn replaced_by_itself(&self);

    /// Documented.
    #[deprecated]
    #[hook(replaced_by = "two_subjects")]
    fn replaced_in_quotes(&self);

    /// Documented.
    #[deprecated]
    #[hook(replaced_by = cellar::on_bottle)]
    fn replaced_by_a_hook_of_another_spec(&self);
}

fn main() {}
