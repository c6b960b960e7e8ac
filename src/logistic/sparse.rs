//! The sparse solver: stochastic dual ascent comes near the minimum of J in a few passes over the data; argmin's L-BFGS
//! with the line search of Moré and Thuente (1994) goes the rest of the way on our [`Objective`], where any is left.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use ndarray::Array1;

use super::params::{Convergence, Fitted, Pass, ValidLogisticParams};
use super::{Classifier, Objective, dual_ascent};
use crate::error::{Error, Result};
use crate::features::FeatureMatrix;
use crate::storage::Values;

/// Pairs of steps and gradient changes that L-BFGS remembers.
const MEMORY: usize = 10;
/// A line search takes a few points, twenty at most; more than this many without a better one lead nowhere.
const MAX_IN_VAIN: u32 = 50;

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
    /// Passes over the data, those of the ascent included.
    evaluations: Cell<u64>,
    /// Evaluations since the best.
    in_vain: Cell<u32>,
    watch: &'a dyn Fn(Pass),
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
    /// # Errors
    /// The search has come as near as floating point allows: argmin asks for parameters that are no numbers, its last two
    /// points having been one, or for ever more points of which none is better. It would do so without end.
    fn evaluate(&self, at: &Parameters) -> std::result::Result<(), argmin::core::Error> {
        if self.last.borrow().at == *at {
            return Ok(());
        }
        if self.in_vain.get() >= MAX_IN_VAIN || !at.iter().all(|parameter| parameter.is_finite()) {
            return Err(argmin::core::Error::msg("no better point"));
        }
        self.evaluations.set(self.evaluations.get() + 1);
        let (value, mut gradient) = self.objective.evaluate(&self.unscaled(at));
        (self.watch)(Pass { number: self.evaluations.get(), loss: value, left: None });
        for (slope, root) in gradient.iter_mut().zip(&self.root) {
            *slope /= root;
        }
        let evaluation = Rc::new(Evaluation { at: at.clone(), value, gradient });
        if self.best.borrow().at.is_empty() || value < self.best.borrow().value {
            self.best.replace(evaluation.clone());
            self.in_vain.set(0);
        } else {
            self.in_vain.set(self.in_vain.get() + 1);
        }
        self.last.replace(evaluation);
        Ok(())
    }

    fn scaled(&self, parameters: &[f64]) -> Parameters {
        parameters.iter().zip(&self.root).map(|(w, root)| w * root).collect()
    }

    fn unscaled(&self, at: &Parameters) -> Parameters {
        at.iter().zip(&self.root).map(|(u, root)| u / root).collect()
    }
}

impl CostFunction for &Problem<'_> {
    type Param = Parameters;
    type Output = f64;

    fn cost(&self, at: &Parameters) -> std::result::Result<f64, argmin::core::Error> {
        self.evaluate(at)?;
        Ok(self.last.borrow().value)
    }
}

impl Gradient for &Problem<'_> {
    type Param = Parameters;
    type Gradient = Parameters;

    fn gradient(&self, at: &Parameters) -> std::result::Result<Parameters, argmin::core::Error> {
        self.evaluate(at)?;
        Ok(self.last.borrow().gradient.clone())
    }
}

pub(super) fn fit(
    params: &ValidLogisticParams,
    matrix: &FeatureMatrix,
    targets: &Array1<usize>,
    weights: &[f32],
    watch: &dyn Fn(Pass),
) -> Result<Fitted> {
    let ValidLogisticParams { n_classes, c, tolerance, max_iterations, .. } = *params;
    let data = dual_ascent::Data { matrix, targets, weights, n_classes, c };
    let ascent = dual_ascent::ascend(&data, tolerance, max_iterations, watch);
    let objective = Objective::new(matrix, targets, weights, n_classes, c);
    let curvature = objective.curvature();
    let mut found = None;
    if let Some((parameters, epochs)) = ascent {
        let (value, gradient) = objective.evaluate(&parameters);
        let squares = gradient.iter().zip(&curvature).map(|(slope, curvature)| slope * slope / curvature);
        let gradient_norm = squares.sum::<f64>().sqrt();
        // With a very large C the ascent may not come near: all zeros, where J / Σ sᵢ is ln n_classes, are the better
        // start then.
        if value < (n_classes as f64).ln() {
            found = Some(Minimum { parameters, value, gradient_norm, iterations: epochs });
        }
    }
    let minimum = match found {
        Some(minimum) if minimum.gradient_norm <= tolerance || minimum.iterations >= max_iterations => minimum,
        start => minimise(&objective, curvature, start, tolerance, max_iterations, watch)?,
    };

    let Minimum { mut parameters, value, gradient_norm, iterations } = minimum;
    let intercepts = parameters.split_off(matrix.n_features() * n_classes);
    let rounded: Vec<f32> = parameters.iter().map(|&w| w as f32).collect();
    Ok(Fitted {
        classifier: Classifier::new(Values::from(rounded), intercepts)?,
        convergence: Convergence {
            iterations,
            objective: value * objective.total_weight(),
            gradient_norm,
            converged: gradient_norm <= tolerance,
        },
    })
}

/// A point near the minimum of J / Σ sᵢ.
struct Minimum {
    parameters: Parameters,
    value: f64,
    /// Of the scaled gradient.
    gradient_norm: f64,
    iterations: u64,
}

/// L-BFGS from `start`, or from all zeros.
fn minimise(
    objective: &Objective<'_>,
    curvature: Vec<f64>,
    start: Option<Minimum>,
    tolerance: f64,
    max_iterations: u64,
    watch: &dyn Fn(Pass),
) -> Result<Minimum> {
    let done = start.as_ref().map_or(0, |minimum| minimum.iterations);
    let problem = Problem {
        objective,
        root: curvature.into_iter().map(f64::sqrt).collect(),
        last: RefCell::default(),
        best: RefCell::default(),
        evaluations: Cell::new(done),
        in_vain: Cell::new(0),
        watch,
    };
    let start =
        start.map_or_else(|| vec![0.0; objective.n_parameters()], |minimum| problem.scaled(&minimum.parameters));
    let internal = |error: argmin::core::Error| Error::data(format!("the solver failed: {error}"), "");
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
        .with_tolerance_grad(tolerance)
        .and_then(|solver| solver.with_tolerance_cost(0.0))
        .map_err(internal)?;
    let run = Executor::new(&problem, solver)
        .configure(|state| state.param(start).max_iters(max_iterations - done))
        .ctrlc(false)
        .timer(false)
        .run();
    // A line search that finds no better point has come as near as floating point allows: the best point seen stands,
    // and its gradient says whether that is near enough.
    let iterations = run.map_or(problem.evaluations.get() - done, |result| result.state().get_iter());
    let best = problem.best.take();
    Ok(Minimum {
        parameters: problem.unscaled(&best.at),
        value: best.value,
        gradient_norm: best.gradient_norm(),
        iterations: done + iterations,
    })
}
