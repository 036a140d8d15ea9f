//! The arithmetic of TensorFlow Lite's reference kernels: scales, zero points, and multiplication by a scale in integers.

/// How an `i8` stands for a number: `real = (q − zero_point) · scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Quantization {
    /// What one step is worth.
    pub scale: f32,
    /// The integer that stands for 0, in −128 ..= 127.
    pub zero_point: i32,
}

impl Quantization {
    /// Nothing yet.
    pub const ZERO: Quantization = Quantization { scale: 0.0, zero_point: 0 };
    /// Of what lies between 0 and 1: softmax and the logistic function.
    pub const UNIT: Quantization = Quantization { scale: 1.0 / 256.0, zero_point: -128 };
    /// Of what lies between −1 and 1: the hyperbolic tangent.
    pub const SYMMETRIC_UNIT: Quantization = Quantization { scale: 1.0 / 128.0, zero_point: 0 };

    /// The quantisation of the numbers from `low` to `high`, stretched to hold 0, which is represented exactly, as padding and `Relu` ask:
    /// `scale = (high − low) / 255`, `zero_point = round(−128 − low / scale)`. (Jacob et al. 2018, section 3.)
    ///
    /// Of numbers that are all 0 the scale is 1.
    #[must_use]
    pub fn of_range(low: f32, high: f32) -> Quantization {
        let (low, high) = (f64::from(low.min(0.0)), f64::from(high.max(0.0)));
        let scale = ((high - low) / 255.0) as f32;
        if scale < f32::MIN_POSITIVE {
            return Quantization { scale: 1.0, zero_point: if low < 0.0 { 127 } else { -128 } };
        }
        let zero_point = libm::round(-128.0 - low / f64::from(scale)) as i32;
        Quantization { scale, zero_point: zero_point.clamp(-128, 127) }
    }

    /// The nearest integer, `round(x / scale) + zero_point` within −128 ..= 127, halves away from zero. (NaN is 0.)
    #[must_use]
    pub fn quantize(&self, x: f32) -> i8 {
        let steps = libm::roundf(x / self.scale);
        // in `f32`, which has all integers that matter, so that nothing overflows
        (steps + self.zero_point as f32).clamp(-128.0, 127.0) as i8
    }

    /// The number that an integer stands for.
    #[must_use]
    pub fn dequantize(&self, q: i8) -> f32 {
        (i32::from(q) - self.zero_point) as f32 * self.scale
    }
}

/// How a product with a [`Multiplier`] is rounded. The two differ by 1 at most, and the reference kernels have both: by the desktop's
/// interpreter (`BUILTIN_REF`, 2.3.0) a fully connected layer rounds once, and convolutions, sums and all else twice; TensorFlow Lite Micro
/// rounds twice everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Half up, once, at the end of a product of 64 bits.
    Once,
    /// First to the upper 32 bits of the doubled product, halves up, then by the shift, halves away from zero (gemmlowp).
    Twice,
}

/// A positive factor as an integer and a power of two: `factor ≈ mantissa · 2^(shift − 31)`, where `mantissa` is in `2³⁰ .. 2³¹`, or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiplier {
    /// The factor's leading 31 bits.
    pub mantissa: i32,
    /// To the left where it is positive, in −31 ..= 30.
    pub shift: i32,
}

impl Multiplier {
    /// The nearest to a factor (`QuantizeMultiplier` in TensorFlow Lite): below `2⁻³²` it is 0, above `2³⁰` the largest.
    #[must_use]
    pub fn of(factor: f64) -> Multiplier {
        let (fraction, mut shift) = libm::frexp(factor);
        let mut mantissa = libm::round(fraction * f64::from(1_u32 << 31)) as i64;
        if mantissa == 1 << 31 {
            (mantissa, shift) = (mantissa / 2, shift + 1);
        }
        if shift < -31 || !factor.is_finite() || factor <= 0.0 {
            return Multiplier { mantissa: 0, shift: 0 };
        }
        if shift > 30 {
            return Multiplier { mantissa: i32::MAX, shift: 30 };
        }
        Multiplier { mantissa: mantissa as i32, shift }
    }

    /// The factor itself.
    #[must_use]
    pub fn factor(&self) -> f64 {
        libm::ldexp(f64::from(self.mantissa), self.shift - 31)
    }

    /// `x · factor`, rounded.
    #[inline(always)]
    #[must_use]
    pub fn times(self, x: i32, rounding: Rounding) -> i32 {
        match rounding {
            Rounding::Once => self.times_rounded_once(x),
            Rounding::Twice => self.times_rounded_twice(x),
        }
    }

    #[inline(always)]
    fn times_rounded_once(self, x: i32) -> i32 {
        let shift = (31 - self.shift) as u32;
        let half = 1_i64.wrapping_shl(shift.wrapping_sub(1));
        (i64::from(x) * i64::from(self.mantissa) + half).wrapping_shr(shift) as i32
    }

    #[inline(always)]
    fn times_rounded_twice(self, x: i32) -> i32 {
        let (left, right) = (self.shift.max(0) as u32, (-self.shift).max(0) as u32);
        rounded_shift(high_product(x.wrapping_shl(left), self.mantissa), right) // a mantissa is not negative
    }
}

/// The upper 32 bits of `2·a·b`, rounded to the nearest, halves up; the largest where that is too much (`SaturatingRoundingDoublingHighMul`,
/// which says the same with a division that rounds to zero).
#[inline(always)]
pub(super) fn doubled_high_product(a: i32, b: i32) -> i32 {
    if a == i32::MIN && b == i32::MIN { i32::MAX } else { high_product(a, b) }
}

/// The same of two that are not both the smallest.
#[inline(always)]
fn high_product(a: i32, b: i32) -> i32 {
    ((i64::from(a) * i64::from(b) + (1 << 30)) >> 31) as i32
}

/// `x / 2^by`, rounded to the nearest, halves away from zero (`RoundingDivideByPOT`).
#[inline(always)]
pub(super) fn rounded_shift(x: i32, by: u32) -> i32 {
    let mask = 1_u32.wrapping_shl(by).wrapping_sub(1);
    let (remainder, threshold) = (x as u32 & mask, (mask >> 1) + u32::from(x < 0));
    x.wrapping_shr(by) + i32::from(remainder > threshold)
}

/// `sum / count`, rounded to the nearest, halves away from zero, as average pools do.
#[inline(always)]
pub(super) fn rounded_mean(sum: i32, count: i32) -> i32 {
    let half = if sum > 0 { count / 2 } else { -(count / 2) };
    (sum + half).checked_div(count).unwrap_or(0)
}

/// What the sums of a layer become: `clamp(zero_point + sum · multiplier)`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Output {
    pub quantization: Quantization,
    /// The smallest and the largest: of a fused activation.
    pub low: i8,
    pub high: i8,
    /// Whether a product is rounded once; else twice.
    pub once: bool,
}

impl Output {
    pub const ZERO: Output = Output { quantization: Quantization::ZERO, low: 0, high: 0, once: false };

    /// For numbers within `bounds`.
    pub fn new(quantization: Quantization, [low, high]: [f32; 2], rounding: Rounding) -> Output {
        let (low, high) = (quantization.quantize(low), quantization.quantize(high));
        Output { quantization, low, high, once: rounding == Rounding::Once }
    }

    /// `clamp(zero_point + product)`
    #[inline(always)]
    fn clamped(&self, product: i32) -> i8 {
        let value = product.wrapping_add(self.quantization.zero_point);
        value.min(i32::from(self.high)).max(i32::from(self.low)) as i8
    }
}

/// What is known of each of `N` outputs of a layer of products and sums: `y[c] = clamp(zero_point + multiplier[c] · (bias[c] + Σ w·x))`.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Channels<const N: usize> {
    /// The bias, in which `−zero_point · Σ w` of the input is contained, so that the sums are over `w·q` alone.
    pub(super) bias: [i32; N],
    pub(super) mantissa: [i32; N],
    pub(super) shift: [i8; N],
    /// The integer that stands for 0 in the input.
    pub(super) padding: i8,
    pub(super) output: Output,
}

impl<const N: usize> Channels<N> {
    pub(super) const ZERO: Self =
        Channels { bias: [0; N], mantissa: [0; N], shift: [0; N], padding: 0, output: Output::ZERO };

    /// Sets what belongs to channel `c`, whose weights, of the scale `scale`, add up to `sum`.
    pub(super) fn set(&mut self, c: usize, bias: i32, sum: i32, input: Quantization, scale: f32) {
        let factor = f64::from(input.scale) * f64::from(scale) / f64::from(self.output.quantization.scale);
        let multiplier = Multiplier::of(factor);
        if let (Some(to), Some(mantissa), Some(shift)) =
            (self.bias.get_mut(c), self.mantissa.get_mut(c), self.shift.get_mut(c))
        {
            *to = bias.wrapping_sub(input.zero_point.wrapping_mul(sum));
            (*mantissa, *shift) = (multiplier.mantissa, multiplier.shift as i8);
        }
        self.padding = input.zero_point as i8;
    }

    /// All of them.
    #[inline(always)]
    pub(super) fn all(&self) -> Slices<'_> {
        Slices { bias: &self.bias, mantissa: &self.mantissa, shift: &self.shift, output: &self.output }
    }
}

/// [`Channels`] of any number.
#[derive(Clone, Copy)]
pub(super) struct Slices<'a> {
    pub bias: &'a [i32],
    pub mantissa: &'a [i32],
    pub shift: &'a [i8],
    pub output: &'a Output,
}

impl Slices<'_> {
    /// Those from `first` on.
    pub fn behind(self, first: usize) -> Self {
        Slices {
            bias: self.bias.get(first..).unwrap_or_default(),
            mantissa: self.mantissa.get(first..).unwrap_or_default(),
            shift: self.shift.get(first..).unwrap_or_default(),
            ..self
        }
    }

    /// Sets the outputs of as many channels as there are sums, the first of which is `first`.
    #[cfg_attr(any(target_arch = "x86_64", target_arch = "aarch64"), inline(always))]
    #[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), inline(never))] // one for all, and small
    pub fn finish(&self, first: usize, sums: &[i32], y: &mut [i8]) {
        let channels = self.behind(first);
        let y = y.get_mut(first..).unwrap_or_default();
        match self.output.once {
            true => channels.set(sums, y, Multiplier::times_rounded_once),
            false => channels.set(sums, y, Multiplier::times_rounded_twice),
        }
    }

    #[inline(always)]
    fn set(&self, sums: &[i32], y: &mut [i8], times: impl Fn(Multiplier, i32) -> i32) {
        let Slices { bias, mantissa, shift, output } = *self;
        for ((((y, sum), bias), mantissa), shift) in y.iter_mut().zip(sums).zip(bias).zip(mantissa).zip(shift) {
            let multiplier = Multiplier { mantissa: *mantissa, shift: i32::from(*shift) };
            *y = output.clamped(times(multiplier, bias.wrapping_add(*sum)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The product in numbers of 128 bits, rounded half up.
    fn once(x: i32, multiplier: Multiplier) -> i128 {
        let shift = 31 - multiplier.shift;
        let product = i128::from(x) * i128::from(multiplier.mantissa);
        (product + (1 << (shift - 1))) >> shift
    }

    #[test]
    fn multipliers_are_the_nearest() {
        for factor in [0.5, 1.0, 0.123_456_789, 3e-5, 7.25, 2.0 - 1e-12] {
            let multiplier = Multiplier::of(factor);
            assert!((1 << 30..=i32::MAX).contains(&multiplier.mantissa), "{factor}");
            assert!((multiplier.factor() / factor - 1.0).abs() <= 0.5 / f64::from(1 << 30), "{factor}");
        }
        assert_eq!(Multiplier::of(1.0), Multiplier { mantissa: 1 << 30, shift: 1 });
        assert_eq!(Multiplier::of(1e-12), Multiplier { mantissa: 0, shift: 0 });
        assert_eq!(Multiplier::of(f64::NAN), Multiplier { mantissa: 0, shift: 0 });
        assert_eq!(Multiplier::of(1e30), Multiplier { mantissa: i32::MAX, shift: 30 });
    }

    #[test]
    fn the_two_roundings_differ_by_one_at_most() {
        let mut differ = 0;
        for factor in [0.9, 0.3, 0.01, 1e-4] {
            let multiplier = Multiplier::of(factor);
            for x in (-200_000..200_000).step_by(7) {
                let [first, second] = [Rounding::Once, Rounding::Twice].map(|rounding| multiplier.times(x, rounding));
                assert_eq!(i128::from(first), once(x, multiplier));
                assert!((first - second).abs() <= 1, "{x} times {factor}");
                differ += i32::from(first != second);
            }
        }
        assert!(differ > 0, "both are there");
    }

    #[test]
    fn the_upper_half_is_that_of_a_division_as_gemmlowp_has_it() {
        let mut state = 7_u32;
        for _ in 0..20_000 {
            let [a, b] = core::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> (state % 24)) as i32 ^ -(state as i32 & 1)
            });
            let product = i64::from(a) * i64::from(b);
            let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
            assert_eq!(i64::from(doubled_high_product(a, b)), (product + nudge) / (1 << 31), "{a} by {b}");
        }
    }

    #[test]
    fn halves_go_where_the_reference_has_them() {
        let half = Multiplier::of(0.5);
        assert_eq!([3, -3, 5, -5].map(|x| half.times(x, Rounding::Once)), [2, -1, 3, -2]);
        assert_eq!([3, -3, 5, -5].map(|x| rounded_shift(x, 1)), [2, -2, 3, -3]);
        assert_eq!(doubled_high_product(i32::MIN, i32::MIN), i32::MAX);
        assert_eq!([7, -7, 6, -6].map(|sum| rounded_mean(sum, 4)), [2, -2, 2, -2]);
    }

    #[test]
    fn zero_is_exact_and_the_ends_are_within_half_a_step() {
        for (low, high) in [(-1.0, 1.0), (0.0, 6.0), (-3.7, 0.0), (0.5, 2.0), (-0.01, 12.0), (0.0, 0.0), (-1e-42, 0.0)]
        {
            let quantization = Quantization::of_range(low, high);
            assert_eq!(quantization.dequantize(quantization.quantize(0.0)), 0.0);
            for x in [low, high] {
                let error = (quantization.dequantize(quantization.quantize(x)) - x).abs();
                assert!(error <= quantization.scale * 0.501, "{x} of {low} to {high}: {error}");
            }
        }
        let unit = Quantization::UNIT;
        assert_eq!([f32::INFINITY, f32::NEG_INFINITY, 0.5, 1e30].map(|x| unit.quantize(x)), [127, -128, 0, 127]);
    }
}
