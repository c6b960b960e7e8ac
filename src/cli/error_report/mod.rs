//! An error on standard error: one line that says where, what was found and what to do; on a terminal the place in the
//! file below it.
//!
//! ```text
//! error ─▶ one line                                      (always; scripts rely on it)
//!       ─▶ excerpt: the line of the file, read again ─▶ drawing, as wide as the terminal   (a terminal only)
//! ```

mod cell;
mod drawing;
mod excerpt;

use std::io::IsTerminal;

use stance::error::Error;

use super::terminal;

/// Prints `error`.
pub(crate) fn print(error: &Error) {
    eprintln!("error: {error}");
    if std::io::stderr().is_terminal()
        && let Some(excerpt) = excerpt::read(&error.location)
    {
        let colour = terminal::may_colour(&std::io::stderr());
        eprint!("{}", drawing::draw(&excerpt, &error.advice, terminal::error_width(), colour));
    }
}
