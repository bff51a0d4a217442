//! `bernstein hooks docs`

mod course;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bernstein_hooks::reference::{Html, Markdown, Program, Reference};
use clap::{Args, ValueEnum};
use serde::Serialize;
use thiserror::Error;

use super::output::Output;
use super::{CliError, PluginArguments, SUCCESS, input};
use crate::artifact::Artifact;
use crate::source::{Names, Shown};

pub(super) const EXAMPLES: &str = "\
Examples:
  bernstein hooks docs                                       the page, to standard output
  bernstein hooks docs --out docs                            the same, to docs/HOOKS.md
  bernstein hooks docs --out docs --page-per-spec            docs/README.md and a page for each spec
  bernstein hooks docs --format html --out docs              docs/hooks.html, a page with a search
  bernstein hooks docs --format json --spec BernsteinSpec    one spec as JSON
  bernstein hooks docs --format asyncapi --out docs          docs/asyncapi.json

The reference is made of the source: signatures, options and documentation are those of the specs
that are linked into this program, and what stands at a hook is what a run would call.";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How the reference is written
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// The folder for the files, which is made if there is none [default: standard output]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write a page for each spec, and a README.md that leads to them, in place of one page
    #[arg(long, requires = "out")]
    page_per_spec: bool,
    /// Tell of this spec only
    #[arg(long, value_name = "NAME")]
    spec: Option<String>,
    #[command(flatten)]
    plugins: PluginArguments,
}

/// How a reference can be written. Each is a function that makes the files of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Pages for people, as GitHub shows them: HOOKS.md
    Markdown,
    /// One page for browsers, with a search, which needs no network: hooks.html
    Html,
    /// All there is, for programs: hooks.json
    Json,
    /// Channels, messages and their schemas, as an API document for tools: asyncapi.json
    Asyncapi,
}

/// A file of the reference.
struct Document {
    file: String,
    text: String,
}

/// Why a reference cannot be written.
#[derive(Debug, Error)]
pub(super) enum DocsError {
    #[error("there is no spec `{name}` in this program; {specs}")]
    UnknownSpec { name: Shown, specs: Names },
    #[error("{0} has no pages: leave out `--page-per-spec`, or write `--format markdown`")]
    NoPages(&'static str),
    #[error("cannot write into the folder `{}`: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
}

/// Writes down what can be hooked, and who does.
pub(super) fn write(arguments: &Arguments) -> Result<u8, CliError> {
    let mut out = Output::alone()?;
    let config = input::load_config(arguments.plugins.config.as_deref())?;
    let mut reference = arguments.plugins.discover(&config)?.reference();
    if let Some(spec) = &arguments.spec {
        keep_only(spec, &mut reference)?;
    }
    let documents = match (arguments.format, arguments.page_per_spec) {
        (Format::Markdown, false) => markdown(&reference),
        (Format::Markdown, true) => markdown_pages(&reference),
        (Format::Html, false) => html(&reference),
        (Format::Json, false) => json(&reference)?,
        (Format::Asyncapi, false) => asyncapi(&reference)?,
        (Format::Html, true) => return Err(DocsError::NoPages("HTML").into()),
        (Format::Json, true) => return Err(DocsError::NoPages("JSON").into()),
        (Format::Asyncapi, true) => return Err(DocsError::NoPages("AsyncAPI").into()),
    };
    match &arguments.out {
        Some(folder) => write_into(folder, &documents)?,
        None => {
            documents.iter().try_for_each(|document| out.write_all(document.text.as_bytes()))?;
        }
    }
    Ok(SUCCESS)
}

/// Leaves out all specs but those of this name.
fn keep_only(name: &str, reference: &mut Reference) -> Result<(), DocsError> {
    if reference.spec(name).is_none() {
        let specs = Names::new(name, reference.specs.iter().map(|spec| &*spec.name));
        return Err(DocsError::UnknownSpec { name: Shown::new(name), specs });
    }
    reference.specs.retain(|spec| spec.name == name);
    Ok(())
}

fn markdown(reference: &Reference) -> Vec<Document> {
    let text = reference.markdown(Markdown::default().implementations());
    vec![Document { file: "HOOKS.md".to_owned(), text }]
}

fn markdown_pages(reference: &Reference) -> Vec<Document> {
    let pages = reference.markdown_pages(Markdown::default().implementations()).into_iter();
    pages.map(|page| Document { file: page.file, text: page.text }).collect()
}

fn html(reference: &Reference) -> Vec<Document> {
    let form = Html::default()
        .title("Hooks of Bernstein")
        .course("BernsteinSpec", course::life_of_a_task());
    vec![Document { file: "hooks.html".to_owned(), text: reference.html(&form) }]
}

fn json(reference: &Reference) -> io::Result<Vec<Document>> {
    pretty("hooks.json", reference)
}

fn asyncapi(reference: &Reference) -> io::Result<Vec<Document>> {
    let program = Program {
        name: "bernstein",
        version: env!("CARGO_PKG_VERSION"),
        description: env!("CARGO_PKG_DESCRIPTION"),
    };
    pretty("asyncapi.json", &reference.asyncapi(program))
}

fn pretty(file: &str, value: &impl Serialize) -> io::Result<Vec<Document>> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)? + "\n";
    Ok(vec![Document { file: file.to_owned(), text }])
}

/// Writes files into a folder. All of them are begun before the first stands in its place, so that
/// one in whose place something stands leaves none behind.
fn write_into(folder: &Path, documents: &[Document]) -> Result<(), CliError> {
    let fault = |source| DocsError::Folder { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(fault)?;
    let begin = |document: &Document| Artifact::begin(&folder.join(&document.file));
    let files = documents.iter().map(begin).collect::<Result<Vec<_>, _>>();
    let mut files = files.map_err(CliError::Begin)?;
    for (file, document) in files.iter_mut().zip(documents) {
        let written = file.write_all(document.text.as_bytes());
        written.map_err(|error| CliError::Keep(file.fault(error)))?;
    }
    files.into_iter().try_for_each(Artifact::keep).map_err(CliError::Keep)
}
