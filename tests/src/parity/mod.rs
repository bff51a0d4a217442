//! The runner of the parity test: runs a scenario and logs what happens.
//!
//! `tests/parity/README.md` describes scenarios and logs; pluggy's own logs are there too. Nothing
//! here knows an order, a result or a replay: the runner registers closures as plugins, calls the
//! hooks of a spec, and writes down what the framework does.

// A line is read,
mod line;
// as a scenario,
mod scenario;
// whose failures have tags.
mod tag;
// It is run in a world,
mod world;
// on which its operations work,
mod operations;
// with plugins that are made of implementations
mod actor;
// of these hooks,
mod hooks;
// whose outputs are JSON to a scenario,
mod whole;
// and with monitors.
mod watch;
// What happens is logged,
mod log;
// unless a scenario asks for what cannot be.
mod fault;

pub use fault::Fault;
pub use line::{LineError, answer};
pub use log::{Arguments, Event, Level};
pub use scenario::Scenario;
pub use world::run;
