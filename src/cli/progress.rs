//! How far a long work is, on standard error: what is done, how fast, how much time is left. It appears after a second
//! and goes without a trace.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use stance::logistic::Pass;
use stance::pipeline::Stage;

/// Work that takes less time shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is counted, with the total where that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Amount {
    /// Bytes of the input.
    Bytes(u64),
    /// Sentences.
    Sentences(Option<u64>),
    /// Parts of the work, such as folds.
    Parts(u64),
    /// Nothing: there is only the time gone by.
    Uncounted,
}

impl Amount {
    fn total(self) -> Option<u64> {
        match self {
            Amount::Bytes(total) | Amount::Parts(total) => Some(total),
            Amount::Sentences(total) => total,
            Amount::Uncounted => None,
        }
    }

    fn template(self) -> &'static str {
        match self {
            Amount::Bytes(_) => "{spinner} {msg} {bar:24} {bytes} of {total_bytes}, {bytes_per_sec}{left}",
            Amount::Sentences(Some(_)) => "{spinner} {msg} {bar:24} {human_pos} of {human_len} sentences, {rate}{left}",
            Amount::Sentences(None) => "{spinner} {msg}: {human_pos} sentences, {rate}, {elapsed}",
            Amount::Parts(_) => "{spinner} {bar:24} {msg}, {elapsed}{left}",
            Amount::Uncounted => "{spinner} {msg}, {elapsed}",
        }
    }
}

/// A running display; it is gone when dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Waits for [`PATIENCE`] or for the end of the sender, whichever comes first.
    curtain: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// One that shows nothing.
    pub(super) fn hidden() -> Progress {
        Progress { bar: ProgressBar::hidden(), curtain: None }
    }

    pub(super) fn new(work: &'static str, amount: Amount) -> Progress {
        let bar = ProgressBar::with_draw_target(amount.total(), ProgressDrawTarget::hidden()).with_message(work);
        if let Ok(style) = ProgressStyle::with_template(amount.template()) {
            bar.set_style(style.with_key("rate", rate).with_key("left", left).progress_chars("━╸ "));
        }
        let (sender, ended) = mpsc::channel::<()>();
        let shown = bar.clone();
        let thread = std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Progress { bar, curtain: Some((sender, thread)) }
    }

    /// So much more is done.
    pub(crate) fn advance(&self, amount: usize) {
        self.bar.inc(amount as u64);
    }

    /// What is being done now.
    pub(crate) fn say(&self, work: impl Into<String>) {
        self.bar.set_message(work.into());
    }

    /// The part, from 0, that is under way.
    pub(crate) fn part(&self, number: usize) {
        self.bar.set_position(number as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.curtain.take() {
            drop(sender);
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

fn rate(state: &ProgressState, out: &mut dyn Write) {
    let _ = write!(out, "{}/s", HumanCount(state.per_sec() as u64));
}

/// Nothing is known of the time left before something is done.
fn left(state: &ProgressState, out: &mut dyn Write) {
    if state.pos() > 0 {
        let _ = write!(out, ", {:#} left", HumanDuration(state.eta()));
    }
}

/// Takes away what an interrupted display has left.
pub(crate) fn wipe() {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}

/// What a fit is at, in words.
pub(crate) fn words(stage: Stage) -> String {
    match stage {
        Stage::Speakers => "finding who speaks".to_string(),
        Stage::Features => "counting features".to_string(),
        Stage::Fit { number, of, pass } => {
            let Pass { number: pass, loss, left } = pass;
            // How many passes there will be is a guess from how fast the last ones came nearer.
            let total = left.map_or_else(String::new, |left| format!(" of about {}", pass + left));
            format!("fit {number} of {of}, pass {pass}{total}, loss {loss:.3}")
        }
    }
}
