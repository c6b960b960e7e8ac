//! What a fit tells while it runs, so that somebody who waits may see that it moves.

use crate::logistic::Pass;

/// What a fit is at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stage {
    /// Finding and learning who speaks.
    Speakers,
    /// Counting and weighing terms.
    Features,
    /// Looking for the weights of a classifier.
    Fit {
        /// Which of the classifiers, from 1; all but the last are held against sentences that they have not seen.
        number: usize,
        /// How many classifiers there will be.
        of: usize,
        /// The pass over the data that has just ended.
        pass: Pass,
    },
}

/// Is told of every [`Stage`] as it begins, and of every step of a solver.
pub type Watch<'a> = &'a (dyn Fn(Stage) + Sync);
