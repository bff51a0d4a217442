//! What is sent: an argument that may break when it is copied or dropped.

use std::thread;

/// The plugin at fault, whose thread bears its name.
pub(crate) const FAULTY: &str = "faulty";

/// When an item breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    Never,
    /// When the caller keeps it for those that run later.
    WhenKept,
    /// When it is copied for the delivery to the plugin at fault.
    WhenCopied,
    /// When the plugin at fault takes a copy of its own.
    WhenTaken,
    /// When the copy for the plugin at fault is dropped.
    WhenDropped,
    /// When what was kept for all is dropped.
    WhenForgotten,
}

/// How often an item was copied.
const GIVEN: u32 = 0;
const KEPT: u32 = 1;
const COPIED: u32 = 2;

/// Something that is passed by value.
#[derive(Debug)]
pub(crate) struct Item {
    breaks: Breaks,
    generation: u32,
}

impl Item {
    pub(crate) fn new(breaks: Breaks) -> Self {
        Self { breaks, generation: GIVEN }
    }

    fn is_with_the_faulty() -> bool {
        thread::current().name() == Some(FAULTY)
    }
}

impl Clone for Item {
    fn clone(&self) -> Self {
        let Self { breaks, generation } = *self;
        let broken = match breaks {
            Breaks::WhenKept => generation == GIVEN,
            Breaks::WhenCopied => generation == KEPT && Self::is_with_the_faulty(),
            Breaks::WhenTaken => generation == COPIED && Self::is_with_the_faulty(),
            Breaks::Never | Breaks::WhenDropped | Breaks::WhenForgotten => false,
        };
        assert!(!broken, "broken");
        Self { breaks, generation: generation + 1 }
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        let broken = match self.breaks {
            Breaks::WhenDropped => self.generation == COPIED && Self::is_with_the_faulty(),
            Breaks::WhenForgotten => self.generation == KEPT,
            _ => false,
        };
        assert!(!broken, "in pieces");
    }
}
