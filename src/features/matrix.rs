//! Sparse rows.

use linfa::dataset::Records;

use crate::prefetch::{prefetch, prefetch_slice};

/// Compressed sparse rows, n_samples × n_features. A column stands at most once in a row.
#[derive(Debug, Clone, Default)]
pub struct FeatureMatrix {
    /// Where each row ends in `columns` and `values`.
    row_ends: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    n_features: usize,
}

/// One sparse row, reused from sentence to sentence: (column, value), each column at most once.
pub type RowBuffer = Vec<(u32, f32)>;

impl FeatureMatrix {
    /// No rows yet, of `n_features` columns.
    pub fn new(n_features: usize) -> Self {
        FeatureMatrix { n_features, ..FeatureMatrix::default() }
    }

    /// Adds a row. Columns must lie below `n_features`, each at most once.
    pub fn push(&mut self, row: &[(u32, f32)]) {
        debug_assert!(row.iter().all(|entry| (entry.0 as usize) < self.n_features));
        self.columns.extend(row.iter().map(|entry| entry.0));
        self.values.extend(row.iter().map(|entry| entry.1));
        self.row_ends.push(self.columns.len());
    }

    /// Adds the rows of another matrix with the same columns.
    pub fn append(&mut self, mut other: FeatureMatrix) {
        assert_eq!(self.n_features, other.n_features);
        let offset = self.columns.len();
        self.row_ends.extend(other.row_ends.iter().map(|end| end + offset));
        self.columns.append(&mut other.columns);
        self.values.append(&mut other.values);
    }

    /// Number of rows.
    pub fn n_samples(&self) -> usize {
        self.row_ends.len()
    }

    /// Number of columns.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Number of stored values.
    pub fn n_values(&self) -> usize {
        self.values.len()
    }

    /// Columns and values of a row.
    #[inline]
    pub fn row(&self, index: usize) -> (&[u32], &[f32]) {
        let start = if index == 0 { 0 } else { self.row_ends[index - 1] };
        let range = start..self.row_ends[index];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// The matrix that holds only these rows, in the order given.
    pub fn select(&self, rows: &[usize]) -> FeatureMatrix {
        let mut selected = FeatureMatrix::new(self.n_features);
        for &row in rows {
            let (columns, values) = self.row(row);
            selected.columns.extend_from_slice(columns);
            selected.values.extend_from_slice(values);
            selected.row_ends.push(selected.columns.len());
        }
        selected
    }

    /// For each column the sum of the squares of its values.
    pub fn column_squares(&self) -> Vec<f64> {
        let mut squares = vec![0.0; self.n_features];
        for (&column, &value) in self.columns.iter().zip(&self.values) {
            squares[column as usize] += f64::from(value) * f64::from(value);
        }
        squares
    }

    /// Has the processor fetch what tells where a row is.
    #[inline]
    pub(crate) fn prefetch_place(&self, index: usize) {
        prefetch(&self.row_ends[index]);
    }

    /// Has the processor fetch a row that is about to be read out of sequence.
    #[inline]
    pub(crate) fn prefetch(&self, index: usize) {
        let (columns, values) = self.row(index);
        prefetch_slice(columns);
        prefetch_slice(values);
    }

    /// The same values in a dense array, n_samples × n_features, for linfa-logistic.
    pub fn to_dense(&self) -> ndarray::Array2<f64> {
        let mut dense = ndarray::Array2::zeros((self.n_samples(), self.n_features));
        for index in 0..self.n_samples() {
            let (columns, values) = self.row(index);
            for (&column, &value) in columns.iter().zip(values) {
                dense[(index, column as usize)] = f64::from(value);
            }
        }
        dense
    }
}

impl Records for FeatureMatrix {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.n_samples()
    }

    fn nfeatures(&self) -> usize {
        self.n_features
    }
}
