//! The inner loops, one by one, on our own sentences: `cargo bench`, or `cargo bench -- NAME` for one of them.
//!
//! What a whole process costs, against others, is what benches/peers/race.py tells. This tells which loop has moved.

use std::sync::LazyLock;

use divan::{Bencher, black_box, counter::ItemsCount};
use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use stance::corpus::{Columns, Corpus};
use stance::features::{Block, FeatureMatrix, NGrams, TermBuffer, TermKind, TermSource, TfIdf, TfIdfParams};
use stance::logistic::{LogisticParams, Objective};
use stance::pipeline::{CalibrationMethod, Labeller, Pipeline, PipelineParams};
use stance::shipped;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/train.csv");
/// Sentences of a fit: enough that memory matters, few enough for a hundred fits.
const FIT_ROWS: usize = 4000;

static CORPUS: LazyLock<Corpus> = LazyLock::new(|| Corpus::read(&[DATA], &Columns::default()).expect("data/train.csv"));
static TFIDF: LazyLock<TfIdf> = LazyLock::new(|| {
    let params = TfIdfParams { blocks: vec![Block::new("words", words(), 2)], max_features: None };
    TfIdf::fit(&params, &CORPUS.sentences).expect("terms in data/train.csv")
});

fn main() {
    divan::main();
}

/// Words and pairs of words, the block of a model without a sides file.
fn words() -> TermKind {
    TermKind::Words(NGrams { min: 1, max: 2 })
}

/// Rows with their classes, as a fit takes them.
fn rows() -> (FeatureMatrix, Array1<usize>) {
    let matrix = TFIDF.transform(&CORPUS.sentences[..FIT_ROWS]);
    (matrix, CORPUS.label[..FIT_ROWS].iter().map(|&label| label as usize).collect())
}

/// A sentence cut into words, its terms as fingerprints.
#[divan::bench(max_time = 5)]
fn terms(bencher: Bencher) {
    let (kind, mut terms) = (words(), TermBuffer::default());
    bencher.counter(ItemsCount::new(CORPUS.len())).bench_local(|| {
        for sentence in &CORPUS.sentences {
            terms.clear();
            sentence.text.as_str().collect(&kind, &mut terms);
            black_box(&terms);
        }
    });
}

/// Sentences to sparse rows, on all cores.
#[divan::bench(max_time = 5)]
fn transform(bencher: Bencher) {
    let tfidf = &*TFIDF;
    bencher.counter(ItemsCount::new(CORPUS.len())).bench_local(|| tfidf.transform(&CORPUS.sentences));
}

/// Value and gradient of J once, on all cores: what L-BFGS asks for.
#[divan::bench(max_time = 5)]
fn objective(bencher: Bencher) {
    let (matrix, targets) = rows();
    let weights = vec![1.0; FIT_ROWS];
    let objective = Objective::new(&matrix, &targets, &weights, CORPUS.labels.len(), 1.0);
    let parameters = vec![0.01; objective.n_parameters()];
    bencher.counter(ItemsCount::new(FIT_ROWS)).bench_local(|| objective.evaluate(black_box(&parameters)));
}

/// A whole fit of the sparse solver: dual ascent, and what it leaves to L-BFGS.
#[divan::bench(max_time = 10)]
fn fit(bencher: Bencher) {
    let (matrix, targets) = rows();
    let params = LogisticParams::new(CORPUS.labels.len()).check().expect("default settings");
    let data = DatasetBase::new(&matrix, targets);
    bencher.counter(ItemsCount::new(FIT_ROWS)).bench_local(|| params.fit(&data).expect("a fit"));
}

/// Sentences labelled by a model without a sides file: the inner loop of a stream.
#[divan::bench(max_time = 5)]
fn label(bencher: Bencher) {
    let params = PipelineParams { calibration: CalibrationMethod::None, ..PipelineParams::default() };
    let pipeline = Pipeline::fit(&params, None, &CORPUS).expect("a model of data/train.csv");
    let mut labeller = Labeller::new(&pipeline);
    let texts: Vec<&str> = CORPUS.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    bencher.counter(ItemsCount::new(CORPUS.len())).bench_local(|| {
        labeller.label_all(&texts, |label, probability| {
            black_box((label, probability));
        });
    });
}

/// Articles labelled by the shipped model, each sentence with its speaker.
#[divan::bench(max_time = 5)]
fn articles(bencher: Bencher) {
    let pipeline = shipped::model().expect("the shipped model").pipeline;
    bencher.counter(ItemsCount::new(CORPUS.len())).bench_local(|| {
        for article in CORPUS.articles() {
            black_box(pipeline.predict(&CORPUS.sentences[article]));
        }
    });
}
