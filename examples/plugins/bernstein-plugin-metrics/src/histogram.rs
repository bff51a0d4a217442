//! Durations, counted by how long they are.

use std::time::Duration;

use crate::figures::Count;

/// The upper bounds of the buckets, in seconds: from a mock agent to an hour of work.
pub(crate) const BOUNDS: [u64; 9] = [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200];

/// How many durations were at most as long as each bound, and the sum of all.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    within: [Count; BOUNDS.len()],
    count: Count,
    sum: Duration,
}

impl Histogram {
    pub(crate) fn observe(&mut self, duration: Duration) {
        for (within, bound) in self.within.iter_mut().zip(BOUNDS) {
            if duration <= Duration::from_secs(bound) {
                within.add(1);
            }
        }
        self.count.add(1);
        self.sum = self.sum.saturating_add(duration);
    }

    /// Each bound with the number of durations that are at most as long.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = (u64, Count)> {
        BOUNDS.into_iter().zip(self.within)
    }

    pub(crate) fn count(&self) -> Count {
        self.count
    }

    pub(crate) fn sum(&self) -> Duration {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_in_every_bucket_that_it_fits_in() {
        let mut histogram = Histogram::default();
        histogram.observe(Duration::from_secs(15));
        histogram.observe(Duration::from_nanos(15_000_000_001));
        histogram.observe(Duration::from_secs(7_201));
        let within: Vec<u64> = histogram.buckets().map(|(_, count)| count.get()).collect();
        assert_eq!(within, [0, 0, 1, 2, 2, 2, 2, 2, 2]);
        assert_eq!(histogram.count().get(), 3);
        assert_eq!(histogram.sum(), Duration::from_nanos(7_231_000_000_001));
    }
}
