//! The registers of ARM processors: NEON.

use core::arch::aarch64::*;

/// Four floats in a NEON register.
#[derive(Clone, Copy)]
pub(in super::super) struct Neon(float32x4_t);

impl super::Vector for Neon {
    const LANES: usize = 4;
    const REGISTERS: usize = 32;
    const FUSES: bool = true;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the target has NEON.
        Self(unsafe { vdupq_n_f32(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the target has NEON, the caller vouches for four floats.
        Self(unsafe { vld1q_f32(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        let mut lanes = [0.0; 4];
        for (lane, value) in lanes.iter_mut().enumerate().take(count) {
            // SAFETY: `lane < count`, and the caller vouches for `count` floats.
            *value = unsafe { *from.add(lane) };
        }
        // SAFETY: the target has NEON, `lanes` has four floats.
        Self(unsafe { vld1q_f32(lanes.as_ptr()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the target has NEON, the caller vouches for four floats.
        unsafe { vst1q_f32(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        let mut lanes = [0.0; 4];
        // SAFETY: the target has NEON, `lanes` has four floats.
        unsafe { vst1q_f32(lanes.as_mut_ptr(), self.0) };
        for (lane, value) in lanes.into_iter().enumerate().take(count) {
            // SAFETY: `lane < count`, and the caller vouches for `count` floats.
            unsafe { *to.add(lane) = value }
        }
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the target has NEON.
        Self(unsafe { vfmaq_f32(b.0, self.0, a.0) })
    }

    #[inline(always)]
    unsafe fn mul_then_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the target has NEON.
        Self(unsafe { vaddq_f32(vmulq_f32(self.0, a.0), b.0) })
    }

    #[inline(always)]
    unsafe fn unzip(low: Self, high: Self) -> [Self; 2] {
        // SAFETY: the target has NEON.
        unsafe { [Self(vuzp1q_f32(low.0, high.0)), Self(vuzp2q_f32(low.0, high.0))] }
    }

    #[inline(always)]
    unsafe fn load_pairs(from: *const f32) -> [Self; 2] {
        // SAFETY: the target has NEON, the caller vouches for eight floats.
        let pairs = unsafe { vld2q_f32(from) };
        [Self(pairs.0), Self(pairs.1)]
    }

    #[inline(always)]
    unsafe fn store_pairs(pairs: [Self; 2], to: *mut f32) {
        // SAFETY: the target has NEON, the caller vouches for eight floats.
        unsafe { vst2q_f32(to, float32x4x2_t(pairs[0].0, pairs[1].0)) }
    }

    #[inline(always)]
    unsafe fn sums(four: [Self; 4]) -> [f32; 4] {
        let mut sums = [0.0; 4];
        for (sum, vector) in sums.iter_mut().zip(four) {
            // SAFETY: the target has NEON.
            *sum = unsafe { vaddvq_f32(vector.0) };
        }
        sums
    }
}
