//! How parameters start.
//!
//! Weights are drawn so that the size of values (forward) and of gradients (backward) stays about the same from layer to
//! layer. With `n` inputs and `m` outputs of a neuron's layer (fan-in, fan-out), and `U(a)` uniform in `[-a, a)`, `N(s)`
//! normal with standard deviation `s`:
//!
//! | | uniform | normal | for |
//! |---|---|---|---|
//! | Glorot and Bengio 2010 | `U(√(6 / (n + m)))` | `N(√(2 / (n + m)))` | sigmoid, tanh, softmax, linear |
//! | He et al. 2015 | `U(√(6 / n))` | `N(√(2 / n))` | ReLU and its kin |
//! | LeCun et al. 1998 | `U(√(3 / n))` | `N(√(1 / n))` | self-normalising layers |
//!
//! All of it is exact or correctly rounded arithmetic, so the same random bits give the same parameters on every platform.

use rand::Rng;

use crate::kernel::math;

/// A rule for the first values of the weights. Biases start at zero, scales at one, with any rule.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Init {
    /// What suits the layer's activation: He uniform for the ReLU family, Glorot uniform for the others.
    #[default]
    Auto,
    /// `U(√(6 / (n + m)))`
    GlorotUniform,
    /// `N(√(2 / (n + m)))`
    GlorotNormal,
    /// `U(√(6 / n))`
    HeUniform,
    /// `N(√(2 / n))`
    HeNormal,
    /// `U(√(3 / n))`
    LecunUniform,
    /// `N(√(1 / n))`
    LecunNormal,
    /// All zero.
    Zeros,
    /// All the same: [`Init::constant`].
    Constant(Finite),
}

/// A number that is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finite(f32);

impl Init {
    /// All weights the same.
    ///
    /// # Panics
    ///
    /// When the value is not finite.
    #[must_use]
    #[track_caller]
    pub const fn constant(value: f32) -> Init {
        assert!(value.is_finite(), "weights are finite");
        Init::Constant(Finite(value))
    }

    /// `self`, or what `Auto` stands for.
    #[must_use]
    pub fn or(self, auto: Init) -> Init {
        if self == Init::Auto { auto } else { self }
    }

    /// Fills `weights` of a layer with `fan_in` inputs and `fan_out` outputs.
    pub fn fill(self, weights: &mut [f32], fan_in: usize, fan_out: usize, rng: &mut dyn Rng) {
        let (n, m) = (fan_in.max(1) as f32, fan_out.max(1) as f32);
        match self {
            Init::Auto | Init::GlorotUniform => uniform(weights, 6.0 / (n + m), rng),
            Init::HeUniform => uniform(weights, 6.0 / n, rng),
            Init::LecunUniform => uniform(weights, 3.0 / n, rng),
            Init::GlorotNormal => normal(weights, 2.0 / (n + m), rng),
            Init::HeNormal => normal(weights, 2.0 / n, rng),
            Init::LecunNormal => normal(weights, 1.0 / n, rng),
            Init::Zeros => weights.fill(0.0),
            Init::Constant(Finite(value)) => weights.fill(value),
        }
    }
}

/// Uniform in `[-a, a)` with `a² = square`.
fn uniform(weights: &mut [f32], square: f32, rng: &mut dyn Rng) {
    let bound = math::sqrt(square);
    for weight in weights {
        *weight = (2.0 * unit(rng) - 1.0) * bound;
    }
}

/// Normal with the given variance, by the transform of Box and Muller (1958).
fn normal(weights: &mut [f32], variance: f32, rng: &mut dyn Rng) {
    let deviation = math::sqrt(variance);
    for weight in weights {
        // 1 - u is in (0, 1], so its logarithm is finite
        let radius = math::sqrt(-2.0 * math::ln(1.0 - unit(rng)));
        *weight = deviation * radius * math::cos_turns(unit(rng));
    }
}

/// One of the 2²⁴ evenly spaced numbers in `[0, 1)`.
fn unit(rng: &mut dyn Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;

    fn drawn(init: Init, fan_in: usize, fan_out: usize) -> [f32; 4096] {
        let mut weights = [0.0; 4096];
        init.fill(&mut weights, fan_in, fan_out, &mut Xoshiro256PlusPlus::seed_from_u64(1));
        weights
    }

    fn variance(values: &[f32]) -> f32 {
        values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32
    }

    #[test]
    fn variances_are_those_of_the_papers() {
        for (init, expected) in [
            (Init::GlorotUniform, 2.0 / 96.0),
            (Init::GlorotNormal, 2.0 / 96.0),
            (Init::HeUniform, 2.0 / 64.0),
            (Init::HeNormal, 2.0 / 64.0),
            (Init::LecunUniform, 1.0 / 64.0),
            (Init::LecunNormal, 1.0 / 64.0),
        ] {
            let found = variance(&drawn(init, 64, 32));
            assert!((found / expected - 1.0).abs() < 0.06, "{init:?}: {found} instead of {expected}");
        }
    }

    #[test]
    fn constants_are_finite() {
        assert_eq!(drawn(Init::constant(-0.5), 64, 32), [-0.5; 4096]);
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(std::panic::catch_unwind(|| Init::constant(value)).is_err(), "{value}");
        }
    }

    #[test]
    fn uniform_stays_in_its_bounds() {
        let bound = (6.0f32 / 64.0).sqrt();
        assert!(drawn(Init::HeUniform, 64, 32).iter().all(|w| (-bound..bound).contains(w)));
    }

    #[test]
    fn the_same_seed_gives_these_very_bits() {
        let bits = |init| drawn(init, 64, 32).map(f32::to_bits);
        assert_eq!(bits(Init::GlorotUniform)[..3], GLOROT_UNIFORM_BITS);
        assert_eq!(bits(Init::HeNormal)[..3], HE_NORMAL_BITS);
    }

    const GLOROT_UNIFORM_BITS: [u32; 3] = [1042254752, 1039993092, 3192699142];
    const HE_NORMAL_BITS: [u32; 3] = [3149957077, 3137143091, 3183670799];
}
