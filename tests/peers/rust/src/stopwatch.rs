//! How long a call takes.

use std::time::{Duration, Instant};

/// Times calls in batches, and checks what each one comes to.
pub(crate) struct Stopwatch {
    /// What every call must come to.
    pub(crate) sum: u64,
    /// How many batches are timed.
    pub(crate) batches: usize,
    /// A batch has so many calls that it takes at least this long.
    pub(crate) shortest: Duration,
}

impl Stopwatch {
    /// The nanoseconds per call of each batch. The call is one that the compiler cannot see
    /// through, or it would be measured together with the loop of the stopwatch.
    ///
    /// # Panics
    ///
    /// If a call comes to another sum: it has not called every implementation once.
    pub(crate) fn measure(&self, mut call: Box<dyn FnMut() -> u64>) -> Vec<f64> {
        let mut calls = 1;
        // The fastest of several, because one may be slow only since another program ran in
        // between.
        while (0..3).any(|_| self.time(calls, &mut call) < self.shortest) {
            calls *= 2;
        }
        (0..self.batches).map(|_| per(self.time(calls, &mut call), calls)).collect()
    }

    fn time(&self, calls: u32, call: &mut dyn FnMut() -> u64) -> Duration {
        let start = Instant::now();
        for _ in 0..calls {
            assert_eq!(call(), self.sum, "the implementations add up to another sum");
        }
        start.elapsed()
    }
}

fn per(elapsed: Duration, calls: u32) -> f64 {
    elapsed.as_secs_f64() * 1e9 / f64::from(calls)
}
