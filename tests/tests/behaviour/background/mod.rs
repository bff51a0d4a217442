//! Hooks and implementations that run in the background: who gets what, in which order, and what
//! becomes of the rest.

// A post office to send by;
mod post;

// what is delivered, and how,
mod deliveries;
// what finds no room,
mod full;
// both beside a queue that is plain to see,
mod steps;
// what calls back in,
mod inside;
// how it ends,
mod ends;
// plugins that ask for the background themselves,
mod asked;
// and very many.
mod soak;

pub(crate) use post::{Gate, LONG, counts};
