//! Sentences that stand alone, labelled one after the other in memory that is used again.

use super::Pipeline;
use crate::article::Sentence;
use crate::features::{RowBuffer, TOGETHER, TermBuffer};

/// Labels sentences that stand alone; [`Pipeline::predict`] labels those of an article. The two agree to the bit.
#[derive(Debug)]
pub struct Labeller<'a> {
    pipeline: &'a Pipeline,
    terms: TermBuffer,
    rows: Vec<RowBuffer>,
    probabilities: Vec<f64>,
}

impl<'a> Labeller<'a> {
    /// A labeller for one thread.
    pub fn new(pipeline: &'a Pipeline) -> Self {
        let probabilities = vec![0.0; pipeline.labels.len()];
        Labeller { pipeline, terms: TermBuffer::default(), rows: Vec::new(), probabilities }
    }

    /// Calls `each` with the number of the label of every sentence, and its probability. Many at a time are quicker than
    /// one by one.
    pub fn label_all<T: AsRef<str>>(&mut self, sentences: &[T], mut each: impl FnMut(usize, f64)) {
        let pipeline = self.pipeline;
        if pipeline.attribution.is_some() {
            // Who speaks is found out for articles: each of these is one of one sentence.
            for sentence in sentences {
                let prediction = &pipeline.predict(&[Sentence::alone(sentence.as_ref())])[0];
                each(prediction.label, prediction.probabilities[prediction.label]);
            }
            return;
        }
        for sentences in sentences.chunks(TOGETHER) {
            let sources: Vec<&str> = sentences.iter().map(AsRef::as_ref).collect();
            let fetch = pipeline.classifier.prefetcher();
            pipeline.tfidf.rows_together(&sources, &mut self.terms, &mut self.rows, fetch);
            for row in &self.rows {
                pipeline.classifier.scores(row.iter().copied(), &mut self.probabilities);
                let label = pipeline.params.decide(&pipeline.calibration, &mut self.probabilities);
                each(label, self.probabilities[label]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::corpus::{Columns, Corpus};
    use crate::pipeline::PipelineParams;

    #[test]
    fn a_labeller_agrees_with_predict() {
        let text = "article,text,label\na,do more now,x\nb,no we did more,y\nc,do more,x\nd,no we did,y\n";
        let corpus = Corpus::read_from(Path::new("t.csv"), text.as_bytes(), &Columns::default()).unwrap();
        let pipeline =
            Pipeline::fit(&PipelineParams { min_df: 1, ..PipelineParams::default() }, None, &corpus).unwrap();
        let mut labeller = Labeller::new(&pipeline);
        let texts = ["do more", "we did, no more", "nothing known", "do do do"].repeat(TOGETHER);
        let mut labels = Vec::new();
        labeller.label_all(&texts, |label, probability| labels.push((label, probability)));
        assert_eq!(labels.len(), texts.len());
        for (text, label) in texts.iter().zip(labels) {
            let prediction = &pipeline.predict(&[Sentence::alone(*text)])[0];
            assert_eq!(label, (prediction.label, prediction.probabilities[prediction.label]));
            labeller.label_all(&[text], |alone, probability| assert_eq!(label, (alone, probability)));
        }
    }
}
