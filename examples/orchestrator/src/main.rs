//! The `bernstein` binary. Everything is in the library, so that tests link the same plugins.

use std::process::ExitCode;

fn main() -> ExitCode {
    bernstein::cli::main()
}
