//! Settings of a fit, checked once, and what a fit reports.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::{Classifier, dense, sparse};
use crate::error::{Error, Result};
use crate::features::FeatureMatrix;

/// How the weight of a class enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every sentence counts as it is.
    #[default]
    None,
    /// Sentences of class c count n / (n_classes · n_c) times, as in scikit-learn: all classes weigh the same.
    Balanced,
}

/// Which code minimises the objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// Our sparse objective under stochastic dual ascent and argmin's L-BFGS.
    #[default]
    Sparse,
    /// linfa-logistic on a dense copy of the matrix: small data only.
    Linfa,
}

/// Settings of a logistic regression, not yet checked.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticParams(ValidLogisticParams);

/// Checked settings of a logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidLogisticParams {
    pub(super) n_classes: usize,
    pub(super) c: f64,
    pub(super) class_weight: ClassWeight,
    pub(super) solver: Solver,
    pub(super) max_iterations: u64,
    pub(super) tolerance: f64,
}

impl LogisticParams {
    /// Settings for targets 0 to `n_classes` − 1, with the defaults named at each setter.
    pub fn new(n_classes: usize) -> Self {
        LogisticParams(ValidLogisticParams {
            n_classes,
            c: 1.0,
            class_weight: ClassWeight::None,
            solver: Solver::Sparse,
            max_iterations: 1000,
            tolerance: 1e-3,
        })
    }

    /// Inverse strength of the L2 penalty, above 0. Default 1.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// Weights of the classes. Default none.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// Which solver. Default sparse.
    pub fn solver(mut self, solver: Solver) -> Self {
        self.0.solver = solver;
        self
    }

    /// Most passes and iterations together, at least 1. Default 1000.
    pub fn max_iterations(mut self, max_iterations: u64) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// Euclidean norm of the scaled gradient at which the minimum counts as reached, above 0. Default 1e-3.
    ///
    /// The gradient of J / Σ sᵢ is divided, parameter by parameter, by the root of the
    /// [curvature](super::Objective::curvature). Half the square of its norm then estimates how far J / Σ sᵢ still is
    /// from its minimum: 1e-3 stands for about 5e-7.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }
}

impl ParamGuard for LogisticParams {
    type Checked = ValidLogisticParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&ValidLogisticParams> {
        let params = &self.0;
        if params.n_classes < 2 {
            return Err(Error::data("fewer than two labels", "a classifier needs sentences of at least two labels"));
        }
        for (value, flag) in [(params.c, "--c"), (params.tolerance, "--tolerance")] {
            if !(value.is_finite() && value > 0.0) {
                return Err(Error::usage(format!("{flag} {value}"), "expected a number above 0"));
            }
        }
        if params.max_iterations == 0 {
            return Err(Error::usage("--max-iterations 0", "expected at least 1"));
        }
        Ok(params)
    }

    fn check(self) -> Result<ValidLogisticParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// How a fit ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// Passes of dual ascent and iterations of L-BFGS; 0 where the solver does not tell.
    pub iterations: u64,
    /// J at the end.
    pub objective: f64,
    /// Euclidean norm of the scaled gradient at the end; see [`LogisticParams::tolerance`].
    pub gradient_norm: f64,
    /// Whether that norm came below the tolerance.
    pub converged: bool,
}

/// A classifier and how its fit ended.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The classifier.
    pub classifier: Classifier,
    /// How the fit ended. Stopping early is no error: the caller says so to the user.
    pub convergence: Convergence,
}

impl From<linfa::Error> for Error {
    fn from(error: linfa::Error) -> Self {
        Error::data(error.to_string(), "")
    }
}

/// Targets are class numbers below `n_classes`; `DatasetBase::weights` are the weights of the sentences, none meaning 1
/// and a weight of 0 leaving the sentence out.
impl Fit<&FeatureMatrix, Array1<usize>, Error> for ValidLogisticParams {
    type Object = Fitted;

    fn fit(&self, dataset: &DatasetBase<&FeatureMatrix, Array1<usize>>) -> Result<Fitted> {
        self.fit_watched(dataset, &|_| ())
    }
}

/// A pass of a solver over the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pass {
    /// Its number, from 1.
    pub number: u64,
    /// Mean loss of a sentence as it met it.
    pub loss: f64,
    /// How many more there will be, by how fast the last ones came nearer; none where that cannot be said.
    pub left: Option<u64>,
}

impl ValidLogisticParams {
    /// As `fit`; `watch` is told of each [`Pass`] of the sparse solver over the data.
    ///
    /// # Errors
    /// Targets that do not fit the matrix; a solver that fails.
    pub fn fit_watched(
        &self,
        dataset: &DatasetBase<&FeatureMatrix, Array1<usize>>,
        watch: &dyn Fn(Pass),
    ) -> Result<Fitted> {
        let targets = dataset.targets();
        let matrix: &FeatureMatrix = dataset.records();
        if targets.len() != matrix.n_samples() || targets.iter().any(|&class| class >= self.n_classes) {
            return Err(Error::data("targets that do not fit the matrix", ""));
        }
        let weights = self.sample_weights(targets, dataset.weights());
        match self.solver {
            Solver::Sparse => sparse::fit(self, matrix, targets, &weights, watch),
            Solver::Linfa => dense::fit(self, matrix, targets, &weights),
        }
    }

    /// sᵢ: the weight of each sentence times that of its class.
    fn sample_weights(&self, targets: &Array1<usize>, weights: Option<&[f32]>) -> Vec<f32> {
        let own = |i: usize| weights.map_or(1.0, |w| w[i]);
        let mut per_class = vec![0.0f64; self.n_classes];
        for (i, &class) in targets.iter().enumerate() {
            per_class[class] += f64::from(own(i));
        }
        let total: f64 = per_class.iter().sum();
        let factor = |class: usize| match self.class_weight {
            ClassWeight::None => 1.0,
            ClassWeight::Balanced => (total / (self.n_classes as f64 * per_class[class])) as f32,
        };
        // A sentence of weight 0 may be the only one of its class.
        let weight = |(i, &class): (usize, &usize)| if own(i) == 0.0 { 0.0 } else { own(i) * factor(class) };
        targets.iter().enumerate().map(weight).collect()
    }
}
