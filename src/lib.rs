//! `stance` labels every sentence of news articles about a dispute: the one side's claim, the other side's rebuttal,
//! or neutral. Labels are learned from data; no label, party or word of any dispute stands in this code.
//!
//! An article comes in at the left and leaves at the right as labelled sentences; nothing turns back:
//!
//! ```text
//! article ─▶ sentences ─▶ speakers ─▶ features ─▶ scores ─▶ labelled sentences ─▶ report
//! ```
//!
//! 1. [`input`]: files in any shape and encoding become [`article`]s; [`sentences`] cuts them, each sentence with its
//!    place in the input;
//! 2. [`attribution`]: who speaks in each sentence, about whom, by a sides file; absent without one;
//! 3. [`features`]: blocks of terms, a frozen vocabulary, TF-IDF: a sparse row;
//! 4. [`logistic`]: multinomial logistic regression: scores, then calibrated probabilities;
//! 5. [`pipeline`]: all of these as one [`Pipeline`](pipeline::Pipeline), fitted and applied without files;
//! 6. [`explanation`]: what each term of a sentence added to its label;
//! 7. [`model_file`]: a pipeline in one checked file; [`shipped`] is the one that comes with the program;
//! 8. [`metrics`]: counts to figures with intervals; [`report`]: figures to text, JSON and pages.
//!
//! Labelled data come in through [`corpus`] and [`table`]; [`folds`] splits them by article and [`cross_validation`]
//! uses that; [`output`] writes files whole or not at all; every failure is an [`error::Error`].

pub mod article;
pub mod attribution;
pub mod corpus;
pub mod cross_validation;
pub mod data_file;
pub mod error;
pub mod explanation;
pub mod features;
pub mod folds;
pub mod input;
pub mod logistic;
pub mod metrics;
pub mod model_file;
pub mod output;
pub mod pipeline;
mod prefetch;
pub mod report;
pub mod sentences;
pub mod shipped;
pub mod storage;
pub mod table;
