//! Where an implementation stands among the others. Pure functions.
//!
//! Without wishes by name, the whole order is one sort key: `tryfirst` before plain before
//! `trylast`; within a band the newest first, but among `trylast` the oldest first. So what was
//! registered last stands nearest to the front of the first two bands and nearest to the end of
//! the third: the latest word wins in each.
//!
//! Wishes by name, `before` and `after`, come on top: of those that nothing has to wait for any
//! more, the one that the key puts first is next. So what states no wish, and is named in none,
//! stays in the order of the keys, and what has to wait comes right after what it waits for,
//! across bands if need be. Wrappers are arranged among themselves, and stand around the rest.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fmt;

/// How an implementation asks to be ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "reference", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "reference", serde(rename_all = "lowercase"))]
pub enum Band {
    /// `#[hookimpl(tryfirst)]`: before the plain ones.
    TryFirst,
    /// Asks for nothing.
    #[default]
    Plain,
    /// `#[hookimpl(trylast)]`: after the plain ones.
    TryLast,
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TryFirst => "tryfirst",
            Self::Plain => "plain",
            Self::TryLast => "trylast",
        })
    }
}

/// How many implementations had joined a table before one did. Never used twice in a table.
pub(crate) type Sequence = u64;

/// The place of an implementation that has no wishes: smaller keys are called earlier.
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

/// What there is to know of an implementation in order to place it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) key: Key,
    pub(crate) band: Band,
    /// The plugin that supplies it.
    pub(crate) plugin: &'a str,
    /// The plugins before which it wants to stand.
    pub(crate) before: &'a [String],
    /// The plugins after which it wants to stand.
    pub(crate) after: &'a [String],
}

impl<'a> Wish<'a> {
    /// The names that it asks for.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a String> + use<'a> {
        self.before.iter().chain(self.after)
    }
}

/// Wishes that cannot all come true: each plugin wants to stand before the next one, and the last
/// before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cycle(pub(crate) Vec<String>);

/// The call order: which of the `wishes` comes first, which second, and so on. A wish that names
/// a plugin which is not among them counts as fulfilled.
pub(crate) fn arrange(wishes: &[Wish<'_>]) -> Result<Vec<usize>, Cycle> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|&place| wishes[place].key);
    if wishes.iter().all(|wish| wish.names().next().is_none()) {
        return Ok(order);
    }
    let ranked: Vec<Wish<'_>> = order.iter().map(|&place| wishes[place]).collect();
    let ranks = by_wishes(&ranked)?;
    Ok(ranks.into_iter().map(|rank| order[rank]).collect())
}

/// The order of wishes that are sorted by key already: positions in `ranked`.
fn by_wishes(ranked: &[Wish<'_>]) -> Result<Vec<usize>, Cycle> {
    let followers = followers(ranked);
    let mut waits_for = vec![0_usize; ranked.len()];
    for &follower in followers.iter().flatten() {
        waits_for[follower] += 1;
    }
    let free = (0..ranked.len()).filter(|&rank| waits_for[rank] == 0);
    let mut free: BinaryHeap<Reverse<usize>> = free.map(Reverse).collect();
    let mut order = Vec::with_capacity(ranked.len());
    while let Some(Reverse(next)) = free.pop() {
        order.push(next);
        for &follower in &followers[next] {
            waits_for[follower] -= 1;
            if waits_for[follower] == 0 {
                free.push(Reverse(follower));
            }
        }
    }
    match (0..ranked.len()).find(|&rank| waits_for[rank] > 0) {
        None => Ok(order),
        Some(stuck) => Err(cycle(ranked, &followers, &waits_for, stuck)),
    }
}

/// For each implementation, those that have to come after it.
fn followers(ranked: &[Wish<'_>]) -> Vec<Vec<usize>> {
    let mut of_plugin: HashMap<&str, Vec<usize>> = HashMap::new();
    for (rank, wish) in ranked.iter().enumerate() {
        of_plugin.entry(wish.plugin).or_default().push(rank);
    }
    let of_plugin = |name: &String| of_plugin.get(name.as_str()).into_iter().flatten();
    let mut followers = vec![Vec::new(); ranked.len()];
    for (rank, wish) in ranked.iter().enumerate() {
        followers[rank].extend(wish.before.iter().flat_map(of_plugin));
        for &first in wish.after.iter().flat_map(of_plugin) {
            followers[first].push(rank);
        }
    }
    for followers in &mut followers {
        followers.sort_unstable();
        followers.dedup();
    }
    followers
}

/// Why each of the `arranged`, which are in call order, stands where it does: its band, whether it
/// has had to wait for somebody whom its band puts behind it, and the wishes that concern it.
pub(crate) fn reasons(arranged: &[Wish<'_>]) -> Vec<String> {
    (0..arranged.len()).map(|place| reason(arranged, place)).collect()
}

fn reason(arranged: &[Wish<'_>], place: usize) -> String {
    let Wish { key, band, plugin, before, after } = arranged[place];
    let present = |name: &&String| arranged.iter().any(|other| other.plugin == **name);
    let by_band = match band {
        Band::TryFirst => "tryfirst: the newest first",
        Band::Plain => "plain: the newest first",
        Band::TryLast => "trylast: the oldest first",
    };
    let mut reason = by_band.to_owned();
    if arranged[..place].iter().any(|earlier| earlier.key > key) {
        reason.push_str(", moved back by a wish");
    }
    let mut add = |relation: &str, name: &str| reason.push_str(&format!("; {relation} `{name}`"));
    before.iter().filter(present).for_each(|name| add("before", name));
    after.iter().filter(present).for_each(|name| add("after", name));
    for other in arranged {
        if other.before.iter().any(|name| name == plugin) {
            add("after, as asked by", other.plugin);
        }
        if other.after.iter().any(|name| name == plugin) {
            add("before, as asked by", other.plugin);
        }
    }
    reason
}

/// A cycle among those that still wait. Whoever waits has somebody who waits before it, so going
/// back from `stuck` often enough ends up in a cycle.
fn cycle(
    ranked: &[Wish<'_>],
    followers: &[Vec<usize>],
    waits_for: &[usize],
    stuck: usize,
) -> Cycle {
    let before = |rank: usize| {
        (0..ranked.len())
            .find(|&first| waits_for[first] > 0 && followers[first].contains(&rank))
            .expect("whoever waits, waits for somebody who waits too")
    };
    let mut path = vec![stuck];
    loop {
        let first = before(path[path.len() - 1]);
        if let Some(start) = path.iter().position(|&rank| rank == first) {
            let names = path[start..].iter().rev().map(|&rank| ranked[rank].plugin.to_owned());
            return Cycle(names.collect());
        }
        path.push(first);
    }
}

#[cfg(test)]
mod tests {
    use super::{Band, Cycle, Wish, arrange, key, reasons};

    /// The call order of implementations that were registered in the order given.
    fn order(bands: &[Band]) -> Vec<usize> {
        let wishes: Vec<_> = bands
            .iter()
            .enumerate()
            .map(|(place, &band)| Wish {
                key: key(band, place as u64),
                band,
                plugin: "",
                before: &[],
                after: &[],
            })
            .collect();
        arrange(&wishes).unwrap()
    }

    /// The call order of plain implementations: name, before, after; in the order of registration.
    fn named(plugins: &[(&str, &[&str], &[&str])]) -> Result<String, Vec<String>> {
        let owned: Vec<(&str, Vec<String>, Vec<String>)> = plugins
            .iter()
            .map(|(name, before, after)| {
                let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
                (*name, own(before), own(after))
            })
            .collect();
        let wishes: Vec<_> = owned
            .iter()
            .enumerate()
            .map(|(place, (plugin, before, after))| Wish {
                key: key(Band::Plain, place as u64),
                band: Band::Plain,
                plugin,
                before,
                after,
            })
            .collect();
        match arrange(&wishes) {
            Ok(order) => Ok(order.iter().map(|&place| owned[place].0).collect()),
            Err(Cycle(names)) => Err(names),
        }
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

    #[test]
    fn a_wish_moves_what_has_to_wait_and_nothing_else() {
        assert_eq!(
            named(&[("d", &[], &[]), ("c", &[], &[]), ("b", &[], &[]), ("a", &[], &[])]),
            Ok("abcd".into())
        );
        assert_eq!(
            named(&[("d", &[], &[]), ("c", &[], &[]), ("b", &[], &[]), ("a", &[], &["c"])]),
            Ok("bcad".into())
        );
        assert_eq!(
            named(&[("d", &["b"], &[]), ("c", &[], &[]), ("b", &[], &[]), ("a", &[], &[])]),
            Ok("acdb".into())
        );
    }

    #[test]
    fn a_name_that_is_not_there_is_no_wish() {
        assert_eq!(named(&[("b", &["x"], &[]), ("a", &[], &["y"])]), Ok("ab".into()));
    }

    #[test]
    fn reasons_tell_wishes_and_whether_they_moved_anything() {
        let (before, after) = (["a".to_owned()], ["b".to_owned()]);
        let wish = |plugin, sequence, before, after| Wish {
            key: key(Band::Plain, sequence),
            band: Band::Plain,
            plugin,
            before,
            after,
        };
        // By their age alone: `a`, `b`, `c`.
        let (a, b, c) =
            (wish("a", 2, &[], &[]), wish("b", 1, &before, &[]), wish("c", 0, &[], &after));
        let arranged = [b, a, c];
        assert_eq!(
            reasons(&arranged),
            [
                "plain: the newest first; before `a`; before, as asked by `c`",
                "plain: the newest first, moved back by a wish; after, as asked by `b`",
                "plain: the newest first; after `b`",
            ]
        );
    }

    #[test]
    fn a_cycle_is_named_whole() {
        let cycle = named(&[
            ("c", &["a"], &[]),
            ("b", &["c"], &[]),
            ("a", &["b"], &[]),
            ("x", &["a"], &[]),
        ]);
        let mut names = cycle.unwrap_err();
        let start = names.iter().position(|name| name == "a").unwrap();
        names.rotate_left(start);
        assert_eq!(names, ["a", "b", "c"]);
    }
}
