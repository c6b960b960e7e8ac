//! A thread that reads while what has come is worked on, and the box between the two.
//!
//! Whoever works takes all that is ready at once, or each of several threads one thing after the other. Where input is slow
//! that is little, so that answers come promptly; where input is quick it is enough for all threads.

use std::collections::VecDeque;
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
    /// What is ready, with its size.
    ready: VecDeque<(T, usize)>,
    /// Size of all that is ready.
    size: usize,
    /// How many were taken one by one, and of how many of these the outcome is out of the way.
    n_taken: usize,
    n_done: usize,
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
        state.ready.push_back((item, size));
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
        let state = State { ready: VecDeque::new(), size: 0, n_taken: 0, n_done: 0, ended: None, left: false };
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
        Ok(std::mem::take(&mut state.ready).into_iter().map(|(item, _)| item).collect())
    }

    /// What is next, with its number, as soon as it is there and fewer than `most` are under way; `None` at the end of the
    /// input and once one has [left](ReadAhead::leaving). The error with which the reading ended comes last. For any number
    /// of threads.
    pub fn take_next(&self, most: usize) -> Option<(usize, Result<T>)> {
        let mut state = self.0.wait_while(|state| {
            let nothing = state.ready.is_empty() && state.ended.is_none();
            !state.left && (nothing || state.n_taken - state.n_done >= most)
        });
        if state.left {
            return None;
        }
        let item = match state.ready.pop_front() {
            Some((item, size)) => {
                state.size -= size;
                self.0.changed.notify_all();
                Ok(item)
            }
            None => Err(state.ended.replace(Ok(())).and_then(Result::err)?),
        };
        state.n_taken += 1;
        Some((state.n_taken - 1, item))
    }

    /// Says that what came of the first `n` is out of the way. Whether no more were taken and the next must be waited for.
    pub fn must_wait_after(&self, n: usize) -> bool {
        let mut state = self.0.lock();
        state.n_done = n;
        self.0.changed.notify_all();
        state.n_taken == n && state.ready.is_empty() && state.ended.is_none()
    }

    /// What, once dropped, has left: nothing is taken any more, who waits for something gets nothing, the reading ends.
    pub fn leaving(&self) -> Leaving<'_, T> {
        Leaving(&self.0)
    }
}

/// See [`ReadAhead::leaving`].
pub(super) struct Leaving<'a, T>(&'a Shared<T>);

impl<T> Drop for Leaving<'_, T> {
    fn drop(&mut self) {
        self.0.lock().left = true;
        self.0.changed.notify_all();
    }
}

impl<T> Drop for ReadAhead<T> {
    fn drop(&mut self) {
        drop(Leaving(&self.0));
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
    fn several_threads_take_everything_and_the_error_last() {
        let read = |inbox: &Inbox<usize>| {
            (0..1000).try_for_each(|item| inbox.put(item, 10))?;
            Err(Error::data("a hole", ""))
        };
        let ahead = ReadAhead::start(25, read).unwrap();
        let taken = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    std::iter::from_fn(|| ahead.take_next(1 << 20)).for_each(|item| taken.lock().unwrap().push(item))
                });
            }
        });
        let mut taken = taken.into_inner().unwrap();
        taken.sort_by_key(|item| item.0);
        let (number, error) = taken.pop().unwrap();
        assert!(number == 1000 && error.unwrap_err().to_string().contains("a hole"));
        assert!(taken.into_iter().enumerate().all(|(at, (number, item))| at == number && at == item.unwrap()));
    }

    #[test]
    fn no_more_are_under_way_than_asked_for() {
        let ahead = ReadAhead::start(100, |inbox| (0..4u32).try_for_each(|item| inbox.put(item, 10))).unwrap();
        assert!(ahead.take_next(2).is_some() && ahead.take_next(2).is_some());
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| tell.send(ahead.take_next(2).map(|(number, _)| number)).unwrap());
            assert!(told.recv_timeout(Duration::from_millis(50)).is_err());
            ahead.must_wait_after(1);
            assert_eq!(told.recv_timeout(Duration::from_secs(20)), Ok(Some(2)));
        });
    }

    #[test]
    fn nobody_waits_for_more_once_one_has_left() {
        let (tell, told) = mpsc::channel::<()>();
        let ahead = ReadAhead::<u32>::start(1, move |_| {
            let _ = told.recv();
            Ok(())
        });
        let ahead = ahead.unwrap();
        assert!(ahead.must_wait_after(0) && !ahead.must_wait_after(1));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| ahead.take_next(1).is_none());
            drop(ahead.leaving());
            assert!(waiting.join().unwrap());
        });
        drop(tell);
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
