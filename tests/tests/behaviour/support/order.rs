//! The order of what has no wishes by name, restated.

use hooks_core::Band;

/// What was registered in this order, in call order.
pub(crate) fn by_band<T: Copy>(registered: impl IntoIterator<Item = (Band, T)>) -> Vec<T> {
    let registered: Vec<_> = registered.into_iter().collect();
    let of = |band| registered.iter().filter(move |(its, _)| *its == band).map(|(_, what)| *what);
    let newest_first = of(Band::TryFirst).rev().chain(of(Band::Plain).rev());
    newest_first.chain(of(Band::TryLast)).collect()
}
