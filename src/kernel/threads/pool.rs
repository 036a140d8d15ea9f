//! Threads of the crate's own, on which work is done that a caller waits for.
//!
//! A pool that is shared with the program has a thread that waits take up other tasks meanwhile, and one of those may wait for a lock
//! that this very thread holds: then nobody goes on. Here a caller only waits, and a worker that waits for a part of its work takes up
//! nothing but parts of that part, which without threads it would do in just this place. A call for which no worker is free is done by
//! the caller itself, so that no call waits for another. So nothing waits for a lock that it would not wait for on one thread.

#![allow(unsafe_code)]

use core::any::Any;
use core::cell::{Cell, UnsafeCell};
use core::hint;
use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::panic::{catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

/// Which part of whose work this is.
#[derive(Clone, Copy, PartialEq)]
struct Part {
    /// The number of the call that waits for it; 0 outside of the pool.
    call: u64,
    /// From the whole on, for each time that it was split, which side: the highest bit below `depth` first.
    path: u64,
    depth: u32,
    /// Threads at most that work for the call.
    limit: usize,
}

impl Part {
    /// The first or the second side of it.
    fn side(self, second: bool) -> Part {
        Part { path: self.path << 1 | u64::from(second), depth: self.depth + 1, ..self }
    }

    fn is_within(self, whole: Part) -> bool {
        self.call == whole.call && self.depth >= whole.depth && self.path >> (self.depth - whole.depth) == whole.path
    }
}

/// Splits of splits up to here are done on several threads; below, one after the other.
const DEEPEST: u32 = 60;

std::thread_local! {
    /// What this thread works on.
    static PART: Cell<Part> = const { Cell::new(Part { call: 0, path: 0, depth: 0, limit: 0 }) };
    /// Where this thread waits for a call.
    static LATCH: Arc<Latch> = Arc::default();
}

#[derive(Default)]
struct Latch {
    open: Mutex<bool>,
    opened: Condvar,
}

/// A closure on the stack of who waits for it.
struct Job<F> {
    work: UnsafeCell<Option<F>>,
    panic: UnsafeCell<Option<Box<dyn Any + Send>>>,
    done: AtomicBool,
}

impl<F: FnOnce() + Send> Job<F> {
    fn new(work: F) -> Self {
        Job { work: UnsafeCell::new(Some(work)), panic: UnsafeCell::new(None), done: AtomicBool::new(false) }
    }

    /// For the queue.
    ///
    /// # Safety
    ///
    /// The job must stay where it is until it is done, or taken out of the queue.
    unsafe fn entry(&self, part: Part, latch: Option<Arc<Latch>>) -> Entry {
        /// # Safety
        ///
        /// There must be such a job, which nobody else runs.
        unsafe fn run<F: FnOnce() + Send>(job: *const ()) {
            // SAFETY: by the caller.
            let job = unsafe { &*job.cast::<Job<F>>() };
            // SAFETY: nobody else looks at it before it is done.
            if let Some(work) = unsafe { (*job.work.get()).take() }
                && let Err(panic) = catch_unwind(AssertUnwindSafe(work))
            {
                // SAFETY: as above.
                unsafe { *job.panic.get() = Some(panic) };
            }
        }
        Entry { job: core::ptr::from_ref(self).cast(), run: run::<F>, done: &raw const self.done, part, latch }
    }

    /// Does the work of a job that is in no queue.
    fn run_here(self) {
        if let Some(work) = self.work.into_inner() {
            work();
        }
    }

    /// Goes on with the panic of the work, if there was one. It must be done.
    fn finish(self) {
        if let Some(panic) = self.panic.into_inner() {
            resume_unwind(panic);
        }
    }
}

/// A job in the queue.
struct Entry {
    job: *const (),
    run: unsafe fn(*const ()),
    done: *const AtomicBool,
    part: Part,
    /// Whom to wake, outside of the pool.
    latch: Option<Arc<Latch>>,
}

// SAFETY: the closure is `Send`, and whoever takes the entry out of the queue is the only one who runs it.
unsafe impl Send for Entry {}

#[derive(Default)]
struct Pool {
    state: Mutex<State>,
    /// Told of each new job, if a worker has nothing to do.
    idle: Condvar,
    /// Told of each new job and of each that is done, if a worker waits for a part.
    waiting: Condvar,
    /// How many jobs there have been, so that it can be seen from outside of the lock that there are new ones.
    news: AtomicUsize,
    calls: AtomicU64,
}

#[derive(Default)]
struct State {
    queue: Vec<Entry>,
    /// The call for which each worker works; 0 for none.
    works_for: Vec<u64>,
    idle: usize,
    waiting: usize,
}

static POOL: OnceLock<Pool> = OnceLock::new();

fn pool() -> &'static Pool {
    POOL.get_or_init(Pool::default)
}

/// Whether this is a thread of the pool.
pub(super) fn is_worker() -> bool {
    PART.get().call != 0
}

/// How many threads work for what this thread asks for.
pub(super) fn count() -> usize {
    match PART.get().limit {
        0 => default_count(),
        limit => limit,
    }
}

fn default_count() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| {
        let asked_for = std::env::var("CONGRUENT_NUM_THREADS").ok().and_then(|count| count.parse().ok());
        let available = || thread::available_parallelism().map_or(1, core::num::NonZero::get);
        asked_for.filter(|count| *count > 0).unwrap_or_else(available).min(MOST)
    })
}

/// Threads at most.
const MOST: usize = 512;

/// Does `work` with at most `count` threads for each of its calls; see `with_threads` of the crate.
pub(super) fn limited<R>(count: usize, work: impl FnOnce() -> R) -> R {
    struct Restore(Part);
    impl Drop for Restore {
        fn drop(&mut self) {
            PART.set(self.0);
        }
    }
    let before = PART.get();
    let _restore = Restore(before);
    PART.set(Part { limit: count.clamp(1, MOST), ..before });
    work()
}

/// Does `work` on a thread of the pool, and waits for it without doing anything else.
#[cfg(not(test))]
#[inline]
pub(super) fn enter(work: impl FnOnce() + Send) {
    enter_any(&mut once(work));
}

fn enter_any(work: AnyWork) {
    let (pool, limit) = (pool(), count());
    if is_worker() || limit < 2 {
        return work();
    }
    let latch = LATCH.try_with(Arc::clone).unwrap_or_default();
    let part = Part { call: pool.calls.fetch_add(1, Ordering::Relaxed) + 1, path: 0, depth: 0, limit };
    let job = Job::new(work);
    // SAFETY: this function waits until the job is done, or does it if the queue does not take it.
    let taken = pool.push_call(unsafe { job.entry(part, Some(latch.clone())) });
    if !taken {
        return limited(1, || job.run_here());
    }
    let mut open = lock(&latch.open);
    while !*open {
        open = latch.opened.wait(open).unwrap_or_else(PoisonError::into_inner);
    }
    *open = false;
    drop(open);
    job.finish();
}

/// Does `a` and `b`, at the same time if another thread of the pool is free.
#[inline]
pub(super) fn join(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    join_any(&mut once(a), &mut once(b));
}

/// A closure that can be called once, as one that does nothing from then on.
fn once(work: impl FnOnce() + Send) -> impl FnMut() + Send {
    let mut work = Some(work);
    move || {
        if let Some(work) = work.take() {
            work();
        }
    }
}

/// A closure of any type, on the stack of who waits for it: what follows is compiled once for all of them. What is done in one takes a
/// thousand times as long as a call by its address.
type AnyWork<'a> = &'a mut (dyn FnMut() + Send);

fn join_any(a: AnyWork, b: AnyWork) {
    let part = PART.get();
    if part.call == 0 && count() > 1 {
        return enter_any(&mut once(|| both(PART.get(), a, b)));
    }
    both(part, a, b);
}

fn both(part: Part, a: AnyWork, b: AnyWork) {
    if part.call == 0 || part.limit < 2 || part.depth >= DEEPEST {
        a();
        return b();
    }
    let (pool, second, b) = (pool(), part.side(true), Job::new(b));
    // SAFETY: this function waits until `b` is done, or takes it out of the queue and does it; nothing before that unwinds.
    let entry = unsafe { b.entry(second, None) };
    pool.push(lock(&pool.state), entry);
    PART.set(part.side(false));
    let first = catch_unwind(AssertUnwindSafe(a));
    pool.wait_for(second, &b.done);
    PART.set(part);
    if let Err(panic) = first {
        resume_unwind(panic);
    }
    b.finish();
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // no code of others runs under a lock, so what it guards is whole whatever happens
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often a thread looks for work before it sleeps: tens of microseconds, as long as there is between two products of a network.
const LOOKS: usize = 64;

impl Pool {
    /// Takes a call into the queue if a worker is free for it, who will take it up before anything else.
    fn push_call(&'static self, entry: Entry) -> bool {
        let mut state = lock(&self.state);
        self.start(entry.part.limit, &mut state);
        let free = state.works_for.iter().filter(|call| **call == 0).count();
        let waiting = state.queue.iter().filter(|entry| entry.part.depth == 0).count();
        if free <= waiting {
            return false;
        }
        self.push(state, entry);
        true
    }

    /// Sees to it that there are as many workers, as far as the system gives them.
    fn start(&'static self, count: usize, state: &mut State) {
        while state.works_for.len() < count {
            let number = state.works_for.len();
            let started = thread::Builder::new().name("congruent".into()).spawn(move || self.work(number));
            if started.is_err() {
                break;
            }
            state.works_for.push(0);
        }
    }

    fn push(&self, mut state: MutexGuard<State>, entry: Entry) {
        state.queue.push(entry);
        self.news.fetch_add(1, Ordering::Release);
        let (idle, waiting) = (state.idle, state.waiting);
        drop(state);
        if idle > 0 {
            self.idle.notify_one();
        }
        if waiting > 0 {
            self.waiting.notify_all();
        }
    }

    /// What a worker does.
    fn work(&self, number: usize) {
        loop {
            let entry = self.next(number);
            self.run(entry, Some(number));
        }
    }

    /// The next job for a worker that has none.
    fn next(&self, number: usize) -> Entry {
        let mut looks = 0;
        loop {
            let mut state = lock(&self.state);
            let may = |entry: &Entry| {
                let workers = state.works_for.iter().filter(|call| **call == entry.part.call).count();
                workers < entry.part.limit
            };
            // calls first: each of them counts on a worker
            let call = state.queue.iter().position(|entry| entry.part.depth == 0);
            if let Some(i) = call.or_else(|| state.queue.iter().position(may)) {
                let entry = state.queue.remove(i);
                if let Some(works_for) = state.works_for.get_mut(number) {
                    *works_for = entry.part.call;
                }
                return entry;
            }
            if looks >= LOOKS {
                state.idle += 1;
                state = self.idle.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
                looks = 0;
                continue;
            }
            let news = self.news.load(Ordering::Acquire);
            drop(state);
            while looks < LOOKS && self.news.load(Ordering::Acquire) == news {
                looks += 1;
                rest();
            }
        }
    }

    /// Runs a job, and wakes who waits for it. A worker that has nothing else to do is free by then.
    fn run(&self, entry: Entry, worker: Option<usize>) {
        let Entry { job, run, done, part, latch } = entry;
        let before = PART.replace(part);
        // SAFETY: the job is there until it is done, and the entry, which was in the queue once, is the only one of it.
        unsafe { run(job) };
        PART.set(before);
        let mut state = lock(&self.state);
        if let Some(works_for) = worker.and_then(|number| state.works_for.get_mut(number)) {
            *works_for = 0;
        }
        // SAFETY: as above; from here on the job may be gone.
        unsafe { (*done).store(true, Ordering::Release) };
        let waiting = state.waiting;
        drop(state);
        if waiting > 0 {
            self.waiting.notify_all();
        }
        if let Some(latch) = latch {
            *lock(&latch.open) = true;
            latch.opened.notify_one();
        }
    }

    /// Waits for the job of a part: does it if nobody has begun it, else parts of it.
    fn wait_for(&self, part: Part, done: &AtomicBool) {
        let mut looks = 0;
        while !done.load(Ordering::Acquire) {
            let mut state = lock(&self.state);
            let mine = state.queue.iter().rposition(|entry| entry.part.is_within(part));
            if let Some(i) = mine {
                let entry = state.queue.remove(i);
                drop(state);
                self.run(entry, None);
                looks = 0;
                continue;
            }
            if looks >= LOOKS {
                if done.load(Ordering::Acquire) {
                    return;
                }
                state.waiting += 1;
                state = self.waiting.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
                continue;
            }
            let news = self.news.load(Ordering::Acquire);
            drop(state);
            while looks < LOOKS && self.news.load(Ordering::Acquire) == news && !done.load(Ordering::Acquire) {
                looks += 1;
                rest();
            }
        }
    }
}

/// A moment of looking around.
fn rest() {
    for _ in 0..16 {
        hint::spin_loop();
    }
    thread::yield_now();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves of a tree that is split down to single ones.
    fn leaves(count: usize, visit: &(impl Fn() + Sync)) {
        match count {
            0 => {}
            1 => visit(),
            _ => join(|| leaves(count / 2, visit), || leaves(count - count / 2, visit)),
        }
    }

    #[test]
    fn each_part_is_done_once() {
        for threads in [1, 2, 3, 8, 64] {
            let sum = AtomicUsize::new(0);
            for count in [0, 1, 2, 7, 300] {
                sum.store(0, Ordering::Relaxed);
                limited(threads, || leaves(count, &|| _ = sum.fetch_add(1, Ordering::Relaxed)));
                assert_eq!(sum.load(Ordering::Relaxed), count, "{threads} threads");
            }
        }
    }

    #[test]
    fn no_more_threads_work_than_asked_for() {
        for threads in [2, 3] {
            let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let visit = || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                thread::sleep(core::time::Duration::from_millis(2));
                now.fetch_sub(1, Ordering::SeqCst);
            };
            limited(threads, || leaves(30, &visit));
            assert!(most.into_inner() <= threads);
        }
    }

    #[test]
    fn a_panic_goes_to_the_caller_after_all_is_done() {
        let done = AtomicUsize::new(0);
        let visit = || {
            assert!(done.fetch_add(1, Ordering::SeqCst) != 5, "the sixth");
        };
        let panic = catch_unwind(AssertUnwindSafe(|| limited(3, || leaves(40, &visit)))).expect_err("a panic");
        assert_eq!(panic.downcast_ref(), Some(&"the sixth"));
        let sum = AtomicUsize::new(0);
        limited(3, || leaves(40, &|| _ = sum.fetch_add(1, Ordering::Relaxed)));
        assert_eq!(sum.into_inner(), 40, "the pool goes on");
    }

    #[test]
    fn parts_are_known_by_their_path() {
        let whole = Part { call: 1, path: 0, depth: 0, limit: 2 };
        let (a, b) = (whole.side(false), whole.side(true));
        assert!(b.side(false).side(true).is_within(b) && b.is_within(b) && a.is_within(whole));
        assert!(!a.side(true).is_within(b) && !whole.is_within(b) && !Part { call: 2, ..b }.is_within(b));
    }

    #[test]
    fn many_callers_at_once() {
        let sum = AtomicUsize::new(0);
        let visit = || _ = sum.fetch_add(1, Ordering::Relaxed);
        thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| (0..50).for_each(|_| limited(4, || leaves(9, &visit))));
            }
        });
        assert_eq!(sum.into_inner(), 20 * 50 * 9);
    }
}
