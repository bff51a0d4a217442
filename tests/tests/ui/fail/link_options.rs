//! Options of `link_plugins!` that there are not.

hooks_core::link_plugins!(suffix = "-plugin");

hooks_core::link_plugins!(prefix = plugin);

hooks_core::link_plugins!(prefix = "a-", prefix = "b-");

fn main() {}
