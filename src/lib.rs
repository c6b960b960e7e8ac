//! x
pub mod article;
pub mod attribution;
pub mod corpus;
pub mod error;
pub mod features;
pub mod logistic;
pub mod storage;
pub mod table;
