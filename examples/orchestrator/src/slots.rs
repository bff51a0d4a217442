//! Places for things that happen side by side: as few as there are things at once.

use std::collections::BTreeSet;

/// Places, of which the first free one is taken.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    free: BTreeSet<usize>,
    /// How many there are.
    count: usize,
}

impl Slots {
    /// Takes the first free place, counted from 0.
    pub(crate) fn take(&mut self) -> usize {
        self.free.pop_first().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        })
    }

    /// Gives a place back.
    pub(crate) fn give_back(&mut self, slot: usize) {
        self.free.insert(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_place_is_taken() {
        let mut slots = Slots::default();
        assert_eq!([slots.take(), slots.take(), slots.take()], [0, 1, 2]);
        slots.give_back(1);
        slots.give_back(0);
        assert_eq!([slots.take(), slots.take(), slots.take()], [0, 1, 3]);
    }
}
