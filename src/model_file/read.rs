//! The bytes of a model file in, its pipeline out, or the reason why it is none.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use safetensors::tensor::{Dtype, Metadata, SafeTensors};
use serde::Deserialize;

use super::Model;
use super::header::{FORMAT_VERSION, Header, KEY, NO_CHECKSUM, checksum, checksum_position};
use super::tensors::Tensors;
use crate::error::{Error, ErrorKind, Result};
use crate::pipeline::Pipeline;
use crate::storage::ModelBytes;

/// Files from this size on are worth a second thread.
const LARGE: usize = 8 << 20;

/// Loads the model file at `path`, mapped where the system allows.
///
/// # Errors
/// The file cannot be read, or is no model that this version can use; the error says which and why.
pub fn load(path: &Path) -> Result<Model> {
    let file = File::open(path).map_err(|e| Error::io(path, &e))?;
    let is_file = file.metadata().map_err(|e| Error::io(path, &e))?.is_file();
    // SAFETY: the map is read-only and private to this process. `stance` replaces model files by renaming, which leaves
    // a map of the old file intact; a file truncated in place by another program ends the process by SIGBUS, as it does
    // for every program that maps files.
    let bytes = match is_file.then(|| unsafe { memmap2::Mmap::map(&file) }) {
        Some(Ok(map)) => ModelBytes::Mapped(map),
        _ => ModelBytes::copy(&std::fs::read(path).map_err(|e| Error::io(path, &e))?),
    };
    from_bytes(bytes).map_err(|error| if error.kind == ErrorKind::Model { error.at(path) } else { error })
}

/// A model from the bytes of its file.
///
/// # Errors
/// Damage, an unknown version, or numbers that contradict each other; always of kind [`ErrorKind::Model`].
pub fn from_bytes(bytes: ModelBytes) -> Result<Model> {
    let bytes = Arc::new(bytes);
    let (header_bytes, metadata) = SafeTensors::read_metadata(&bytes)
        .map_err(|_| Error::model("not a stance model file", "expected a file written by stance train"))?;
    let json = metadata.metadata().as_ref().and_then(|map| map.get(KEY)).ok_or_else(|| {
        Error::model("a safetensors file without a stance model", "expected a file written by stance train")
    })?;

    // The version first: another version may have other fields.
    #[derive(Deserialize)]
    struct Version {
        format_version: u32,
    }
    let Version { format_version } = serde_json::from_str(json).map_err(|_| damaged("no format version"))?;
    if format_version != FORMAT_VERSION {
        return Err(Error::model(
            format!("format version {format_version}, this stance reads version {FORMAT_VERSION}"),
            "train the model again or use the stance that wrote it",
        ));
    }
    let at = checksum_position(&bytes).ok_or_else(|| damaged("no checksum"))?;
    let stored = String::from_utf8_lossy(&bytes[at..at + NO_CHECKSUM.len()]).into_owned();
    let intact = || format!("{:016x}", checksum(&bytes, at)) == stored;
    let assemble = || assembled(&bytes, header_bytes, &metadata, json);
    let (intact, model) = match &*bytes {
        // Part of the program, which a test compares with its file.
        ModelBytes::Static(_) => (true, assemble()),
        bytes if bytes.len() < LARGE => match intact() {
            true => (true, assemble()),
            false => (false, Err(damaged(""))),
        },
        // All is checked while it is put together, so this may go on beside it.
        _ => std::thread::scope(|scope| {
            let intact = scope.spawn(intact);
            let model = assemble();
            (intact.join().unwrap_or(false), model)
        }),
    };
    if !intact {
        return Err(damaged("the checksum does not match"));
    }
    Ok(Model { checksum: stored, ..model? })
}

/// A model from a file whose header has been read.
fn assembled(bytes: &Arc<ModelBytes>, header_bytes: usize, metadata: &Metadata, json: &str) -> Result<Model> {
    let header: Header = serde_json::from_str(json).map_err(|e| damaged(&format!("header: {e}")))?;
    check_names(&header)?;
    // `read_metadata` has checked that tensors neither overlap nor leave the file.
    let tensors = Tensors { bytes, start: header_bytes + 8, metadata };
    let tfidf = tensors.tfidf(header.blocks)?;
    let (classifier, calibration) = tensors.classifier()?;
    let k = header.labels.len();
    if classifier.n_classes() != k
        || calibration.parts().1.len() != k
        || classifier.n_features() != tfidf.n_features()
        || header.summary.label_counts.len() != k
    {
        return Err(damaged("parts of different sizes"));
    }
    let names = match metadata.info("names") {
        Some(_) => Some(tensors.range("names", Dtype::U8)?),
        None => None,
    };
    Ok(Model {
        pipeline: Pipeline {
            labels: header.labels,
            params: header.params,
            attribution: tensors.has_sides().then(|| tensors.attribution()).transpose()?,
            tfidf,
            classifier,
            calibration,
            summary: header.summary,
        },
        n_bytes: bytes.len(),
        checksum: header.checksum,
        written_by: header.written_by,
        data: header.data,
        bytes: bytes.clone(),
        names,
    })
}

fn check_names(header: &Header) -> Result<()> {
    if header.labels.len() < 2 || !header.labels.is_sorted_by(|a, b| a < b) {
        return Err(damaged("labels that are not sorted and distinct"));
    }
    if header.labels.iter().any(|label| label.is_empty() || label.chars().any(char::is_control)) {
        return Err(damaged("a label that is empty or holds control characters"));
    }
    let names = header.data.iter().map(|file| &file.name).chain([&header.written_by]);
    if names.chain(header.blocks.iter().map(|block| &block.block.name)).any(|name| name.chars().any(char::is_control)) {
        return Err(damaged("a name with control characters"));
    }
    Ok(())
}

pub(super) fn damaged(what: &str) -> Error {
    Error::model(format!("damaged model file: {what}"), "copy or train it again")
}
