//! Runs of real processes, watched by a plugin that writes everything down.

mod recorder;
mod rules;
mod stage;

mod agent_ends;
mod asyncapi;
mod budget;
mod command_line;
mod dead_hooks;
mod docs;
mod gates;
mod groups;
mod interrupts;
mod order;
mod plugin_crates;
mod plugins;
mod reload;
mod report;
mod retries;
mod stats;
mod trace;
