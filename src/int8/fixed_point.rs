//! Elementary functions in fixed point, to the bits of gemmlowp, which TensorFlow Lite's reference kernels call.
//!
//! A number of `I` integer bits is an `i32` of `31 − I` bits behind the point.

use super::arithmetic::{doubled_high_product as product, rounded_shift};

/// `1` with no integer bits, as nearly as there is.
const ONE: i32 = i32::MAX;

/// `x · 2^by`, of which what does not fit is the largest.
fn shifted(x: i32, by: u32) -> i32 {
    let limit = i64::from(x) << by;
    limit.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// `eˣ` for `−1/4 ≤ x < 0`, both with no integer bits: a polynomial around −1/8.
fn exp_of_a_quarter(a: i32) -> i32 {
    const AT_CENTER: i32 = 1_895_147_668; // e^(−1/8)
    const THIRD: i32 = 715_827_883;
    let x = a.wrapping_add(1 << 28);
    let x2 = product(x, x);
    let x3 = product(x2, x);
    let x4 = product(x2, x2);
    let tail = rounded_shift(x4, 2).wrapping_add(x3);
    let tail = rounded_shift(product(tail, THIRD).wrapping_add(x2), 1);
    AT_CENTER.wrapping_add(product(AT_CENTER, x.wrapping_add(tail)))
}

/// `eˣ` for `x ≤ 0` of `INTEGER` bits before the point, at most 5; the result has none.
pub(super) fn exp_of_negative<const INTEGER: u32>(x: i32) -> i32 {
    const FACTORS: [(i32, i32); 7] = [
        (-2, 1_672_461_947),
        (-1, 1_302_514_674),
        (0, 790_015_084),
        (1, 290_630_308),
        (2, 39_332_535),
        (3, 720_401),
        (4, 242),
    ];
    if x == 0 {
        return ONE;
    }
    let fraction = 31 - INTEGER;
    let quarter = 1 << (fraction - 2);
    let part = (x & (quarter - 1)).wrapping_sub(quarter);
    let mut result = exp_of_a_quarter(shifted(part, INTEGER));
    let whole = part.wrapping_sub(x);
    for (exponent, factor) in FACTORS {
        if (INTEGER as i32) > exponent && whole & 1_i32.wrapping_shl((fraction as i32 + exponent) as u32) != 0 {
            result = product(result, factor);
        }
    }
    result
}

/// `1 / (1 + x)` for `0 ≤ x < 1`, both with no integer bits, by three steps of Newton and Raphson.
pub(super) fn reciprocal_of_one_plus(x: i32) -> i32 {
    let half_denominator = half_sum_with_one(x);
    let mut result = newton(half_denominator);
    // from 2 integer bits of half the quotient to none
    result = shifted(result, 1);
    result
}

/// `(a + 1) / 2`, halves away from zero.
fn half_sum_with_one(a: i32) -> i32 {
    let sum = i64::from(a) + i64::from(ONE);
    let sign = if sum >= 0 { 1 } else { -1 };
    ((sum + sign) / 2) as i32
}

/// `1 / d` of 2 integer bits, for `1/2 ≤ d < 1` of none.
fn newton(d: i32) -> i32 {
    const START: i32 = 1_515_870_810; // 48/17 with 2 integer bits
    const SLOPE: i32 = -1_010_580_540; // −32/17
    const ONE_OF_TWO: i32 = 1 << 29;
    let mut x = START.wrapping_add(product(d, SLOPE));
    for _ in 0..3 {
        let error = ONE_OF_TWO.wrapping_sub(product(d, x));
        x = x.wrapping_add(shifted(product(x, error), 2));
    }
    x
}

/// `1 / (1 + e^(−x))` for `x` of 4 integer bits; the result has none.
pub(super) fn logistic(x: i32) -> i32 {
    if x == 0 {
        return 1 << 30;
    }
    let negative = if x > 0 { x.wrapping_neg() } else { x };
    let of_magnitude = reciprocal_of_one_plus(exp_of_negative::<4>(negative));
    if x > 0 { of_magnitude } else { ONE.wrapping_sub(of_magnitude) }
}

/// `tanh x` for `x` of 4 integer bits; the result has none.
pub(super) fn tanh(x: i32) -> i32 {
    if x == 0 {
        return 0;
    }
    let negative = if x > 0 { x.wrapping_neg() } else { x };
    // (1 − t) / (1 + t) with t = e^(2x): twice x is x of one integer bit more
    let result = one_minus_over_one_plus(exp_of_negative::<5>(negative));
    if x > 0 { result } else { result.wrapping_neg() }
}

/// `(1 − x) / (1 + x)` for `0 ≤ x < 1`, both with no integer bits.
fn one_minus_over_one_plus(x: i32) -> i32 {
    const ONE_OF_TWO: i32 = 1 << 29;
    let result = newton(half_sum_with_one(x));
    shifted(result.wrapping_sub(ONE_OF_TWO), 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_as_exact_as_their_steps() {
        let of = |x: f64, integer: i32| (x * f64::from(1_u32 << (31 - integer))) as i32;
        let from = |x: i32| f64::from(x) / f64::from(1_u32 << 31);
        for i in 0..400 {
            let x = f64::from(i) / 50.0;
            assert!((from(exp_of_negative::<5>(of(-x, 5))) - (-x).exp()).abs() < 1e-6, "exp(-{x})");
            assert!((from(logistic(of(x, 4))) - 1.0 / (1.0 + (-x).exp())).abs() < 1e-6, "logistic({x})");
            assert!((from(logistic(of(-x, 4))) - 1.0 / (1.0 + x.exp())).abs() < 1e-6, "logistic(-{x})");
            assert!((from(tanh(of(x, 4))) - x.tanh()).abs() < 1e-6, "tanh({x})");
            let y = f64::from(i) / 400.0;
            assert!((from(reciprocal_of_one_plus(of(y, 0))) - 1.0 / (1.0 + y)).abs() < 1e-6, "1 / (1 + {y})");
        }
    }
}
