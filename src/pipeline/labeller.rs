//! Sentences that stand alone, labelled one after the other in memory that is used again.

use super::{Pipeline, SentenceTerms};
use crate::article::Sentence;
use crate::features::{RowBuffer, TermBuffer};

/// Labels sentences that stand alone; [`Pipeline::predict`] labels those of an article. The two agree to the bit.
#[derive(Debug)]
pub struct Labeller<'a> {
    pipeline: &'a Pipeline,
    terms: TermBuffer,
    row: RowBuffer,
    probabilities: Vec<f64>,
}

impl<'a> Labeller<'a> {
    /// A labeller for one thread.
    pub fn new(pipeline: &'a Pipeline) -> Self {
        let probabilities = vec![0.0; pipeline.labels.len()];
        Labeller { pipeline, terms: TermBuffer::default(), row: RowBuffer::new(), probabilities }
    }

    /// Number of the label of a sentence, and its probability.
    pub fn label(&mut self, text: &str) -> (usize, f64) {
        let pipeline = self.pipeline;
        if pipeline.attribution.is_some() {
            // Who speaks is found out for articles: this is one of one sentence.
            let prediction = &pipeline.predict(&[Sentence::alone(text)])[0];
            return (prediction.label, prediction.probabilities[prediction.label]);
        }
        let source = SentenceTerms { text, attributed: None };
        let fetch = |column| pipeline.classifier.prefetch(column);
        pipeline.tfidf.row_for(&source, &mut self.terms, &mut self.row, fetch);
        pipeline.classifier.scores(self.row.iter().copied(), &mut self.probabilities);
        let label = pipeline.params.decide(&pipeline.calibration, &mut self.probabilities);
        (label, self.probabilities[label])
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
        for text in ["do more", "we did, no more", "nothing known", "do do do"] {
            let prediction = &pipeline.predict(&[Sentence::alone(text)])[0];
            let expected = (prediction.label, prediction.probabilities[prediction.label]);
            assert_eq!(labeller.label(text), expected);
        }
    }
}
