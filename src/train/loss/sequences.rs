//! The loss of a sequence: the mean of the losses of its steps.

use core::fmt::{self, Formatter};

use super::{Loss, TargetError};
use crate::kernel;
use crate::layer::Gradient;
use crate::layer::activation::Activation;
use crate::memory::plain::{Plain, clear, flatten_mut};
use crate::shape::Tensor;
use crate::shape::sequence::{Padded, Sequence};

/// The mean of the losses of steps, with what [`Loss::evaluate`] does to each.
pub(super) fn mean<A: Activation, S: Tensor, T, L: Loss<S, T>>(
    loss: &L,
    outputs: &mut [S],
    targets: &[T],
    gradients: &mut [Gradient<S>],
) -> Result<f32, TargetError> {
    let scale = 1.0 / outputs.len().max(1) as f32;
    let sum = loss.evaluate_batch::<A>(outputs, targets, gradients).map_err(|(_, error)| error)?;
    kernel::map(flatten_mut(gradients), |gradient| gradient * scale);
    Ok(sum * scale)
}

/// Sequences of up to `T` steps: the mean over the steps that there are.
#[diagnostic::do_not_recommend]
impl<S: Tensor, U: Plain + Copy, L: Loss<S, U>, const T: usize> Loss<Padded<S, T>, Padded<U, T>> for L {
    fn evaluate<A: Activation>(
        &self,
        output: &mut Padded<S, T>,
        target: &Padded<U, T>,
        gradient: &mut Gradient<Padded<S, T>>,
    ) -> Result<f32, TargetError> {
        let length = output.length();
        if target.length() != length {
            return Err(TargetError::Length { target: target.length(), output: length });
        }
        let (gradient, behind) = gradient.room_mut().split_at_mut_checked(length).unwrap_or_default();
        behind.iter_mut().for_each(clear);
        mean::<A, S, U, L>(self, output.steps_mut(), target.steps(), gradient)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Loss::<S, U>::describe(self, f)
    }

    fn fingerprint(&self, target: &Padded<U, T>, show: &mut dyn FnMut(u32)) {
        show(target.length() as u32);
        target.steps().iter().for_each(|step| Loss::<S, U>::fingerprint(self, step, show));
    }
}
