//! A manager with plugins that come and go.

use std::sync::Arc;

use hooks_core::{CallOrder, Closures, Method, PluginManager, RegisterError, Role, Slot, hookspec};
use proptest::prelude::*;

use super::wishes::{Step, Wish};
use crate::support::{Journal, by_band};

/// A procession.
#[hookspec]
pub(super) trait Parade {
    /// Everybody passes by.
    fn pass(&self, journal: &Journal);
}

/// An implementation of a registered plugin.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) plugin: &'static str,
    /// No other registration has one of the same label.
    pub(super) label: String,
    pub(super) wish: Wish,
}

impl Member {
    fn method(&self) -> Method {
        let method = Method::here(self.label.clone()).band(self.wish.band);
        let method = self.wish.before.iter().fold(method, |method, name| method.before(*name));
        self.wish.after.iter().fold(method, |method, name| method.after(*name))
    }

    fn hand_in(&self, slot: Slot<'_, PassArgs<'static>>) {
        let label = self.label.clone();
        if self.wish.role == Role::Implementation {
            slot.implementation(self.method(), move |args| args.journal.note(&*label));
        } else {
            slot.wrapper(self.method(), move |next| {
                next.args().journal.note(&*label);
                next.call();
                Ok(())
            });
        }
    }

    /// Whether one of the two asked for this one to stand before the `other`.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        self.wish.role == other.wish.role
            && (self.wish.before.contains(&other.plugin) || other.wish.after.contains(&self.plugin))
    }

    pub(super) fn names_itself(&self) -> bool {
        self.wish.before.contains(&self.plugin) || self.wish.after.contains(&self.plugin)
    }
}

/// A manager, and what is known of it from outside.
#[derive(Default)]
pub(super) struct Procession {
    manager: PluginManager,
    /// The plugins, in the order of registration.
    pub(super) names: Vec<&'static str>,
    /// Their implementations, in the order of registration.
    pub(super) members: Vec<Member>,
    /// How many registrations were tried.
    tries: usize,
}

impl Procession {
    /// Asks the manager to register a plugin, and returns whether it did.
    pub(super) fn register(
        &mut self,
        plugin: &'static str,
        wishes: &[Wish],
    ) -> Result<bool, TestCaseError> {
        self.tries += 1;
        let newcomers: Vec<_> = wishes
            .iter()
            .enumerate()
            .map(|(place, wish)| {
                let label = format!("{plugin}.{place} of try {}", self.tries);
                Member { plugin, label, wish: wish.clone() }
            })
            .collect();
        let before = self.order();
        let registered = join(&self.manager, plugin, newcomers.clone());
        let all: Vec<_> = self.members.iter().chain(&newcomers).cloned().collect();
        match &registered {
            Ok(name) => {
                prop_assert_eq!(&**name, plugin);
                prop_assert!(!self.names.contains(&plugin), "two plugins bear one name");
                prop_assert!(!has_a_cycle(&all), "a cycle is not refused: {:?}", all);
                self.names.push(plugin);
                self.members = all;
            }
            Err(error) => {
                check_refusal(error, self.names.contains(&plugin), plugin, &all)?;
                prop_assert_eq!(self.order(), before, "a refusal changes nothing");
            }
        }
        Ok(registered.is_ok())
    }

    fn unregister(&mut self, plugin: &'static str) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.manager.unregister(plugin).is_ok(), self.names.contains(&plugin));
        self.names.retain(|name| *name != plugin);
        self.members.retain(|member| member.plugin != plugin);
        Ok(())
    }

    pub(super) fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Register(plugin, wishes) => drop(self.register(plugin, wishes)?),
            Step::Unregister(plugin) => self.unregister(plugin)?,
            Step::Replace(plugin, wishes) => {
                self.unregister(plugin)?;
                self.register(plugin, wishes)?;
            }
        }
        prop_assert!(
            self.manager.names().iter().map(|name| &**name).eq(self.names.iter().copied())
        );
        Ok(())
    }

    /// Those who are left, registered where nobody else has ever been.
    pub(super) fn afresh(&self) -> Self {
        let fresh =
            Self { names: self.names.clone(), members: self.members.clone(), ..Self::default() };
        for name in &self.names {
            let members = self.members.iter().filter(|member| member.plugin == *name);
            join(&fresh.manager, name, members.cloned().collect()).expect("there is no cycle");
        }
        fresh
    }

    /// The labels, in call order.
    pub(super) fn order(&self) -> Vec<String> {
        let [CallOrder { implementations, .. }] = &*self.manager.call_order::<Parade>() else {
            unreachable!("the spec has one hook")
        };
        implementations.iter().map(|implementation| implementation.method.to_string()).collect()
    }

    /// The labels of those whom a call runs.
    pub(super) fn passed(&self) -> Vec<String> {
        let journal = Journal::default();
        self.manager.hooks::<Parade>().pass(&journal);
        journal.read()
    }

    /// The members in the order that there would be without wishes.
    pub(super) fn by_band(&self) -> Vec<&Member> {
        [Role::Wrapper, Role::Implementation]
            .into_iter()
            .flat_map(|role| {
                let members = self.members.iter().filter(move |member| member.wish.role == role);
                by_band(members.map(|member| (member.wish.band, member)))
            })
            .collect()
    }

    /// The members in call order.
    pub(super) fn arranged(&self) -> Vec<&Member> {
        let member = |label| self.members.iter().find(|member| member.label == label);
        self.order().into_iter().map(|label| member(label).expect("a stranger")).collect()
    }
}

fn join(
    manager: &PluginManager,
    plugin: &str,
    members: Vec<Member>,
) -> Result<Arc<str>, RegisterError> {
    let closures = Closures::<Parade>::new(move |hooks| {
        members.iter().for_each(|member| member.hand_in(hooks.pass()));
    });
    manager.register_closures(plugin, closures)
}

/// Whether somebody is to stand before itself, directly or by way of others.
fn has_a_cycle(members: &[Member]) -> bool {
    let count = members.len();
    let mut before: Vec<Vec<bool>> =
        members.iter().map(|one| members.iter().map(|two| one.is_before(two)).collect()).collect();
    for way in 0..count {
        for one in 0..count {
            for two in 0..count {
                before[one][two] |= before[one][way] && before[way][two];
            }
        }
    }
    (0..count).any(|member| before[member][member])
}

/// Whether an implementation of the first of these plugins was asked to stand before one of the
/// second, this one before one of the third, and so on, back to the very first implementation.
fn is_a_cycle_of_wishes(cycle: &[String], members: &[Member]) -> bool {
    let followers = |one: &Member, plugin: &str| -> Vec<&Member> {
        members.iter().filter(|two| two.plugin == plugin && one.is_before(two)).collect()
    };
    let Some(first) = cycle.first() else { return false };
    members.iter().filter(|member| member.plugin == *first).any(|start| {
        let mut reached = vec![start];
        for plugin in cycle[1..].iter().chain([first]) {
            reached = reached.into_iter().flat_map(|one| followers(one, plugin)).collect();
        }
        reached.iter().any(|end| end.label == start.label)
    })
}

/// Whether `error` is why `plugin` was refused, of which `all` would have been there.
fn check_refusal(
    error: &RegisterError,
    is_taken: bool,
    plugin: &str,
    all: &[Member],
) -> Result<(), TestCaseError> {
    match error {
        RegisterError::NameTaken { name, .. } => {
            prop_assert_eq!(name, plugin);
            prop_assert!(is_taken);
        }
        RegisterError::NamesItself { name, hook } => {
            prop_assert_eq!((&**name, *hook), (plugin, "pass"));
            prop_assert!(all.iter().any(Member::names_itself));
        }
        RegisterError::Cycle { name, hook, cycle } => {
            prop_assert_eq!((&**name, *hook), (plugin, "pass"));
            prop_assert!(cycle.iter().any(|named| named == plugin), "{} is not its fault", error);
            prop_assert!(is_a_cycle_of_wishes(cycle, all), "{} but {:?}", error, all);
        }
        _ => prop_assert!(false, "{}", error),
    }
    Ok(())
}
