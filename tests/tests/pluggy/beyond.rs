//! What pluggy does not test.

// Plugins that come, go and come back:
mod reentrancy;
mod replay;

// calls,
mod stop;
mod waterfall;
mod wrappers;

// who stands where in them,
mod order;
mod views;

// who else takes part,
mod closures;

// and who watches.
mod monitors;
