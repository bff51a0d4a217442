//! Money.

use bernstein_hooks::{TaskStatus, Usd};

use crate::recorder::Call;
use crate::stage::{Ended, Stage, shell};

fn thresholds(ended: &Ended) -> Vec<(Usd, Usd)> {
    let threshold = |call: &Call| match call {
        Call::Threshold(total, threshold) => Some((*total, *threshold)),
        _ => None,
    };
    ended.calls.iter().filter_map(threshold).collect()
}

fn dollars(amount: &str) -> Usd {
    amount.parse().expect("money")
}

#[test]
fn a_jump_over_several_thresholds_tells_each_once_ascending() {
    // One agent costs 105 dollars.
    let ended =
        Stage::new("budget: $100\nstages: [{name: all, steps: [{title: a, mock: [overspend]}]}]")
            .run();
    let (totals, crossed): (Vec<Usd>, Vec<Usd>) = thresholds(&ended).into_iter().unzip();
    assert_eq!(crossed, ["50", "80", "100"].map(dollars));
    assert!(totals.iter().all(|total| *total == totals[0]), "one jump: {totals:?}");
}

#[test]
fn a_threshold_is_told_when_it_is_crossed_and_not_before() {
    // Ten agents at $0.0081 each.
    let steps: String = (0..10).map(|number| format!("{{title: t{number}}}, ")).collect();
    let mut stage = Stage::new(&format!(
        "budget: $1\nmax_agents: 1\nstages: [{{name: all, steps: [{steps}]}}]"
    ));
    stage.config.thresholds = vec![4, 8, 9];
    let ended = stage.run();
    assert_eq!(
        thresholds(&ended),
        [(dollars("0.0405"), dollars("0.04")), (dollars("0.081"), dollars("0.08"))]
    );
    assert!(ended.report.is_success());
}

#[test]
fn when_the_budget_is_spent_nothing_starts_and_what_runs_is_stopped() {
    let ended = Stage::new(
        "budget: $100
max_agents: 2
stages:
  - name: all
    steps: [{title: spender, mock: [overspend]}, {title: other, mock: [hang]}, {title: late}]
  - {name: after, depends_on: [all], steps: [{title: never}]}
",
    )
    .run();
    assert_eq!(ended.statuses(), [TaskStatus::Cancelled; 4]);
    let claimed = ended.calls.iter().filter(|call| matches!(call, Call::Claimed(..))).count();
    assert_eq!(claimed, 2);
    assert!(!ended.report.is_success());
}

#[test]
fn a_budget_of_nothing_is_unlimited() {
    let mut stage =
        Stage::new("budget: $100\nstages: [{name: all, steps: [{title: a, mock: [overspend]}]}]");
    stage.settings.budget = Some(Usd::ZERO);
    let ended = stage.run();
    assert_eq!(thresholds(&ended), []);
    assert!(ended.report.is_success());
    assert!(ended.report.state.budget().spent() > dollars("105"));
}

#[test]
fn work_that_is_paid_for_is_still_checked() {
    // The gate after the one agent begins before the other spends the budget, and ends after that
    // one was stopped.
    let gate = "touch checking; while [ ! -e stopped ]; do sleep 0.02; done";
    let spender = r#"trap "touch stopped; exit" TERM
                     while [ ! -e checking ]; do sleep 0.02; done
                     echo "{\"output_tokens\": 1000000}"
                     while :; do sleep 0.02; done"#;
    let mut stage = Stage::new(&format!(
        "budget: $1
gates: [{{name: patient, command: '{gate}'}}]
stages: [{{name: all, steps: [{{title: a, cli: quick}}, {{title: b, cli: spender}}]}}]
"
    ));
    stage.config.adapters.insert("quick".to_owned(), shell("true"));
    stage.config.adapters.insert("spender".to_owned(), shell(spender));
    assert_eq!(stage.run().statuses(), [TaskStatus::Done, TaskStatus::Cancelled]);
}

#[test]
fn a_model_has_its_own_price() {
    let script = r#"echo "{\"usage\": {\"input_tokens\": 1000000, \"output_tokens\": 1000000}}""#;
    let mut stage = Stage::for_agent_and_step(script, "title: Try, model: opus");
    let price = bernstein::config::Price { input: dollars("15"), output: dollars("75") };
    stage.config.prices.models.insert("opus".into(), price);
    let ended = stage.run();
    assert_eq!(ended.report.state.budget().spent(), dollars("90"));
    let model = ended
        .calls
        .iter()
        .find_map(|call| if let Call::Spawned(.., model) = call { model.clone() } else { None });
    assert_eq!(model, Some("opus".into()));
}

#[test]
fn many_small_reports_cost_what_one_large_report_costs() {
    // A token costs $0.000003: a price that is rounded down for every one of them would be nothing
    // at all.
    let script = r#"for i in 1 2 3 4 5 6 7 8 9 10; do echo "{\"input_tokens\": 1}"; done"#;
    let mut stage = Stage::for_agent(script);
    stage.config.prices.default.input = dollars("0.3");
    assert_eq!(stage.run().report.state.budget().spent(), dollars("0.000003"));
}
