//! Who is in a table, in the order of registration.

use std::sync::Arc;

use crate::entry::{AnyEntry, let_go};
use crate::hook::Hook;
use crate::order::{self, Cycle, Sequence, Wish};
use crate::plugin::Role;

/// Who is in a table, in the order of registration.
///
/// An entry is announced first, which settles where it stands, and joins later, when it has
/// been told of the past. Calls run those that have joined.
pub(crate) struct Roster<H: Hook> {
    members: Vec<AnyEntry<H>>,
    /// How many members have wishes: where nobody has, nobody needs to look for them.
    wishful: usize,
    /// How many have ever joined.
    joined: Sequence,
}

impl<H: Hook> Roster<H> {
    /// A roster of entries that have joined the table of another one.
    pub(crate) fn of(members: Vec<AnyEntry<H>>) -> Self {
        let wishful = members.iter().filter(|member| has_wishes(member)).count();
        let newest = members.iter().filter_map(|member| member.head().joined()).max();
        Self { members, wishful, joined: newest.map_or(0, |newest| newest + 1) }
    }

    pub(crate) fn has_joined(&self) -> bool {
        self.members.iter().any(has_joined)
    }

    /// Gives an entry its place.
    ///
    /// # Errors
    ///
    /// [`Cycle`] if there is none for it. Nothing has changed then.
    pub(crate) fn announce(&mut self, entry: AnyEntry<H>) -> Result<(), Cycle> {
        let role = entry.head().role();
        self.wishful += usize::from(has_wishes(&entry));
        self.members.push(entry);
        if self.wishful > 0
            && let Err(cycle) = order::arrange(&self.wishes(role))
        {
            let newcomer = self.members.pop().expect("the newcomer was pushed right here");
            self.wishful -= usize::from(has_wishes(&newcomer));
            return Err(cycle);
        }
        Ok(())
    }

    /// Lets an announced entry join as the newest, unless it was withdrawn in the meantime.
    pub(crate) fn join(&mut self, entry: &AnyEntry<H>) {
        let announced = |member: &AnyEntry<H>| Arc::ptr_eq(member.head(), entry.head());
        if self.members.iter().rev().any(announced) {
            entry.head().join(self.joined);
            self.joined += 1;
        }
    }

    /// Takes all entries of one registration out.
    pub(crate) fn withdraw(&mut self, registration: u64) -> Vec<AnyEntry<H>> {
        let gone: Vec<_> = self
            .members
            .extract_if(.., |member| member.head().origin.registration == registration)
            .collect();
        self.wishful -= gone.iter().filter(|member| has_wishes(member)).count();
        gone
    }

    /// The wrappers in call order, and then the implementations in call order.
    pub(crate) fn call_order(&self) -> Vec<AnyEntry<H>> {
        let roles = [Role::Wrapper, Role::Implementation];
        roles.into_iter().flat_map(|role| self.arranged(role)).collect()
    }

    fn arranged(&self, role: Role) -> Vec<AnyEntry<H>> {
        let members: Vec<&AnyEntry<H>> = self.members(role).collect();
        let order = order::arrange(&self.wishes(role))
            .expect("an entry that has no place in the order is not announced");
        let arranged = order.into_iter().map(|place| members[place]);
        arranged.filter(|member| has_joined(member)).cloned().collect()
    }

    fn wishes(&self, role: Role) -> Vec<Wish<'_>> {
        self.members(role).map(|member| member.head().wish()).collect()
    }

    fn members(&self, role: Role) -> impl Iterator<Item = &AnyEntry<H>> {
        self.members.iter().filter(move |member| member.head().role() == role)
    }
}

fn has_wishes<H: Hook>(member: &AnyEntry<H>) -> bool {
    member.head().wish().has_any()
}

fn has_joined<H: Hook>(member: &AnyEntry<H>) -> bool {
    member.head().joined().is_some()
}

impl<H: Hook> Default for Roster<H> {
    fn default() -> Self {
        Self { members: Vec::new(), wishful: 0, joined: 0 }
    }
}

impl<H: Hook> Drop for Roster<H> {
    fn drop(&mut self) {
        for entry in self.members.drain(..) {
            let origin = entry.head().origin.clone();
            let_go(&origin, entry);
        }
    }
}
