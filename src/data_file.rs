//! What a report or a model says about a file that was read: name, size and checksum, taken while it is read.
//!
//! The file is not read twice: it may be a pipe.

use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3Default;

/// A file that was read: name, size and XXH3-64 of its bytes. No path: that would tell of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// File name without folders; `-` for standard input.
    pub name: String,
    /// XXH3-64 of its bytes, sixteen hexadecimal digits.
    pub checksum: String,
    /// Its size in bytes.
    pub n_bytes: u64,
}

/// Passes bytes through and takes their checksum.
pub(crate) struct Described<R> {
    inner: R,
    hash: Xxh3Default,
    n_bytes: u64,
}

impl<R: Read> Described<R> {
    pub fn new(inner: R) -> Self {
        Described { inner, hash: Xxh3Default::new(), n_bytes: 0 }
    }

    /// What was read, as the file at `path`.
    pub fn describe(&self, path: &Path) -> DataFile {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        DataFile { name, checksum: format!("{:016x}", self.hash.digest()), n_bytes: self.n_bytes }
    }
}

impl<R: Read> Read for Described<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        self.n_bytes += n as u64;
        Ok(n)
    }
}
