//! The sparse solver: stochastic dual ascent comes near the minimum of J in a few passes over the data; argmin's L-BFGS
//! with the line search of Moré and Thuente (1994) goes the rest of the way on our [`Objective`], where any is left.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use ndarray::Array1;

use super::params::{Convergence, Fitted, ValidLogisticParams};
use super::{Classifier, Objective, dual_ascent};
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
    /// √D.
    root: Vec<f64>,
    last: RefCell<Rc<Evaluation>>,
    best: RefCell<Rc<Evaluation>>,
    evaluations: Cell<u64>,
}

#[derive(Default)]
struct Evaluation {
    /// Scaled parameters.
    at: Parameters,
    value: f64,
    /// Gradient with respect to the scaled parameters.
    gradient: Parameters,
}

impl Evaluation {
    fn gradient_norm(&self) -> f64 {
        self.gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt()
    }
}

impl Problem<'_> {
    fn evaluate(&self, at: &Parameters) {
        if self.last.borrow().at == *at {
            return;
        }
        self.evaluations.set(self.evaluations.get() + 1);
        let (value, mut gradient) = self.objective.evaluate(&self.unscaled(at));
        for (slope, root) in gradient.iter_mut().zip(&self.root) {
            *slope /= root;
        }
        let evaluation = Rc::new(Evaluation { at: at.clone(), value, gradient });
        if self.best.borrow().at.is_empty() || value < self.best.borrow().value {
            self.best.replace(evaluation.clone());
        }
        self.last.replace(evaluation);
    }

    fn scaled(&self, parameters: &[f64]) -> Parameters {
        parameters.iter().zip(&self.root).map(|(w, root)| w * root).collect()
    }

    fn unscaled(&self, at: &Parameters) -> Parameters {
        at.iter().zip(&self.root).map(|(u, root)| u / root).collect()
    }

    /// Runs L-BFGS from `start`, whose value is known, and returns how many iterations it took. What it found is `best`.
    fn minimise(&self, start: Parameters, tolerance: f64, max_iterations: u64) -> Result<u64> {
        let internal = |error: argmin::core::Error| Error::data(format!("the solver failed: {error}"), "");
        let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
            .with_tolerance_grad(tolerance)
            .and_then(|solver| solver.with_tolerance_cost(0.0))
            .map_err(internal)?;
        let before = self.evaluations.get();
        let run = Executor::new(self, solver)
            .configure(|state| state.param(start).max_iters(max_iterations))
            .ctrlc(false)
            .timer(false)
            .run();
        // A line search that finds no better point has come as near as floating point allows: the best point seen
        // stands, and its gradient says whether that is near enough.
        Ok(run.map_or(self.evaluations.get() - before, |result| result.state().get_iter()))
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
) -> Result<Fitted> {
    let ValidLogisticParams { n_classes, c, tolerance, max_iterations, .. } = *params;
    let ascent = dual_ascent::Problem { matrix, targets, weights, n_classes, c };
    let ascent = dual_ascent::ascend(&ascent, tolerance, max_iterations);
    let objective = Objective::new(matrix, targets, weights, n_classes, c);
    let root: Vec<f64> = objective.curvature().into_iter().map(f64::sqrt).collect();
    let problem = Problem {
        objective: &objective,
        root,
        last: RefCell::default(),
        best: RefCell::default(),
        evaluations: Cell::new(0),
    };
    // With a very large C the ascent may not come near: all zeros, where J / Σ sᵢ is ln n_classes, are the better start then.
    let (mut start, mut iterations) = (vec![0.0; objective.n_parameters()], 0);
    if let Some((parameters, epochs)) = ascent {
        let scaled = problem.scaled(&parameters);
        problem.evaluate(&scaled);
        if problem.last.borrow().value < (n_classes as f64).ln() {
            (start, iterations) = (scaled, epochs);
        } else {
            problem.best.take();
        }
    }
    problem.evaluate(&start);
    if problem.best.borrow().gradient_norm() > tolerance && iterations < max_iterations {
        iterations += problem.minimise(start, tolerance, max_iterations - iterations)?;
    }

    let best = problem.best.take();
    let mut parameters = problem.unscaled(&best.at);
    let intercepts = parameters.split_off(matrix.n_features() * n_classes);
    let rounded: Vec<f32> = parameters.iter().map(|&w| w as f32).collect();
    let gradient_norm = best.gradient_norm();
    Ok(Fitted {
        classifier: Classifier::new(Values::from(rounded), intercepts)?,
        convergence: Convergence {
            iterations,
            objective: best.value * objective.total_weight(),
            gradient_norm,
            converged: gradient_norm <= tolerance,
        },
    })
}
