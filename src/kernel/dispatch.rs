//! Which instructions a kernel is compiled for, chosen at run time with `std` and at compile time without.

#![allow(unsafe_code)]

use super::vector::Vector;

/// A kernel, written once over any [`Vector`].
///
/// `run` and all that it calls must be `#[inline(always)]`: only then is it compiled with the instructions of the vector.
pub(super) trait Task {
    /// What the kernel returns.
    type Output;
    /// Does the work.
    ///
    /// # Safety
    ///
    /// The processor must have the instructions of `V`.
    unsafe fn run<V: Vector>(self) -> Self::Output;
}

/// Runs a task with the best vectors that this processor has.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn dispatch<T: Task>(task: T) -> T::Output {
    use super::vector::{Portable, avx2, avx512};

    /// Compiled for the target as it is.
    #[inline(never)]
    fn portable<T: Task>(task: T) -> T::Output {
        // SAFETY: the target has what `Portable` needs.
        unsafe { task.run::<Portable>() }
    }

    match level() {
        // SAFETY: the processor has these features.
        Level::Avx512 => unsafe { avx512(task) },
        // SAFETY: the processor has these features.
        Level::Avx2 => unsafe { avx2(task) },
        Level::Portable => portable(task),
    }
}

/// Runs a task with the vectors of the target.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
pub(super) fn dispatch<T: Task>(task: T) -> T::Output {
    // SAFETY: the target has what `Portable` needs.
    unsafe { task.run::<super::vector::Portable>() }
}

/// Work that is compiled for the wide vectors of the processor, however large it is.
///
/// (A closure would be called through a trait of the language, which the compiler may leave as a call, and a call cannot be compiled
/// for other vectors than the crate.)
pub trait Wide {
    /// What comes of it.
    type Output;
    /// Does the work; to be marked `#[inline(always)]`, with all that it calls.
    fn run(self) -> Self::Output;
}

/// Does the work, compiled for the wide vectors of the processor.
#[inline]
pub fn wide<W: Wide>(work: W) -> W::Output {
    dispatch(Work(work))
}

struct Work<W>(W);

impl<W: Wide> Task for Work<W> {
    type Output = W::Output;

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> W::Output {
        self.0.run()
    }
}

/// What an x86-64 processor can do.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// What the crate was compiled for.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, VL, DQ and BW, as every such server or desktop processor has.
    Avx512,
}

/// The best level of this processor; the standard library asks the processor once and remembers.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn level() -> Level {
    #[cfg(test)]
    if let Some(level) = forced::level() {
        return level;
    }
    if cfg!(congruent_scalar) {
        return Level::Portable;
    }
    #[cfg(feature = "std")]
    {
        use std::is_x86_feature_detected as has;
        if !(has!("avx2") && has!("fma")) {
            return Level::Portable;
        }
        if has!("avx512f") && has!("avx512vl") && has!("avx512dq") && has!("avx512bw") {
            return Level::Avx512;
        }
        Level::Avx2
    }
    #[cfg(not(feature = "std"))]
    {
        COMPILED
    }
}

/// What the crate was compiled for.
#[cfg(all(target_arch = "x86_64", not(feature = "std")))]
const COMPILED: Level = if cfg!(all(
    target_feature = "avx512f",
    target_feature = "avx512vl",
    target_feature = "avx512dq",
    target_feature = "avx512bw"
)) {
    Level::Avx512
} else if cfg!(all(target_feature = "avx2", target_feature = "fma")) {
    Level::Avx2
} else {
    Level::Portable
};

/// Lets a test run a lower level than the processor has.
#[cfg(all(test, target_arch = "x86_64"))]
pub(super) mod forced {
    use super::Level;
    use core::cell::Cell;

    std::thread_local! {
        static FORCED: Cell<Option<Level>> = const { Cell::new(None) };
    }

    /// The level in force on this thread, if any.
    pub(in super::super) fn level() -> Option<Level> {
        FORCED.get()
    }

    /// Runs `work` on each level that this processor has.
    pub(in super::super) fn each(work: impl Fn(Level)) {
        let best = super::level();
        for level in [Level::Portable, Level::Avx2, Level::Avx512] {
            if level as u8 <= best as u8 {
                FORCED.set(Some(level));
                work(level);
                FORCED.set(None);
            }
        }
    }
}

/// Elsewhere there is one level.
#[cfg(all(test, not(target_arch = "x86_64")))]
pub(super) mod forced {
    /// What the crate was compiled for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in super::super) enum Level {
        Portable,
    }

    /// Runs `work` on the one level.
    pub(in super::super) fn each(work: impl Fn(Level)) {
        work(Level::Portable);
    }
}
