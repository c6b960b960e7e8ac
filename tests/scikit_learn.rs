//! Our features and our objective against scikit-learn's figures (written by `tests/fixtures/scikit_learn.py`).

use std::collections::BTreeMap;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use serde_json::Value;
use stance::features::{Block, CharBoundary, FeatureMatrix, NGrams, TermKind, TfIdf, TfIdfParams};
use stance::logistic::{ClassWeight, Fitted, LogisticParams, Solver};

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).expect("a fixture is JSON")
}

fn settings(name: &str) -> TfIdfParams {
    let words = |min, max| TermKind::Words(NGrams { min, max });
    let inside = |min, max| TermKind::Characters(NGrams { min, max }, CharBoundary::Word);
    let mut max_features = None;
    let block = match name {
        "words 1..2" => Block::new("b", words(1, 2), 1),
        "words 1..3 min_df 2" => Block::new("b", words(1, 3), 2),
        "words raw tf" => Block { sublinear_tf: false, ..Block::new("b", words(1, 1), 1) },
        "words no norm" => Block { l2_norm: false, ..Block::new("b", words(1, 1), 1) },
        "words no idf" => Block { idf: false, ..Block::new("b", words(1, 2), 1) },
        "words max_features" => {
            max_features = Some(7);
            Block::new("b", words(1, 1), 1)
        }
        "characters in words 2..5" => Block::new("b", inside(2, 5), 1),
        "characters in words 3..4 min_df 3" => Block::new("b", inside(3, 4), 3),
        "characters 1..4" => {
            Block::new("b", TermKind::Characters(NGrams { min: 1, max: 4 }, CharBoundary::Sentence), 2)
        }
        other => panic!("no settings for {other}"),
    };
    TfIdfParams { blocks: vec![block], max_features }
}

#[test]
fn rows_equal_those_of_tfidf_vectorizer() {
    let fixture = fixture(include_str!("fixtures/tfidf.json"));
    let sentences: Vec<&str> = fixture["sentences"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
    for case in fixture["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let tfidf = TfIdf::fit(&settings(name), &sentences).unwrap();
        assert_eq!(tfidf.n_features() as u64, case["n_features"].as_u64().unwrap(), "{name}");
        let names = tfidf.names(&sentences);
        let matrix = tfidf.transform(&sentences);
        for (index, expected) in case["rows"].as_array().unwrap().iter().enumerate() {
            let expected: BTreeMap<String, f64> = serde_json::from_value(expected.clone()).unwrap();
            let (columns, values) = matrix.row(index);
            let ours: BTreeMap<String, f64> =
                columns.iter().map(|&c| names[c as usize].clone()).zip(values.iter().map(|&v| f64::from(v))).collect();
            assert_eq!(ours.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}, row {index}");
            for (term, value) in &expected {
                assert!((ours[term] - value).abs() < 1e-6, "{name}, row {index}, {term}: {} for {value}", ours[term]);
            }
        }
    }
}

/// The stored problem, fitted by `solver`.
fn fit(fixture: &Value, case: &Value, solver: Solver) -> Fitted {
    let dense: Vec<Vec<f32>> = serde_json::from_value(fixture["matrix"].clone()).unwrap();
    let mut matrix = FeatureMatrix::new(dense[0].len());
    for row in &dense {
        let row: Vec<(u32, f32)> = (0..).zip(row.iter().copied()).filter(|entry| entry.1 != 0.0).collect();
        matrix.push(&row);
    }
    let targets: Vec<usize> = serde_json::from_value(fixture["labels"].clone()).unwrap();
    let mut dataset = DatasetBase::new(&matrix, Array1::from(targets));
    if let Ok(weights) = serde_json::from_value::<Vec<f32>>(case["weights"].clone()) {
        dataset = dataset.with_weights(Array1::from(weights));
    }
    let class_weight = if case["balanced"] == true { ClassWeight::Balanced } else { ClassWeight::None };
    let params = LogisticParams::new(3).c(case["c"].as_f64().unwrap()).class_weight(class_weight);
    params.tolerance(1e-8).max_iterations(10_000).solver(solver).fit(&dataset).unwrap()
}

fn assert_agrees(fitted: &Fitted, case: &Value, what: &str) {
    let objective = case["objective"].as_f64().unwrap();
    let found = fitted.convergence.objective;
    assert!((found / objective - 1.0).abs() < 1e-6, "{what}: objective {found} for {objective}");
    let coefficients: Vec<Vec<f64>> = serde_json::from_value(case["coefficients"].clone()).unwrap();
    for (class, row) in coefficients.iter().enumerate() {
        for (column, expected) in row.iter().enumerate() {
            let ours = f64::from(fitted.classifier.weight(column as u32, class));
            assert!((ours - expected).abs() < 1e-3, "{what}: weight {column} of class {class}: {ours} for {expected}");
        }
    }
    // Intercepts go unpenalised, so only their differences are determined.
    let intercepts: Vec<f64> = serde_json::from_value(case["intercepts"].clone()).unwrap();
    for class in 1..3 {
        let ours = fitted.classifier.intercepts()[class] - fitted.classifier.intercepts()[0];
        assert!((ours - (intercepts[class] - intercepts[0])).abs() < 1e-3, "{what}: intercept of class {class}");
    }
}

#[test]
fn the_sparse_solver_finds_scikit_learns_optimum() {
    let fixture = fixture(include_str!("fixtures/logistic.json"));
    for case in fixture["cases"].as_array().unwrap() {
        let fitted = fit(&fixture, case, Solver::Sparse);
        assert!(fitted.convergence.converged, "{}: {:?}", case["name"], fitted.convergence);
        assert_agrees(&fitted, case, case["name"].as_str().unwrap());
    }
}

#[test]
fn linfa_logistic_finds_the_same_optimum() {
    let fixture = fixture(include_str!("fixtures/logistic.json"));
    for case in fixture["cases"].as_array().unwrap().iter().take(2) {
        assert_agrees(&fit(&fixture, case, Solver::Linfa), case, case["name"].as_str().unwrap());
    }
}
