//! What somebody without hooks would write: a loop over trait objects, with `catch_unwind` around
//! each.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

trait Implementation {
    fn add(&self, total: &mut u64);
    fn number(&self) -> u64;
}

struct Adder(u64);

impl Implementation for Adder {
    fn add(&self, total: &mut u64) {
        *total += self.0;
    }

    fn number(&self) -> u64 {
        self.0
    }
}

type List = Vec<Box<dyn Implementation>>;

fn list(numbers: impl Iterator<Item = u64>) -> List {
    numbers.map(|number| Box::new(Adder(number)) as Box<dyn Implementation>).collect()
}

fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

/// A call in which each implementation adds to a total.
pub(crate) fn add(numbers: impl Iterator<Item = u64>) -> impl FnMut() -> u64 {
    let list = list(numbers);
    let mut total = Box::new(0);
    move || {
        *total = 0;
        for implementation in black_box(&list) {
            caught(|| implementation.add(&mut total));
        }
        *total
    }
}

/// A call that asks each implementation for its number.
pub(crate) fn collect(numbers: impl Iterator<Item = u64>) -> impl FnMut() -> u64 {
    let list = list(numbers);
    move || {
        let list = black_box(&list);
        let mut answers = Vec::with_capacity(list.len());
        for implementation in list {
            answers.extend(caught(|| implementation.number()));
        }
        black_box(answers).iter().sum()
    }
}
