//! Random tables with wrappers, and random faults in all that plugins do: who is healthy runs as
//! if nobody else failed, and whoever fails is named.

mod answer;
mod log;
mod model;
mod scene;
mod subject;
mod table;

use hooks_core::{Outcome, Verdict};
use proptest::prelude::*;

use model::{End, Ending, Model};
use scene::Scene;
use subject::{Field, Subject};
use table::{Player, players};

fn ending(outcome: &Outcome) -> Ending {
    let end = match &outcome.verdict {
        Verdict::Answered => End::Answered,
        Verdict::Passed => End::Passed,
        Verdict::Failed(failure) => End::Failed(failure.into()),
        Verdict::Skipped(reason) => End::Skipped(*reason),
        unknown => unreachable!("{unknown:?}"),
    };
    let (plugin, method) = (outcome.plugin.to_string(), outcome.method.to_string());
    Ending { plugin, method, role: outcome.role, end }
}

/// Whether calls of the hook do what they ought to. What escapes the fence fails the test.
fn check(subject: Subject, players: &[Player]) -> Result<(), TestCaseError> {
    let scene = Scene::new(subject, players);
    let _watched = scene.manager.monitor(scene.log.clone());
    let mut model = Model::new(subject, players);

    let order = order(&scene);
    prop_assert_eq!(&order, &model.order());
    let (output, expected) = model.call();
    let called = scene.call();
    prop_assert_eq!(scene.log.read(), model.read());
    prop_assert_eq!(called.output, output);
    prop_assert_eq!(&called.visitors, &expected.visitors);
    // Said without the model, for it is what a fence is for.
    if subject.runs_everybody() {
        prop_assert_eq!(called.visitors, order);
    }

    let (output, expected) = model.call();
    let called = scene.report();
    prop_assert_eq!(scene.log.read(), model.read());
    prop_assert_eq!(called.output, output);
    prop_assert_eq!(&called.visitors, &expected.visitors);
    let endings: Vec<_> = called.outcomes.iter().map(ending).collect();
    prop_assert_eq!(endings, expected.endings);

    let names: Vec<_> = scene.manager.names().iter().map(ToString::to_string).collect();
    prop_assert_eq!(names, model.names());
    scene.end();
    Ok(())
}

/// The numbers of the members, in the order in which a call runs them.
fn order(scene: &Scene) -> Vec<u32> {
    let orders = scene.manager.call_order::<Field>();
    let order = orders.iter().find(|order| order.hook.name == scene.subject.name());
    let methods = order.expect("a hook of the spec").implementations.iter();
    methods.map(|method| method.method[1..].parse().expect("a number")).collect()
}

/// A property for each hook.
macro_rules! properties {
    ($($name:ident: $subject:ident,)*) => {
        mod whoever_fails_the_others_do_as_they_ought_to_in {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig {
                    failure_persistence: None,
                    ..ProptestConfig::default()
                })]

                $(
                    #[test]
                    fn $name(players in players(Subject::$subject)) {
                        check(Subject::$subject, &players)?;
                    }
                )*
            }
        }
    };
}

properties! {
    notify: Notify,
    notify_fallible: NotifyFallible,
    notify_stop: NotifyStop,
    collect: Collect,
    collect_fallible: CollectFallible,
    collect_stop: CollectStop,
    first: First,
    first_fallible: FirstFallible,
    first_stop: FirstStop,
    flow: Flow,
    flow_fallible: FlowFallible,
    flow_stop: FlowStop,
    history: History,
    history_stop: HistoryStop,
}
