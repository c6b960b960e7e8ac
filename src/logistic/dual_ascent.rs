//! Stochastic dual coordinate ascent (Shalev-Shwartz and Zhang 2013; for logistic regression Yu, Huang and Lin 2011).
//!
//! The dual of J has a vector aᵢ, one number a class, for every sentence, tied to the weights by W = C · Σᵢ xᵢ aᵢᵀ. At the
//! minimum aᵢ = sᵢ · (yᵢ − pᵢ). A visit of a sentence moves its aᵢ there, and the weights along; every visit makes
//! progress, where L-BFGS learns from all sentences before it takes a step. Convergence is linear, and quick
//! where C · ‖x‖² is small, as it is for rows of norm 1 and a C of about 1.
//!
//! The intercept is the weight of one more feature, of value [`INTERCEPT`]. So it is penalised here, by
//! b² / (2 · C · INTERCEPT²): nothing beside a sum over many sentences. What it is for few, L-BFGS sets right afterwards.

use ndarray::Array1;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::params::Pass;
use crate::features::FeatureMatrix;
use crate::prefetch::prefetch;

/// Value of the feature whose weight is the intercept.
const INTERCEPT: f32 = 0.5;
/// Beyond this many epochs L-BFGS is the better way.
const MAX_EPOCHS: u64 = 50;
/// The estimate aims at this part of the tolerance: a pass more costs less than the first step of L-BFGS.
const SURE: f64 = 0.5;
/// So many rows ahead a row is fetched, and what belongs to it half as far again.
const AHEAD: usize = 8;

/// What the ascent takes: the parts of J, see [`Objective`](super::Objective).
pub(super) struct Data<'a> {
    pub matrix: &'a FeatureMatrix,
    pub targets: &'a Array1<usize>,
    pub weights: &'a [f32],
    pub n_classes: usize,
    pub c: f64,
}

/// Parameters near the minimum of J, as [`Objective`](super::Objective) takes them, and the number of epochs it took.
///
/// The ascent ends where J / Σ sᵢ is within `tolerance²/8` of its minimum by its own estimate, after `max_epochs`, or
/// where it is slow. `None` where there are more classes than it has code for.
pub(super) fn ascend(
    data: &Data<'_>,
    tolerance: f64,
    max_epochs: u64,
    watch: &dyn Fn(Pass),
) -> Option<(Vec<f64>, u64)> {
    // The numbers of a feature fill whole vector registers.
    match data.n_classes {
        0..=4 => Some(Ascent::<4>::new(data).run(tolerance, max_epochs, watch)),
        5..=8 => Some(Ascent::<8>::new(data).run(tolerance, max_epochs, watch)),
        9..=16 => Some(Ascent::<16>::new(data).run(tolerance, max_epochs, watch)),
        _ => None,
    }
}

/// The state of the ascent, for up to `L` classes.
struct Ascent<'a, const L: usize> {
    data: &'a Data<'a>,
    /// One entry a row.
    rows: Vec<Row<L>>,
    /// The rows that weigh anything, in the order of the next epoch.
    order: Vec<u32>,
    /// W, one entry a feature.
    weights: Vec<[f32; L]>,
    /// Weights of the feature [`INTERCEPT`].
    intercepts: [f32; L],
    random: ChaCha8Rng,
}

/// What visits met before they changed it.
#[derive(Default)]
struct Met {
    /// An estimate of the duality gap: J's distance from its minimum at most.
    gap: f64,
    /// Σ sᵢ · −ln pᵢ of the gold classes.
    loss: f64,
}

/// What belongs to a row beside its values.
struct Row<const L: usize> {
    /// aᵢ.
    dual: [f32; L],
    target: u32,
    /// sᵢ.
    weight: f32,
}

impl<'a, const L: usize> Ascent<'a, L> {
    fn new(data: &'a Data<'a>) -> Self {
        let targets = data.targets.iter().zip(data.weights);
        Ascent {
            data,
            rows: targets.map(|(&target, &weight)| Row { dual: [0.0; L], target: target as u32, weight }).collect(),
            order: (0..).zip(data.weights).filter(|(_, weight)| **weight > 0.0).map(|(row, _)| row).collect(),
            weights: vec![[0.0; L]; data.matrix.n_features()],
            intercepts: [0.0; L],
            random: ChaCha8Rng::seed_from_u64(1),
        }
    }

    fn run(mut self, tolerance: f64, max_epochs: u64, watch: &dyn Fn(Pass)) -> (Vec<f64>, u64) {
        let total = self.rows.iter().map(|row| f64::from(row.weight)).sum::<f64>();
        let mut previous = f64::INFINITY;
        let mut epochs = 0;
        loop {
            let Met { gap, loss } = self.epoch();
            epochs += 1;
            // What an epoch saw is the gap before it; it leaves behind about as much less as the epoch before did.
            let shrinks = gap / previous;
            let aim = 0.5 * (tolerance * SURE).powi(2) * total;
            let near = epochs > 1 && gap * shrinks <= aim;
            let ends = near || shrinks > 0.5 || epochs >= max_epochs.min(MAX_EPOCHS);
            // Each epoch to come divides the gap as the last one did.
            let left = (aim / (gap * shrinks)).ln() / shrinks.ln();
            let left = (epochs > 1 && !ends && left.is_finite()).then(|| left.ceil() as u64);
            watch(Pass { number: epochs, loss: loss / total, left });
            if ends {
                break;
            }
            previous = gap;
        }
        (self.parameters(), epochs)
    }

    /// Visits every row once, in a new order each time: visits in a fixed order would chase the weights that all rows
    /// share, such as the intercept, around in a circle.
    fn epoch(&mut self) -> Met {
        for last in (1..self.order.len()).rev() {
            // Fisher and Yates. A product's high half is as good as uniform for fewer than 2³² rows.
            let other = (u64::from(self.random.next_u32()) * (last as u64 + 1)) >> 32;
            self.order.swap(last, other as usize);
        }
        let mut total = Met::default();
        for at in 0..self.order.len() {
            if let Some(&next) = self.order.get(at + AHEAD) {
                self.data.matrix.prefetch(next as usize);
                if let Some(&next) = self.order.get(at + AHEAD + AHEAD / 2) {
                    self.data.matrix.prefetch_place(next as usize);
                    prefetch(&self.rows[next as usize]);
                }
            }
            let met = self.visit(self.order[at] as usize);
            total.gap += met.gap;
            total.loss += met.loss;
        }
        total
    }

    #[inline]
    fn visit(&mut self, index: usize) -> Met {
        let (columns, values) = self.data.matrix.row(index);
        let mut scores = self.intercepts.map(|intercept| INTERCEPT * intercept);
        let mut square = INTERCEPT * INTERCEPT;
        for (&column, &value) in columns.iter().zip(values) {
            square += value * value;
            for (score, weight) in scores.iter_mut().zip(&self.weights[column as usize]) {
                *score += value * weight;
            }
        }
        let row = &mut self.rows[index];
        let c = self.data.c as f32;
        let (mut step, met) = row.step(&scores[..self.data.n_classes], c * square);
        for (dual, step) in row.dual.iter_mut().zip(&mut step) {
            *dual += *step;
            *step *= c;
        }
        for (&column, &value) in columns.iter().zip(values) {
            for (weight, step) in self.weights[column as usize].iter_mut().zip(&step) {
                *weight += value * step;
            }
        }
        for (intercept, step) in self.intercepts.iter_mut().zip(&step) {
            *intercept += INTERCEPT * step;
        }
        met
    }

    fn parameters(&self) -> Vec<f64> {
        let k = self.data.n_classes;
        let intercepts = self.intercepts.map(|intercept| INTERCEPT * intercept);
        let all = self.weights.iter().chain([&intercepts]);
        all.flat_map(|lanes| lanes[..k].iter().map(|&w| f64::from(w))).collect()
    }
}

impl<const L: usize> Row<L> {
    /// By how much aᵢ moves where the row has these scores and C · ‖x‖² is `reach`, and what was met there.
    ///
    /// With r = sᵢ · (yᵢ − pᵢ) − aᵢ it is one Newton step of the row's own problem, (I + sᵢ · reach · (diag p − p pᵀ))⁻¹ r,
    /// the inverse by Sherman and Morrison.
    #[inline]
    fn step(&self, scores: &[f32], reach: f32) -> ([f32; L], Met) {
        let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut p = [0.0f32; L];
        let mut sum = 0.0;
        for (p, score) in p.iter_mut().zip(scores) {
            *p = (score - max).exp();
            sum += *p;
        }
        let (mut step, mut gap, mut along, mut total) = ([0.0; L], 0.0, 0.0, 0.0);
        let curvature = self.weight * reach;
        for class in 0..scores.len() {
            p[class] /= sum;
            let gold = if class == self.target as usize { 1.0 } else { 0.0 };
            let residual = self.weight * (gold - p[class]) - self.dual[class];
            gap += residual * residual / (p[class] + 1e-6);
            let damped = p[class] / (1.0 + curvature * p[class]);
            step[class] = residual;
            along += damped * residual;
            total += damped;
        }
        // The formula's 1 − curvature · Σ p · damped is Σ damped, because Σ p is 1; so nothing cancels.
        let common = curvature * along / total;
        for class in 0..scores.len() {
            step[class] = (step[class] + p[class] * common) / (1.0 + curvature * p[class]);
        }
        let loss = -f64::from(self.weight * p[self.target as usize].max(f32::MIN_POSITIVE).ln());
        (step, Met { gap: f64::from(0.5 * gap / self.weight), loss })
    }
}

#[cfg(test)]
mod tests {
    use linfa::ParamGuard;
    use linfa::dataset::DatasetBase;

    use super::*;
    use crate::logistic::{Fitted, LogisticParams, Objective};

    /// Rows of norm 1 over a thousand columns, frequent and rare, with classes that depend on them.
    fn data(n_classes: usize) -> (FeatureMatrix, Array1<usize>) {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut matrix = FeatureMatrix::new(1000);
        let mut targets = Vec::new();
        for _ in 0..2000 {
            let mut columns: Vec<u32> =
                (0..20).map(|_| (random.next_u32() % 1000) * (random.next_u32() % 1000) / 1000).collect();
            columns.sort_unstable();
            columns.dedup();
            let value = 1.0 / (columns.len() as f32).sqrt();
            targets.push((columns[0] as usize + (random.next_u32() % 3) as usize) % n_classes);
            matrix.push(&columns.into_iter().map(|column| (column, value)).collect::<Vec<_>>());
        }
        (matrix, Array1::from(targets))
    }

    fn fit(n_classes: usize, c: f64, tolerance: f64) -> Fitted {
        let (matrix, targets) = data(n_classes);
        let params = LogisticParams::new(n_classes).c(c).tolerance(tolerance).check().unwrap();
        params.fit_watched(&DatasetBase::new(&matrix, targets), &|_| ()).unwrap()
    }

    #[test]
    fn the_ascent_alone_comes_near_the_minimum() {
        for n_classes in [2, 3, 7, 12] {
            let (matrix, targets) = data(n_classes);
            let weights = vec![1.0; matrix.n_samples()];
            let data = Data { matrix: &matrix, targets: &targets, weights: &weights, n_classes, c: 1.0 };
            let (parameters, epochs) = ascend(&data, 1e-3, 100, &|_| ()).unwrap();
            let objective = Objective::new(&matrix, &targets, &weights, n_classes, 1.0);
            let found = objective.evaluate(&parameters).0 * objective.total_weight();
            let best = fit(n_classes, 1.0, 1e-8).convergence.objective;
            assert!(epochs < 20 && (found / best - 1.0).abs() < 1e-3, "{n_classes}: {found} against {best}");
        }
    }

    #[test]
    fn the_default_tolerance_is_within_a_hundred_thousandth_of_the_minimum() {
        for c in [1e-3, 1.0, 10.0] {
            let (usual, exact) = (fit(3, c, 1e-3).convergence, fit(3, c, 1e-7).convergence);
            assert!(
                usual.converged && (usual.objective / exact.objective - 1.0).abs() < 1e-5,
                "{c}: {usual:?} {exact:?}"
            );
        }
    }
}
