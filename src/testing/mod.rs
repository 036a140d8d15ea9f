//! Checks for layers, networks and losses of your own: their derivatives held against finite differences.
//!
//! What is differentiated is `Σ c·y`, with a random coefficient `c` for each output `y`, summed in `f64`; of a loss, the loss. Its
//! derivative by each trained parameter and each input is measured from the forward pass alone, and compared with what the backward pass
//! gives, in batches of one, two and five samples, once for the outputs and once for the logits.
//!
//! ```
//! use congruent::prelude::*;
//! use congruent::testing::check_gradients;
//!
//! network! { struct Digits(Dense<64, 32, Gelu>, LayerNorm, Dense<32, 10, Softmax>); }
//!
//! check_gradients::<Digits>()?;
//! # Ok::<(), congruent::testing::GradientError>(())
//! ```
//!
//! # How it is measured
//!
//! A difference over `±h` is off by the curvature of the function, and by the rounding of `y` divided by `h`, which in `f32` leaves three
//! digits at best. So the function is computed at eight points on either side, and polynomials of degree 1, 3 and 5 are fitted by least
//! squares; the slope at 0 of the one that comes out most exactly, of all degrees and all `h`, is what is measured. How exactly follows
//! from what the fit leaves over, six standard deviations of it. All that is varied lies on a grid of 2⁻¹², so that `x ± h` is exact.
//!
//! Across a kink, as `Relu` has at 0, no polynomial fits, so only distances count that do not reach it. Inputs are kept 1/8 away from 0,
//! so that a layer that starts with a kink is measured well on either side of it. Where a kink inside a network is so near that the slope
//! cannot be told to within the tolerance, the number is left out; more than one in ten left out is an error.
//!
//! What lies behind the end of a [`Padded`](crate::Padded) sequence is NaN: a layer that looks at it is found out.

mod compare;
mod drawn;
mod error;
mod layer;
mod loss;
mod sample;
mod slope;
mod subject;

pub use error::GradientError;

use rand::Rng;

use crate::layer::Layer;
use crate::memory::plain::Parameters;
use crate::network::Network;
use crate::train::loss::{CompatibleWith, Loss};

/// The capacity of the memory that layers are given.
const CAPACITY: usize = 5;
/// How many samples are in the batches: also fewer than fit.
const BATCHES: [usize; 3] = [1, 2, CAPACITY];

/// Holds the derivatives of a layer or a network against finite differences, with the settings of [`GradientCheck::new`].
///
/// # Errors
///
/// When a derivative is wrong, and everything else that [`GradientError`] lists.
pub fn check_gradients<L: Layer + Parameters>() -> Result<(), GradientError> {
    GradientCheck::new().layer::<L>()
}

/// A comparison of derivatives with finite differences, with its settings.
///
/// ```
/// use congruent::prelude::*;
/// use congruent::testing::GradientCheck;
///
/// network! { struct Classifier(Dense<8, 4, Tanh>, Dense<4, 3, Softmax>); }
///
/// let check = GradientCheck::new().seeds(5).numbers(32);
/// check.layer::<Classifier>()?;
/// check.loss::<Classifier, _>(CrossEntropy::new(), |rng| rng.next_u32() as usize % 3)?;
/// # use congruent::rand::Rng;
/// # Ok::<(), congruent::testing::GradientError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientCheck {
    seeds: u64,
    tolerance: f64,
    numbers: usize,
}

impl GradientCheck {
    /// Two seeds, a tolerance of 10⁻³, 64 numbers of each tensor.
    #[must_use]
    pub fn new() -> Self {
        GradientCheck { seeds: 2, tolerance: 1e-3, numbers: 64 }
    }

    /// How many networks are drawn, each with other parameters and inputs.
    #[must_use]
    pub fn seeds(self, seeds: u64) -> Self {
        GradientCheck { seeds, ..self }
    }

    /// How far a derivative may be off: this share of itself, or of a tenth of the root mean square of all derivatives in the comparison,
    /// or of a hundredth of the terms of the sum, whichever is most. In `f32`, with less than the usual 10⁻³ more and more numbers cannot
    /// be measured.
    #[must_use]
    pub fn tolerance(self, tolerance: f64) -> Self {
        GradientCheck { tolerance, ..self }
    }

    /// How many numbers of each tensor are measured, and of the inputs, drawn at random where there are more. Each takes a hundred forward
    /// passes.
    #[must_use]
    pub fn numbers(self, numbers: usize) -> Self {
        GradientCheck { numbers, ..self }
    }

    /// Checks a layer or a network.
    ///
    /// Tokens are drawn below the size of the vocabulary, and a [`Padded`](crate::Padded) sequence has from one step to all.
    ///
    /// # Errors
    ///
    /// When a derivative is wrong, and everything else that [`GradientError`] lists.
    pub fn layer<L: Layer + Parameters>(&self) -> Result<(), GradientError> {
        let mut tally = compare::Tally::new(self.tolerance);
        for seed in 0..self.seeds {
            for samples in BATCHES.into_iter().filter(|samples| *samples >= L::LEAST_SAMPLES) {
                for to_logits in [false, true] {
                    let mut batch = subject::BatchOf::<L>::zeroed(samples);
                    layer::check(&mut tally, self.numbers, seed, &mut batch, to_logits)?;
                }
            }
        }
        tally.close(core::any::type_name::<L>())
    }

    /// Checks a loss, through a network: the whole derivative of the loss by the parameters, as a training step computes it. `target` draws
    /// the target of a sample.
    ///
    /// # Errors
    ///
    /// When a derivative is wrong, and everything else that [`GradientError`] lists.
    pub fn loss<N, T>(
        &self,
        loss: impl Loss<N::Output, T> + CompatibleWith<N::Head>,
        mut target: impl FnMut(&mut dyn Rng) -> T,
    ) -> Result<(), GradientError>
    where
        N: Network,
    {
        let mut tally = compare::Tally::new(self.tolerance);
        let mut run = loss::Run::<N, _>::new(loss);
        for seed in 0..self.seeds {
            for samples in BATCHES.into_iter().filter(|samples| *samples >= N::LEAST_SAMPLES) {
                run.check(&mut tally, self.numbers, seed, samples, &mut target)?;
            }
        }
        tally.close(core::any::type_name::<N>())
    }
}

impl Default for GradientCheck {
    fn default() -> Self {
        Self::new()
    }
}
