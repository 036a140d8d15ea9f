//! The derivative of a function of one number, measured.

/// The distances tried are these powers of two.
const DISTANCES: core::ops::RangeInclusive<i32> = -11..=-3;

/// A derivative as it is measured.
#[derive(Clone, Copy)]
pub(super) struct Measured {
    pub(super) value: f64,
    /// How far off it may be.
    pub(super) error: f64,
}

/// Measures the derivative at 0 of a function that is computed with errors of the size of `noise`.
pub(super) fn measure(noise: f64, value_at: &mut dyn FnMut(f32) -> f64) -> Measured {
    let powers = Powers::new();
    let mut best = Measured { value: 0.0, error: f64::INFINITY };
    for power in DISTANCES.rev() {
        let h = libm::ldexpf(1.0, power);
        if 3.0 * noise / size(Powers::POINTS) / f64::from(h) > best.error {
            break; // with distances so small, rounding alone is more
        }
        let [ahead, behind] = [h, -h].map(|h| Powers::POINTS.map(|t| value_at(t as f32 * h)));
        // what polynomials leave of the odd part of the function, and of its even part
        let mut odd: Points = core::array::from_fn(|j| (ahead[j] - behind[j]) / 2.0);
        let mut even: Points = core::array::from_fn(|j| (ahead[j] + behind[j]) / 2.0);
        even = less(even, powers.even[0]);
        for (degree, slope) in powers.slopes.iter().enumerate() {
            if degree > 0 {
                odd = less(odd, powers.odd[degree - 1]);
                even = less(even, powers.even[degree]);
            }
            let length = size(*slope);
            let value = dot(odd, *slope) / (length * length);
            let rest = less(odd, slope.map(|t| t / length));
            let freedom = 2 * Powers::POINTS.len() - 2 * (degree + 1);
            let spread = libm::sqrt((dot(rest, rest) + dot(even, even)) / freedom as f64);
            let error = f64::max(6.0 * spread, 3.0 * noise) / length / f64::from(h);
            if error < best.error {
                best = Measured { value: value / f64::from(h), error };
            }
        }
    }
    best
}

type Points = [f64; 8];

/// Powers of t at the points on one side of 0, each made orthogonal to those before it, and of length 1.
struct Powers {
    /// 1, t², t⁴
    even: [Points; 3],
    /// t³, t⁵
    odd: [Points; 2],
    /// t alone; less t³; less t³ and t⁵: along these, a polynomial of degree 1, 3 or 5 shows its slope at 0
    slopes: [Points; 3],
}

impl Powers {
    const POINTS: Points = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];

    fn new() -> Powers {
        let power = |power: i32| Self::POINTS.map(|t| (0..power).fold(1.0, |product, _| product * t));
        let unit = |a: Points| a.map(|t| t / size(a));
        let constant = unit(power(0));
        let square = unit(less(power(2), constant));
        let fourth = unit(less(less(power(4), constant), square));
        let cube = unit(power(3));
        let fifth = unit(less(power(5), cube));
        let slopes = [power(1), less(power(1), cube), less(less(power(1), cube), fifth)];
        Powers { even: [constant, square, fourth], odd: [cube, fifth], slopes }
    }
}

fn dot(a: Points, b: Points) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn size(a: Points) -> f64 {
    libm::sqrt(dot(a, a))
}

/// `a` less its part along `unit`.
fn less(a: Points, unit: Points) -> Points {
    let along = dot(a, unit);
    core::array::from_fn(|j| a[j] - along * unit[j])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_measured_across_rounding_and_refused_across_a_kink() {
        let rounded = |x: f32| f64::from((0.5 + x).sin());
        let sine = measure(f64::from(f32::EPSILON), &mut |x| rounded(x));
        assert!((sine.value - 0.5_f64.cos()).abs() <= sine.error && sine.error < 1e-4, "{}", sine.value);
        let kink = measure(1e-12, &mut |x| f64::from(x.max(0.0)));
        assert!(kink.error > 0.1, "there is no slope at a kink, but {} ± {}", kink.value, kink.error);
    }
}
