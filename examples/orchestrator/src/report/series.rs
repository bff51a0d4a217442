//! Values over time in bounded memory.

use std::time::Duration;

/// The most intervals that are kept: more than a screen has columns.
const MOST: usize = 4_096;

/// How long an interval is at first.
const FIRST_WIDTH: Duration = Duration::from_millis(1);

/// A value for each interval of time from a beginning. As time goes on the intervals get longer,
/// so that there are never very many.
#[derive(Debug)]
pub(super) struct Series<T> {
    width: Duration,
    values: Vec<T>,
}

/// What two neighbouring intervals have together.
pub(super) trait Merge: Default {
    /// Takes what came later in.
    fn merge(&mut self, later: Self);
}

impl<T: Merge> Series<T> {
    /// The value at that time.
    pub(super) fn at(&mut self, time: Duration) -> &mut T {
        while self.place(time) >= MOST {
            self.halve();
        }
        let place = self.place(time);
        if self.values.len() <= place {
            self.values.resize_with(place + 1, T::default);
        }
        &mut self.values[place]
    }

    /// The beginning of each interval, and its value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Duration, &T)> {
        let begin = |place: usize| self.width.saturating_mul(place.try_into().unwrap_or(u32::MAX));
        self.values.iter().enumerate().map(move |(place, value)| (begin(place), value))
    }

    fn place(&self, time: Duration) -> usize {
        (time.as_nanos() / self.width.as_nanos()).try_into().unwrap_or(usize::MAX)
    }

    /// Makes one interval of every two.
    fn halve(&mut self) {
        self.width = self.width.saturating_mul(2);
        let mut values = std::mem::take(&mut self.values).into_iter();
        while let Some(mut value) = values.next() {
            if let Some(later) = values.next() {
                value.merge(later);
            }
            self.values.push(value);
        }
    }
}

impl<T> Default for Series<T> {
    fn default() -> Self {
        Self { width: FIRST_WIDTH, values: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Merge for u64 {
        fn merge(&mut self, later: Self) {
            *self += later;
        }
    }

    #[test]
    fn a_day_has_no_more_intervals_than_a_second_and_nothing_is_lost() {
        let mut series = Series::<u64>::default();
        for second in 0..86_400 {
            *series.at(Duration::from_secs(second)) += 1;
        }
        assert!(series.values.len() <= MOST);
        assert!(series.values.len() > MOST / 2 - 1, "{}", series.values.len());
        assert_eq!(series.values.iter().sum::<u64>(), 86_400);
        let last = series.iter().last().map(|(begin, _)| begin).expect("some");
        assert!(last <= Duration::from_secs(86_399), "{last:?}");
        assert!(last + series.width > Duration::from_secs(86_399), "{last:?}");
    }
}
