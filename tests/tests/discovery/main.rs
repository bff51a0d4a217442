//! Whole programs whose plugins are lines in a `Cargo.toml`.
//!
//! Every test builds a host outside of this workspace and runs it. The hosts, and one folder for
//! what is built of all of them, stay in the target folder from one run to the next, so that
//! only what has changed is built again. Nothing is fetched.

// What the tests share,
mod support;

// the plugins that are found,
mod found;
// those that are not wanted,
mod chosen;
// those that must not be passed over in silence,
mod refused;
// a host and plugins of Bernstein,
mod bernstein;
// a host that knows no prefix,
mod generic;
// and programs in which nothing can be isolated.
mod abort;
