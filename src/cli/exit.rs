//! How a command ends: exit codes, errors on standard error, Ctrl-C.

use std::io;
use std::process::ExitCode;

use stance::error::{Error, ErrorKind};
use stance::output::remove_partial_files;

/// What a command returns.
pub(crate) type Outcome = Result<(), Failure>;

/// Why a command did not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error with its place, finding and advice.
    Error(Error),
    /// Standard output failed. A reader that went away is no failure.
    Stdout(io::Error),
    /// A quality gate was missed: what was measured against what.
    Gate(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Stdout(error)
    }
}

/// Prints the failure, if there is one, and gives its exit code.
pub(crate) fn code(outcome: Outcome) -> ExitCode {
    let Err(failure) = outcome else { return ExitCode::SUCCESS };
    match failure {
        Failure::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Failure::Stdout(error) => {
            eprintln!("error: {}", Error::io("standard output".as_ref(), &error));
            ExitCode::from(1)
        }
        Failure::Error(error) => {
            super::error_report::print(&error);
            ExitCode::from(match error.kind {
                ErrorKind::Io => 1,
                ErrorKind::Usage => 2,
                ErrorKind::Data => 3,
                ErrorKind::Model => 4,
            })
        }
        Failure::Gate(message) => {
            eprintln!("error: {message}");
            ExitCode::from(5)
        }
    }
}

/// On Ctrl-C and on termination: remove what is half written, then go.
pub(crate) fn on_interrupt() {
    // Without a handler an interrupt still ends the process, only a partial file may stay.
    let _ = ctrlc::set_handler(|| {
        remove_partial_files();
        super::progress::wipe();
        std::process::exit(130);
    });
}
