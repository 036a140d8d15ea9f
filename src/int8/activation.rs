//! Activations over integers: clamps within the layer before, tables of all 256 values, and softmax.

use super::arithmetic::{Multiplier, Quantization, Rounding, doubled_high_product, rounded_shift};
use super::fixed_point;
use crate::layer::activation::{self as float, Activation, Elementwise};

/// What a layer does with its outputs in the end, in place.
pub trait Ending: Sized + Send + Sync + 'static {
    /// One of zeros.
    const ZERO: Self;
    /// Whether it is over a whole vector, and not of each number for itself.
    const OF_VECTORS: bool = false;
    /// Replaces a row.
    fn apply(&self, row: &mut [i8]);
}

/// An activation that has an int8 form.
#[diagnostic::on_unimplemented(
    message = "the activation `{Self}` has no int8 form",
    note = "`Linear`, `Relu`, `Relu6`, `Hardtanh`, `Softmax`, and all activations that map each number for itself have one"
)]
pub trait Int8Activation: Activation {
    /// As the end of a layer with weights.
    type Fused: Ending;
    /// As a layer of its own.
    type Alone: Ending;
    /// Between which numbers it clamps, if that is all that it does.
    const BOUNDS: Option<[f32; 2]>;

    /// Sets the end of a layer with weights, from what comes before and after the activation. Gives the quantisation of both.
    fn fuse(before: [f32; 2], after: [f32; 2], to: &mut Self::Fused) -> [Quantization; 2];

    /// Sets the layer of its own. Gives the quantisation of what goes out.
    fn alone(input: Quantization, after: [f32; 2], to: &mut Self::Alone) -> Quantization;
}

/// Nothing: the layer's own clamp is the activation.
#[derive(Clone, Debug)]
pub struct Within;

impl Ending for Within {
    const ZERO: Within = Within;

    #[inline(always)]
    fn apply(&self, _row: &mut [i8]) {}
}

/// `clamp(q, low, high)`, for a clamp that is a layer of its own. What goes out has the scale of what comes in.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Bounds {
    low: i8,
    high: i8,
}

impl Ending for Bounds {
    const ZERO: Bounds = Bounds { low: 0, high: 0 };

    fn apply(&self, row: &mut [i8]) {
        for q in row {
            *q = (*q).max(self.low).min(self.high);
        }
    }
}

/// What each of the 256 integers becomes.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct TableInt8 {
    values: [i8; 256],
}

impl TableInt8 {
    /// `quantize(f(dequantize(q)))` for each `q`, as TensorFlow Lite fills its tables.
    pub fn set(&mut self, input: Quantization, output: Quantization, f: impl Fn(f32) -> f32) {
        self.fill(|q| output.quantize(f(input.dequantize(q))));
    }

    fn fill(&mut self, f: impl Fn(i8) -> i8) {
        for (to, q) in self.values.iter_mut().zip(i8::MIN..=i8::MAX) {
            *to = f(q);
        }
    }

    /// A function of numbers of 4 bits before the point, of which those beyond 15 give the end; `bits` are those of the output behind its
    /// point, `zero` its zero point. (`Logistic` and `Tanh` of the reference kernels.)
    fn set_fixed(&mut self, input: Quantization, f: fn(i32) -> i32, bits: u32, zero: i32) {
        let multiplier = Multiplier::of(f64::from(input.scale) * f64::from(1 << 27));
        let radius = radius(4, multiplier.shift);
        self.fill(|q| {
            let x = i32::from(q) - input.zero_point;
            if x <= -radius {
                return i8::MIN;
            }
            if x >= radius {
                return i8::MAX;
            }
            let y = rounded_shift(f(multiplier.times(x, Rounding::Twice)), 31 - bits);
            (y + zero).clamp(-128, 127) as i8
        });
    }
}

impl TableInt8 {
    /// `x`, and below 0 `slope·x`, by two multiplications in integers. (`QuantizeLeakyRelu` of the reference kernels.)
    fn set_leaky(&mut self, input: Quantization, output: Quantization, slope: f32) {
        let factors = [input.scale / output.scale, input.scale * slope / output.scale];
        let [above, below] = factors.map(|factor| Multiplier::of(f64::from(factor)));
        self.fill(|q| {
            let x = i32::from(q) - input.zero_point;
            let y = if x >= 0 { above } else { below }.times(x, Rounding::Twice);
            y.saturating_add(output.zero_point).clamp(-128, 127) as i8
        });
    }
}

/// The largest integer that stays below the bits before the point, when it is shifted (`CalculateInputRadius`).
fn radius(integer_bits: u32, shift: i32) -> i32 {
    let largest = f64::from((1_u32 << integer_bits) - 1) * f64::from(1_u32 << (31 - integer_bits));
    libm::floor(libm::ldexp(largest, -shift)) as i32
}

impl Ending for TableInt8 {
    const ZERO: TableInt8 = TableInt8 { values: [0; 256] };

    fn apply(&self, row: &mut [i8]) {
        for q in row {
            *q = self.values.get(usize::from(*q as u8 ^ 0x80)).copied().unwrap_or_default();
        }
    }
}

/// `yᵢ = exp(xᵢ − max x) / Σⱼ exp(xⱼ − max x)`, in fixed point, to the bits of the reference kernels. What goes out is
/// [`Quantization::UNIT`].
#[derive(Clone, Debug)]
#[repr(C)]
pub struct SoftmaxInt8 {
    mantissa: i32,
    shift: i32,
    /// Of what is further below the largest than this, the exponential is 0.
    least: i32,
}

impl SoftmaxInt8 {
    fn set(&mut self, input: Quantization) {
        // differences have 5 bits before the point
        let factor = f64::from(input.scale) * f64::from(1 << 26);
        let multiplier = Multiplier::of(factor.min(f64::from(i32::MAX)));
        (self.mantissa, self.shift) = (multiplier.mantissa, multiplier.shift);
        self.least = -radius(5, multiplier.shift);
    }

    /// `eˣ` of a difference, with no bits before the point.
    fn exp(&self, difference: i32) -> Option<i32> {
        let shifted = difference.wrapping_shl(self.shift.max(0) as u32);
        (difference >= self.least)
            .then(|| fixed_point::exp_of_negative::<5>(doubled_high_product(shifted, self.mantissa)))
    }
}

impl Ending for SoftmaxInt8 {
    const ZERO: SoftmaxInt8 = SoftmaxInt8 { mantissa: 0, shift: 0, least: 0 };
    const OF_VECTORS: bool = true;

    fn apply(&self, row: &mut [i8]) {
        let largest = row.iter().copied().fold(i8::MIN, i8::max);
        let difference = |x: i8| i32::from(x) - i32::from(largest);
        // 12 bits before the point, for as many as 4096 numbers
        let exps = row.iter().filter_map(|x| self.exp(difference(*x)));
        let sum = exps.fold(0_i32, |sum, exp| sum.wrapping_add(rounded_shift(exp, 12)));
        let zeros = sum.leading_zeros();
        let reciprocal =
            fixed_point::reciprocal_of_one_plus((sum as u32).wrapping_shl(zeros).wrapping_sub(1 << 31) as i32);
        let shift = (12 + 31 - 8_u32).wrapping_sub(zeros);
        for x in row {
            *x = match self.exp(difference(*x)) {
                Some(exp) => {
                    let share = rounded_shift(doubled_high_product(reciprocal, exp), shift);
                    (share - 128).clamp(-128, 127) as i8
                }
                None => i8::MIN,
            };
        }
    }
}

/// Activations that clamp.
macro_rules! clamps {
    ($($Name:ident [$low:expr, $high:expr]),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Int8Activation for float::$Name {
            type Fused = Within;
            type Alone = Bounds;
            const BOUNDS: Option<[f32; 2]> = Some([$low, $high]);

            fn fuse(_before: [f32; 2], [low, high]: [f32; 2], _to: &mut Within) -> [Quantization; 2] {
                [Quantization::of_range(low, high); 2]
            }

            fn alone(input: Quantization, _after: [f32; 2], to: &mut Bounds) -> Quantization {
                (to.low, to.high) = (input.quantize($low), input.quantize($high));
                input
            }
        }
    )*};
}

clamps! {
    Linear [f32::NEG_INFINITY, f32::INFINITY],
    Relu [0.0, f32::INFINITY],
    Relu6 [0.0, 6.0],
    Hardtanh [-1.0, 1.0],
}

/// Activations that are tables: of any range, or with what is known of it and how the table is filled.
macro_rules! tables {
    ($($Name:ident $(= $output:ident, $fill:expr)?),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Int8Activation for float::$Name {
            type Fused = TableInt8;
            type Alone = TableInt8;
            const BOUNDS: Option<[f32; 2]> = None;

            fn fuse([low, high]: [f32; 2], after: [f32; 2], to: &mut TableInt8) -> [Quantization; 2] {
                let before = Quantization::of_range(low, high);
                [before, Self::alone(before, after, to)]
            }

            fn alone(input: Quantization, after: [f32; 2], to: &mut TableInt8) -> Quantization {
                let output = tables!(@output after $($output)?);
                tables!(@fill $Name $($fill)?)(to, input, output);
                output
            }
        }
    )*};
    (@output $after:ident) => { Quantization::of_range($after[0], $after[1]) };
    (@output $after:ident of_range) => { Quantization::of_range($after[0], $after[1]) };
    (@output $after:ident $output:ident) => {{
        let _ = $after;
        Quantization::$output
    }};
    (@fill $Name:ident) => {
        |to: &mut TableInt8, input, output| to.set(input, output, <float::$Name as Elementwise>::value)
    };
    (@fill $Name:ident $fill:expr) => {{
        let fill: fn(&mut TableInt8, Quantization, Quantization) = $fill;
        fill
    }};
}

tables! {
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu = of_range, |table, input, output| table.set_leaky(input, output, -float::LeakyRelu::value(-1.0)),
    Mish,
    Selu,
    Sigmoid = UNIT, |table, input, _| table.set_fixed(input, fixed_point::logistic, 8, -128),
    Silu,
    Softplus,
    Tanh = SYMMETRIC_UNIT, |table, input, _| table.set_fixed(input, fixed_point::tanh, 7, 0),
}

#[diagnostic::do_not_recommend]
impl Int8Activation for float::Softmax {
    type Fused = SoftmaxInt8;
    type Alone = SoftmaxInt8;
    const BOUNDS: Option<[f32; 2]> = None;

    fn fuse([low, high]: [f32; 2], _after: [f32; 2], to: &mut SoftmaxInt8) -> [Quantization; 2] {
        let before = Quantization::of_range(low, high);
        [before, Self::alone(before, _after, to)]
    }

    fn alone(input: Quantization, _after: [f32; 2], to: &mut SoftmaxInt8) -> Quantization {
        to.set(input);
        Quantization::UNIT
    }
}
