//! Where results go: standard output, or a file that appears whole or not at all.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use stance::error::{Error, Result};
use stance::output::OutputFile;

use super::Outcome;
use super::exit::Failure;

/// An open output.
pub(crate) enum Sink {
    Stdout(BufWriter<Stdout>),
    File(OutputFile, PathBuf),
    /// A folder, in which pages write their own files.
    Folder(PathBuf),
}

impl Sink {
    /// Opens `path`, `-` being standard output, before any long work.
    pub(crate) fn open(path: &Path) -> Result<Sink> {
        if path == Path::new("-") {
            return Ok(Sink::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())));
        }
        Ok(Sink::File(OutputFile::create(path)?, path.to_path_buf()))
    }

    /// As [`Sink::open`] for pages: a folder, or a path that ends in a separator, is a folder for one page an article,
    /// and is made where it is missing.
    pub(crate) fn open_pages(path: &Path) -> Result<Sink> {
        let ends_as_folder =
            path.as_os_str().as_encoded_bytes().last().is_some_and(|&b| std::path::is_separator(b.into()));
        if !ends_as_folder && !path.is_dir() {
            return Sink::open(path);
        }
        std::fs::create_dir_all(path).map_err(|error| Error::io(path, &error))?;
        Ok(Sink::Folder(path.to_path_buf()))
    }

    /// The folder, where that is what results go to.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Sink::Folder(path) => Some(path),
            _ => None,
        }
    }

    /// Whether results go to standard output.
    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self, Sink::Stdout(_))
    }

    /// A failed write, as what it is: a closed pipe is no failure, a full disk is.
    pub(crate) fn failure(&self, error: io::Error) -> Failure {
        match self {
            Sink::Stdout(_) => Failure::Stdout(error),
            Sink::File(_, path) | Sink::Folder(path) => Error::io(path, &error).into(),
        }
    }

    /// Writes `text` as the whole output.
    pub(crate) fn write_text(mut self, text: &str) -> Outcome {
        self.write_all(text.as_bytes()).map_err(|error| self.failure(error))?;
        self.finish()
    }

    /// Writes everything out; a file takes its place.
    pub(crate) fn finish(mut self) -> Outcome {
        self.flush().map_err(|error| self.failure(error))?;
        match self {
            Sink::Stdout(_) => Ok(()),
            Sink::File(file, _) => Ok(file.commit()?),
            Sink::Folder(_) => Ok(()),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Stdout(out) => out.write(bytes),
            Sink::File(file, _) => file.write(bytes),
            Sink::Folder(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Stdout(out) => out.flush(),
            Sink::File(file, _) => file.flush(),
            Sink::Folder(_) => Ok(()),
        }
    }
}
