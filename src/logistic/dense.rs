//! The dense solver: linfa-logistic on a copy of the matrix with all its zeros. For small data, and as a second opinion.

use linfa::dataset::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::Array1;

use super::params::{Convergence, Fitted, ValidLogisticParams};
use super::{Classifier, Objective};
use crate::error::{Error, Result};
use crate::features::FeatureMatrix;
use crate::storage::Values;

/// Largest dense matrix that is allocated, in bytes.
const MAX_BYTES: usize = 2 << 30;

pub(super) fn fit(
    params: &ValidLogisticParams,
    matrix: &FeatureMatrix,
    targets: &Array1<usize>,
    weights: &[f32],
) -> Result<Fitted> {
    let bytes = matrix.n_samples().saturating_mul(matrix.n_features()).saturating_mul(8);
    if bytes > MAX_BYTES {
        let (rows, columns) = (matrix.n_samples(), matrix.n_features());
        return Err(Error::usage(
            format!(
                "--solver linfa on a dense matrix of {rows} × {columns} ({:.1} GiB)",
                bytes as f64 / (1u64 << 30) as f64
            ),
            format!("at most {} GiB: use --solver sparse or --max-features", MAX_BYTES >> 30),
        ));
    }
    if weights.iter().any(|&weight| weight != 1.0) {
        return Err(Error::usage("--solver linfa with weights", "linfa-logistic has none: use --solver sparse"));
    }
    let failed = |error: linfa_logistic::error::Error| {
        Error::data(format!("linfa-logistic failed: {error}"), "use --solver sparse")
    };
    // linfa-logistic sums its loss over the rows and does not scale its gradient. Where that gradient is below the
    // tolerance by the root of the least curvature, the scaled one is below the tolerance.
    let objective = Objective::new(matrix, targets, weights, params.n_classes, params.c);
    let curvature = objective.curvature();
    let least = curvature.iter().copied().fold(f64::INFINITY, f64::min);
    let fitted = MultiLogisticRegression::default()
        .alpha(1.0 / params.c)
        .max_iterations(params.max_iterations)
        .gradient_tolerance(params.tolerance * matrix.n_samples() as f64 * least.sqrt())
        .fit(&Dataset::new(matrix.to_dense(), targets.clone()))
        .map_err(failed)?;

    // linfa-logistic knows only the classes it saw, in ascending order; the others keep weight 0.
    let k = params.n_classes;
    let mut parameters = vec![0.0; (matrix.n_features() + 1) * k];
    for (seen, &class) in fitted.classes().iter().enumerate() {
        for (feature, weight) in fitted.params().column(seen).iter().enumerate() {
            parameters[feature * k + class] = *weight;
        }
        parameters[matrix.n_features() * k + class] = fitted.intercept()[seen];
    }
    let (value, gradient) = objective.evaluate(&parameters);
    let scaled = gradient.iter().zip(curvature).map(|(slope, curvature)| slope * slope / curvature);
    let gradient_norm = scaled.sum::<f64>().sqrt();
    let intercepts = parameters.split_off(matrix.n_features() * k);
    Ok(Fitted {
        classifier: Classifier::new(
            Values::from(parameters.iter().map(|&w| w as f32).collect::<Vec<_>>()),
            intercepts,
        )?,
        convergence: Convergence {
            // linfa-logistic does not say how many it took.
            iterations: 0,
            objective: value * objective.total_weight(),
            gradient_norm,
            converged: gradient_norm <= params.tolerance,
        },
    })
}
