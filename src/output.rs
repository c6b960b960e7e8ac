//! Files that appear whole or not at all.
//!
//! What is written goes to `.NAME.partial` beside the target and is renamed over it at the end, so a reader sees the
//! old file or the new one. A run that is killed leaves its partial file behind; the next run writes over it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::{Error, ErrorKind, Result};

/// Partial files of this process, for [`remove_partial_files`].
static PARTIAL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file being written beside its target.
#[derive(Debug)]
pub struct OutputFile {
    target: PathBuf,
    partial: PathBuf,
    writer: Option<BufWriter<File>>,
}

impl OutputFile {
    /// Opens the partial file, which shows before any long work that the target can be written.
    ///
    /// # Errors
    /// The folder cannot be written, the target is a folder, or another process is writing the same target.
    pub fn create(target: &Path) -> Result<Self> {
        if target.is_dir() {
            return Err(Error::io(target, &io::ErrorKind::IsADirectory.into()));
        }
        let name = target.file_name().ok_or_else(|| Error::io(target, &io::ErrorKind::InvalidInput.into()))?;
        // Without read access to an existing target there would be nothing to rename over on some systems.
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".partial");
        let partial = target.with_file_name(hidden);
        let fail = |error: &io::Error| Error::io(target, error);
        let file = File::options().write(true).create(true).truncate(false).open(&partial).map_err(|e| fail(&e))?;
        if file.try_lock().is_err() {
            return Err(
                Error::new(ErrorKind::Io, "another process is writing it", "wait for it or write elsewhere").at(target)
            );
        }
        file.set_len(0).map_err(|e| fail(&e))?;
        if let Ok(mut partial_files) = PARTIAL.lock() {
            partial_files.push(partial.clone());
        }
        Ok(OutputFile { target: target.to_path_buf(), partial, writer: Some(BufWriter::with_capacity(1 << 16, file)) })
    }

    /// Writes everything out and puts the file in its place.
    ///
    /// # Errors
    /// The disk is full or the rename fails; the old file is then untouched.
    pub fn commit(mut self) -> Result<()> {
        let fail = |error: &io::Error| Error::io(&self.target, error);
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner().map_err(|e| fail(e.error()))?;
            file.sync_all().map_err(|e| fail(&e))?;
            std::fs::rename(&self.partial, &self.target).map_err(|e| fail(&e))?;
        }
        forget(&self.partial);
        Ok(())
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(writer) => writer.write(bytes),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if self.writer.is_some() || self.partial.exists() {
            let _ = std::fs::remove_file(&self.partial);
            forget(&self.partial);
        }
    }
}

fn forget(partial: &Path) {
    if let Ok(mut partial_files) = PARTIAL.lock() {
        partial_files.retain(|path| path != partial);
    }
}

/// Removes the partial files of this process; for the handler of an interrupt, which ends the process next.
pub fn remove_partial_files() {
    if let Ok(partial_files) = PARTIAL.lock() {
        for path in partial_files.iter() {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_appears_only_at_commit_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.txt");
        std::fs::write(&target, "old").unwrap();
        let mut file = OutputFile::create(&target).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
        assert!(OutputFile::create(&target).unwrap_err().to_string().contains("another process"));
        file.commit().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
        drop(OutputFile::create(&target).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_unwritable_place_is_found_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(OutputFile::create(folder.path()).is_err());
        assert!(
            OutputFile::create(&folder.path().join("no/such/folder/x"))
                .unwrap_err()
                .to_string()
                .contains("no such file")
        );
    }
}
