//! x
pub mod article;
pub mod corpus;
pub mod error;
pub mod features;
pub mod folds;
pub mod logistic;
pub mod model_file;
pub mod output;
pub mod pipeline;
pub mod shipped;
pub mod storage;
pub mod table;
