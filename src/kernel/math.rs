//! Elementary functions of one `f32`: the same bits on every platform, with and without `std`.
//!
//! [`exp`], [`tanh`] and [`sigmoid`] are plain arithmetic without branches, so that a loop over them becomes vector code, and
//! [`cos_turns`] is plain arithmetic too. [`ln`] and [`erf`] come from the `libm` crate, which computes them in `f32`; its cosine
//! would need `f64`, for which a microcontroller has no instructions. [`sqrt`] is exact to the last bit everywhere: the processor's
//! instruction with `std` and where the target is known to have one, else `libm`. Errors are in units in the last place (ulp) of the
//! result, measured against `f64` in the tests of this file.

#![allow(unsafe_code)] // two instructions

/// Adding and subtracting this rounds a small number to the nearest whole one, which then stands in the low bits of the sum:
/// between 2^23 and 2^24, neighbouring floats are 1 apart.
const TO_WHOLE: f32 = 12_582_912.0; // 1.5 * 2^23

/// `e^x`, within 0.91 ulp. `exp(89) = inf`, `exp(-104) = 0`, results below the normal range are rounded to what an `f32` can hold.
///
/// Write `x = n ln 2 + r` with `n` whole and `|r| <= ln 2 / 2`; then `e^x = 2^n e^r`. `n ln 2` is taken from `x` in two steps, the first
/// of which is exact, since its constant ends in zeros (Cody and Waite 1980). `e^r` is its Taylor series up to `r^7 / 7!`, whose next
/// term is below a tenth of an ulp. `2^n` is multiplied as two halves, each made by writing its exponent, so that neither over- nor
/// underflows before the result does.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // ln 2 = HIGH + LOW, with HIGH of 15 bits
    const LN_2_HIGH: f32 = 0.693_145_75;
    const LN_2_LOW: f32 = 1.428_606_8e-6;

    // comparisons with NaN are false: it passes through
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -105.0 { -105.0 } else { x };
    let shifted = x * core::f32::consts::LOG2_E + TO_WHOLE;
    let n = shifted - TO_WHOLE;
    let (high, low) = (x - n * LN_2_HIGH, n * LN_2_LOW);
    let r = high - low;
    let lost = (high - r) - low;

    let tail = 1.0 / 5040.0;
    let tail = tail * r + 1.0 / 720.0;
    let tail = tail * r + 1.0 / 120.0;
    let tail = tail * r + 1.0 / 24.0;
    let tail = tail * r + 1.0 / 6.0;
    let tail = tail * r + 0.5;
    let power = 1.0 + (r + (r * r * tail + lost));

    let n = (shifted.to_bits() as i32).wrapping_sub(TO_WHOLE.to_bits() as i32);
    let half = n >> 1;
    power * two_to(half) * two_to(n.wrapping_sub(half))
}

/// [`exp`] of each of many numbers, by whole vectors up to the end.
#[inline(always)]
pub fn exp_each(values: &mut [f32]) {
    let (whole, rest) = values.as_chunks_mut::<16>();
    for values in whole {
        exp_all(values);
    }
    let mut last = [0.0; 16];
    for (last, value) in last.iter_mut().zip(&*rest) {
        *last = *value;
    }
    if !rest.is_empty() {
        exp_all(&mut last);
    }
    for (value, last) in rest.iter_mut().zip(last) {
        *value = last;
    }
}

/// [`exp`] of a whole vector. (The `map` of arrays may be left as a call, which cannot use wide vectors.)
#[inline(always)]
fn exp_all(values: &mut [f32; 16]) {
    for value in values {
        *value = exp(*value);
    }
}

/// `2^n` for `-126 <= n <= 127`.
#[inline(always)]
fn two_to(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// `(e^x - e^-x) / (e^x + e^-x)`, within 1.3 ulp; 1 and -1 from about |x| = 9 on.
///
/// Near 0, `x + x^3 P(x^2)`, where the polynomial `P` agrees with `(tanh x / x - 1) / x^2` in the six Chebyshev nodes of
/// `0 <= x^2 <= 0.65^2`; elsewhere `1 - 2 / (e^2x + 1)`. Both are computed, one is chosen.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let size = x.abs();
    let square = x * x;
    let tail = 2.214_902_8e-3;
    let tail = tail * square - 8.272_457e-3;
    let tail = tail * square + 2.174_618_7e-2;
    let tail = tail * square - 5.395_635e-2;
    let tail = tail * square + 1.333_329_1e-1;
    let tail = tail * square - 3.333_333_4e-1;
    let near = size + size * (square * tail);
    let far = 1.0 - 2.0 / (exp(size + size) + 1.0);
    let result = if size < 0.625 { near } else { far };
    result.copysign(x)
}

/// `e^x - 1` for `x <= 0`, within 3 ulp, also near 0.
///
/// With `t = tanh(x / 2)` it is `2 t / (1 - t)`, in which nothing cancels where `t <= 0`.
#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let t = tanh(0.5 * x);
    (t + t) / (1.0 - t)
}

/// `1 / (1 + e^-x)`, within 1.8 ulp, also where it is tiny.
///
/// With `e = e^-|x|`, which cannot overflow, it is `1 / (1 + e)` for positive and `e / (1 + e)` for negative `x`. Both are `t - t q` with
/// `q = e / (1 + e)` and `t` their numerator, which rounds less where `e` is small.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    let e = exp(-x.abs());
    let top = if x < 0.0 { e } else { 1.0 };
    top - top * (e / (1.0 + e))
}

/// The natural logarithm, within 0.8 ulp. `ln(0) = -inf`, NaN below 0.
#[inline]
pub fn ln(x: f32) -> f32 {
    libm::logf(x)
}

/// `2 / sqrt(pi)` times the integral of `e^(-t^2)` from 0 to `x`, within 0.9 ulp.
#[inline]
pub fn erf(x: f32) -> f32 {
    libm::erff(x)
}

/// The cosine of an angle in turns, `cos(2 pi t)`, within 1.9 ulp. NaN at infinity.
///
/// In turns the angle is reduced exactly, to an eighth of a turn from the nearest extreme or zero; from there go the Taylor series
/// up to `x^10 / 10!` and `x^9 / 9!`, whose next terms are below a twentieth of an ulp.
#[inline]
pub fn cos_turns(turns: f32) -> f32 {
    let t = (turns - libm::rintf(turns)).abs();
    if (0.125..=0.375).contains(&t) {
        let x = core::f32::consts::TAU * (0.25 - t);
        let square = x * x;
        let tail = 1.0 / 362_880.0;
        let tail = tail * square - 1.0 / 5040.0;
        let tail = tail * square + 1.0 / 120.0;
        let tail = tail * square - 1.0 / 6.0;
        return x + x * (square * tail);
    }
    let (t, sign) = if t < 0.25 { (t, 1.0) } else { (0.5 - t, -1.0) };
    let x = core::f32::consts::TAU * t;
    let square = x * x;
    let tail = -1.0 / 3_628_800.0;
    let tail = tail * square + 1.0 / 40_320.0;
    let tail = tail * square - 1.0 / 720.0;
    let tail = tail * square + 1.0 / 24.0;
    let tail = tail * square - 0.5;
    sign * (1.0 + square * tail)
}

/// The square root, correctly rounded. NaN below 0.
#[inline(always)]
pub fn sqrt(x: f32) -> f32 {
    #[cfg(feature = "std")]
    return x.sqrt();
    // the ABI tells of the instruction, which the compiler's list of features does not on stable Rust
    #[cfg(all(not(feature = "std"), target_arch = "arm", target_abi = "eabihf"))]
    {
        let root: u32;
        // a Cortex-M4 has single precision only, with which Rust allows no floating-point operands: one register is lent
        // SAFETY: every Arm processor with this ABI has the instruction, and all registers are as they were.
        unsafe {
            core::arch::asm!(
                "vmov {lent}, s0", "vmov s0, {x}", "vsqrt.f32 s0, s0", "vmov {root}, s0", "vmov s0, {lent}",
                x = in(reg) x.to_bits(), root = out(reg) root, lent = out(reg) _,
                options(pure, nomem, nostack)
            );
        }
        f32::from_bits(root)
    }
    #[cfg(all(not(feature = "std"), any(target_arch = "riscv32", target_arch = "riscv64"), target_feature = "f"))]
    {
        let root;
        // SAFETY: the target has the instruction, which touches nothing else.
        unsafe { core::arch::asm!("fsqrt.s {}, {}", out(freg) root, in(freg) x, options(pure, nomem, nostack)) };
        root
    }
    #[cfg(not(any(
        feature = "std",
        all(target_arch = "arm", target_abi = "eabihf"),
        all(any(target_arch = "riscv32", target_arch = "riscv64"), target_feature = "f")
    )))]
    return libm::sqrtf(x);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::println;

    /// The distance from the `f64` in ulps of the `f32` nearest to it.
    fn ulps(value: f32, exact: f64) -> f64 {
        let rounded = exact as f32;
        if value == rounded || (value.is_nan() && exact.is_nan()) {
            return 0.0;
        }
        if !value.is_finite() || !rounded.is_finite() {
            return f64::INFINITY;
        }
        let spacing = f64::from(rounded.abs().max(f32::MIN_POSITIVE));
        let spacing = f64::from_bits(spacing.to_bits() & (0x7ff << 52)) * f64::powi(2.0, -23);
        (f64::from(value) - exact).abs() / spacing
    }

    /// The largest error over numbers of all exponents and both signs.
    fn worst(f: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> (f64, f32) {
        let mut worst = (0.0, 0.0);
        let step = 257;
        for bits in (0..=f32::INFINITY.to_bits()).step_by(step) {
            for x in [f32::from_bits(bits), -f32::from_bits(bits)] {
                let error = ulps(f(x), exact(f64::from(x)));
                if error > worst.0 {
                    worst = (error, x);
                }
            }
        }
        worst
    }

    #[test]
    fn functions_are_within_their_errors() {
        let check = |name, bound, (error, at): (f64, f32)| {
            println!("{name}: {error:.3} ulp at {at:?}");
            assert!(error <= bound, "{name}: {error} ulp at {at}");
        };
        check("exp", 0.91, worst(exp, f64::exp));
        check("tanh", 1.3, worst(tanh, f64::tanh));
        check("exp_m1", 3.0, worst(|x| exp_m1(-x.abs()), |x| f64::exp_m1(-x.abs())));
        let exact = |x: f64| {
            if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }
        };
        check("sigmoid", 1.8, worst(sigmoid, exact));
        check("erf", 1.0, worst(erf, libm::erf));
        check("ln", 1.0, worst(ln, f64::ln));
        let exact = |turns: f64| (core::f64::consts::TAU * (turns - turns.round())).cos();
        check("cos_turns", 1.9, worst(cos_turns, |t| if t.abs() % 0.5 == 0.25 { 0.0 } else { exact(t) }));
        check("sqrt", 0.5, worst(sqrt, f64::sqrt));
    }

    #[test]
    fn limits_are_right() {
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(89.0), f32::INFINITY);
        assert!(exp(88.72).is_finite());
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(-104.0), 0.0);
        assert!(exp(-103.0) > 0.0);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(tanh(f32::INFINITY), 1.0);
        assert_eq!(tanh(-20.0), -1.0);
        assert_eq!(exp_m1(f32::NEG_INFINITY), -1.0);
        assert_eq!(tanh(-0.0).to_bits(), (-0.0f32).to_bits());
        assert_eq!(sigmoid(0.0), 0.5);
        assert_eq!(sigmoid(f32::INFINITY), 1.0);
        assert_eq!(sigmoid(f32::NEG_INFINITY), 0.0);
        assert!(sigmoid(-100.0) > 0.0 && sigmoid(-100.0) < 1e-40);
        assert_eq!(erf(0.0), 0.0);
        assert_eq!(erf(f32::INFINITY), 1.0);
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0, -7.5, 1e9].map(cos_turns), [1.0, 0.0, -1.0, 0.0, 1.0, -1.0, 1.0]);
        assert!(cos_turns(f32::INFINITY).is_nan());
        assert_eq!(ln(1.0), 0.0);
        for f in [exp, tanh, exp_m1, sigmoid, ln, erf, cos_turns, sqrt] {
            assert!(f(f32::NAN).is_nan());
        }
    }

    /// Bits written down once: another platform must give the same.
    #[test]
    fn bits_are_the_same_everywhere() {
        let mut hash = 0u32;
        for i in -2000i16..2000 {
            let x = f32::from(i) * 0.0517;
            for f in [exp, tanh, sigmoid, erf, cos_turns] {
                hash = (hash ^ f(x).to_bits()).wrapping_mul(0x0100_0193);
            }
            hash = (hash ^ ln(x.abs()).to_bits()).wrapping_mul(0x0100_0193);
        }
        assert_eq!(hash, 2_141_302_486);
    }
}
