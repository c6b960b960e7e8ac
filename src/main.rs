//! The `stance` binary: parse, run, exit code. The only printer of errors.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
