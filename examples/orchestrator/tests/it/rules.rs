//! What holds for the calls of every run, however its agents end. Written from the description of
//! the hooks, and knowing nothing of the state machine.

use std::collections::{HashMap, HashSet};

use bernstein_hooks::{AgentId, TaskId, TaskStatus, Usd};

use crate::recorder::Call;

/// What was seen of one attempt.
#[derive(Default)]
struct Attempt {
    spawned: bool,
    died: bool,
    gates: HashSet<String>,
    ended: bool,
    will_retry: bool,
}

#[derive(Default)]
struct Rules {
    created: HashSet<TaskId>,
    /// The attempts at each task, in order.
    attempts: HashMap<TaskId, Vec<(AgentId, Attempt)>>,
    completed: HashSet<TaskId>,
    thresholds: Vec<Usd>,
}

/// Panics at the first call that breaks a rule, and if something was announced that never came.
#[track_caller]
pub(crate) fn hold(calls: &[Call]) {
    let mut rules = Rules::default();
    for call in calls {
        rules.see(call);
    }
    rules.end();
}

impl Rules {
    #[track_caller]
    fn see(&mut self, call: &Call) {
        if let Some(task) = call.task_id() {
            assert!(!self.completed.contains(task), "{task} was completed, and then: {call:?}");
            let first = matches!(call, Call::Created(_));
            assert_eq!(!first, self.created.contains(task), "created once, and first: {call:?}");
        }
        match call {
            Call::Created(task) => {
                assert_eq!(task.status, TaskStatus::Open);
                assert_eq!(task.attempt, 1);
                self.created.insert(task.id.clone());
            }
            Call::Claimed(task, agent) => {
                assert_eq!(task.status, TaskStatus::Claimed);
                let is_new = self.attempts.values().flatten().all(|(other, _)| other != agent);
                assert!(is_new, "{agent} works on one attempt");
                let attempts = self.attempts.entry(task.id.clone()).or_default();
                let follows = attempts.last().is_none_or(|(_, last)| last.ended && last.will_retry);
                assert!(follows, "an attempt follows one that ended and announced it: {call:?}");
                attempts.push((agent.clone(), Attempt::default()));
                assert_eq!(task.attempt as usize, attempts.len(), "attempts are counted");
            }
            Call::Spawned(agent, ..) => {
                let attempt = self.attempt_of(agent);
                assert!(!attempt.spawned, "{agent} was spawned twice");
                assert!(!attempt.ended, "{agent} was spawned after its attempt");
                attempt.spawned = true;
            }
            Call::Died(agent, _) => {
                let attempt = self.attempt_of(agent);
                assert!(attempt.spawned, "{agent} died without having been spawned");
                assert!(!attempt.died, "{agent} died twice");
                assert!(!attempt.ended, "{agent} died after its attempt");
                attempt.died = true;
            }
            Call::GateFailed(task, outcome) => {
                assert!(outcome.blocks(), "{outcome:?} is no failure");
                let attempt = self.attempt_at(&task.id);
                assert!(attempt.died, "gates are asked after the death");
                assert!(!attempt.ended, "gates are asked before the attempt ends");
                assert!(
                    attempt.gates.insert(outcome.gate.clone()),
                    "{} failed twice in one attempt",
                    outcome.gate
                );
            }
            Call::Completed(task, result) => {
                assert_eq!(task.status, TaskStatus::Done);
                assert!(result.gates.passed(), "done means verified");
                let attempt = self.end_attempt(&task.id);
                assert!(attempt.gates.is_empty(), "done means verified");
                assert!(attempt.spawned, "a task is done by an agent");
                self.completed.insert(task.id.clone());
            }
            Call::Failed(task, error) => {
                let status = if error.will_retry {
                    TaskStatus::Open
                } else if matches!(task.status, TaskStatus::Cancelled) {
                    TaskStatus::Cancelled
                } else {
                    TaskStatus::Failed
                };
                assert_eq!(task.status, status);
                self.end_attempt(&task.id).will_retry = error.will_retry;
            }
            Call::Threshold(total, threshold) => {
                assert!(total >= threshold, "{threshold} was not crossed");
                let ascends = self.thresholds.last().is_none_or(|last| last < threshold);
                assert!(
                    ascends,
                    "each threshold once, ascending: {:?}, {threshold}",
                    self.thresholds
                );
                self.thresholds.push(*threshold);
            }
        }
    }

    /// Ends the present attempt at a task.
    #[track_caller]
    fn end_attempt(&mut self, task: &TaskId) -> &mut Attempt {
        let attempt = self.attempt_at(task);
        assert!(!attempt.ended, "an attempt at {task} ended twice");
        assert_eq!(attempt.spawned, attempt.died, "an attempt ends after the death of its agent");
        attempt.ended = true;
        attempt
    }

    #[track_caller]
    fn attempt_at(&mut self, task: &TaskId) -> &mut Attempt {
        let attempts = self.attempts.get_mut(task).and_then(|attempts| attempts.last_mut());
        &mut attempts.unwrap_or_else(|| panic!("nobody has claimed {task}")).1
    }

    #[track_caller]
    fn attempt_of(&mut self, agent: &AgentId) -> &mut Attempt {
        let found = self.attempts.values_mut().flatten().find(|(other, _)| other == agent);
        &mut found.unwrap_or_else(|| panic!("{agent} has claimed nothing")).1
    }

    #[track_caller]
    fn end(&self) {
        for (agent, attempt) in self.attempts.values().flatten() {
            assert_eq!(attempt.spawned, attempt.died, "each spawned agent dies: {agent}");
            assert!(attempt.ended, "each attempt ends: {agent}");
        }
    }
}
