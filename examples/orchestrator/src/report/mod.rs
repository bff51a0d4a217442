//! The report of a run: one page that stands alone, for people.
//!
//! ```text
//! run ──► recorder ──► record ──► page ◄── timeline, cost, tables
//!         while it goes on         afterwards, of nothing but data
//! ```
//!
//! The page needs no network and has no script, and its own policy forbids both: what a task, an
//! agent or a plugin says is text and nothing else.

use crate::run::RunReport;

// What is gathered while the run goes on,
mod record;
mod series;
// and what is made of it: what all parts share,
mod show;
// the pictures and tables,
mod cost;
mod quarantine;
mod timeline;
// and the page around them.
mod page;

pub use record::{Record, Recorder};
pub(crate) use show::short_time;

/// The page, in HTML.
#[must_use]
pub fn render(report: &RunReport, record: &Record) -> String {
    page::page(report, record).into_string()
}
