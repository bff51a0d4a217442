//! Random registrations: where an implementation stands among the others, and who is refused.

mod procession;
mod wishes;

use hooks_core::Role;
use proptest::prelude::*;

use procession::{Member, Procession};
use wishes::{NAMES, Step, alphabetical, any_at_all, none, one_of_each_kind, selfish, steps};

fn labels(members: &[&Member]) -> Vec<String> {
    members.iter().map(|member| member.label.clone()).collect()
}

fn after(steps: &[Step]) -> Result<Procession, TestCaseError> {
    let mut procession = Procession::default();
    steps.iter().try_for_each(|step| procession.run(step))?;
    Ok(procession)
}

/// Whether all that was asked for is so in `order`.
fn fulfils_all(order: &[&Member]) -> bool {
    let mut pairs = order
        .iter()
        .enumerate()
        .flat_map(|(place, later)| order[..place].iter().map(move |earlier| (*earlier, *later)));
    pairs.all(|(earlier, later)| !later.is_before(earlier))
}

/// Those who ask for nothing, and of whom nobody asks anything.
fn unconcerned<'a>(order: &[&'a Member]) -> Vec<&'a Member> {
    let concerned =
        |one: &Member| order.iter().any(|other| one.is_before(other) || other.is_before(one));
    order.iter().copied().filter(|member| !concerned(member)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_wishes_bands_and_age_are_all_there_is(steps in steps(none)) {
        let mut procession = Procession::default();
        for step in &steps {
            procession.run(step)?;
            prop_assert_eq!(procession.order(), labels(&procession.by_band()));
        }
    }

    #[test]
    fn a_call_runs_what_the_order_says(steps in steps(any_at_all)) {
        let mut procession = Procession::default();
        for step in &steps {
            procession.run(step)?;
            prop_assert_eq!(procession.passed(), procession.order());
        }
    }

    #[test]
    fn wishes_that_can_come_true_do(steps in steps(alphabetical)) {
        let mut procession = Procession::default();
        for step in &steps {
            procession.run(step)?;
            if let Step::Register(plugin, _) | Step::Replace(plugin, _) = step {
                prop_assert!(procession.names.contains(plugin), "refused");
            }
            prop_assert!(fulfils_all(&procession.arranged()), "{:?}", procession.arranged());
        }
    }

    #[test]
    fn wishes_are_fulfilled_or_refused_for_a_cycle(steps in steps(any_at_all)) {
        let mut procession = Procession::default();
        for step in &steps {
            procession.run(step)?;
            prop_assert_eq!(procession.order().len(), procession.members.len());
            prop_assert!(fulfils_all(&procession.arranged()), "{:?}", procession.arranged());
        }
    }

    #[test]
    fn who_asks_to_stand_before_itself_is_refused(steps in steps(selfish)) {
        let members = after(&steps)?.members;
        prop_assert!(!members.iter().any(Member::names_itself), "{:?}", members);
    }

    #[test]
    fn nobody_has_to_wait_without_a_reason(steps in steps(any_at_all)) {
        let procession = after(&steps)?;
        let (order, natural) = (procession.arranged(), procession.by_band());
        let place = |member: &Member| natural.iter().position(|one| one.label == member.label);
        for (here, one) in order.iter().enumerate() {
            for overtaken in order[here..].iter().filter(|other| place(other) < place(one)) {
                let waits = order[here..].iter().any(|other| other.is_before(overtaken));
                prop_assert!(waits, "{:?} could stand before {:?}", overtaken, one);
            }
        }
    }

    #[test]
    fn who_has_nothing_to_do_with_wishes_keeps_its_place_among_its_like(
        steps in steps(any_at_all)
    ) {
        let procession = after(&steps)?;
        let [kept, expected] = [procession.arranged(), procession.by_band()].map(|order| {
            labels(&unconcerned(&order))
        });
        prop_assert_eq!(kept, expected);
    }

    #[test]
    fn wishes_that_are_fulfilled_anyway_move_nobody(steps in steps(any_at_all)) {
        let mut procession = Procession::default();
        for step in &steps {
            procession.run(step)?;
            let expected = procession.by_band();
            if fulfils_all(&expected) {
                prop_assert_eq!(procession.order(), labels(&expected));
            }
        }
    }

    #[test]
    fn wrappers_stand_before_implementations_whatever_they_ask_for(steps in steps(any_at_all)) {
        let roles: Vec<_> = after(&steps)?.arranged().iter().map(|member| member.wish.role).collect();
        prop_assert!(roles.is_sorted_by_key(|role| *role == Role::Implementation), "{:?}", roles);
    }

    #[test]
    fn those_who_have_left_leave_no_trace(steps in steps(any_at_all)) {
        let procession = after(&steps)?;
        prop_assert_eq!(procession.afresh().order(), procession.order());
    }

    #[test]
    fn it_does_not_matter_which_wish_can_come_true_first(
        parts in one_of_each_kind(), sequence in Just(NAMES[..6].to_vec()).prop_shuffle()
    ) {
        let [mut one, mut two] = [Procession::default(), Procession::default()];
        let wish = |plugin: &str| &parts[NAMES.iter().position(|name| *name == plugin).unwrap()];
        for plugin in &NAMES[..6] {
            prop_assert!(one.register(plugin, std::slice::from_ref(wish(plugin)))?);
        }
        for plugin in &sequence {
            prop_assert!(two.register(plugin, std::slice::from_ref(wish(plugin)))?);
        }
        let plugins = |procession: &Procession| -> Vec<_> {
            procession.arranged().iter().map(|member| member.plugin).collect()
        };
        prop_assert_eq!(plugins(&one), plugins(&two));
    }
}
