//! Where log events go: to standard error, past the progress bars.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;

use super::screen::Screen;

const VARIABLE: &str = "BERNSTEIN_LOG";

/// What is logged when the operator does not say. What plugins do wrong in calls is in the table at
/// the end, and what is odd about the selection of plugins was told. Only what a plugin does wrong
/// while it is dropped, and when one is left out, is told nowhere else.
const DEFAULT: &str = "warn,hooks_core=off,hooks_core::drop=error,hooks_core::quarantine=warn";

/// Sends log events to the screen from now on.
pub(super) fn start(screen: &Screen) -> Result<(), ParseError> {
    let filter = match std::env::var(VARIABLE) {
        Ok(filter) => EnvFilter::builder().parse(filter)?,
        Err(_) => EnvFilter::new(DEFAULT),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(screen.is_terminal())
        .with_writer(screen.clone())
        .init();
    Ok(())
}

impl<'a> MakeWriter<'a> for Screen {
    type Writer = EventWriter<'a>;

    fn make_writer(&'a self) -> EventWriter<'a> {
        EventWriter { screen: self, text: Vec::new() }
    }
}

/// Gathers the text of one event and prints it at once.
pub(super) struct EventWriter<'a> {
    screen: &'a Screen,
    text: Vec<u8>,
}

impl Write for EventWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for EventWriter<'_> {
    fn drop(&mut self) {
        self.screen.print(&self.text);
    }
}
