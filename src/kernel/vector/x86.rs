//! The registers of x86-64 processors: SSE, AVX2 with FMA, AVX-512.

use super::Vector;
use crate::kernel::dispatch::Task;
use core::arch::x86_64::*;

/// Runs a task with AVX-512.
///
/// # Safety
///
/// The processor must have the features named.
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
pub(in super::super) unsafe fn avx512<T: Task>(task: T) -> T::Output {
    // SAFETY: the features of this function are those of the vector.
    unsafe { task.run::<Avx512>() }
}

/// Runs a task with AVX2.
///
/// # Safety
///
/// The processor must have the features named.
#[target_feature(enable = "avx2,fma")]
pub(in super::super) unsafe fn avx2<T: Task>(task: T) -> T::Output {
    // SAFETY: the features of this function are those of the vector.
    unsafe { task.run::<Avx2>() }
}

/// Adds within groups of four lanes: lane `j` of each group of the result is the sum of that group in vector `j`.
macro_rules! transposed_sums {
    ($four:expr, $low:ident, $high:ident, $low2:ident, $high2:ident, $pd:ident, $ps:ident, $add:ident) => {{
        let [a, b, c, d] = $four;
        let ab = $add($low(a, b), $high(a, b));
        let cd = $add($low(c, d), $high(c, d));
        $add($ps($low2($pd(ab), $pd(cd))), $ps($high2($pd(ab), $pd(cd))))
    }};
}

/// Sixteen floats in an AVX-512 register.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx512(__m512);

impl Vector for Avx512 {
    const LANES: usize = 16;
    const REGISTERS: usize = 32;
    const FUSES: bool = true;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX-512F.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the processor has AVX-512F, the caller vouches for sixteen floats.
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        let mask = ((1u32 << count) - 1) as u16;
        // SAFETY: the processor has AVX-512F, and masked lanes are not read.
        Self(unsafe { _mm512_maskz_loadu_ps(mask, from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the processor has AVX-512F, the caller vouches for sixteen floats.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        let mask = ((1u32 << count) - 1) as u16;
        // SAFETY: the processor has AVX-512F, and masked lanes are not written.
        unsafe { _mm512_mask_storeu_ps(to, mask, self.0) }
    }

    #[inline(always)]
    unsafe fn prefetch(address: *const f32) {
        // SAFETY: a hint never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the processor has AVX-512F.
        Self(unsafe { _mm512_fmadd_ps(self.0, a.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul_then_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the processor has AVX-512F.
        Self(unsafe { _mm512_add_ps(_mm512_mul_ps(self.0, a.0), b.0) })
    }

    #[inline(always)]
    unsafe fn unzip(low: Self, high: Self) -> [Self; 2] {
        // SAFETY: the processor has AVX-512F.
        unsafe {
            let (low, high) = (low.0, high.0);
            let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            let odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            [Self(_mm512_permutex2var_ps(low, even, high)), Self(_mm512_permutex2var_ps(low, odd, high))]
        }
    }

    #[inline(always)]
    unsafe fn store_pairs(pairs: [Self; 2], to: *mut f32) {
        let [Self(even), Self(odd)] = pairs;
        // SAFETY: the processor has AVX-512F, the caller vouches for 32 floats.
        unsafe {
            let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            let high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            _mm512_storeu_ps(to, _mm512_permutex2var_ps(even, low, odd));
            _mm512_storeu_ps(to.add(16), _mm512_permutex2var_ps(even, high, odd));
        }
    }

    #[inline(always)]
    unsafe fn sums(four: [Self; 4]) -> [f32; 4] {
        let [a, b, c, d] = four;
        // SAFETY: the processor has AVX-512F.
        unsafe {
            let groups = transposed_sums!(
                [a.0, b.0, c.0, d.0],
                _mm512_unpacklo_ps,
                _mm512_unpackhi_ps,
                _mm512_unpacklo_pd,
                _mm512_unpackhi_pd,
                _mm512_castps_pd,
                _mm512_castpd_ps,
                _mm512_add_ps
            );
            let low = _mm512_castps512_ps256(groups);
            let high = _mm512_castps512_ps256(_mm512_shuffle_f32x4::<0b1110>(groups, groups));
            let half = _mm256_add_ps(low, high);
            let sum = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps::<1>(half));
            let mut sums = [0.0; 4];
            _mm_storeu_ps(sums.as_mut_ptr(), sum);
            sums
        }
    }

    #[inline(always)]
    unsafe fn apart<T: Task>(task: T) -> T::Output {
        // SAFETY: the caller vouches for the instructions.
        unsafe { avx512(task) }
    }
}

/// Four floats in an SSE register, which every x86-64 processor has.
#[cfg_attr(congruent_scalar, allow(dead_code))]
#[derive(Clone, Copy)]
pub(in super::super) struct Sse(__m128);

impl Vector for Sse {
    const LANES: usize = 4;
    const REGISTERS: usize = 16;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: x86-64 has SSE.
        Self(unsafe { _mm_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: x86-64 has SSE, the caller vouches for four floats.
        Self(unsafe { _mm_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        let mut lanes = [0.0; 4];
        for (lane, value) in lanes.iter_mut().enumerate().take(count) {
            // SAFETY: `lane < count`, and the caller vouches for `count` floats.
            *value = unsafe { *from.add(lane) };
        }
        // SAFETY: x86-64 has SSE, `lanes` has four floats.
        Self(unsafe { _mm_loadu_ps(lanes.as_ptr()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: x86-64 has SSE, the caller vouches for four floats.
        unsafe { _mm_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        let mut lanes = [0.0; 4];
        // SAFETY: x86-64 has SSE, `lanes` has four floats.
        unsafe { _mm_storeu_ps(lanes.as_mut_ptr(), self.0) };
        for (lane, value) in lanes.into_iter().enumerate().take(count) {
            // SAFETY: `lane < count`, and the caller vouches for `count` floats.
            unsafe { *to.add(lane) = value }
        }
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        // SAFETY: x86-64 has SSE.
        Self(unsafe { _mm_add_ps(_mm_mul_ps(self.0, a.0), b.0) })
    }

    #[inline(always)]
    unsafe fn unzip(low: Self, high: Self) -> [Self; 2] {
        // SAFETY: x86-64 has SSE.
        unsafe {
            let (low, high) = (low.0, high.0);
            [Self(_mm_shuffle_ps::<0b10_00_10_00>(low, high)), Self(_mm_shuffle_ps::<0b11_01_11_01>(low, high))]
        }
    }

    #[inline(always)]
    unsafe fn store_pairs(pairs: [Self; 2], to: *mut f32) {
        let [Self(even), Self(odd)] = pairs;
        // SAFETY: x86-64 has SSE, the caller vouches for eight floats.
        unsafe {
            _mm_storeu_ps(to, _mm_unpacklo_ps(even, odd));
            _mm_storeu_ps(to.add(4), _mm_unpackhi_ps(even, odd));
        }
    }

    #[inline(always)]
    unsafe fn sums(four: [Self; 4]) -> [f32; 4] {
        let [a, b, c, d] = four;
        // SAFETY: x86-64 has SSE2.
        unsafe {
            let sum = transposed_sums!(
                [a.0, b.0, c.0, d.0],
                _mm_unpacklo_ps,
                _mm_unpackhi_ps,
                _mm_unpacklo_pd,
                _mm_unpackhi_pd,
                _mm_castps_pd,
                _mm_castpd_ps,
                _mm_add_ps
            );
            let mut sums = [0.0; 4];
            _mm_storeu_ps(sums.as_mut_ptr(), sum);
            sums
        }
    }
}

/// Eight floats in an AVX register, with the multiply-add of FMA.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx2(__m256);

/// Eight lanes on, then eight off: a mask of `count` lanes begins at `8 - count`.
static MASKS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

/// A mask whose first `count <= 8` lanes are on.
///
/// # Safety
///
/// The processor has AVX.
#[inline(always)]
unsafe fn mask(count: usize) -> __m256i {
    // SAFETY: the processor has AVX, and eight masks are left from an index of at most eight.
    unsafe { _mm256_loadu_si256(MASKS.as_ptr().add(8 - count.min(8)).cast()) }
}

impl Vector for Avx2 {
    const LANES: usize = 8;
    const REGISTERS: usize = 16;
    const FUSES: bool = true;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the processor has AVX.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the processor has AVX, the caller vouches for eight floats.
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the processor has AVX, and masked lanes are not read.
        Self(unsafe { _mm256_maskload_ps(from, mask(count)) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the processor has AVX, the caller vouches for eight floats.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the processor has AVX, and masked lanes are not written.
        unsafe { _mm256_maskstore_ps(to, mask(count), self.0) }
    }

    #[inline(always)]
    unsafe fn prefetch(address: *const f32) {
        // SAFETY: a hint never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) }
    }

    #[inline(always)]
    unsafe fn mul_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the processor has FMA.
        Self(unsafe { _mm256_fmadd_ps(self.0, a.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul_then_add(self, a: Self, b: Self) -> Self {
        // SAFETY: the processor has FMA.
        Self(unsafe { _mm256_add_ps(_mm256_mul_ps(self.0, a.0), b.0) })
    }

    #[inline(always)]
    unsafe fn unzip(low: Self, high: Self) -> [Self; 2] {
        // SAFETY: the processor has AVX.
        unsafe {
            let (a, b) = (low.0, high.0);
            // shuffles stay within halves: the halves are sorted first
            let low = _mm256_permute2f128_ps::<0x20>(a, b);
            let high = _mm256_permute2f128_ps::<0x31>(a, b);
            [Self(_mm256_shuffle_ps::<0b10_00_10_00>(low, high)), Self(_mm256_shuffle_ps::<0b11_01_11_01>(low, high))]
        }
    }

    #[inline(always)]
    unsafe fn store_pairs(pairs: [Self; 2], to: *mut f32) {
        let [Self(even), Self(odd)] = pairs;
        // SAFETY: the processor has AVX, the caller vouches for sixteen floats.
        unsafe {
            let (low, high) = (_mm256_unpacklo_ps(even, odd), _mm256_unpackhi_ps(even, odd));
            _mm256_storeu_ps(to, _mm256_permute2f128_ps::<0x20>(low, high));
            _mm256_storeu_ps(to.add(8), _mm256_permute2f128_ps::<0x31>(low, high));
        }
    }

    #[inline(always)]
    unsafe fn sums(four: [Self; 4]) -> [f32; 4] {
        let [a, b, c, d] = four;
        // SAFETY: the processor has AVX.
        unsafe {
            let groups = transposed_sums!(
                [a.0, b.0, c.0, d.0],
                _mm256_unpacklo_ps,
                _mm256_unpackhi_ps,
                _mm256_unpacklo_pd,
                _mm256_unpackhi_pd,
                _mm256_castps_pd,
                _mm256_castpd_ps,
                _mm256_add_ps
            );
            let sum = _mm_add_ps(_mm256_castps256_ps128(groups), _mm256_extractf128_ps::<1>(groups));
            let mut sums = [0.0; 4];
            _mm_storeu_ps(sums.as_mut_ptr(), sum);
            sums
        }
    }

    #[inline(always)]
    unsafe fn apart<T: Task>(task: T) -> T::Output {
        // SAFETY: the caller vouches for the instructions.
        unsafe { avx2(task) }
    }
}
