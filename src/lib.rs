//! x
pub mod article;
pub mod corpus;
pub mod error;
pub mod features;
pub mod input;
pub mod logistic;
pub mod sentences;
pub mod storage;
pub mod table;
