//! The adapter of a command line, such as `claude -p {prompt}`.
//!
//! The command line is cut into words once, before anything is filled in, and no shell sees it. So
//! whatever a task says stays inside its word.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use bernstein_hooks::Task;

use super::AdapterError;

/// The words that may stand in braces, in alphabetical order.
pub(super) const PLACEHOLDERS: &[&str] = &["effort", "model", "prompt", "role", "task_id", "title"];

/// Starts the agents of one command line.
#[derive(Debug, Clone)]
pub(crate) struct CommandAdapter {
    program: PathBuf,
    arguments: Vec<Argument>,
}

/// One argument: its parts, one behind the other.
type Argument = Vec<Part>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(&'static str),
}

impl CommandAdapter {
    /// The adapter of that name and command line. The program, its first word, is looked for in
    /// `search_path` unless it is a path.
    pub(super) fn new(
        name: &str,
        template: &str,
        search_path: &OsStr,
    ) -> Result<Self, AdapterError> {
        let words = shell_words::split(template).map_err(|_| AdapterError::Quotes {
            name: name.to_owned(),
            template: template.to_owned(),
        })?;
        let mut words = words.into_iter();
        let program = words.next().ok_or_else(|| AdapterError::Empty { name: name.to_owned() })?;
        let arguments =
            words.map(|word| parse(&word)).collect::<Result<_, _>>().map_err(|placeholder| {
                AdapterError::Placeholder { name: name.to_owned(), placeholder }
            })?;
        let here = std::env::current_dir().unwrap_or_default();
        let program = which::which_in(&program, Some(search_path), here)
            .map_err(|_| AdapterError::MissingProgram { name: name.to_owned(), program })?;
        Ok(Self { program, arguments })
    }

    /// The command for `task`. An argument that is nothing but a word in braces for which the task
    /// has nothing to say is left out, and so is an option before it: `--model {model}` disappears
    /// when no model is named.
    pub(super) fn command(&self, task: &Task, prompt: &str) -> Command {
        let mut arguments: Vec<String> = Vec::new();
        for argument in &self.arguments {
            match fill(argument, task, prompt) {
                Some(text) => arguments.push(text),
                None if arguments.last().is_some_and(|option| option.starts_with('-')) => {
                    drop(arguments.pop());
                }
                None => {}
            }
        }
        let mut command = Command::new(&self.program);
        command.args(arguments);
        command
    }
}

/// The parts of a word of the command line; the word in braces if that means nothing. Braces around
/// anything else than a single word are text.
fn parse(word: &str) -> Result<Argument, String> {
    let mut parts = Vec::new();
    let mut rest = word;
    while let Some((text, inside, after)) = next_braces(rest) {
        let placeholder =
            PLACEHOLDERS.iter().find(|name| **name == inside).ok_or_else(|| inside.to_owned())?;
        parts.extend([Part::Text(text.to_owned()), Part::Placeholder(placeholder)]);
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    parts.retain(|part| *part != Part::Text(String::new()));
    Ok(parts)
}

/// What stands before, in and after the first braces that hold one word.
fn next_braces(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('{').find_map(|(start, _)| {
        let (inside, after) = text[start + 1..].split_once('}')?;
        let is_word = !inside.is_empty()
            && inside.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        is_word.then_some((&text[..start], inside, after))
    })
}

/// The text of an argument; `None` if it is only a placeholder without a value.
fn fill(argument: &Argument, task: &Task, prompt: &str) -> Option<String> {
    if let [Part::Placeholder(name)] = argument.as_slice() {
        return value(name, task, prompt).map(str::to_owned);
    }
    let text = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Placeholder(name) => value(name, task, prompt).unwrap_or_default().to_owned(),
    };
    Some(argument.iter().map(text).collect())
}

fn value<'a>(placeholder: &str, task: &'a Task, prompt: &'a str) -> Option<&'a str> {
    match placeholder {
        "effort" => task.effort.as_deref(),
        "model" => task.model.as_ref().map(AsRef::as_ref),
        "prompt" => Some(prompt),
        "role" => Some(task.role.as_str()),
        "task_id" => Some(task.id.as_str()),
        "title" => Some(&task.title),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(template: &str, task: &Task) -> Vec<String> {
        let adapter = CommandAdapter::new("test", &format!("/bin/sh {template}"), OsStr::new(""))
            .expect("valid");
        let command = adapter.command(task, "do it; rm -rf /");
        command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect()
    }

    fn error(template: &str) -> String {
        CommandAdapter::new("test", template, OsStr::new("/bin")).expect_err("invalid").to_string()
    }

    #[test]
    fn a_prompt_stays_one_argument_whatever_is_in_it() {
        let task = Task::new("t-1", "Title");
        assert_eq!(
            arguments("-p {prompt} --task={task_id}", &task),
            ["-p", "do it; rm -rf /", "--task=t-1"]
        );
    }

    #[test]
    fn quotes_hold_words_together() {
        let task = Task::new("t-1", "two words");
        assert_eq!(
            arguments("-c 'echo \"{title}\"' \"a b\"", &task),
            ["-c", "echo \"two words\"", "a b"]
        );
    }

    #[test]
    fn an_option_whose_value_is_not_given_is_left_out() {
        let task = Task::new("t-1", "Title");
        assert_eq!(
            arguments("--model {model} {prompt} --effort={effort}", &task),
            ["do it; rm -rf /", "--effort="]
        );
        assert_eq!(
            arguments("--model {model} -v", &task.with_model("opus")),
            ["--model", "opus", "-v"]
        );
    }

    #[test]
    fn braces_around_more_than_a_word_are_text() {
        let task = Task::new("t-1", "Title");
        assert_eq!(
            arguments("'{ \"role\": \"{role}\" }' {} {A}", &task),
            ["{ \"role\": \"backend\" }", "{}", "{A}"]
        );
    }

    #[test]
    fn an_unknown_placeholder_is_told_with_the_known_ones() {
        assert_eq!(
            error("sh {promt}"),
            "the command line of the adapter `test` has `{promt}`, which means nothing; \
             it may have `{effort}`, `{model}`, `{prompt}`, `{role}`, `{task_id}`, `{title}`"
        );
    }

    #[test]
    fn a_missing_program_is_told() {
        assert_eq!(
            error("no-such-agent {prompt}"),
            "the adapter `test` starts the program `no-such-agent`, which is not installed: \
             no such executable file in any folder of `PATH`"
        );
        assert!(error("/no/such/agent").ends_with("not installed: no such executable file"));
    }

    #[test]
    fn a_command_line_that_is_none_is_told() {
        assert!(error("  ").contains("is empty"));
        assert!(error("sh 'x").contains("without its partner"));
    }
}
