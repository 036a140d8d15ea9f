//! A vector register, as far as the kernels need one: load, store, multiply-add, sum.
//!
//! The products are written once over [`Vector`] and compiled once for each kind of register: AVX-512, AVX2 with FMA, SSE2, NEON, four
//! plain floats (which LLVM turns into SIMD128), or one float where the target has no vectors, as on a Cortex-M.

#![allow(unsafe_code)]

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod arm;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{avx2, avx512};

use super::dispatch::Task;

/// A fixed number of `f32` lanes.
///
/// # Safety of the methods
///
/// Every method must run on a processor that has the instructions of the type: [`dispatch`](super::dispatch::dispatch) sees to that.
/// Pointers must be valid for the number of floats read or written.
pub(super) trait Vector: Copy {
    /// Floats in one vector.
    const LANES: usize;
    /// Vectors the processor can hold in registers, which decides how large a tile is worth while.
    const REGISTERS: usize;

    /// `[value; LANES]`
    unsafe fn splat(value: f32) -> Self;
    /// `LANES` floats from memory.
    unsafe fn load(from: *const f32) -> Self;
    /// The first `count <= LANES` floats from memory, the other lanes 0.
    unsafe fn load_first(from: *const f32, count: usize) -> Self;
    /// `LANES` floats to memory.
    unsafe fn store(self, to: *mut f32);
    /// The first `count <= LANES` lanes to memory.
    unsafe fn store_first(self, to: *mut f32, count: usize);
    /// Asks for the cache line at an address, which need not be valid, to be brought to the nearest cache. Does nothing where there is
    /// no such hint.
    #[inline(always)]
    unsafe fn prefetch(_address: *const f32) {}
    /// Whether [`mul_add`](Vector::mul_add) rounds once.
    const FUSES: bool = false;
    /// `self * a + b` in each lane, rounded once where the processor has such an instruction.
    unsafe fn mul_add(self, a: Self, b: Self) -> Self;
    /// `self * a + b` in each lane, rounded twice; to be written where [`mul_add`](Vector::mul_add) rounds once.
    #[inline(always)]
    unsafe fn mul_then_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the caller vouches for the instructions.
        unsafe { self.mul_add(a, b) }
    }
    /// Of `2 * LANES` numbers in two vectors those at even places, those at odd places.
    unsafe fn unzip(low: Self, high: Self) -> [Self; 2];
    /// `2 * LANES` floats from memory: those at even places, those at odd places.
    #[inline(always)]
    unsafe fn load_pairs(from: *const f32) -> [Self; 2] {
        // SAFETY: the caller vouches for the floats and the instructions.
        unsafe { Self::unzip(Self::load(from), Self::load(from.add(Self::LANES))) }
    }
    /// The same of the first `count` floats, 0 for others.
    #[inline(always)]
    unsafe fn load_pairs_first(from: *const f32, count: usize) -> [Self; 2] {
        let low = count.min(Self::LANES);
        // SAFETY: the caller vouches for the floats and the instructions.
        unsafe {
            Self::unzip(
                Self::load_first(from, low),
                Self::load_first(from.wrapping_add(low), (count - low).min(Self::LANES)),
            )
        }
    }
    /// Stores what [`load_pairs`](Vector::load_pairs) loads.
    unsafe fn store_pairs(pairs: [Self; 2], to: *mut f32);
    /// The sum of all lanes of each of four vectors. The order of additions is the same for each of the four.
    unsafe fn sums(four: [Self; 4]) -> [f32; 4];
    /// Runs a task as a function of its own, which is there once for all that call it. A kernel with many shapes of tiles is large, and
    /// compilers take far longer for one large function than for its parts.
    #[inline]
    unsafe fn apart<T: Task>(task: T) -> T::Output {
        // SAFETY: the caller vouches for the instructions.
        unsafe { run_apart::<Self, T>(task) }
    }
}

/// Not inlined of necessity, as tasks are.
///
/// # Safety
///
/// The processor must have the instructions of `V`.
unsafe fn run_apart<V: Vector, T: Task>(task: T) -> T::Output {
    // SAFETY: by the caller.
    unsafe { task.run::<V>() }
}

/// One float: the vector of a processor without vectors.
#[allow(dead_code)] // on targets with vectors
#[derive(Clone, Copy)]
pub(super) struct One(f32);

impl Vector for One {
    const LANES: usize = 1;
    const REGISTERS: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(value)
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for one float.
        Self(unsafe { *from })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: read only where the caller vouches for one float.
        Self(if count > 0 { unsafe { *from } } else { 0.0 })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for one float.
        unsafe { *to = self.0 }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        if count > 0 {
            // SAFETY: the caller vouches for `count` floats.
            unsafe { *to = self.0 }
        }
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        Self(self.0 * a.0 + b.0)
    }

    #[inline(always)]
    unsafe fn unzip(low: Self, high: Self) -> [Self; 2] {
        [low, high]
    }

    #[inline(always)]
    unsafe fn store_pairs(pairs: [Self; 2], to: *mut f32) {
        // SAFETY: the caller vouches for two floats.
        unsafe { to.cast::<[f32; 2]>().write_unaligned([pairs[0].0, pairs[1].0]) }
    }

    #[inline(always)]
    unsafe fn sums(four: [Self; 4]) -> [f32; 4] {
        [four[0].0, four[1].0, four[2].0, four[3].0]
    }
}

/// Four floats in plain Rust, which LLVM keeps in one register of SIMD128.
#[allow(dead_code)] // on targets without vectors
#[derive(Clone, Copy)]
pub(super) struct Four([f32; 4]);

impl Vector for Four {
    const LANES: usize = 4;
    const REGISTERS: usize = 16;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for four floats.
        Self(unsafe { from.cast::<[f32; 4]>().read() })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        let mut lanes = [0.0; 4];
        for (lane, value) in lanes.iter_mut().enumerate().take(count) {
            // SAFETY: `lane < count`, and the caller vouches for `count` floats.
            *value = unsafe { *from.add(lane) };
        }
        Self(lanes)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for four floats.
        unsafe { to.cast::<[f32; 4]>().write(self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        for (lane, value) in self.0.into_iter().enumerate().take(count) {
            // SAFETY: `lane < count`, and the caller vouches for `count` floats.
            unsafe { *to.add(lane) = value }
        }
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        let mut lanes = [0.0; 4];
        for (lane, value) in lanes.iter_mut().enumerate() {
            *value = self.0[lane] * a.0[lane] + b.0[lane];
        }
        Self(lanes)
    }

    #[inline(always)]
    unsafe fn unzip(low: Self, high: Self) -> [Self; 2] {
        let (Self([a, b, c, d]), Self([e, f, g, h])) = (low, high);
        [Self([a, c, e, g]), Self([b, d, f, h])]
    }

    #[inline(always)]
    unsafe fn store_pairs(pairs: [Self; 2], to: *mut f32) {
        let [Self([a, c, e, g]), Self([b, d, f, h])] = pairs;
        // SAFETY: the caller vouches for eight floats.
        unsafe { to.cast::<[f32; 8]>().write([a, b, c, d, e, f, g, h]) }
    }

    #[inline(always)]
    unsafe fn sums(four: [Self; 4]) -> [f32; 4] {
        let mut sums = [0.0; 4];
        for (sum, Self(lanes)) in sums.iter_mut().zip(four) {
            *sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
        }
        sums
    }
}

/// The vector of the target the crate is compiled for, used where nothing better is found.
#[cfg(all(target_arch = "x86_64", not(congruent_scalar)))]
pub(super) type Portable = x86::Sse;
/// The vector of the target the crate is compiled for, used where nothing better is found.
#[cfg(all(target_feature = "simd128", not(congruent_scalar)))]
pub(super) type Portable = Four;
/// The vector of the target the crate is compiled for, used where nothing better is found.
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(congruent_scalar)))]
pub(super) type Portable = arm::Neon;
/// The vector of the target the crate is compiled for, used where nothing better is found. With `--cfg congruent_scalar`
/// any target computes as one without vectors, so that a microcontroller's results can be had on a desktop, bit for bit.
#[cfg(any(
    congruent_scalar,
    not(any(
        target_arch = "x86_64",
        target_feature = "simd128",
        all(target_arch = "aarch64", target_feature = "neon")
    ))
))]
pub(super) type Portable = One;
