//! Specs and plugins that use every option of every macro, under the strictest lints.
//!
//! That this crate compiles is a test: whoever writes a spec or a plugin may ask as much of their
//! own crate. What it does when it is called is tested in `tests/behaviour`.

#![deny(
    missing_docs,
    warnings,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    unused,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    missing_debug_implementations,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    clippy::all,
    clippy::pedantic
)]

// Every kind of hook, of argument and of answer,
pub mod kitchen;
// a second spec, for plugins that implement two,
pub mod cellar;
// and who implements them.
pub mod staff;
