//! Notes in the order in which things happen.

use std::sync::{Arc, Mutex};

/// Notes that everybody can add to. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// What was noted since the last look.
    pub(crate) fn read(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// Something that notes when it is dropped.
    pub(crate) fn bomb(&self, note: &str) -> Bomb {
        Bomb { journal: self.clone(), note: note.to_owned(), charge: None }
    }
}

/// Notes when it is dropped, and panics then if it is charged.
pub(crate) struct Bomb {
    journal: Journal,
    note: String,
    charge: Option<&'static str>,
}

impl Bomb {
    /// The same, with a message to panic with.
    pub(crate) fn charged(mut self, message: &'static str) -> Self {
        self.charge = Some(message);
        self
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        self.journal.note(&*self.note);
        if let Some(message) = self.charge {
            panic!("{message}");
        }
    }
}
