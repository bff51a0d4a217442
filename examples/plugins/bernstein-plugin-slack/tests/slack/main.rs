//! The plugin as a host sees it: events through hooks, messages at a real server.

// The two ends,
mod run;
mod server;
// what arrives,
mod delivery;
// and what the environment has to say.
mod environment;
