//! The sparse solver: argmin's L-BFGS with the line search of Moré and Thuente (1994) on our [`Objective`].

use std::cell::{Cell, RefCell};

use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use ndarray::Array1;

use super::params::{Convergence, Fitted, ValidLogisticParams};
use super::{Classifier, Objective};
use crate::error::{Error, Result};
use crate::features::FeatureMatrix;
use crate::storage::Values;

/// Pairs of steps and gradient changes that L-BFGS remembers.
const MEMORY: usize = 10;

type Parameters = Vec<f64>;

/// The objective as argmin sees it: in parameters u = √D·w, D being the [curvature](Objective::curvature), so that it
/// bends about equally in all directions. Frequencies of terms differ by powers of ten, and with them the curvature;
/// without the scaling L-BFGS takes several times as many iterations.
///
/// argmin asks for value and gradient of one point in two calls; one pass over the data gives both.
struct Problem<'a> {
    objective: &'a Objective<'a>,
    /// 1 / √D.
    scale: Vec<f64>,
    last: RefCell<Evaluation>,
    best: RefCell<Evaluation>,
    evaluations: Cell<u64>,
    watch: &'a dyn Fn(u64, f64),
}

#[derive(Clone, Default)]
struct Evaluation {
    /// Scaled parameters.
    at: Parameters,
    value: f64,
    /// Gradient with respect to the scaled parameters.
    gradient: Parameters,
}

impl Problem<'_> {
    fn evaluate(&self, at: &Parameters) {
        if self.last.borrow().at == *at {
            return;
        }
        self.evaluations.set(self.evaluations.get() + 1);
        let (value, mut gradient) = self.objective.evaluate(&self.unscaled(at));
        (self.watch)(self.evaluations.get(), value * self.objective.total_weight());
        for (slope, scale) in gradient.iter_mut().zip(&self.scale) {
            *slope *= scale;
        }
        let evaluation = Evaluation { at: at.clone(), value, gradient };
        if self.best.borrow().at.is_empty() || value < self.best.borrow().value {
            self.best.replace(evaluation.clone());
        }
        self.last.replace(evaluation);
    }

    fn unscaled(&self, at: &Parameters) -> Parameters {
        at.iter().zip(&self.scale).map(|(u, scale)| u * scale).collect()
    }
}

impl CostFunction for &Problem<'_> {
    type Param = Parameters;
    type Output = f64;

    fn cost(&self, at: &Parameters) -> std::result::Result<f64, argmin::core::Error> {
        self.evaluate(at);
        Ok(self.last.borrow().value)
    }
}

impl Gradient for &Problem<'_> {
    type Param = Parameters;
    type Gradient = Parameters;

    fn gradient(&self, at: &Parameters) -> std::result::Result<Parameters, argmin::core::Error> {
        self.evaluate(at);
        Ok(self.last.borrow().gradient.clone())
    }
}

pub(super) fn fit(
    params: &ValidLogisticParams,
    matrix: &FeatureMatrix,
    targets: &Array1<usize>,
    weights: &[f32],
    watch: &dyn Fn(u64, f64),
) -> Result<Fitted> {
    let objective = Objective::new(matrix, targets, weights, params.n_classes, params.c);
    let problem = Problem {
        objective: &objective,
        scale: objective.curvature().iter().map(|d| 1.0 / d.sqrt()).collect(),
        last: RefCell::default(),
        best: RefCell::default(),
        evaluations: Cell::new(0),
        watch,
    };

    let internal = |error: argmin::core::Error| Error::data(format!("the solver failed: {error}"), "");
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
        .with_tolerance_grad(params.tolerance)
        .and_then(|solver| solver.with_tolerance_cost(0.0))
        .map_err(internal)?;
    let run = Executor::new(&problem, solver)
        .configure(|state| state.param(vec![0.0; objective.n_parameters()]).max_iters(params.max_iterations))
        .ctrlc(false)
        .timer(false)
        .run();
    // A line search that finds no better point has come as near as floating point allows: the best point seen stands,
    // and its gradient says whether that is near enough.
    let iterations = run.map_or(problem.evaluations.get(), |result| result.state().get_iter());

    let best = problem.best.take();
    let parameters = problem.unscaled(&best.at);
    let gradient_norm = best.gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
    let n_weights = matrix.n_features() * params.n_classes;
    let rounded: Vec<f32> = parameters[..n_weights].iter().map(|&w| w as f32).collect();
    Ok(Fitted {
        classifier: Classifier::new(Values::from(rounded), parameters[n_weights..].to_vec())?,
        convergence: Convergence {
            iterations,
            objective: best.value * objective.total_weight(),
            gradient_norm,
            converged: gradient_norm <= params.tolerance,
        },
    })
}
