//! The tests and benchmarks of the workspace: what more than one of them needs.

#![forbid(unsafe_code)]

// Specs and plugins that use every option of every macro.
pub mod strict;
// The runner of scenarios that pluggy has run too.
pub mod parity;

/// The examples in these guides are tested here, where there is tokio.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../docs/own-hooks.md")]
    struct OwnHooks;

    #[doc = include_str!("../../docs/failures.md")]
    struct Failures;
}
