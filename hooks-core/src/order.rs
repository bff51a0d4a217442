//! Where an implementation stands among the others. Pure functions.
//!
//! The whole order is one sort key: `tryfirst` before plain before `trylast`; within a band the
//! newest first, but among `trylast` the oldest first. So what was registered last stands nearest
//! to the front of the first two bands and nearest to the end of the third: the latest word wins
//! in each.

/// How an implementation asks to be ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// `#[hookimpl(tryfirst)]`: before the plain ones.
    TryFirst,
    /// Asks for nothing.
    #[default]
    Plain,
    /// `#[hookimpl(trylast)]`: after the plain ones.
    TryLast,
}

impl std::fmt::Display for Band {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TryFirst => "tryfirst",
            Self::Plain => "plain",
            Self::TryLast => "trylast",
        })
    }
}

/// How many implementations a manager had taken before this one. Never used twice.
pub(crate) type Sequence = u64;

/// The place of an implementation: smaller keys are called earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Band, u64);

/// The place of the implementation that asks for `band` and was registered as the `sequence`th.
pub(crate) fn key(band: Band, sequence: Sequence) -> Key {
    let age = match band {
        Band::TryFirst | Band::Plain => Sequence::MAX - sequence,
        Band::TryLast => sequence,
    };
    Key(band, age)
}

#[cfg(test)]
mod tests {
    use super::{Band, key};

    /// The call order of implementations that were registered in the order given.
    fn order(bands: &[Band]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..bands.len()).collect();
        places.sort_by_key(|&place| key(bands[place], place as u64));
        places
    }

    #[test]
    fn plain_and_tryfirst_are_newest_first_and_trylast_is_oldest_first() {
        use Band::{Plain, TryFirst, TryLast};
        assert_eq!(order(&[Plain, Plain, Plain]), [2, 1, 0]);
        assert_eq!(order(&[TryFirst, TryFirst]), [1, 0]);
        assert_eq!(order(&[TryLast, TryLast, TryLast]), [0, 1, 2]);
    }

    #[test]
    fn bands_outrank_age() {
        use Band::{Plain, TryFirst, TryLast};
        assert_eq!(
            order(&[TryLast, Plain, TryFirst, Plain, TryLast, TryFirst]),
            [5, 2, 3, 1, 0, 4]
        );
    }
}
