//! What plugins ask of the order, at random.

use hooks_core::{Band, Role};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The plugins that there may be.
pub(super) const NAMES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];

/// What an implementation asks for.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) role: Role,
    pub(super) band: Band,
    pub(super) before: Vec<&'static str>,
    pub(super) after: Vec<&'static str>,
}

/// What happens to the manager.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Register(&'static str, Vec<Wish>),
    Unregister(&'static str),
    /// Both, so that the plugin comes back as the newest.
    Replace(&'static str, Vec<Wish>),
}

/// Which names an implementation may wish to stand before and after.
pub(super) type Wishing = fn(&'static str) -> (Vec<&'static str>, Vec<&'static str>);

/// No wishes.
pub(super) fn none(_: &'static str) -> (Vec<&'static str>, Vec<&'static str>) {
    (Vec::new(), Vec::new())
}

/// Wishes along the alphabet, which cannot form a cycle.
pub(super) fn alphabetical(plugin: &'static str) -> (Vec<&'static str>, Vec<&'static str>) {
    let (before, after): (Vec<_>, Vec<_>) = NAMES.iter().partition(|name| **name > plugin);
    (before, after.into_iter().filter(|name| *name < plugin).collect())
}

/// Any wishes of others.
pub(super) fn any_at_all(plugin: &'static str) -> (Vec<&'static str>, Vec<&'static str>) {
    let others: Vec<_> = NAMES.iter().copied().filter(|name| *name != plugin).collect();
    (others.clone(), others)
}

/// Wishes that name nobody but oneself.
pub(super) fn selfish(plugin: &'static str) -> (Vec<&'static str>, Vec<&'static str>) {
    (vec![plugin], vec![plugin])
}

fn some_of(names: Vec<&'static str>) -> BoxedStrategy<Vec<&'static str>> {
    let most = names.len().min(2);
    prop_oneof![2 => Just(Vec::new()), 1 => subsequence(names, 0..=most)].boxed()
}

fn bands() -> impl Strategy<Value = Band> {
    select(vec![Band::TryFirst, Band::Plain, Band::Plain, Band::TryLast])
}

fn wish(plugin: &'static str, wishing: Wishing) -> impl Strategy<Value = Wish> {
    let (before, after) = wishing(plugin);
    let role = prop_oneof![3 => Just(Role::Implementation), 1 => Just(Role::Wrapper)];
    (role, bands(), some_of(before), some_of(after)).prop_map(|(role, band, before, after)| Wish {
        role,
        band,
        before,
        after,
    })
}

pub(super) fn steps(wishing: Wishing) -> impl Strategy<Value = Vec<Step>> {
    let name = || select(NAMES.to_vec());
    let newcomer = move || {
        name().prop_flat_map(move |plugin| (Just(plugin), vec(wish(plugin, wishing), 0..4)))
    };
    let step = prop_oneof![
        1 => newcomer().prop_map(|(plugin, wishes)| Step::Register(plugin, wishes)),
        3 => newcomer().prop_map(|(plugin, wishes)| Step::Replace(plugin, wishes)),
        1 => name().prop_map(Step::Unregister),
    ];
    vec(step, 0..20)
}

/// One implementation and one wrapper of each band, so that age plays no part.
pub(super) fn one_of_each_kind() -> impl Strategy<Value = Vec<Wish>> {
    let places = [Role::Implementation, Role::Wrapper]
        .into_iter()
        .flat_map(|role| [Band::TryFirst, Band::Plain, Band::TryLast].map(|band| (role, band)));
    Just(places.collect::<Vec<_>>()).prop_shuffle().prop_flat_map(|places| {
        let wish = |((role, band), plugin): ((Role, Band), &&'static str)| {
            let (before, after) = alphabetical(plugin);
            let half = |names: Vec<&'static str>| {
                let most = names.len();
                subsequence(names, 0..=most)
            };
            (half(before), half(after)).prop_map(move |(before, after)| Wish {
                role,
                band,
                before,
                after,
            })
        };
        places.into_iter().zip(&NAMES).map(wish).collect::<Vec<_>>()
    })
}
