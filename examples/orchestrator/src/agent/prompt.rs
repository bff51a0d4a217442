//! What an agent is told in words.

use std::path::{Path, PathBuf};

use bernstein_hooks::{CompletionSignal, Task};

use crate::plan::{Plan, Repo};

/// What the plan tells all its agents.
#[derive(Debug, Clone, Default)]
pub(crate) struct Briefing {
    repos: Vec<String>,
    constraints: Vec<String>,
    context_files: Vec<PathBuf>,
}

impl Briefing {
    /// The briefing of a plan whose files are relative to `directory`.
    pub(crate) fn of(plan: &Plan, directory: &Path) -> Self {
        let repo = |repo: &Repo| {
            let branch = repo.branch.as_ref().map(|branch| format!(", branch {branch}"));
            let name = repo.name.as_ref().map(|name| format!(", called {name}"));
            let path = directory.join(&repo.path);
            format!("{}{}{}", path.display(), branch.unwrap_or_default(), name.unwrap_or_default())
        };
        Self {
            repos: plan.repos.iter().map(repo).collect(),
            constraints: plan.constraints.clone(),
            context_files: plan.context_files.iter().map(|file| directory.join(file)).collect(),
        }
    }

    /// The prompt for an agent that works on `task`. `setback` is how the attempt before has
    /// failed.
    pub(crate) fn prompt(&self, task: &Task, setback: Option<&str>) -> String {
        let description = Some(task.description.clone()).filter(|text| !text.is_empty());
        let paragraphs = [
            Some(task.title.clone()),
            description,
            list("This is about:", &self.repos),
            list("Read first:", self.context_files.iter().map(|file| file.display())),
            list("Keep to this:", &self.constraints),
            list("Change only these files:", task.owned_files.iter().map(|file| file.display())),
            list("You are done when:", task.completion_signals.iter().map(condition)),
            list("An earlier attempt failed:", setback),
        ];
        paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }
}

/// A heading and what stands under it, if anything does.
fn list(heading: &str, items: impl IntoIterator<Item = impl ToString>) -> Option<String> {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    (!items.is_empty()).then(|| format!("{heading}\n- {}", items.join("\n- ")))
}

/// A completion signal as a sentence's end: "you are done when …".
fn condition(signal: &CompletionSignal) -> String {
    match signal {
        CompletionSignal::PathExists { path } => format!("there is `{path}`"),
        CompletionSignal::GlobExists { path } => format!("there is a file that matches `{path}`"),
        CompletionSignal::FileContains { path, contains } => {
            format!("`{path}` contains `{contains}`")
        }
        CompletionSignal::TestPasses { command: run } | CompletionSignal::Command { run } => {
            format!("`{run}` succeeds")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_says_all_that_the_plan_and_the_task_say() {
        let briefing = Briefing {
            repos: vec!["/repo, branch main".into()],
            constraints: vec!["No new dependencies.".into()],
            context_files: vec!["/repo/README.md".into()],
        };
        let task = Task::new("t-1", "Write the parser")
            .with_description("It reads the grammar of the manual.")
            .with_owned_files(["src/parser.rs"])
            .with_completion_signal(CompletionSignal::TestPasses { command: "cargo test".into() });
        assert_eq!(
            briefing.prompt(&task, Some("gate tests failed")),
            "Write the parser\n\
             \n\
             It reads the grammar of the manual.\n\
             \n\
             This is about:\n- /repo, branch main\n\
             \n\
             Read first:\n- /repo/README.md\n\
             \n\
             Keep to this:\n- No new dependencies.\n\
             \n\
             Change only these files:\n- src/parser.rs\n\
             \n\
             You are done when:\n- `cargo test` succeeds\n\
             \n\
             An earlier attempt failed:\n- gate tests failed"
        );
    }

    #[test]
    fn a_bare_task_is_its_title() {
        assert_eq!(
            Briefing::default().prompt(&Task::new("t-1", "Write the parser"), None),
            "Write the parser"
        );
    }
}
