//! What holds between the stages of a plan: names that differ, dependencies on stages that there
//! are, and no cycle.

use std::collections::HashMap;

use super::{Stage, Step};
use crate::source::values::{Placed, check_names, distinct};
use crate::source::{Names, Position, Problem, Problems, Shown};

/// A stage as it is written.
pub(super) struct WrittenStage {
    pub(super) name: Placed<String>,
    pub(super) description: String,
    pub(super) depends_on: Vec<Placed<String>>,
    pub(super) steps: Vec<Step>,
}

impl WrittenStage {
    /// The stage alone. A dependency that is written twice counts once.
    pub(super) fn into_stage(self) -> Stage {
        let depends_on = distinct(self.depends_on.into_iter().map(|name| name.value));
        Stage {
            name: self.name.value,
            description: self.description,
            depends_on,
            steps: self.steps,
        }
    }
}

/// Notes whatever does not hold between the stages.
pub(super) fn check(stages: &[WrittenStage], problems: &mut Problems) {
    check_names("stage", stages.iter().map(|stage| &stage.name), problems);
    let mut indices = HashMap::new();
    for (index, stage) in stages.iter().enumerate() {
        indices.entry(stage.name.value.as_str()).or_insert(index);
    }
    let edges: Vec<Vec<Edge>> =
        stages.iter().map(|stage| edges(stage, stages, &indices, problems)).collect();
    check_cycles(stages, &edges, problems);
}

/// A dependency on another stage.
struct Edge {
    /// The index of the other stage.
    to: usize,
    /// Where it is written.
    position: Position,
}

/// The dependencies of the stage on stages that there are; the others are noted.
fn edges<'a>(
    stage: &WrittenStage,
    stages: &'a [WrittenStage],
    indices: &HashMap<&str, usize>,
    problems: &mut Problems,
) -> Vec<Edge> {
    let mut edges = Vec::new();
    for Placed { value, position } in &stage.depends_on {
        if let Some(to) = indices.get(value.as_str()) {
            edges.push(Edge { to: *to, position: *position });
        } else if !problems.has_enough_errors() {
            let first = |(index, stage): (usize, &'a WrittenStage)| {
                let name = stage.name.value.as_str();
                (indices[name] == index).then_some(name)
            };
            let names = Names::new(value, stages.iter().enumerate().filter_map(first));
            problems.add(*position, Problem::UnknownStage { name: Shown::new(value), names });
        }
    }
    edges
}

/// How far the search for cycles has come with a stage.
#[derive(Clone, Copy)]
enum Search {
    /// Not met yet.
    New,
    /// On the path that is followed.
    OnPath,
    /// Nothing more can be found from here.
    Done,
}

/// Notes each cycle that a walk along the dependencies runs into, where it closes.
fn check_cycles(stages: &[WrittenStage], edges: &[Vec<Edge>], problems: &mut Problems) {
    let mut search = vec![Search::New; stages.len()];
    for start in 0..stages.len() {
        if !matches!(search[start], Search::New) {
            continue;
        }
        search[start] = Search::OnPath;
        // Each stage on the path, and how many of its dependencies were followed.
        let mut path = vec![(start, 0)];
        while let Some((stage, followed)) = path.last_mut() {
            let Some(edge) = edges[*stage].get(*followed) else {
                search[*stage] = Search::Done;
                path.pop();
                continue;
            };
            *followed += 1;
            match search[edge.to] {
                Search::New => {
                    search[edge.to] = Search::OnPath;
                    path.push((edge.to, 0));
                }
                Search::OnPath if problems.has_enough_errors() => return,
                Search::OnPath => {
                    let on_cycle =
                        path.iter().map(|(stage, _)| *stage).skip_while(|stage| *stage != edge.to);
                    let names = on_cycle
                        .chain([edge.to])
                        .map(|stage| Shown::new(&stages[stage].name.value));
                    problems.add(edge.position, Problem::Cycle { stages: names.collect() });
                }
                Search::Done => {}
            }
        }
    }
}
