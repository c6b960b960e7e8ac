//! Multinomial logistic regression over sparse rows: a matrix with gold classes in, a [`Classifier`] out.
//!
//! With weights W (n_features × n_classes), intercepts b and scores z = Wᵀx + b it minimises
//!
//! ```text
//! J(W, b) = Σᵢ sᵢ · (ln Σ_c exp z_ic − z_iyᵢ)  +  ‖W‖² / 2C
//! ```
//!
//! where sᵢ is the weight of sentence i (its own × that of its class) and the intercepts go free. That is the objective of
//! scikit-learn's and LIBLINEAR's `C`, and of linfa-logistic with alpha = 1/C.
//!
//! * [`LogisticParams`] ─ checked ─▶ [`ValidLogisticParams`] ─ linfa's `Fit` ─▶ [`Fitted`] = [`Classifier`] + [`Convergence`];
//! * [`Solver::Sparse`] minimises J by stochastic dual ascent, and what that leaves over with argmin's L-BFGS;
//!   [`Solver::Linfa`] hands a dense matrix to linfa-logistic;
//! * scores of up to four classes are summed side by side (`few_classes.rs`);
//! * [`Calibration`] turns scores into honest probabilities, itself a small linfa-logistic regression.

mod calibration;
mod classifier;
mod dense;
mod dual_ascent;
mod few_classes;
mod objective;
mod params;
mod sparse;
mod weights;

pub use calibration::Calibration;
pub(crate) use classifier::arg_max;
pub use classifier::{Classifier, softmax};
pub use objective::Objective;
pub use params::{ClassWeight, Convergence, Fitted, LogisticParams, Pass, Solver, ValidLogisticParams};
pub use weights::Weights;
