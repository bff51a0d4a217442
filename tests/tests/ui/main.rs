//! What the compiler says to the users of the macros.
//!
//! `fail/` holds the mistakes, each beside the words with which it is answered: our own messages
//! by theme, the compiler's own one by one. `pass/` holds what has to compile, under the
//! strictest lints. `TRYBUILD=overwrite` writes the words anew.

#[test]
fn every_mistake_is_answered_in_the_words_of_its_author() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*.rs");
}

#[test]
fn what_has_to_compile_compiles_and_runs() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}
