//! Files that appear whole or not at all.
//!
//! What is written goes to `.NAME.partial` beside the target and is renamed over it at the end, so a reader sees the
//! old file or the new one. A run that is killed leaves its partial file behind; the next run writes over it.
//! A link stays a link: the file that it names is replaced. A device or pipe is written as it is.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};

/// Partial files of this process, for [`remove_partial_files`].
static PARTIAL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file being written beside its target.
#[derive(Debug)]
pub struct OutputFile {
    /// As the user named it, for errors.
    name: PathBuf,
    /// The file itself, where the name is a link.
    target: PathBuf,
    /// Where the bytes go until the end; none where the target is written directly.
    partial: Option<PathBuf>,
    writer: Option<BufWriter<File>>,
}

impl OutputFile {
    /// Opens the partial file, which shows before any long work that the target can be written.
    ///
    /// # Errors
    /// The folder cannot be written, the target is a folder, or another process is writing the same target.
    pub fn create(target: &Path) -> Result<Self> {
        let fail = |error: &io::Error| Error::io(target, error);
        match target.metadata() {
            Ok(found) if found.is_dir() => return Err(fail(&io::ErrorKind::IsADirectory.into())),
            // To rename over a device or a pipe would replace it.
            Ok(found) if !found.is_file() => {
                let file = File::options().write(true).open(target).map_err(|e| fail(&e))?;
                let writer = Some(BufWriter::with_capacity(1 << 16, file));
                return Ok(OutputFile {
                    name: target.to_path_buf(),
                    target: target.to_path_buf(),
                    partial: None,
                    writer,
                });
            }
            _ => {}
        }
        let real = target.canonicalize().unwrap_or_else(|_| target.to_path_buf());
        let name = real.file_name().ok_or_else(|| fail(&io::ErrorKind::InvalidInput.into()))?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".partial");
        let partial = real.with_file_name(hidden);
        // Under the lock, so that an interrupt finds either no file yet or its name.
        let mut partial_files = PARTIAL.lock().unwrap_or_else(PoisonError::into_inner);
        let file = loop {
            let file = File::options().write(true).create(true).truncate(false).open(&partial).map_err(|e| fail(&e))?;
            if file.try_lock().is_err() {
                let advice = "wait for it or write elsewhere";
                return Err(Error::new(ErrorKind::Io, "another process is writing it", advice).at(target));
            }
            // Between the two calls its writer may have put it in its place, or away: then it is not ours to write.
            if is_at(&file, &partial).map_err(|e| fail(&e))? {
                break file;
            }
        };
        partial_files.push(partial.clone());
        drop(partial_files);
        file.set_len(0).map_err(|e| fail(&e))?;
        let writer = Some(BufWriter::with_capacity(1 << 16, file));
        Ok(OutputFile { name: target.to_path_buf(), target: real, partial: Some(partial), writer })
    }

    /// Writes everything out and puts the file in its place.
    ///
    /// # Errors
    /// The disk is full or the rename fails; the old file is then untouched.
    pub fn commit(mut self) -> Result<()> {
        let fail = |error: &io::Error| Error::io(&self.name, error);
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner().map_err(|e| fail(e.error()))?;
            if let Some(partial) = &self.partial {
                file.sync_all().map_err(|e| fail(&e))?;
                // Under the lock: an interrupt comes before the file is in its place or after, not between.
                let mut partial_files = PARTIAL.lock().unwrap_or_else(PoisonError::into_inner);
                std::fs::rename(partial, &self.target).map_err(|e| fail(&e))?;
                partial_files.retain(|path| path != partial);
            }
        }
        self.partial = None;
        Ok(())
    }
}

/// Whether `file` is what `path` names.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let place = |found: std::fs::Metadata| (found.dev(), found.ino());
    match path.symlink_metadata() {
        Ok(found) => Ok(place(found) == place(file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether `file` is what `path` names: elsewhere an open file cannot be renamed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
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
        if let Some(partial) = &self.partial {
            let mut partial_files = PARTIAL.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = std::fs::remove_file(partial);
            partial_files.retain(|path| path != partial);
        }
    }
}

/// Removes the partial files of this process; for the handler of an interrupt, which ends the process next: from here on
/// no output file is opened, put in its place or dropped.
pub fn remove_partial_files() {
    let partial_files = PARTIAL.lock().unwrap_or_else(PoisonError::into_inner);
    for path in partial_files.iter() {
        let _ = std::fs::remove_file(path);
    }
    std::mem::forget(partial_files);
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

    #[cfg(unix)]
    #[test]
    fn a_partial_file_that_its_writer_has_just_put_in_its_place_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let (partial, target) = (folder.path().join(".out.partial"), folder.path().join("out"));
        let opened = File::create(&partial).unwrap();
        assert!(is_at(&opened, &partial).unwrap());
        std::fs::rename(&partial, &target).unwrap();
        assert!(!is_at(&opened, &partial).unwrap());
        let _next = File::create(&partial).unwrap();
        assert!(!is_at(&opened, &partial).unwrap());
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
