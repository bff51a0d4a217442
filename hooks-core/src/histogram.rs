//! How long things took, in buckets whose width grows with the time.
//!
//! Log-linear: below [`PARTS`] nanoseconds each has a bucket of its own, and above, each power of
//! two is cut into [`PARTS`] buckets of one width. A bucket stands for its middle, which is off by
//! half of a width at most, and so by no more than one part in 32 of the time itself.

use std::sync::atomic::{AtomicU64, Ordering};

/// Into how many buckets each power of two is cut, as a power of two.
const PARTS_LOG2: u32 = 4;
const PARTS: usize = 1 << PARTS_LOG2;
/// What takes longer than two to this in nanoseconds, an hour and more, is in the last bucket.
const LONGEST_LOG2: u32 = 42;
const BUCKETS: usize = (LONGEST_LOG2 - PARTS_LOG2 + 1) as usize * PARTS;

/// Durations in nanoseconds, counted without a lock.
pub(crate) struct Histogram([AtomicU64; BUCKETS]);

impl Default for Histogram {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; BUCKETS])
    }
}

impl Histogram {
    /// Counts a duration, `weight` times.
    pub(crate) fn add(&self, nanoseconds: u64, weight: u64) {
        self.0[bucket(nanoseconds)].fetch_add(weight, Ordering::Relaxed);
    }

    /// The durations as counted so far.
    pub(crate) fn read(&self) -> Distribution {
        Distribution(self.0.iter().map(|count| count.load(Ordering::Relaxed)).collect())
    }
}

/// Durations, counted.
pub(crate) struct Distribution(Vec<u64>);

impl Distribution {
    /// The shortest of the durations that `percent` of all do not exceed, off by one part in 32 at
    /// most; zero if there is none.
    pub(crate) fn percentile(&self, percent: u64) -> u64 {
        let total: u128 = self.0.iter().copied().map(u128::from).sum();
        let rank = (total * u128::from(percent)).div_ceil(100).max(1);
        let mut seen = 0;
        let found = self.0.iter().position(|&count| {
            seen += u128::from(count);
            seen >= rank
        });
        found.map_or(0, middle)
    }
}

/// The bucket of a duration.
fn bucket(nanoseconds: u64) -> usize {
    let Some(log2) = nanoseconds.checked_ilog2().filter(|log2| *log2 >= PARTS_LOG2) else {
        return usize::try_from(nanoseconds).unwrap_or(BUCKETS).min(BUCKETS - 1);
    };
    let power = log2 - PARTS_LOG2;
    // From `PARTS` up to twice that.
    let part = usize::try_from(nanoseconds >> power).unwrap_or(usize::MAX);
    (power as usize * PARTS).saturating_add(part).min(BUCKETS - 1)
}

/// The middle of a bucket.
fn middle(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let parts = PARTS as u64;
    let Some(power) = (bucket / parts).checked_sub(1) else {
        return bucket;
    };
    let part = bucket - power * parts;
    let width = 1 << power;
    part * width + (width - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::collection::vec;
    use proptest::prelude::*;

    /// A duration of any magnitude that the buckets hold.
    fn duration() -> impl Strategy<Value = u64> {
        (0..LONGEST_LOG2).prop_flat_map(|log2| 0..(2_u64 << log2))
    }

    /// The shortest of the durations that `percent` of all do not exceed, from all of them.
    fn exact(durations: &[u64], percent: u64) -> u64 {
        let mut sorted = durations.to_vec();
        sorted.sort_unstable();
        let enough = |shortest: u64| {
            let within = durations.iter().filter(|&&duration| duration <= shortest).count();
            within as u64 * 100 >= durations.len() as u64 * percent
        };
        sorted.into_iter().find(|&duration| enough(duration)).expect("the longest is enough")
    }

    proptest! {
        #[test]
        fn a_percentile_is_off_by_one_part_in_32_at_most(
            durations in vec(duration(), 1..200),
            percent in 1_u64..=100,
        ) {
            let histogram = Histogram::default();
            durations.iter().for_each(|&duration| histogram.add(duration, 1));
            let exact = exact(&durations, percent);
            let found = histogram.read().percentile(percent);
            prop_assert!(found.abs_diff(exact) * 32 <= exact, "{found} for {exact}");
        }

        #[test]
        fn a_weight_counts_as_often(
            durations in vec((duration(), 1_u64..5), 1..50),
            percent in 1_u64..=100,
        ) {
            let [weighted, repeated] = [Histogram::default(), Histogram::default()];
            for &(duration, weight) in &durations {
                weighted.add(duration, weight);
                (0..weight).for_each(|_| repeated.add(duration, 1));
            }
            prop_assert_eq!(
                weighted.read().percentile(percent),
                repeated.read().percentile(percent)
            );
        }

        #[test]
        fn a_longer_duration_is_in_no_earlier_bucket(one: u64, other: u64) {
            prop_assert!(bucket(one.min(other)) <= bucket(one.max(other)));
        }
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(Histogram::default().read().percentile(50), 0);
    }

    #[test]
    fn what_takes_too_long_is_in_the_last_bucket() {
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }
}
