//! A metric of one of several outputs.

use core::slice;

use super::{Metric, MetricError};
use crate::train::loss::Outputs;

/// The metric `M` of one output of a network with several.
///
/// ```
/// use congruent::{metric::OfOutput, prelude::*};
///
/// network! {
///     struct Player: [8] -> (policy: [4], value: [1]) {
///         policy: Dense<8, 4, Softmax>(input),
///         value: Dense<8, 1>(input),
///     }
/// }
///
/// type Target = PlayerTarget<usize, [f32; 1]>;
/// // for `Fit::metric`; it is called "policy accuracy"
/// let accuracy = OfOutput::<_, PlayerOutput, Target, _, _>::new("policy", Accuracy::new(), |o| &o.policy, |t| &t.policy);
/// ```
#[derive(Clone, Debug)]
pub struct OfOutput<M, O, T, P, Q> {
    output: &'static str,
    name: String,
    metric: M,
    of_output: fn(&O) -> &P,
    of_target: fn(&T) -> &Q,
}

impl<M: Metric<P, Q>, O, T, P, Q> OfOutput<M, O, T, P, Q> {
    /// The metric of the output of this name, which `of_output` and `of_target` find in what the network gives and what it is to give.
    #[must_use]
    pub fn new(output: &'static str, metric: M, of_output: fn(&O) -> &P, of_target: fn(&T) -> &Q) -> Self {
        let name = format!("{output} {}", metric.name());
        OfOutput { output, name, metric, of_output, of_target }
    }

    /// The metric itself.
    pub fn metric(&self) -> &M {
        &self.metric
    }

    /// What the output means, if that is known of an output of this name.
    fn meaning(&self, outputs: Outputs) -> Outputs {
        match outputs {
            Outputs::Several(all) => {
                all.iter().find(|(name, _)| *name == self.output).map_or(Outputs::Values, |(_, meaning)| *meaning)
            }
            other => other,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M: Metric<P, Q>, O, T, P, Q> Metric<O, T> for OfOutput<M, O, T, P, Q> {
    fn name(&self) -> &str {
        &self.name
    }

    fn reset(&mut self) {
        self.metric.reset();
    }

    fn prepare(&mut self, outputs: Outputs, targets: &[T]) -> Result<(), MetricError> {
        let meaning = self.meaning(outputs);
        for (sample, target) in targets.iter().enumerate() {
            let target = slice::from_ref((self.of_target)(target));
            self.metric.prepare(meaning, target).map_err(|error| error.of_sample(sample))?;
        }
        Ok(())
    }

    fn update(&mut self, outputs: &[O], targets: &[T]) {
        for (output, target) in outputs.iter().zip(targets) {
            let (output, target) = ((self.of_output)(output), (self.of_target)(target));
            self.metric.update(slice::from_ref(output), slice::from_ref(target));
        }
    }

    fn value(&self) -> f64 {
        self.metric.value()
    }

    fn higher_is_better(&self) -> bool {
        self.metric.higher_is_better()
    }
}
