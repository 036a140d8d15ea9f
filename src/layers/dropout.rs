//! Dropout (Srivastava et al. 2014), inverted as in Keras and PyTorch: in training `y = x·mask / (1 − rate)`, where each
//! number of the mask is 0 with probability `rate`, else 1; in inference `y = x`. Backward: `∂loss/∂x = ∂loss/∂y·mask / (1 − rate)`.
//!
//! The mask is not stored: it is a function of a seed, which is all that the tape holds.

use core::marker::PhantomData;

use rand::Rng;

use super::activate::copy;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// Drops each number with the probability whose bits are `RATE`, in training only.
///
/// In `network!` the rate is written as a number, `Dropout<0.2>`, or as a constant of type `f32`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Dropout<const RATE: u32, S> {
    shape: PhantomData<S>,
}

impl<const RATE: u32, S> Dropout<RATE, S> {
    /// The bits of the rate.
    #[doc(hidden)]
    pub const BITS: u32 = RATE;

    /// The probability of a number to be dropped: at least 0, less than 1.
    pub const RATE: f32 = {
        let rate = f32::from_bits(RATE);
        assert!(rate >= 0.0 && rate < 1.0, "a dropout rate is at least 0 and less than 1");
        rate
    };

    /// Stands for the seed of a mask that drops nothing.
    pub(crate) const KEEP: [u32; 2] = [0; 2];

    /// `to[i] = from[i]·mask[i] / (1 − rate)`
    pub(crate) fn mask(seed: [u32; 2], from: &[f32], to: &mut [f32]) {
        if seed == Self::KEEP {
            return copy(from, to);
        }
        let scale = 1.0 / (1.0 - Self::RATE);
        // a hash below this bound, of 2³², drops
        let bound = (Self::RATE * 4_294_967_296.0) as u32;
        for (i, (to, from)) in to.iter_mut().zip(from).enumerate() {
            *to = if hash(seed, i as u32) < bound { 0.0 } else { from * scale };
        }
    }
}

/// A well-mixed function of seed and position: two rounds of the "lowbias32" mixer (Wellons, "Prospecting for hash
/// functions", 2018).
pub(super) fn hash(seed: [u32; 2], i: u32) -> u32 {
    let mix = |mut x: u32| {
        x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D);
        x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
        x ^ (x >> 16)
    };
    mix(mix(i ^ seed[0]).wrapping_add(seed[1]))
}

#[diagnostic::do_not_recommend]
impl<const RATE: u32, S: Tensor> Layer for Dropout<RATE, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = [u32; 2]; // the seed of the mask

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        copy(x, y);
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], seed: &mut [u32; 2], pass: &mut Pass) {
        *seed = if pass.is_frozen() { Self::KEEP } else { pass.seed() };
        Self::mask(*seed, flatten(x), flatten_mut(y));
    }

    fn backward<const B: usize>(
        &self,
        _x: &[S],
        _y: &[S],
        seed: &mut [u32; 2],
        dy: &mut [S],
        dx: Option<&mut [S]>,
        _gradient: &mut Self,
    ) {
        if let Some(dx) = dx {
            Self::mask(*seed, flatten(dy), flatten_mut(dx));
        }
    }

    fn export(&self, _graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(input)
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("Dropout", dropout)];

    /// Nothing, unless it drops numbers whenever the file is run.
    fn dropout(node: &dyn Node) -> Reading {
        let trains = match node.input(2) {
            Some(name) => node.whole_numbers(name).as_deref() != Some(&[0]),
            None => node.opset() < 7 && node.int("is_test").unwrap_or(0) == 0,
        };
        if trains { Err("is for training: it drops numbers".into()) } else { Found::same() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::zeroed;

    type Fifth = Dropout<{ f32::to_bits(0.2) }, [f32; 1000]>;

    fn forward(seed: u64, step: u32) -> [f32; 1000] {
        let mut y = [[0.0; 1000]];
        zeroed::<Fifth>().forward::<1>(&[[1.0; 1000]], &mut y, &mut [0; 2], &mut Pass::new(seed, step, 0));
        y[0]
    }

    #[test]
    fn a_fifth_is_dropped_and_the_rest_scaled() {
        let y = forward(1, 1);
        let dropped = y.iter().filter(|y| **y == 0.0).count();
        assert!((160..240).contains(&dropped), "{dropped} of 1000 dropped");
        assert!(y.iter().all(|y| *y == 0.0 || *y == 1.25));
    }

    #[test]
    fn masks_repeat_with_seed_and_step_only() {
        assert_eq!(forward(1, 1), forward(1, 1));
        assert_ne!(forward(1, 1), forward(1, 2));
        assert_ne!(forward(1, 1), forward(2, 1));
    }

    #[test]
    fn two_layers_of_one_pass_drop_differently() {
        let (mut a, mut b) = ([[0.0; 1000]], [[0.0; 1000]]);
        let mut pass = Pass::new(3, 1, 0);
        zeroed::<Fifth>().forward::<1>(&[[1.0; 1000]], &mut a, &mut [0; 2], &mut pass);
        zeroed::<Fifth>().forward::<1>(&[[1.0; 1000]], &mut b, &mut [0; 2], &mut pass);
        assert_ne!(a, b);
    }

    #[test]
    fn backward_uses_the_mask_of_forward() {
        let (mut y, mut dx, mut tape) = ([[0.0; 1000]], [[0.0; 1000]], [0; 2]);
        let layer = zeroed::<Fifth>();
        layer.forward::<1>(&[[1.0; 1000]], &mut y, &mut tape, &mut Pass::new(7, 1, 0));
        layer.backward::<1>(&[[1.0; 1000]], &y, &mut tape, &mut [[1.0; 1000]], Some(&mut dx), &mut zeroed());
        assert_eq!(y, dx);
    }

    #[test]
    fn inference_changes_nothing() {
        let mut y = [[0.0; 1000]];
        zeroed::<Fifth>().infer::<1>(&[[0.5; 1000]], &mut y, &mut ());
        assert_eq!(y, [[0.5; 1000]]);
    }
}
