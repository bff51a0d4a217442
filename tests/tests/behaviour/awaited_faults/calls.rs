//! Every hook, to be called without regard to its kind.

use hooks_core::{Failure, Outcome, Report};

use super::work::Work;

/// How the implementations of a hook are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    AtOnce,
    InTurn,
    Together,
}

/// How the answers of a hook combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Notify,
    Collect,
    First,
    Waterfall,
    Stop,
}

/// What a call returns, whatever the kind of the hook.
pub(crate) type Answers = Result<Vec<u32>, Failure>;

/// Every hook that there is: waterfall and concurrent exclude each other.
pub(crate) const HOOKS: [(Way, Kind, &str); 14] = [
    (Way::AtOnce, Kind::Notify, "tell"),
    (Way::AtOnce, Kind::Collect, "ask"),
    (Way::AtOnce, Kind::First, "choose"),
    (Way::AtOnce, Kind::Waterfall, "add"),
    (Way::AtOnce, Kind::Stop, "gate"),
    (Way::InTurn, Kind::Notify, "later_tell"),
    (Way::InTurn, Kind::Collect, "later_ask"),
    (Way::InTurn, Kind::First, "later_choose"),
    (Way::InTurn, Kind::Waterfall, "later_add"),
    (Way::InTurn, Kind::Stop, "later_gate"),
    (Way::Together, Kind::Notify, "together_tell"),
    (Way::Together, Kind::Collect, "together_ask"),
    (Way::Together, Kind::First, "together_choose"),
    (Way::Together, Kind::Stop, "together_gate"),
];

/// Calls the hook of this name.
#[allow(clippy::unit_arg)] // one row for each hook
pub(crate) async fn call(work: &Work, hook: &str) -> Answers {
    match hook {
        "tell" => told(work.tell()),
        "ask" => Ok(work.ask()),
        "choose" => chosen(work.choose()),
        "add" => summed(work.add(0)),
        "gate" => work.gate(),
        "later_tell" => told(work.later_tell().await),
        "later_ask" => Ok(work.later_ask().await),
        "later_choose" => chosen(work.later_choose().await),
        "later_add" => summed(work.later_add(0).await),
        "later_gate" => work.later_gate().await,
        "together_tell" => told(work.together_tell().await),
        "together_ask" => Ok(work.together_ask().await),
        "together_choose" => chosen(work.together_choose().await),
        "together_gate" => work.together_gate().await,
        unknown => unreachable!("{unknown}"),
    }
}

/// Calls the hook of this name, with a report.
pub(crate) async fn call_reported(work: &Work, hook: &str) -> (Answers, Vec<Outcome>) {
    let work = work.reported();
    match hook {
        "tell" => read(work.tell(), told),
        "ask" => read(work.ask(), Ok),
        "choose" => read(work.choose(), chosen),
        "add" => read(work.add(0), summed),
        "gate" => read(work.gate(), |output| output),
        "later_tell" => read(work.later_tell().await, told),
        "later_ask" => read(work.later_ask().await, Ok),
        "later_choose" => read(work.later_choose().await, chosen),
        "later_add" => read(work.later_add(0).await, summed),
        "later_gate" => read(work.later_gate().await, |output| output),
        "together_tell" => read(work.together_tell().await, told),
        "together_ask" => read(work.together_ask().await, Ok),
        "together_choose" => read(work.together_choose().await, chosen),
        "together_gate" => read(work.together_gate().await, |output| output),
        unknown => unreachable!("{unknown}"),
    }
}

fn read<O>(report: Report<O>, answers: impl FnOnce(O) -> Answers) -> (Answers, Vec<Outcome>) {
    (answers(report.output), report.outcomes)
}

#[allow(clippy::unnecessary_wraps)] // as those of the other kinds are
fn told((): ()) -> Answers {
    Ok(Vec::new())
}

#[allow(clippy::unnecessary_wraps)] // as those of the other kinds are
fn chosen(answer: Option<u32>) -> Answers {
    Ok(answer.into_iter().collect())
}

#[allow(clippy::unnecessary_wraps)] // as those of the other kinds are
fn summed(sum: u32) -> Answers {
    Ok(vec![sum])
}
