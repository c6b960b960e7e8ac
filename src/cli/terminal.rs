//! What the terminal is told beside results: notes and warnings; and what it can show: colour, its width.

use std::io::IsTerminal;

use terminal_size::{Height, Width};

use super::progress::{Amount, Progress};

/// Prints notes and warnings, unless told to be quiet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Notes {
    quiet: bool,
}

impl Notes {
    pub(crate) fn new(quiet: bool) -> Self {
        Notes { quiet }
    }

    /// Something that the user should know and may want to act on.
    pub(crate) fn warning(&self, message: &str) {
        if !self.quiet {
            eprintln!("warning: {message}");
        }
    }

    /// A display of how far `work` is: nothing but what errors and warnings say where standard error is no terminal.
    pub(crate) fn progress(&self, work: &'static str, amount: Amount) -> Progress {
        if self.quiet || !std::io::stderr().is_terminal() { Progress::hidden() } else { Progress::new(work, amount) }
    }
}

/// Whether standard output may be coloured.
pub(crate) fn colour() -> bool {
    may_colour(&std::io::stdout())
}

/// Whether a stream may be coloured: a terminal, and `NO_COLOR` not set.
pub(crate) fn may_colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A figure with three decimals, `—` where it is undefined.
pub(crate) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_string(), |value| format!("{value:.3}"))
}

/// Columns of the terminal at standard output, 100 where there is none; `COLUMNS` overrides.
pub(crate) fn width() -> u16 {
    columns(|| terminal_size::terminal_size_of(std::io::stdout())).max(40)
}

/// Columns of the terminal at standard error.
pub(crate) fn error_width() -> usize {
    columns(|| terminal_size::terminal_size_of(std::io::stderr())).into()
}

fn columns(found: impl FnOnce() -> Option<(Width, Height)>) -> u16 {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    named.or_else(|| found().map(|(width, _)| width.0)).unwrap_or(100)
}
