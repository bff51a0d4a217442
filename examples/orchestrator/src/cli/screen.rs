//! The terminal, which progress bars, log events and plugins share.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{MultiProgress, ProgressDrawTarget};

/// Standard error, with or without bars at its end. Clones are the same screen.
///
/// No lock is held while others write: a plugin may log from a thread for which the run is waiting.
#[derive(Debug, Clone)]
pub(super) struct Screen {
    bars: MultiProgress,
    has_made_room: Arc<AtomicBool>,
}

impl Screen {
    /// Standard error; the bars are shown if it is a terminal.
    pub(super) fn stderr() -> Self {
        Self::new(ProgressDrawTarget::stderr())
    }

    /// A screen on which bars are not shown.
    pub(super) fn without_bars() -> Self {
        Self::new(ProgressDrawTarget::hidden())
    }

    fn new(target: ProgressDrawTarget) -> Self {
        Self { bars: MultiProgress::with_draw_target(target), has_made_room: Arc::default() }
    }

    /// The bars at the end of the screen.
    pub(super) fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    /// Whether standard error is a terminal.
    pub(super) fn is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether bars can be seen.
    pub(super) fn has_bars(&self) -> bool {
        !self.bars.is_hidden()
    }

    /// Whether others are writing, so that no bar is to be drawn.
    pub(super) fn has_made_room(&self) -> bool {
        self.has_made_room.load(Ordering::Relaxed)
    }

    /// Takes the bars away, and lets `others` write.
    pub(super) fn make_room(&self, others: &mut dyn FnMut()) {
        self.has_made_room.store(true, Ordering::Relaxed);
        self.clear();
        others();
        self.has_made_room.store(false, Ordering::Relaxed);
    }

    /// Prints text that ends with a line break. Bars are drawn again below it when something
    /// happens.
    pub(super) fn print(&self, text: &[u8]) {
        self.clear();
        // There is nobody to tell that nobody can be told.
        let _ = io::stderr().write_all(text);
    }

    fn clear(&self) {
        if self.has_bars() {
            let _ = self.bars.clear();
        }
    }
}
