//! Spatial dropout (Tompson et al. 2015): drops whole channels, since the neighbours of a number that is dropped alone tell nearly as much.
//! In training `y[c] = x[c]·mask[c] / (1 − rate)`, in inference `y = x`. Backward: `∂loss/∂x[c] = ∂loss/∂y[c]·mask[c] / (1 − rate)`.

use core::marker::PhantomData;

use rand::Rng;

use super::activate::copy;
use super::dropout::hash;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// Drops each of the `C` channels of the shape `S` with the probability whose bits are `RATE`, in training only.
///
/// In `network!` the rate is written as a number, `SpatialDropout<0.2>`, or as a constant of type `f32`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct SpatialDropout<const RATE: u32, const C: usize, S> {
    shape: PhantomData<S>,
}

impl<const RATE: u32, const C: usize, S> SpatialDropout<RATE, C, S> {
    /// The bits of the rate.
    pub const BITS: u32 = RATE;
}

impl<const RATE: u32, const C: usize, S: Tensor> SpatialDropout<RATE, C, S> {
    /// The probability of a channel to be dropped: at least 0, less than 1.
    pub const RATE: f32 = super::Dropout::<RATE, S>::RATE;

    /// `to[c] = from[c]·mask[c] / (1 − rate)` for the channels of all samples.
    fn mask(seed: [u32; 2], from: &[f32], to: &mut [f32]) {
        const { assert!(C > 0 && S::COUNT % C == 0 && S::COUNT > 0, "a `SpatialDropout` has channels to drop") };
        let scale = 1.0 / (1.0 - Self::RATE);
        // a hash below this bound, of 2³², drops
        let bound = (Self::RATE * 4_294_967_296.0) as u32;
        let numbers = const { S::COUNT / C };
        for (i, (to, from)) in to.chunks_exact_mut(numbers).zip(from.chunks_exact(numbers)).enumerate() {
            let factor = if hash(seed, i as u32) < bound { 0.0 } else { scale };
            for (to, from) in to.iter_mut().zip(from) {
                *to = from * factor;
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const RATE: u32, const C: usize, S: Tensor> Layer for SpatialDropout<RATE, C, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = [u32; 3]; // the seed of the mask, and whether there is one

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        copy(x, y);
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], tape: &mut [u32; 3], pass: &mut Pass) {
        if pass.is_frozen() {
            tape[2] = 0;
            copy(x, y);
            return;
        }
        let seed = pass.seed();
        *tape = [seed[0], seed[1], 1];
        Self::mask(seed, flatten(x), flatten_mut(y));
    }

    fn backward<const B: usize>(
        &self,
        _x: &[S],
        _y: &[S],
        tape: &mut [u32; 3],
        dy: &mut [S],
        dx: Option<&mut [S]>,
        _gradient: &mut Self,
    ) {
        let Some(dx) = dx else { return };
        match *tape {
            [_, _, 0] => copy(dy, dx),
            [a, b, _] => Self::mask([a, b], flatten(dy), flatten_mut(dx)),
        }
    }

    fn export(&self, _graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::zeroed;

    #[test]
    fn whole_channels_are_dropped_and_backward_drops_the_same() {
        type Half = SpatialDropout<{ f32::to_bits(0.5) }, 64, [[[f32; 3]; 2]; 64]>;
        let (x, mut y, mut dx) = ([[[[1.0; 3]; 2]; 64]; 2], [[[[0.0; 3]; 2]; 64]; 2], [[[[0.0; 3]; 2]; 64]; 2]);
        let (layer, mut tape) = (zeroed::<Half>(), [0; 3]);
        layer.forward::<2>(&x, &mut y, &mut tape, &mut Pass::new(1, 1, 0));
        let dropped = y.as_flattened().iter().filter(|channel| **channel == [[0.0; 3]; 2]).count();
        assert!((40..88).contains(&dropped), "{dropped} of 128 dropped");
        assert!(y.as_flattened().iter().all(|channel| [[[0.0; 3]; 2], [[2.0; 3]; 2]].contains(channel)));
        assert_ne!(y[0], y[1]);
        layer.backward::<2>(&x, &y.clone(), &mut tape, &mut x.clone(), Some(&mut dx), &mut zeroed());
        assert_eq!(y, dx);
    }
}
