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
///
/// A step is an array, as every tensor of several numbers is. With any `S` for a step, rustc would look for steps within steps without end
/// when it asks of some type whether it is a loss, as it does to propose `evaluate` for a method that is not found.
#[diagnostic::do_not_recommend]
impl<X, U: Plain + Copy, L: Loss<[X; N], U>, const N: usize, const T: usize> Loss<Padded<[X; N], T>, Padded<U, T>> for L
where
    [X; N]: Tensor,
{
    fn evaluate<A: Activation>(
        &self,
        output: &mut Padded<[X; N], T>,
        target: &Padded<U, T>,
        gradient: &mut Gradient<Padded<[X; N], T>>,
    ) -> Result<f32, TargetError> {
        let length = output.length();
        if target.length() != length {
            return Err(TargetError::Length { target: target.length(), output: length });
        }
        let (gradient, behind) = gradient.buffer_mut().split_at_mut_checked(length).unwrap_or_default();
        behind.iter_mut().for_each(clear);
        mean::<A, [X; N], U, L>(self, output.steps_mut(), target.steps(), gradient)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Loss::<[X; N], U>::describe(self, f)
    }

    fn fingerprint(&self, target: &Padded<U, T>, show: &mut dyn FnMut(u32)) {
        show(target.length() as u32);
        target.steps().iter().for_each(|step| Loss::<[X; N], U>::fingerprint(self, step, show));
    }
}
