//! The agent of the mock adapter: a real process that pretends to be a coding agent.
//!
//! It reads its task as JSON on standard input, works the files of the task so that its completion
//! signals hold, and writes token counts as lines of JSON. The task's metadata can tell it to do
//! otherwise.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use bernstein_hooks::{CompletionSignal, Task, Tokens, metadata};
use serde_json::json;
use thiserror::Error;

use crate::plan::MockBehaviour;

/// The hidden subcommand under which the binary becomes a mock agent.
pub(crate) const SUBCOMMAND: &str = "mock-agent";

/// What ordinary work uses.
const WORK: Tokens = Tokens::new(1_200, 300);

/// What an agent uses that does not look at the bill: at the default prices, 105 dollars.
const OVERSPENDING: Tokens = Tokens::new(10_000_000, 5_000_000);

/// In so many parts a slow agent does its work, and so long each takes.
const SLOW_PARTS: u64 = 10;
const SLOW_PART: Duration = Duration::from_millis(100);

/// The agent: reads a task from standard input and does what it says.
pub(crate) fn main() -> ExitCode {
    match attempt() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("mock agent: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Why the agent could not do its work.
#[derive(Debug, Error)]
enum MockError {
    #[error("standard input is not a task: {0}")]
    Task(#[from] serde_json::Error),
    #[error("`{}` leads out of the folder of the run", .0.display())]
    Outside(PathBuf),
    #[error("cannot think of a path that matches `{0}`")]
    Pattern(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn attempt() -> Result<ExitCode, MockError> {
    let task: Task = serde_json::from_reader(io::stdin().lock())?;
    match behaviour(&task) {
        MockBehaviour::Work => {
            report(WORK)?;
            work(&task)?;
        }
        MockBehaviour::Idle => report(WORK)?,
        MockBehaviour::Fail => {
            report(WORK)?;
            eprintln!("mock agent: told to fail");
            return Ok(ExitCode::FAILURE);
        }
        MockBehaviour::Crash => {
            report(WORK)?;
            std::process::abort();
        }
        MockBehaviour::Hang => loop {
            thread::sleep(Duration::from_hours(1));
        },
        MockBehaviour::Slow => work_slowly(&task)?,
        MockBehaviour::Overspend => {
            report(OVERSPENDING)?;
            work_slowly(&task)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What the task tells the agent to do in the present attempt.
fn behaviour(task: &Task) -> MockBehaviour {
    let place = usize::try_from(task.attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    task.metadata
        .get(metadata::MOCK)
        .and_then(|words| words.get(place))
        .and_then(|word| serde_json::from_value(word.clone()).ok())
        .unwrap_or_default()
}

fn report(tokens: Tokens) -> io::Result<()> {
    writeln!(
        io::stdout(),
        "{}",
        json!({"input_tokens": tokens.input, "output_tokens": tokens.output})
    )
}

fn work_slowly(task: &Task) -> Result<(), MockError> {
    for _ in 0..SLOW_PARTS {
        report(Tokens::new(WORK.input / SLOW_PARTS, WORK.output / SLOW_PARTS))?;
        thread::sleep(SLOW_PART);
    }
    work(task)
}

/// Works every file that the task names, so that the signals hold which are about files.
fn work(task: &Task) -> Result<(), MockError> {
    for file in &task.owned_files {
        write_into(&inside(file)?, &line_for(task))?;
    }
    for signal in &task.completion_signals {
        match signal {
            CompletionSignal::PathExists { path } => make(Path::new(path), task)?,
            CompletionSignal::GlobExists { path } => make(&matching(path)?, task)?,
            CompletionSignal::FileContains { path, contains } => ensure_contains(path, contains)?,
            _ => {}
        }
    }
    writeln!(io::stdout(), "{}", json!({"result": format!("{}: done", task.title)}))?;
    Ok(())
}

fn line_for(task: &Task) -> String {
    format!("{} (attempt {} at {})", task.title, task.attempt, task.id)
}

/// Makes a file, or a folder where the path says so, unless there is something.
fn make(path: &Path, task: &Task) -> Result<(), MockError> {
    let is_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    let path = inside(path)?;
    if path.exists() {
        return Ok(());
    }
    if is_folder { Ok(fs::create_dir_all(path)?) } else { Ok(write_into(&path, &line_for(task))?) }
}

fn ensure_contains(path: &str, text: &str) -> Result<(), MockError> {
    let path = inside(Path::new(path))?;
    match fs::read(&path) {
        Ok(bytes) if String::from_utf8_lossy(&bytes).contains(text) => Ok(()),
        Ok(_) => Ok(write_into(&path, text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(write_into(&path, text)?),
        Err(error) => Err(error.into()),
    }
}

/// Adds a line to a file. In one write, since others may add to it at the same time.
fn write_into(path: &Path, line: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(format!("{line}\n").as_bytes())
}

/// The path, if it stays in the working directory. Plans come from anywhere; what they can make the
/// mock write does not go anywhere.
fn inside(path: &Path) -> Result<PathBuf, MockError> {
    let stays =
        path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if stays { Ok(path.to_owned()) } else { Err(MockError::Outside(path.to_owned())) }
}

/// A path that matches the pattern.
fn matching(pattern: &str) -> Result<PathBuf, MockError> {
    let parts: Vec<String> =
        pattern.split('/').filter(|part| *part != "**").map(matching_name).collect();
    let path = match pattern.ends_with("**") {
        true => PathBuf::from(parts.join("/")).join("mock"),
        false => PathBuf::from(parts.join("/")),
    };
    let matches = glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_path(&path));
    if matches { Ok(path) } else { Err(MockError::Pattern(pattern.to_owned())) }
}

/// A file name that matches one part of a pattern: `*` and `?` become letters, a set becomes its
/// first character.
fn matching_name(part: &str) -> String {
    let mut name = String::new();
    let mut rest = part.chars();
    while let Some(character) = rest.next() {
        match character {
            '*' => name.push_str("mock"),
            '?' => name.push('m'),
            '[' => {
                name.extend(rest.next());
                rest.by_ref().find(|&character| character == ']');
            }
            other => name.push(other),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_for_every_ordinary_pattern() {
        for (pattern, path) in [
            ("src/*.rs", "src/mock.rs"),
            ("src/**/*.rs", "src/mock.rs"),
            ("**/test_*.py", "test_mock.py"),
            ("docs/**", "docs/mock"),
            ("report-[0-9]?.txt", "report-0m.txt"),
            ("plain.txt", "plain.txt"),
        ] {
            assert_eq!(matching(pattern).expect("found"), Path::new(path), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_for_which_no_path_is_found_is_an_error() {
        assert_eq!(
            matching("a[!!]c").expect_err("no match").to_string(),
            "cannot think of a path that matches `a[!!]c`"
        );
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        assert!(inside(Path::new("./src/lib.rs")).is_ok());
        for path in ["/etc/passwd", "../secret", "src/../../secret"] {
            assert!(inside(Path::new(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn a_task_says_what_its_mock_agents_do_by_attempt() {
        let task = Task::new("t-1", "Title").with_metadata(metadata::MOCK, vec!["fail", "crash"]);
        let behaviours = [1, 2, 3].map(|attempt| behaviour(&task.clone().with_attempt(attempt)));
        assert_eq!(behaviours, [MockBehaviour::Fail, MockBehaviour::Crash, MockBehaviour::Work]);
        assert_eq!(behaviour(&Task::new("t-2", "Title")), MockBehaviour::Work);
    }
}
