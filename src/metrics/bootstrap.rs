//! Articles in, 95 % intervals out, by drawing whole articles again and again.
//!
//! Sentences of one article share speakers and subject, so that they are no independent witnesses; articles are. Each sample
//! draws as many articles as there are, with replacement, and computes the figure anew; the interval runs between the 2.5th
//! and 97.5th percentile of the samples (percentile cluster bootstrap: Efron and Tibshirani 1993, ch. 13; Davison and Hinkley
//! 1997, ch. 3.8). It shows how far the figure moves with the choice of articles, not whether the articles are the right ones.
//!
//! Sample i draws from stream i of ChaCha8 under the seed, so that samples can run on any thread in any order.

use std::borrow::Cow;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use serde::Serialize;

/// Samples drawn.
pub const SAMPLES: usize = 1000;

/// Share of the samples that an interval holds.
pub const LEVEL: f64 = 0.95;

/// From `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end, not below `low`.
    pub high: f64,
}

/// A figure with its interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figure {
    /// The figure on the data as it is; `None` where undefined.
    pub value: Option<f64>,
    /// Lower end of the 95 % interval; `None` where there is no interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval; `None` where there is no interval.
    pub high: Option<f64>,
}

impl Figure {
    /// A figure and its interval. An undefined figure has none.
    pub fn new(value: Option<f64>, interval: Option<Interval>) -> Self {
        let interval = value.and(interval);
        Figure { value, low: interval.map(|i| i.low), high: interval.map(|i| i.high) }
    }

    /// The interval, where there is one.
    pub fn interval(&self) -> Option<Interval> {
        Some(Interval { low: self.low?, high: self.high? })
    }
}

/// What a sample draws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Whole articles.
    #[default]
    Article,
    /// Sentences, one by one: too narrow intervals where those of an article hang together.
    Sentence,
}

/// How samples are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bootstrap {
    /// Number of samples. Default [`SAMPLES`].
    pub samples: usize,
    /// Where the random numbers start. Default 0.
    pub seed: u64,
    /// What a sample draws. Default [`Unit::Article`].
    pub unit: Unit,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Bootstrap { samples: SAMPLES, seed: 0, unit: Unit::Article }
    }
}

impl Bootstrap {
    /// For each sentence the number of what it is drawn with.
    pub(super) fn units<'a>(&self, article_of: &'a [u32]) -> Cow<'a, [u32]> {
        match self.unit {
            Unit::Article => Cow::Borrowed(article_of),
            Unit::Sentence => (0..article_of.len() as u32).collect(),
        }
    }

    /// Intervals of the figures that `figures` computes.
    ///
    /// `figures` is given how often each of `n_units` articles (or sentences) was drawn (the sum is `n_units`) and returns the same
    /// number of figures each time. A figure that is undefined in more than half of the samples has no interval; else the
    /// samples where it is undefined are left out. Fewer than two units give no interval.
    pub fn intervals<F>(&self, n_units: usize, figures: F) -> Vec<Option<Interval>>
    where
        F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
    {
        let samples: Vec<Vec<Option<f64>>> = (0..self.samples)
            .into_par_iter()
            .map_init(
                || vec![0u32; n_units],
                |times, sample| {
                    self.draw(sample as u64, times);
                    figures(times)
                },
            )
            .collect();
        let n_figures = samples.iter().map(Vec::len).min().unwrap_or(0);
        (0..n_figures)
            .map(|figure| {
                let values: Vec<f64> = samples.iter().filter_map(|sample| sample[figure]).collect();
                let enough = n_units >= 2 && values.len() * 2 > self.samples;
                if enough { percentile_interval(values) } else { None }
            })
            .collect()
    }

    /// Draws one sample: how often each article is in it.
    fn draw(&self, sample: u64, times: &mut [u32]) {
        times.fill(0);
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(sample);
        let n = times.len() as u128;
        for _ in 0..times.len() {
            // A 64-bit number scaled to 0..n: its bias, n / 2⁶⁴, is far below what any sample shows.
            let drawn = (u128::from(rng.next_u64()) * n) >> 64;
            times[drawn as usize] += 1;
        }
    }
}

fn percentile_interval(mut values: Vec<f64>) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - LEVEL) / 2.0;
    Some(Interval { low: quantile(&values, tail)?, high: quantile(&values, 1.0 - tail)? })
}

/// Quantile of sorted values with linear interpolation (Hyndman and Fan 1996, type 7; numpy's default).
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let at = q * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(below + (above - below) * at.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        let values = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.0, 0.5, 1.0].map(|q| quantile(&values, q)), [Some(1.0), Some(3.0), Some(8.0)]);
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn every_sample_draws_as_many_articles_as_there_are_and_all_are_equally_likely() {
        let (bootstrap, mut times, mut total) = (Bootstrap::default(), vec![0; 7], [0u32; 7]);
        for sample in 0..1000 {
            bootstrap.draw(sample, &mut times);
            assert_eq!(times.iter().sum::<u32>(), 7);
            total.iter_mut().zip(&times).for_each(|(total, n)| *total += n);
        }
        assert!(total.iter().all(|&n| (900..1100).contains(&n)), "{total:?}");
    }

    #[test]
    fn the_same_at_any_number_of_threads() {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                Bootstrap { samples: 100, seed: 7, ..Bootstrap::default() }.intervals(20, |times| {
                    vec![Some(times.iter().enumerate().map(|(i, &n)| i as f64 * f64::from(n)).sum())]
                })
            })
        };
        assert_eq!(run(1), run(3));
        assert!(run(1)[0].is_some());
    }

    #[test]
    fn the_interval_of_a_mean_has_the_width_that_theory_says() {
        // 400 articles, half of them 1: the standard error is 0.025, the interval 0.5 ± 0.049.
        let mean = |times: &[u32]| times.iter().skip(200).map(|&n| f64::from(n)).sum::<f64>() / 400.0;
        let interval = Bootstrap::default().intervals(400, |times| vec![Some(mean(times))])[0].unwrap();
        assert!((interval.low - 0.451).abs() < 0.006 && (interval.high - 0.549).abs() < 0.006, "{interval:?}");
    }

    #[test]
    fn no_interval_without_two_articles_or_where_mostly_undefined() {
        let bootstrap = Bootstrap::default();
        assert_eq!(bootstrap.intervals(1, |_| vec![Some(1.0)]), [None]);
        assert_eq!(bootstrap.intervals(0, |_| vec![Some(1.0)]), [None]);
        assert_eq!(bootstrap.intervals(5, |_| vec![None, Some(1.0)]), [None, Some(Interval { low: 1.0, high: 1.0 })]);
    }
}
