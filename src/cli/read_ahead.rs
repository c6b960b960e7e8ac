//! A thread that reads while what has come is worked on, and the box between the two.
//!
//! Whoever works takes all that is ready at once: where input is slow that is little, so that answers come promptly;
//! where input is quick it is enough for all threads.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use stance::error::{Error, ErrorKind, Result};

/// The working side of the box. Dropped, it ends the reading with the next thing that is read.
pub(super) struct ReadAhead<T>(Arc<Shared<T>>);

/// The reading side of the box.
pub(super) struct Inbox<T> {
    shared: Arc<Shared<T>>,
    /// What may lie in the box before the reader waits.
    limit: usize,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    ready: Vec<T>,
    /// Size of all that is ready.
    size: usize,
    /// How the reading ended, once it has.
    ended: Option<Result<()>>,
    /// Whether nobody will take anything any more.
    left: bool,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, condition: impl Fn(&State<T>) -> bool) -> MutexGuard<'_, State<T>> {
        self.changed.wait_while(self.lock(), |state| condition(state)).unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Inbox<T> {
    /// Hands `item` over, of this size in bytes. Waits where much lies in the box; one item always fits.
    ///
    /// # Errors
    /// Nobody is there to take it.
    pub fn put(&self, item: T, size: usize) -> Result<()> {
        let mut state = self.shared.wait_while(|state| !state.left && state.size >= self.limit);
        if state.left {
            return Err(Error::new(ErrorKind::Io, "output ended", ""));
        }
        state.ready.push(item);
        state.size += size;
        self.shared.changed.notify_all();
        Ok(())
    }
}

impl<T> Drop for Inbox<T> {
    /// A reader that stops without a word must not be waited for.
    fn drop(&mut self) {
        let panicked = || Err(Error::new(ErrorKind::Io, "the reader stopped", "report this as a bug"));
        self.shared.lock().ended.get_or_insert_with(panicked);
        self.shared.changed.notify_all();
    }
}

impl<T: Send + 'static> ReadAhead<T> {
    /// Starts a thread that reads and [puts](Inbox::put) what it reads, up to `limit` bytes ahead.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(limit: usize, read: impl FnOnce(&Inbox<T>) -> Result<()> + Send + 'static) -> Result<Self> {
        let state = State { ready: Vec::new(), size: 0, ended: None, left: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let inbox = Inbox { shared: shared.clone(), limit };
        let thread = std::thread::Builder::new().name("reader".to_string()).spawn(move || {
            let outcome = read(&inbox);
            inbox.shared.lock().ended = Some(outcome);
        });
        thread.map_err(|error| Error::new(ErrorKind::Io, format!("no thread to read with: {error}"), ""))?;
        Ok(ReadAhead(shared))
    }

    /// Whether the next [`ReadAhead::take`] would wait.
    pub fn must_wait(&self) -> bool {
        let state = self.0.lock();
        state.ready.is_empty() && state.ended.is_none()
    }

    /// All that is ready, in order, as soon as there is any; nothing at the end of the input.
    ///
    /// # Errors
    /// What the reading ended with, after all that came before it was taken.
    pub fn take(&self) -> Result<Vec<T>> {
        let mut state = self.0.wait_while(|state| state.ready.is_empty() && state.ended.is_none());
        if state.ready.is_empty() {
            return state.ended.replace(Ok(())).unwrap_or(Ok(())).map(|()| Vec::new());
        }
        state.size = 0;
        self.0.changed.notify_all();
        Ok(std::mem::take(&mut state.ready))
    }
}

impl<T> Drop for ReadAhead<T> {
    fn drop(&mut self) {
        self.0.lock().left = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    fn all(ahead: &ReadAhead<u32>) -> (Vec<u32>, Result<()>) {
        let mut taken = Vec::new();
        loop {
            match ahead.take() {
                Ok(more) if more.is_empty() => return (taken, Ok(())),
                Ok(more) => taken.extend(more),
                Err(error) => return (taken, Err(error)),
            }
        }
    }

    #[test]
    fn everything_comes_in_order_and_the_error_last() {
        let read = |inbox: &Inbox<u32>| {
            (0..1000).try_for_each(|item| inbox.put(item, 10))?;
            Err(Error::data("a hole", ""))
        };
        let (taken, ended) = all(&ReadAhead::start(25, read).unwrap());
        assert_eq!(taken, (0..1000).collect::<Vec<_>>());
        assert!(ended.unwrap_err().to_string().contains("a hole"));
    }

    #[test]
    fn the_reader_waits_where_the_box_is_full() {
        let (tell, told) = mpsc::channel();
        let ahead = ReadAhead::start(20, move |inbox| {
            for item in 0..4u32 {
                inbox.put(item, 10)?;
                tell.send(item).unwrap();
            }
            Ok(())
        });
        let ahead = ahead.unwrap();
        assert_eq!((told.recv(), told.recv()), (Ok(0), Ok(1)));
        assert!(told.recv_timeout(Duration::from_millis(50)).is_err());
        assert_eq!(all(&ahead).0, [0, 1, 2, 3]);
    }

    #[test]
    fn a_reader_whose_worker_has_left_ends() {
        let (tell, told) = mpsc::channel();
        drop(ReadAhead::start(1, move |inbox| {
            let ended = (0..).try_for_each(|item: u32| inbox.put(item, 1));
            tell.send(ended.is_err()).unwrap();
            ended
        }));
        assert_eq!(told.recv_timeout(Duration::from_secs(20)), Ok(true));
    }

    #[test]
    fn a_reader_that_panics_is_an_error() {
        let ahead = ReadAhead::<u32>::start(1, |_| panic!("on purpose")).unwrap();
        assert!(all(&ahead).1.is_err());
    }
}
