//! What hooks do when they are called, and plugins when they come and go.

// What the tests share:
mod support;

// calls,
mod arguments;
mod awaited;
mod extras;
mod flow;
mod order;
mod ordering;
mod reports;
mod results;

// what runs when a call is over,
mod background;

// plugins that come and go,
mod lists;
mod manager;
mod monitors;
mod reentrancy;
mod registering;

// what is said of all this,
mod markdown;
mod reference;

// what an operator may switch on,
mod quarantine;
mod spans;
mod statistics;

// what authors of plugins test with,
mod testing;

// and what must not get through the fence.
mod allocations;
mod awaited_faults;
mod background_faults;
mod backtraces;
mod drops;
mod errors;
mod events;
mod faults;
mod host_panics;
mod panic_hook;
mod payloads;
mod resumed;
mod threads;
mod wrapped_faults;
