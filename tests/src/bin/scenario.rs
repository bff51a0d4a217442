//! Runs scenarios of the parity test: one a line on standard input, its log a line on standard
//! output.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::Parser;
use hooks_tests::parity::{LineError, answer};

/// Runs scenarios on the hook framework and logs what happens.
///
/// One JSON scenario a line on standard input, one JSON log a line on standard output; empty lines
/// are passed over. A line that is no scenario ends the program with exit code 2 and says on
/// standard error what is wrong with it, after the lines before it have been answered.
///
/// tests/parity/README.md describes scenarios and logs.
#[derive(Parser)]
#[command(name = "scenario")]
struct CommandLine {}

fn main() -> ExitCode {
    let CommandLine {} = CommandLine::parse();
    match answer_lines(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scenario: {error}");
            ExitCode::from(if error.is::<LineError>() { 2 } else { 1 })
        }
    }
}

fn answer_lines(input: impl BufRead, mut output: impl Write) -> Result<(), Box<dyn Error>> {
    for (number, line) in (1..).zip(input.split(b'\n')) {
        if let Some(log) = answer(number, &line?)? {
            serde_json::to_writer(&mut output, &log)?;
            writeln!(output)?;
        }
    }
    Ok(())
}
