//! From nodes to a plan.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use bernstein_hooks::{Complexity, ModelId, Role, Scope};

use super::mock::MockBehaviour;
use super::stages::{self, WrittenStage};
use super::{Plan, Repo, Stage, Step, gate, signal};
use crate::source::values::{
    Placed, Reader, choice, filled, filled_list, list, money, number, parsed, path, placed, text,
    texts,
};
use crate::source::{Fields, Node, Problem, Problems};

/// The most agents that a plan can ask for at once.
const MOST_AGENTS: u32 = 1_000;
/// The most steps of a plan. Each depends on every step of the stages before it, so their number
/// counts squared.
const MOST_STEPS: usize = 2_000;
/// The longest estimate, in minutes: about two years.
const LONGEST_ESTIMATE: u32 = 1_000_000;

/// The plan that the node describes.
pub(super) fn plan(node: &Node, problems: &mut Problems) -> Plan {
    if node.is_nothing() {
        problems.add(node.position, Problem::Empty { expected: "a plan with `name` and `stages`" });
        return Plan::default();
    }
    let mut fields = Fields::new(node, "a plan", problems);
    let plan = Plan {
        name: fields.required("name", filled("the name of the plan")).unwrap_or_default(),
        description: description(&mut fields),
        constraints: fields.optional("constraints", texts("a list of texts")).unwrap_or_default(),
        context_files: fields.optional("context_files", paths()).unwrap_or_default(),
        adapter: fields.optional("cli", unless_auto("the name of an adapter")),
        budget: fields.optional("budget", money).filter(|budget| !budget.is_zero()),
        max_agents: fields.optional("max_agents", agents),
        repos: fields.optional("repos", list("a list of repositories", repo)).unwrap_or_default(),
        gates: fields.optional("gates", gate::gates).unwrap_or_default(),
        stages: fields.required("stages", all_stages).unwrap_or_default(),
    };
    fields.finish();
    plan
}

fn description(fields: &mut Fields<'_>) -> String {
    let description = fields.optional("description", text("a text")).unwrap_or_default();
    description.trim_end().to_owned()
}

fn paths() -> impl Reader<Vec<PathBuf>> {
    list("a list of paths", path)
}

/// A name of something that the run chooses itself where the plan does not, or says `auto`.
fn unless_auto(expected: &'static str) -> impl Reader<String> {
    move |node: &Node, problems: &mut Problems| {
        filled(expected)(node, problems).filter(|name| name != "auto")
    }
}

fn agents(node: &Node, problems: &mut Problems) -> Option<NonZeroUsize> {
    NonZeroUsize::new(number(1..=MOST_AGENTS)(node, problems)? as usize)
}

/// A repository: its path alone, or a mapping.
fn repo(node: &Node, problems: &mut Problems) -> Option<Repo> {
    if node.text().is_some() {
        return path(node, problems).map(|path| Repo { path, name: None, branch: None });
    }
    let mut fields = Fields::new(node, "a repository", problems);
    let path = fields.required("path", path);
    let name = fields.optional("name", filled("the name of a repository"));
    let branch = fields.optional("branch", filled("the name of a branch"));
    fields.finish();
    path.map(|path| Repo { path, name, branch })
}

fn all_stages(node: &Node, problems: &mut Problems) -> Option<Vec<Stage>> {
    let stages = filled_list("a list of stages", "the list of stages", stage);
    let written: Vec<WrittenStage> = stages(node, problems)?;
    let steps = written.iter().map(|stage| stage.steps.len()).sum();
    if steps > MOST_STEPS || written.len() > MOST_STEPS {
        problems.add(node.position, Problem::TooManySteps { found: steps, limit: MOST_STEPS });
        return None;
    }
    stages::check(&written, problems);
    Some(written.into_iter().map(WrittenStage::into_stage).collect())
}

/// A stage. One without a name is read for its problems alone.
fn stage(node: &Node, problems: &mut Problems) -> Option<WrittenStage> {
    let mut fields = Fields::new(node, "a stage", problems);
    let name = fields.required("name", stage_name());
    let description = description(&mut fields);
    let depends_on = fields.optional("depends_on", list("a list of stage names", stage_name()));
    let steps = fields.required("steps", filled_list("a list of steps", "the list of steps", step));
    fields.finish();
    Some(WrittenStage {
        name: name?,
        description,
        depends_on: depends_on.unwrap_or_default(),
        steps: steps.unwrap_or_default(),
    })
}

fn stage_name() -> impl Reader<Placed<String>> {
    placed(filled("the name of a stage"))
}

fn step(node: &Node, problems: &mut Problems) -> Option<Step> {
    let mut fields = Fields::new(node, "a step", problems);
    let title = fields.required_either("title", "goal", filled("the title of a step"));
    let step = Step {
        title: title.unwrap_or_default(),
        description: description(&mut fields),
        role: fields.optional("role", filled("a role")).map(Role::new).unwrap_or_default(),
        priority: fields.optional("priority", parsed("a priority")).unwrap_or_default(),
        scope: fields
            .optional("scope", choice("a scope", Scope::ALL, Scope::as_str))
            .unwrap_or_default(),
        complexity: fields
            .optional("complexity", choice("a complexity", Complexity::ALL, Complexity::as_str))
            .unwrap_or_default(),
        files: fields.optional("files", paths()).unwrap_or_default(),
        model: fields.optional("model", unless_auto("the name of a model")).map(ModelId::new),
        effort: fields.optional("effort", filled("an effort")),
        adapter: fields.optional("cli", unless_auto("the name of an adapter")),
        estimated_minutes: fields.optional("estimated_minutes", number(0..=LONGEST_ESTIMATE)),
        completion_signals: fields
            .optional("completion_signals", list("a list of signals", signal::signal))
            .unwrap_or_default(),
        mock: fields.optional("mock", mock).unwrap_or_default(),
    };
    fields.optional("depends_on", dependency_of_step);
    fields.finish();
    Some(step)
}

/// Tells that a step has no dependencies of its own.
fn dependency_of_step(node: &Node, problems: &mut Problems) -> Option<()> {
    problems.add(node.position, Problem::DependencyOfStep);
    None
}

/// What the mock adapter's agents do: one word, or one for each attempt.
fn mock(node: &Node, problems: &mut Problems) -> Option<Vec<MockBehaviour>> {
    let expected = "a behaviour of the mock adapter";
    let behaviour = choice(expected, MockBehaviour::ALL, MockBehaviour::as_str);
    if node.text().is_some() {
        return behaviour(node, problems).map(|behaviour| vec![behaviour]);
    }
    list("a list of behaviours of the mock adapter", behaviour)(node, problems)
}
