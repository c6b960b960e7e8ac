//! What goes to standard error: notes, warnings, progress, errors.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use stance::error::Error;

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

    /// A spinner with the time gone by, on a terminal only; it is gone when dropped.
    pub(crate) fn progress(&self, message: &'static str) -> Progress {
        if self.quiet || !std::io::stderr().is_terminal() {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner().with_message(message);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress(bar)
    }
}

/// A running progress display.
pub(crate) struct Progress(pub(crate) ProgressBar);

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// One line: where, what, what to do.
pub(crate) fn print_error(error: &Error) {
    eprintln!("error: {error}");
}

/// Whether standard output may be coloured.
pub(crate) fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A figure with three decimals, `—` where it is undefined.
pub(crate) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_string(), |value| format!("{value:.3}"))
}

/// Columns of the terminal at standard output, 100 where there is none; `COLUMNS` overrides.
pub(crate) fn width() -> u16 {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let found = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
    named.or_else(found).unwrap_or(100).max(40)
}
