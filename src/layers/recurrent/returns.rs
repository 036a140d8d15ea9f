//! What a recurrent layer gives: all steps, or the last. And in which direction it goes.

use crate::layer::Gradient;
use crate::sealed::Sealed;
use crate::shape::Shape;
use crate::shape::sequence::Sequence;

/// Where a recurrent layer that goes over sequences `S` puts rows of `N` numbers.
pub trait Returns: Sealed + Send + Sync + 'static {
    /// What the layer gives.
    type Output<S: Sequence, const N: usize>: Shape;
    /// As an argument of `return` in `network!`.
    const ALL: bool;

    /// Prepares an output for what comes of a sequence of `length` steps.
    #[doc(hidden)]
    fn begin<S: Sequence, const N: usize>(output: &mut Self::Output<S, N>, length: usize);

    /// Where a step goes to, if anywhere.
    #[doc(hidden)]
    fn place<S: Sequence, const N: usize>(
        output: &mut Self::Output<S, N>,
        step: usize,
        last: bool,
    ) -> Option<&mut [f32; N]>;

    /// The derivative by a step, if there is one.
    #[doc(hidden)]
    fn derivative<S: Sequence, const N: usize>(
        gradient: &Gradient<Self::Output<S, N>>,
        step: usize,
        last: bool,
    ) -> Option<&[f32; N]>;
}

/// All steps.
#[derive(Clone, Debug)]
pub struct All;

/// The last step that the layer comes to: the state in which it ends.
#[derive(Clone, Debug)]
pub struct Last;

impl Sealed for All {}

impl Returns for All {
    type Output<S: Sequence, const N: usize> = S::With<[f32; N]>;
    const ALL: bool = true;

    fn begin<S: Sequence, const N: usize>(output: &mut S::With<[f32; N]>, length: usize) {
        output.begin(length);
    }

    fn place<S: Sequence, const N: usize>(
        output: &mut S::With<[f32; N]>,
        step: usize,
        _last: bool,
    ) -> Option<&mut [f32; N]> {
        output.steps_mut().get_mut(step)
    }

    fn derivative<S: Sequence, const N: usize>(
        gradient: &Gradient<S::With<[f32; N]>>,
        step: usize,
        _last: bool,
    ) -> Option<&[f32; N]> {
        <S::With<[f32; N]>>::buffer(gradient).get(step)
    }
}

impl Sealed for Last {}

impl Returns for Last {
    type Output<S: Sequence, const N: usize> = [f32; N];
    const ALL: bool = false;

    fn begin<S: Sequence, const N: usize>(_output: &mut [f32; N], _length: usize) {}

    fn place<S: Sequence, const N: usize>(output: &mut [f32; N], _step: usize, last: bool) -> Option<&mut [f32; N]> {
        last.then_some(output)
    }

    fn derivative<S: Sequence, const N: usize>(gradient: &[f32; N], _step: usize, last: bool) -> Option<&[f32; N]> {
        last.then_some(gradient)
    }
}

/// A direction through time.
pub trait Direction: Sealed + Send + Sync + 'static {
    /// Whether it is from the last step to the first.
    const BACKWARDS: bool;
    /// The names of the tensors, as PyTorch has them.
    const NAMES: [&'static str; 4];

    /// Which step of a sequence of `length` is the one that the layer comes to as number `step`.
    #[doc(hidden)]
    fn step(step: usize, length: usize) -> usize {
        if Self::BACKWARDS { length.saturating_sub(step + 1) } else { step }
    }
}

/// From the first step to the last.
#[derive(Clone, Debug)]
pub struct Forward;

/// From the last step to the first.
#[derive(Clone, Debug)]
pub struct Reverse;

impl Sealed for Forward {}

impl Direction for Forward {
    const BACKWARDS: bool = false;
    const NAMES: [&'static str; 4] = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];
}

impl Sealed for Reverse {}

impl Direction for Reverse {
    const BACKWARDS: bool = true;
    const NAMES: [&'static str; 4] =
        ["weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse"];
}
