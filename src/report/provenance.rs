//! What was measured on what.

use serde::Serialize;

/// The model, the data and the day of an evaluation, so that its figures can be had again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Name of the model, such as its path.
    pub model: String,
    /// Checksum of the model file.
    pub model_checksum: String,
    /// The model that it was compared with, where there was one.
    pub baseline: Option<DataFile>,
    /// The files with the sentences.
    pub data: Vec<DataFile>,
    /// The day, as it should be printed; `None` leaves it out, so that the same input gives the same bytes.
    pub date: Option<String>,
    /// Name and version of the program.
    pub program: String,
}

/// A file that figures rest on: sentences, or another model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DataFile {
    /// Its name, such as its path.
    pub name: String,
    /// Its checksum.
    pub checksum: String,
}
