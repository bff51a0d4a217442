//! Faults of what runs in the background: whatever a delivery does, it harms nobody but the plugin
//! that it is for.
//!
//! There is no row for a timeout: a deadline is for what is awaited, and the spec of such a hook
//! cannot ask for the background. There is none for a call that is cancelled either: the call has
//! returned, and who wants what it has sent to be dropped discards it.

mod faulty;
mod items;
mod no_thread;
mod stuck;
mod table;
mod told;
