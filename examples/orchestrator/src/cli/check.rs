//! `bernstein plan check`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::output::{Output, remark};
use super::table::{counted, one_line};
use super::{BAD_INPUT, CliError, SUCCESS};
use crate::plan;
use crate::source::{Diagnostic, LoadError, Loaded};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The plans, YAML files
    #[arg(required = true, value_name = "PLAN")]
    plans: Vec<PathBuf>,
    /// Write a line of JSON for each plan
    #[arg(long)]
    json: bool,
}

/// What is known of one plan after reading it.
#[derive(Serialize)]
struct Checked<'a> {
    file: String,
    /// Whether it can be run.
    valid: bool,
    name: Option<&'a str>,
    stages: Option<usize>,
    tasks: Option<usize>,
    diagnostics: &'a [Diagnostic],
}

/// Reads plans, and tells everything that is wrong with each.
pub(super) fn check(arguments: &Arguments) -> Result<u8, CliError> {
    let mut code = SUCCESS;
    let mut out = Output::new(arguments.json)?;
    for file in &arguments.plans {
        let loaded = plan::load(file);
        let checked = Checked::new(file, &loaded);
        if !checked.valid {
            code = BAD_INPUT;
        }
        if arguments.json {
            writeln!(out, "{}", serde_json::to_string(&checked).map_err(io::Error::from)?)?;
        } else {
            checked.tell(&mut out)?;
        }
    }
    Ok(code)
}

impl<'a> Checked<'a> {
    fn new(file: &Path, loaded: &'a Result<Loaded<plan::Plan>, LoadError>) -> Self {
        let plan = loaded.as_ref().ok().map(|loaded| &loaded.value);
        let diagnostics = match loaded {
            Ok(loaded) => &loaded.warnings,
            Err(error) => error.diagnostics(),
        };
        Self {
            file: file.display().to_string(),
            valid: plan.is_some(),
            name: plan.map(|plan| plan.name.as_str()),
            stages: plan.map(|plan| plan.stages.len()),
            tasks: plan.map(plan::Plan::task_count),
            diagnostics,
        }
    }

    /// What is wrong goes to standard error; that a plan can be run, to standard output.
    fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        self.diagnostics.iter().for_each(remark);
        match (self.name, self.stages, self.tasks) {
            (Some(name), Some(stages), Some(tasks)) => {
                let name = one_line(name);
                let (stages, tasks) = (counted(stages, "stage"), counted(tasks, "task"));
                writeln!(out, "{}: valid: {name}, {stages}, {tasks}", self.file)
            }
            _ => Ok(()),
        }
    }
}
