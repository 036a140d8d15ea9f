//! Losses: how far outputs are from targets, as one number, and its derivative, from which backpropagation starts.
//!
//! A loss sees the *logits* `z`, the values before the activation `A` that ends the network (its head), and gives
//! `∂loss/∂z`. So softmax and cross-entropy meet in `p − y`, which needs no logarithm of a number that has vanished.

mod binary_cross_entropy;
mod cross_entropy;
mod huber;
mod mean_squared_error;
mod sequences;
mod weighted;

use core::fmt::{self, Formatter};

use crate::layer::Gradient;
use crate::layer::activation::Activation;
use crate::memory::plain::Parameters;
use crate::shape::{Shape, Tensor};

pub use binary_cross_entropy::BinaryCrossEntropy;
pub use cross_entropy::{ClassIndex, CrossEntropy};
pub use huber::Huber;
pub use mean_squared_error::MeanSquaredError;
pub use weighted::Weighted;

/// A loss for outputs of shape `Output` and targets of type `Target`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot compare an output of `{Output}` with a target of `{Target}`",
    label = "no loss between `{Output}` and `{Target}`",
    note = "`CrossEntropy` takes a class index (`usize`, `u8`, ...; others by `as usize`) or a distribution of the output's size; for a sequence, one for each step",
    note = "`MeanSquaredError`, `Huber` and `BinaryCrossEntropy` take a target of the output's own shape"
)]
pub trait Loss<Output: Shape, Target> {
    /// The loss of one sample, and its derivative by each of the logits in `gradient`.
    ///
    /// `output` comes in as the logits and leaves as the outputs, which are `A` of the logits.
    ///
    /// # Errors
    ///
    /// When the target is not one of the loss: a class that does not exist, a distribution with a negative number or one that does not add
    /// up to 1, a number that is not finite.
    fn evaluate<A: Activation>(
        &self,
        output: &mut Output,
        target: &Target,
        gradient: &mut Gradient<Output>,
    ) -> Result<f32, TargetError>;

    /// The sum of the losses of a batch, with [`evaluate`](Loss::evaluate) done to each of its samples. To be written where many
    /// samples at once are faster.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Loss::evaluate), with the position of the sample.
    fn evaluate_batch<A: Activation>(
        &self,
        outputs: &mut [Output],
        targets: &[Target],
        gradients: &mut [Gradient<Output>],
    ) -> Result<f32, (usize, TargetError)> {
        let mut sum = 0.0;
        for (sample, ((output, target), gradient)) in outputs.iter_mut().zip(targets).zip(gradients).enumerate() {
            sum += self.evaluate::<A>(output, target, gradient).map_err(|error| (sample, error))?;
        }
        Ok(sum)
    }

    /// Writes the loss and its settings, which must be the same when a run goes on from a checkpoint. By default, the name of the type.
    ///
    /// # Errors
    ///
    /// Those of the formatter.
    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(core::any::type_name::<Self>())
    }

    /// Shows a target as numbers, so that a checkpoint can tell data sets apart. By default, none.
    fn fingerprint(&self, _target: &Target, _show: &mut dyn FnMut(u32)) {}
}

/// The bits of the numbers of a tensor.
fn show_bits(target: &[f32], show: &mut dyn FnMut(u32)) {
    target.iter().for_each(|number| show(number.to_bits()));
}

/// Which losses go with which heads.
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` does not go with a network that ends in `{Head}`",
    label = "`{Self}` with a `{Head}` head",
    note = "`CrossEntropy` goes with `Softmax`, `LogSoftmax` or `Linear`, `BinaryCrossEntropy` with `Sigmoid` or `Linear`, `MeanSquaredError` and `Huber` with any activation; `Applied` is that of an output which other layers take too"
)]
pub trait CompatibleWith<Head> {
    /// What the outputs of such a network mean.
    const OUTPUTS: Outputs = Outputs::Values;
}

/// What the outputs of a network mean, which its loss and its head decide; metrics ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outputs {
    /// Numbers to be compared with the targets.
    Values,
    /// A number for each class, the greatest of which is the answer.
    Classes {
        /// Whether they are logits, not probabilities.
        logits: bool,
    },
    /// Each number answers a question of its own with yes or no.
    Labels {
        /// Whether they are logits, not probabilities: above 0 is a yes then, not above 0.5.
        logits: bool,
    },
    /// Several outputs, each with its name and its own meaning.
    Several(&'static [(&'static str, Outputs)]),
}

/// A target that is not one of the loss.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// A class index beyond the network's outputs.
    #[error("class {class} in a network of {classes} outputs, where classes count from 0 to {}", classes - 1)]
    Class {
        /// the class that the target names
        class: usize,
        /// the number of outputs
        classes: usize,
    },
    /// A number that the loss has no use for.
    #[error("{value} at position {position} of a target, where {expected} is expected")]
    Value {
        /// what the target holds
        value: f32,
        /// where
        position: usize,
        /// what it should be
        expected: &'static str,
    },
    /// A distribution over classes whose probabilities do not add up to 1.
    #[error("a distribution that adds up to {sum}, where 1 is expected")]
    Sum {
        /// what it adds up to
        sum: f32,
    },
    /// A sequence of another length than that of the output.
    #[error("a target of {target} steps for an output of {output}; as many of both are expected")]
    Length {
        /// the steps of the target
        target: usize,
        /// the steps that the network gives
        output: usize,
    },
}

/// A loss that adds up over the elements: the mean of `value(y, t)`, and its chain rule through `A`, given `∂value/∂y`.
fn elementwise<A: Activation, S: Tensor>(
    output: &mut S,
    target: &S,
    gradient: &mut S,
    value: impl Fn(f32, f32) -> f32,
    slope: impl Fn(f32, f32) -> f32,
) -> Result<f32, TargetError> {
    let needs_input = <A::Kept<f32> as Parameters>::COUNT > 0;
    let logits = if needs_input { Some(*output) } else { None };
    A::apply(output.as_flat_mut(), S::ROW);
    let scale = 1.0 / S::COUNT as f32;
    let mut sum = 0.0;
    for ((y, t), g) in output.as_flat().iter().zip(target.as_flat()).zip(gradient.as_flat_mut()) {
        sum += value(*y, *t);
        *g = scale * slope(*y, *t);
    }
    // a target that is not finite makes the sum so
    if !sum.is_finite()
        && let Some((position, value)) = target.as_flat().iter().enumerate().find(|(_, t)| !t.is_finite())
    {
        return Err(TargetError::Value { value: *value, position, expected: "a finite number" });
    }
    let inputs = logits.as_ref().map_or(&[][..], Parameters::as_flat);
    A::backward(inputs, output.as_flat(), gradient.as_flat_mut(), S::ROW);
    Ok(sum * scale)
}
