//! Who is in a table, in the order of registration.

use std::collections::HashMap;
use std::sync::Arc;

use crate::entry::{AnyEntry, Rank};
use crate::hook::Hook;
use crate::order::{self, Cycle, Sequence, Wish};

/// Who is in a table, in the order of registration.
///
/// An entry is announced first, which settles where it stands, and joins later, when it has
/// been told of the past. Calls run those that have joined.
pub(crate) struct Roster<H: Hook> {
    members: Vec<AnyEntry<H>>,
    /// The plugins that members name in their wishes, and how often: where nobody names a
    /// newcomer, and it names nobody, there is no cycle to look for.
    named: HashMap<String, usize>,
    /// How many have ever joined.
    joined: Sequence,
}

impl<H: Hook> Roster<H> {
    /// A roster of entries that have joined the table of another one.
    pub(crate) fn of(members: Vec<AnyEntry<H>>) -> Self {
        let newest = members.iter().filter_map(|member| member.head().joined()).max();
        let joined = newest.map_or(0, |newest| newest + 1);
        let mut roster = Self { members, named: HashMap::new(), joined };
        for place in 0..roster.members.len() {
            let head = Arc::clone(roster.members[place].head());
            roster.count_wishes(&head.wish());
        }
        roster
    }

    pub(crate) fn has_joined(&self) -> bool {
        self.members.iter().any(has_joined)
    }

    /// Gives an entry its place.
    ///
    /// # Errors
    ///
    /// [`Cycle`] if there is none for it. Nothing has changed then.
    pub(crate) fn announce(&mut self, entry: &AnyEntry<H>) -> Result<(), Cycle> {
        let head = entry.head();
        let wish = head.wish();
        self.members.push(entry.clone());
        self.count_wishes(&wish);
        let matters = wish.names().next().is_some() || self.named.contains_key(wish.plugin);
        if matters && let Err(cycle) = order::arrange(&self.wishes(entry.rank())) {
            self.members.pop();
            self.discount_wishes(&wish);
            return Err(cycle);
        }
        Ok(())
    }

    /// Whether an entry is announced, and was not withdrawn since.
    pub(crate) fn has(&self, entry: &AnyEntry<H>) -> bool {
        self.members.iter().rev().any(|member| Arc::ptr_eq(member.head(), entry.head()))
    }

    /// Lets an announced entry join as the newest.
    pub(crate) fn join(&mut self, entry: &AnyEntry<H>) {
        entry.head().join(self.joined);
        self.joined += 1;
    }

    /// Takes all entries of one registration out.
    pub(crate) fn withdraw(&mut self, registration: u64) -> Vec<AnyEntry<H>> {
        let gone: Vec<_> = self
            .members
            .extract_if(.., |member| member.head().origin.registration == registration)
            .collect();
        gone.iter().for_each(|member| self.discount_wishes(&member.head().wish()));
        gone
    }

    fn count_wishes(&mut self, wish: &Wish<'_>) {
        for name in wish.names() {
            *self.named.entry(name.clone()).or_default() += 1;
        }
    }

    fn discount_wishes(&mut self, wish: &Wish<'_>) {
        for name in wish.names() {
            let often = self.named.get_mut(name).expect("the names of members are counted");
            *often -= 1;
            if *often == 0 {
                self.named.remove(name);
            }
        }
    }

    /// The wrappers in call order, the implementations in call order, and those that run in the
    /// background in the order in which they are sent for.
    pub(crate) fn call_order(&self) -> Vec<AnyEntry<H>> {
        Rank::ALL.into_iter().flat_map(|rank| self.arranged(rank)).collect()
    }

    fn arranged(&self, rank: Rank) -> Vec<AnyEntry<H>> {
        let members: Vec<&AnyEntry<H>> = self.members(rank).collect();
        let order = order::arrange(&self.wishes(rank))
            .expect("an entry that has no place in the order is not announced");
        let arranged = order.into_iter().map(|place| members[place]);
        arranged.filter(|member| has_joined(member)).cloned().collect()
    }

    fn wishes(&self, rank: Rank) -> Vec<Wish<'_>> {
        self.members(rank).map(|member| member.head().wish()).collect()
    }

    fn members(&self, rank: Rank) -> impl Iterator<Item = &AnyEntry<H>> {
        self.members.iter().filter(move |member| member.rank() == rank)
    }
}

fn has_joined<H: Hook>(member: &AnyEntry<H>) -> bool {
    member.head().joined().is_some()
}

impl<H: Hook> Default for Roster<H> {
    fn default() -> Self {
        Self { members: Vec::new(), named: HashMap::new(), joined: 0 }
    }
}

impl<H: Hook> Drop for Roster<H> {
    fn drop(&mut self) {
        self.members.drain(..).for_each(AnyEntry::let_go);
    }
}
